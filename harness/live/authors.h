/* Who has changed the row of a port: by the comments in the database's file, as far as it grows.
 *
 * A monitor does not say that, and the file does; but the file may be out of reach, and it is
 * replaced when the database is compacted.  So the monitor is what is believed (database.h), and
 * the file is only asked, when there is something to tell. */
#ifndef TAPWEAVE_HARNESS_LIVE_AUTHORS_H
#define TAPWEAVE_HARNESS_LIVE_AUTHORS_H

#include "harness/record/ledger.h"

#include <jansson.h>
#include <sys/types.h>

enum { AUTHORS_MOST = 1024 /* transactions that are remembered */ };

struct authors {
    const char *path; /* not owned; NULL: nobody is known */
    dev_t device;     /* of the file that was read last */
    ino_t inode;
    off_t read;           /* so much of it */
    bool snapshot;        /* the next transaction is the whole database, and nobody's change */
    json_t *transactions; /* an array: those that change ports, the last one at the end */
};

/* Looks at the file from its present end on.  0, or an errno: it cannot be read. */
int authors_open(struct authors *authors, const char *path);
void authors_close(struct authors *authors);

/* Fills in who has changed the row of an event, if it is of one, and that is known. */
void authors_sign(struct authors *authors, struct ledger_event *event);

#endif
