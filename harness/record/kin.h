/* Devices of a host that are nics of one guest: the records say so of both, and they lived at one
 * time. */
#ifndef TAPWEAVE_HARNESS_RECORD_KIN_H
#define TAPWEAVE_HARNESS_RECORD_KIN_H

#include "harness/record/chronicle.h"

/* All events of a host, which are in the order of time. */
struct kin {
    const struct ledger_event *event; /* not owned */
    size_t events;
};

/* The number, from 0, of the first device of `other` that is a nic of a guest that had one of the
 * devices of `chronicle` from number `first` on; the items of both end before `end` and
 * `other_end`.  -1 if there is none. */
int kin_first(const struct kin *kin, const struct chronicle *chronicle, size_t end, unsigned first,
              const struct chronicle *other, size_t other_end);

/* The names that such nics may have, each once: those that the guests' rows or logs have given them
 * in the minute before the device came, or since.  Writes up to `most` of them, which are of
 * events, and returns how many there are, at most `most` + 1. */
unsigned kin_names(const struct kin *kin, const struct chronicle *chronicle, size_t end,
                   unsigned first, const char **name, unsigned most);

#endif
