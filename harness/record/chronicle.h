/* What a name on a host has gone through, by its records: which devices had it one after the other,
 * and what became of its rows. */
#ifndef TAPWEAVE_HARNESS_RECORD_CHRONICLE_H
#define TAPWEAVE_HARNESS_RECORD_CHRONICLE_H

#include "harness/record/ledger.h"

#include <stddef.h>

/* An event, as a world has it. */
struct story_event {
    const struct ledger_event *event; /* not owned */
    enum ledger_kind kind;            /* a device that had another name before is made here */
    uint32_t device;                  /* the index of the device; 0 of a row */
    unsigned name;                    /* which of the story's; 0 in a chronicle */
};

struct chronicle {
    const char *name; /* not owned */
    uint32_t device;  /* the one that has the name; 0: none is known to */
    bool joined;      /* it is in a Linux bridge */
    size_t count;
    struct story_event *item; /* to be given to free(), also where opening has failed */
    bool whole;               /* there has been memory */
};

/* Takes what became of that name out of all events of a host, which are in the order of time.
 * False if there is no memory. */
bool chronicle_open(struct chronicle *chronicle, const char *name, const struct ledger_event *event,
                    size_t events);

/* The story of a finding, or of all if it is NULL, ends before this item: where the finding is
 * over. */
size_t chronicle_end(const struct chronicle *chronicle, const struct ledger_finding *finding);

/* The item before `end` by which that device of the name, by its number from 0, came to it; `end`
 * if there is none. */
size_t chronicle_arrival(const struct chronicle *chronicle, size_t end, unsigned number);

/* How many devices came to the name before that item. */
unsigned chronicle_devices(const struct chronicle *chronicle, size_t end);

/* The item by which the device of that arrival has gone from the name; the chronicle's count if it
 * has not. */
size_t chronicle_departure(const struct chronicle *chronicle, size_t arrival);

/* The row that there is before that item; NULL if there is none. */
const struct ledger_event *chronicle_row(const struct chronicle *chronicle, size_t at);

/* The first Linux bridge that the device of that arrival was in under that name; "" if it was in
 * none.  The event is of all of them, up to `end`. */
const char *chronicle_bridge(const struct chronicle *chronicle, size_t arrival,
                             const struct ledger_event *end);

/* The tag of the last row that there was before that item, as in struct ledger_event. */
uint16_t chronicle_tag(const struct chronicle *chronicle, size_t at);

/* The item at which the story begins if that device is the first one in it; and whether its guest
 * runs by then: it was there before the records, or devices before it are `left_out`.  `event` is
 * the first of all. */
size_t chronicle_begin(const struct chronicle *chronicle, size_t end, unsigned first, bool left_out,
                       const struct ledger_event *event, bool *running);

#endif
