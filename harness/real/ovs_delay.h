/* Transactions of ovs-vsctl that ovsdb-server reads later than its sender waits.
 *
 * Such an ovs-vsctl talks to the server by way of us: all that it reads from the database passes,
 * and the transaction that it then sends is kept.  It gets SIGALRM, as its --timeout has it.  What
 * is kept goes to the server, byte for byte, when its turn comes: the server has no part in who is
 * late, and whether the sender still lives makes no difference to it (docs/facts.md, "Delayed
 * transactions"). */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_DELAY_H
#define TAPWEAVE_HARNESS_REAL_OVS_DELAY_H

#include "harness/real/ovs.h"

/* A transaction that is kept.  text NULL: there is none. */
struct ovs_delay {
    int server; /* the connection to ovsdb-server that it belongs to */
    char *text; /* the message */
    size_t length;
};

/* Makes the next ovs_call talk to the server by way of us: a descriptor to be given to
 * ovs_delay_take in any case, -1 with a diagnostic. */
int ovs_delay_begin(struct ovs *ovs);

/* Passes on what that call and the server say to each other, until it sends its transaction, which
 * goes into *delayed; ends it, and stores its exit status as ovs_reap has it.  False with a
 * diagnostic, also if it sends none. */
bool ovs_delay_take(struct ovs *ovs, int listening, struct child *call, struct ovs_delay *delayed,
                    int *status);

/* The same of an ovs-vsctl that somebody else starts between these two, and that knows no other
 * socket than the server's: we listen there meanwhile, so that nobody else is to connect.  It is
 * not ended.  False with a diagnostic, also if it sends no transaction, or has ended. */
int ovs_delay_stand_in(struct ovs *ovs);
bool ovs_delay_take_from(struct ovs *ovs, int listening, pid_t process, struct ovs_delay *delayed);

/* The server reads it now.  *applied is whether it was carried out; if not, what it depends on was
 * no longer so.  There is none any more. */
bool ovs_delay_commit(struct ovs *ovs, struct ovs_delay *delayed, bool *applied);

/* It is never read. */
void ovs_delay_drop(struct ovs_delay *delayed);

#endif
