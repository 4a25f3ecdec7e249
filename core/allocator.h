/* The allocator of device names: the daemon's side of the strategies argued over in mail 001.
 *
 * It knows nothing of devices.  A name it hands out may be taken by somebody else, so whoever asks
 * must be ready to ask again ("allow for that name to already be used, and retry").  Time is handed
 * in: the allocator is told how many seconds have passed, and has no clock. */
#ifndef TAPWEAVE_CORE_ALLOCATOR_H
#define TAPWEAVE_CORE_ALLOCATOR_H

#include "core/ifname.h"
#include "core/policy.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    NAME_FREE =
        0, /* held[]: anybody may have it; 1..POLICY_HOLD_MAX: seconds it is still held back */
    NAME_RESERVED = 15,  /* held[]: in use by a guest of this daemon */
    ALLOCATOR_POOLS = 2, /* counters: of taps, and of macvtaps if they have one of their own */
};

_Static_assert(NAME_FREE == 0 && NAME_RESERVED > (int)POLICY_HOLD_MAX, "a hold is neither");

/* All zero is an allocator that has handed out nothing.  No padding: it is part of the explored
 * state. */
struct allocator {
    uint8_t last[ALLOCATOR_POOLS]; /* counter: 1 + the last number handed out, over all families */
    uint8_t held[IFNAME_MAX_NAMES + 1]; /* by name id; [0] is unused */
};

/* True if the strategy reserves names, so that they have to be released. */
bool allocator_reserves(enum name_strategy strategy);

/* Chooses a name of `family` and takes it.  The lowest free one (quarantine: and not held back)
 * with a number of at least `from` under lowest-free and quarantine; the number after the last one
 * under the counter `pool`, which ignores `from` (facts 2: virNetDevGenerateName).  A number that
 * the family has not got counts as 0: there the counter has wrapped.  Returns IFNAME_NONE if there
 * is none.  Not for NAME_KERNEL, which chooses no name in the daemon. */
uint8_t allocator_pick(struct allocator *allocator, enum name_strategy strategy, unsigned pool,
                       const struct ifname_family *family, unsigned from);

/* A name that is in use already, as found when the daemon starts: the strategies that reserve
 * reserve it, the counter `pool` goes on behind it (facts 2: virNetDevReserveName).  Numbers
 * outside the family are left alone. */
void allocator_reserve(struct allocator *allocator, enum name_strategy strategy, unsigned pool,
                       const struct ifname_family *family, uint8_t name);

/* Gives a name back; under quarantine it is held back for `hold` seconds from now. */
void allocator_release(struct allocator *allocator, enum name_strategy strategy, uint8_t name,
                       uint8_t hold);

/* One second has passed.  Returns false if that made no difference: no name was held back. */
bool allocator_tick(struct allocator *allocator);

#endif
