/* How far a search may go, and how far it is: its bounds, the clock, and a line on a terminal. */
#ifndef TAPWEAVE_HARNESS_WATCH_H
#define TAPWEAVE_HARNESS_WATCH_H

#include "sim/estimate.h"

/* How far a search may go, how it goes, and whether somebody watches it. */
struct bounds {
    uint64_t max_states;    /* 0: as many as fit */
    size_t max_memory;      /* bytes */
    double timeout;         /* seconds of wall clock; 0: none */
    double deadline;        /* of all searches together: a time as watch_now has it; 0: none */
    unsigned threads;       /* of one search (explore_limits) */
    bool whole;             /* it keeps every state (explore_limits.exchange) */
    bool order;             /* it takes steps alone (explore_limits.order) */
    bool fair;              /* runs that never end are judged (explore_limits.fair) */
    bool audit;             /* it is repeated so, and compared (audit.h) */
    bool watched;           /* progress goes to standard error */
    const char *checkpoint; /* a file that it is saved to now and then (checkpoint.h), or NULL */
    double every;           /* seconds between two of these */
    const char *resume;     /* such a file that it goes on from, or NULL */
    bool forecast;          /* it is estimated how many states there are (forecast.h) */
};

/* True if one state is kept for all that exchanges of guests lead to each other. */
static inline bool
bounds_exchange(const struct bounds *bounds)
{
    return !bounds->whole && !bounds->fair;
}

/* Looks at the clock while something goes on that has bounds. */
struct watch {
    const struct bounds *bounds; /* not owned */
    double begun, reported;      /* seconds of CLOCK_MONOTONIC */
    struct estimate estimate;    /* of the states in all: the last one that was made */
    /* By what the search has said last: */
    bool begins;     /* it has said nothing yet */
    uint64_t before; /* states that had been expanded when it first did */
    double each;  /* seconds that it takes to expand a state, of those that are kept; 0: unknown */
    double alike; /* states of the world that each of them stands for */
};

/* Begins to watch.  What is returned, for explore(), is valid as long as the watch: it ends a
 * search at the bounds' timeout, and shows how far it is if that is wanted. */
struct explore_limits watch_begin(struct watch *watch, const struct bounds *bounds);

/* One line on standard error, over the last one, if that is wanted and some time has passed. */
void watch_show(struct watch *watch, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The search has ended: what was shown is wiped away. */
void watch_wipe(const struct watch *watch);

/* Seconds of CLOCK_MONOTONIC, and whether they have come to the bounds' deadline. */
double watch_now(void);
bool watch_is_late(const struct bounds *bounds);

/* Seconds since it began; and whether they are more than the bounds' timeout, or their deadline or
 * an interrupt has come (interrupt.h). */
double watch_seconds(const struct watch *watch);
bool watch_is_over(const struct watch *watch);

/* That it is not, of a watch: for struct count_pace. */
bool watch_goes_on(void *watch);

#endif
