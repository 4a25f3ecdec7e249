/* What of a world this machine's kernel cannot do, or not as it is: looked for at the moment it is
 * asked, because a reason that is printed has to be true here and now. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_SUPPORT_H
#define TAPWEAVE_HARNESS_REAL_REAL_SUPPORT_H

#include "harness/real/real.h"

/* Names the first thing of this world that this machine's kernel cannot do, or returns NULL. */
const char *real_unsupported(const struct world *world);

/* The same of what only real_open finds out. */
const char *real_unsupported_here(const struct real *real);

/* Names what of the world is neither done nor compared on this machine's kernel, while all else is,
 * or returns NULL. */
const char *real_not_compared(const struct real *real);

/* Names what this machine's kernel only stands in for, or returns NULL. */
const char *real_emulated(const struct world *world);

/* Whether the calling thread has this capability in effect (CAP_NET_ADMIN, say). */
bool real_has_capability(int capability);

#endif
