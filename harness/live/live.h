/* A host that is alive, as this process sees it: the devices of its network namespace, and a
 * database of Open vSwitch, followed side by side; and what is wrong, as it happens.
 *
 * The ledger judges both (harness/record/ledger.h).  What it is told that it cannot see it says,
 * and looks again at all that there is. */
#ifndef TAPWEAVE_HARNESS_LIVE_LIVE_H
#define TAPWEAVE_HARNESS_LIVE_LIVE_H

#include "harness/live/authors.h"
#include "harness/live/database.h"
#include "harness/live/links.h"
#include "harness/live/taps.h"

enum live_kind {
    LIVE_NOTHING,        /* that has been so for as long as was asked for */
    LIVE_FINDING,        /* something is wrong, or it is over */
    LIVE_DEVICES_AGAIN,  /* messages of the kernel were lost, and the devices read again */
    LIVE_DATABASE_LOST,  /* the connection is lost: nothing is found until it is there again */
    LIVE_DATABASE_AGAIN, /* it is there again, and the ports have been read again */
    LIVE_ENDED,          /* by SIGINT or SIGTERM */
};

enum { LIVE_PENDINGS = 4 /* of one look at all that there is */ };

struct live {
    struct links links;
    struct database database;
    struct authors authors;
    struct ledger *ledger;
    struct taps taps;
    struct record record; /* events that have just been read */
    int signals;          /* of SIGINT and SIGTERM: a descriptor */
    bool follows;         /* it knows the database's ports */
    bool asks;            /* it has asked for them, but the list has not come yet */
    int64_t again;        /* when it asks again, if it does not follow */
    int64_t quiet;        /* when all had been read that the kernel had told */
    int64_t date;         /* microseconds from 1970 to the beginning of its clock */
    bool ended;           /* by a signal */
    unsigned pendings;    /* news that is not told yet */
    enum live_kind pending[LIVE_PENDINGS];
};

struct live_news {
    enum live_kind kind;
    int64_t at;                    /* microseconds since 1970 */
    struct ledger_finding finding; /* of LIVE_FINDING: its times are since 1970, too */
    const char *why;               /* of LIVE_DATABASE_LOST; as long as the host is */
};

/* Reads all devices, and all ports of the database at that path.  `journal` is the database's file,
 * by which it is known who has changed it, or NULL.  From then on SIGINT and SIGTERM are news.
 * False with a diagnostic, and nothing to close, if there is no such database, or the journal
 * cannot be read. */
bool live_open(struct live *live, const char *database, const char *journal,
               struct diagnostic *diagnostic);
void live_close(struct live *live);

/* Waits for news, until a time of live_now at most.  False with a diagnostic if it cannot go on. */
bool live_next(struct live *live, int64_t until, struct live_news *news,
               struct diagnostic *diagnostic);

/* Microseconds of a clock that never goes back. */
int64_t live_now(void);

#endif
