/* The ports of a live database of Open vSwitch: JSON-RPC over its unix socket (RFC 7047).  Two of
 * its methods are spoken: `monitor`, once for each connection, and the answer to `echo`.  So
 * nothing is changed by it. */
#ifndef TAPWEAVE_HARNESS_LIVE_DATABASE_H
#define TAPWEAVE_HARNESS_LIVE_DATABASE_H

#include "harness/record/record.h"

enum { DATABASE_WHY_SIZE = 200 };

/* `path` alone is set at first; to be given to database_close. */
struct database {
    const char *path; /* of the socket; not owned */
    bool connected;
    int fd;     /* if it is connected; else -1 */
    char *text; /* what has come of messages that are not taken yet */
    size_t used, room;
    struct journal *journal;     /* which takes what the server tells as transactions */
    struct record events;        /* of one of them */
    char why[DATABASE_WHY_SIZE]; /* it is not connected */
};

/* Connects, and asks for all ports, and for what changes from then on.  False, with why. */
bool database_connect(struct database *database);
void database_close(struct database *database);

/* Receives what has come, if it is connected.  False, with why: the connection is lost. */
bool database_receive(struct database *database);

enum database_took {
    DATABASE_NOTHING, /* no whole message has come */
    DATABASE_CHANGE,  /* events have been added, or none that matter */
    DATABASE_LIST,    /* the events are all ports that there are */
    DATABASE_LOST,    /* with why: the connection is of no use, and closed */
};

/* Takes a message that has been received, as events of that time, which are added to a record. */
enum database_took database_take(struct database *database, int64_t at, struct record *record);

#endif
