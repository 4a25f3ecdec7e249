/* Guests that are simple processes, which do with a tap what QEMU does, and start faster. */
#ifndef TAPWEAVE_HARNESS_REAL_GUEST_PROCESS_H
#define TAPWEAVE_HARNESS_REAL_GUEST_PROCESS_H

#include "harness/real/guest_kind.h"

extern const struct guest_kind guest_process;

#endif
