/* The initial state on a real kernel, and its end. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_OPEN_H
#define TAPWEAVE_HARNESS_REAL_REAL_OPEN_H

#include "harness/real/real.h"

/* Builds the scenario's bridges in the present, empty network namespace, with a tap on each to send
 * and receive frames by.  `qemu` is the path of QEMU's program if guests are to be real ones, and
 * NULL otherwise; `daemon` is NULL if the harness is the daemon.  To be closed in any case. */
bool real_open(struct real *real, const struct scenario *scenario, const struct world *world,
               struct ovs *ovs, const char *qemu, const struct real_daemon *daemon,
               struct diagnostic *diagnostic);
void real_close(struct real *real);

/* Builds the initial state on those bridges; and takes down whatever a schedule has left, so that
 * the next one finds the bridges alone. */
bool real_begin(struct real *real);
bool real_end(struct real *real);

#endif
