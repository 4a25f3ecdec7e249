/* An outage of ovsdb-server (FAULT_OVSDB_OUTAGE): it goes down, and comes up again later.
 *
 * Facts, "Delayed transactions".  While it is down, an ovs-vsctl that is started fails at once, and
 * one that waits goes on waiting: it connects again when it can.  ovs-vswitchd still does what has
 * been committed, and then nothing but read link events, until it has connected again. */
#ifndef TAPWEAVE_SIM_OUTAGE_H
#define TAPWEAVE_SIM_OUTAGE_H

#include "sim/event.h"
#include "sim/state.h"

/* True in a world that has outages. */
bool outage_happens(const struct world *world);

/* stop/ovsdb-server, which has a step while there is an ovsdb-server. */
bool outage_can_begin(const struct world *world, const struct state *state, unsigned none);
void outage_begin(const struct world *world, struct state *state, unsigned none,
                  struct event *event);

/* start/ovsdb-server. */
bool outage_can_end(const struct world *world, const struct state *state, unsigned none);
void outage_end(const struct world *world, struct state *state, unsigned none, struct event *event);

/* True if the guest's thread waits for an ovs-vswitchd that is not connected: its time may run out,
 * whatever the budget of ovs-timeout is. */
bool outage_outlasts(const struct state *state, unsigned guest);

/* ovs-vswitchd, in every world: true if it has a step; and the step, which connects it again if
 * that is what it takes. */
bool outage_vswitchd_enabled(const struct world *world, const struct state *state, unsigned none);
void outage_vswitchd_step(const struct world *world, struct state *state, unsigned none,
                          struct event *event);

#endif
