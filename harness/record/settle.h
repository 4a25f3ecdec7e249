/* What may be said of a host whose links nobody has recorded: of what a ledger has found by what
 * logs tell of devices, what is sure; and what the database alone shows. */
#ifndef TAPWEAVE_HARNESS_RECORD_SETTLE_H
#define TAPWEAVE_HARNESS_RECORD_SETTLE_H

#include "harness/record/ledger.h"

#include <stddef.h>

/* Why it is not known whether a device has lost its port; the words are for JSON and for people. */
#define SETTLE_DOUBTS(X)                                                                        \
    X(END, "end", "the logs end before the device has lived on for a second")                   \
    X(UNPLUGGED, "unplugged", "no log says who deleted it: the device may have been unplugged") \
    X(TAKEN_OVER, "taken-over",                                                                 \
      "that row had been taken over a little before: this may be the clean-up of the guest "    \
      "before, "                                                                                \
      "or the guest's own")

enum settle_doubt {
#define X(id, name, text) DOUBT_##id,
    SETTLE_DOUBTS(X)
#undef X
        SETTLE_DOUBTS_COUNT,
};

const char *settle_doubt_name(enum settle_doubt doubt);
const char *settle_doubt_text(enum settle_doubt doubt);

struct doubted {
    struct ledger_finding finding; /* `by_guest`: of TAKEN_OVER, the guest before */
    enum settle_doubt doubt;
};

enum { SETTLE_MOST = 1000 /* rows that were taken over: of more, the first ones */ };

struct settled { /* to be given to settle_free */
    size_t findings, doubts;
    struct ledger_finding *finding; /* in the order of time */
    struct doubted *doubt;          /* likewise */
    bool bounded;                   /* more than SETTLE_MOST rows were taken over */
};

/* Settles what a ledger has found.  The events are in the order of time; `last` is when a log of
 * libvirtd or of its hook says something last.  False if there is no memory. */
bool settle(struct settled *settled, const struct ledger_finding *finding, size_t findings,
            const struct ledger_event *event, size_t events, int64_t last);
void settle_free(struct settled *settled);

#endif
