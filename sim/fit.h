/* Schedules that a record allows: what the kernel and Open vSwitch were seen to do, and how the
 * actors of a world can have come to that.
 *
 * A record has devices that were made and have gone, and rows that were inserted and deleted, with
 * their tags; and devices that have joined Linux bridges.  A schedule fits it if its steps do
 * exactly that to devices and rows, in that order; in between it may do anything else.  The search
 * is breadth-first, over the states of the world and how much of the record has happened by then:
 * the schedule that it finds is a shortest one. */
#ifndef TAPWEAVE_SIM_FIT_H
#define TAPWEAVE_SIM_FIT_H

#include "sim/explore.h"

/* Who has seen an event: each of them has an order of its own. */
enum fit_source { FIT_KERNEL, FIT_OVSDB, FIT_SOURCES };

enum fit_kind {
    FIT_DEVICE,      /* a device is made */
    FIT_DEVICE_GONE, /* it goes */
    FIT_ROW,         /* a row is inserted */
    FIT_ROW_GONE,    /* it is deleted */
    FIT_TAG,         /* it gets another tag, or none */
    FIT_JOIN,        /* a device joins a Linux bridge */
    FIT_LEAVE,       /* it leaves it, and lives on */
};

struct fit_event {
    enum fit_kind kind;
    uint8_t name; /* an id; IFNAME_NONE: a name that the world does not have */
    uint8_t vlan; /* FIT_ROW, FIT_TAG: the tag of the row, or FIT_ANY_VLAN */
    int64_t at;   /* milliseconds, from 0 to FIT_LATEST */
};

#define FIT_LATEST (INT64_C(1) << 38)

enum { FIT_MOST_EVENTS = 255 /* of one source */, FIT_ANY_VLAN = 255 };

struct fit_record {
    unsigned count[FIT_SOURCES];
    const struct fit_event *event[FIT_SOURCES]; /* in the order of their times */
    int64_t apart;     /* events of different sources are in the order of their times if these
                          differ by more than so many milliseconds; otherwise in any order */
    oracle_set judged; /* one of them is to be violated if `wrong`, and none of them otherwise */
    bool wrong;
};

/* How well a schedule fits. */
enum fit_grade {
    FIT_PART,  /* none does: some event has not happened, or another one has */
    FIT_ALL,   /* all events happen, and no others */
    FIT_REST,  /* and behind them nobody has anything left to do */
    FIT_SHOWN, /* and what is judged is as it is to be */
};

enum fit_end {
    FIT_COMPLETE, /* the best grade is found, or there is no schedule of a better one */
    FIT_STATES,   /* a bound: there may be a better one */
    FIT_MEMORY,   /* the same */
    FIT_STOPPED,  /* the same, by the caller's progress function */
    FIT_LACKING,  /* a family of names has none to spare: see fit->lacking */
};

struct fit {
    enum fit_end end;
    enum fit_grade grade;
    unsigned at[FIT_SOURCES]; /* how far a schedule comes: with the most events in all, and of
                                 those one that has most of the kernel's */
    unsigned length;
    uint8_t *schedule; /* a shortest one of that grade, actors by number; NULL with FIT_PART */
    uint64_t states;   /* pairs that were found: of a state, and how far the record has happened */
    int lacking;       /* the index of the family, or -1 */
};

/* Looks for the shortest schedule of the best grade.  Of the limits, the states, the memory and the
 * progress function are heeded.  The clock of a world, which holds back names, steps once a second
 * of the record at most.  The result is to be given to fit_free. */
void fit_find(const struct world *world, const struct fit_record *record,
              const struct explore_limits *limits, struct fit *fit);
void fit_free(struct fit *fit);

/* The source of the next event of the record, which is its one number at[source]: where a schedule
 * that has come that far does not go on.  FIT_SOURCES if there is none. */
enum fit_source fit_next(const struct fit_record *record, const unsigned at[FIT_SOURCES]);

#endif
