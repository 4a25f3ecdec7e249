/* The monitor of a QEMU (QMP): commands in, answers out. */
#ifndef TAPWEAVE_HARNESS_REAL_MONITOR_H
#define TAPWEAVE_HARNESS_REAL_MONITOR_H

#include "harness/diagnostic.h"

#include <stdbool.h>

/* Connects to the monitor whose socket has that path: a descriptor, or -1. */
int monitor_connect(const char *path);

/* Has QEMU carry out a command.  It answers commands when it has made all that its command line
 * asks for, and not before: so the first answer says that it has taken its taps.  *ended is whether
 * it did not, and is gone; *refused, whether the answer is an error.  False with a diagnostic if no
 * answer comes before a deadline. */
bool monitor_tell(int monitor, const char *command, bool *ended, bool *refused,
                  struct diagnostic *diagnostic);

#endif
