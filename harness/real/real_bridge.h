/* The real world's bridges, each with a tap on it that frames can be sent and received by. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_BRIDGE_H
#define TAPWEAVE_HARNESS_REAL_REAL_BRIDGE_H

#include "harness/real/real.h"

/* Makes the bridge of that index, and its tap.  False with a diagnostic. */
bool real_open_bridge(struct real *real, unsigned bridge);

/* Deletes a bridge (1 + index), as an administrator does: *error is 0, or the kernel's.  False with
 * a diagnostic if the test bed fails. */
bool real_delete_bridge(struct real *real, uint8_t bridge, int *error);

/* Makes those again that are gone when a schedule has ended.  False with a diagnostic. */
bool real_restore_bridges(struct real *real);

#endif
