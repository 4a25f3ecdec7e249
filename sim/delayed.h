/* Transactions that nobody waits for any more, at most one of each guest's thread.
 *
 * One that ovsdb-server reads later: it was sent, its ovs-vsctl has then run out of time, and it
 * has not been read yet.
 *
 * ovs-vsctl finds names in the database and asks for changes of rows by their UUIDs.  It makes its
 * transaction depend on what it has found: add-port and del-port on the ports of all bridges,
 * `remove Bridge BR ports UUID` on those of BR ("wait" operations; RFC 7047, 5.2.6).  So it is
 * carried out as it was meant, or not at all (docs/facts.md, "Delayed transactions"): not while
 * there is a row that it has not found, and never when one that it has found is gone.
 *
 * One of an ovs-vsctl that has outlived its daemon: it looks at the database when it runs, and so
 * does whatever its command line says then. */
#ifndef TAPWEAVE_SIM_DELAYED_H
#define TAPWEAVE_SIM_DELAYED_H

#include "sim/event.h"
#include "sim/state.h"

/* The guest's thread has sent what `op` stands for. */
void delayed_send(const struct world *world, struct state *state, unsigned guest,
                  struct operation op);

/* The thread has started the ovs-vsctl that `op` stands for, which has sent nothing yet, and its
 * daemon is no more. */
void delayed_orphan(const struct world *world, struct state *state, unsigned guest,
                    struct operation op);

/* True if the guest has a transaction that could still be carried out. */
bool delayed_is_pending(const struct state *state, unsigned guest);

/* ovsdb/GUEST: ovsdb-server reads the transaction, if it can be carried out now, and does so. */
bool delayed_enabled(const struct world *world, const struct state *state, unsigned guest);
void delayed_step(const struct world *world, struct state *state, unsigned guest,
                  struct event *event);

/* ovs-vsctl/GUEST: the one that has outlived its daemon runs. */
bool delayed_orphan_enabled(const struct world *world, const struct state *state, unsigned guest);
void delayed_orphan_step(const struct world *world, struct state *state, unsigned guest,
                         struct event *event);

#endif
