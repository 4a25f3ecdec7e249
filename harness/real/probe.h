/* What this machine has, looked for at the moment it is asked: a reason that is printed has to be
 * true here and now. */
#ifndef TAPWEAVE_HARNESS_REAL_PROBE_H
#define TAPWEAVE_HARNESS_REAL_PROBE_H

#include <stdbool.h>

/* Why the kernel's Open vSwitch datapath, and a Midonet port, cannot be had here: what the machine
 * lacks, or, where it has it, that tapweave does not drive it. */
const char *probe_datapath(void);
const char *probe_midonet(void);

/* Whether the calling thread has this capability in effect (CAP_NET_ADMIN, say). */
bool probe_capability(int capability);

#endif
