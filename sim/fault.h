/* What faults do in the simulated world: the steps of their actors.
 *
 * control_may_strike says if a budget is left and control has something to be struck; the functions
 * here add what depends on the network. */
#ifndef TAPWEAVE_SIM_FAULT_H
#define TAPWEAVE_SIM_FAULT_H

#include "sim/event.h"
#include "sim/state.h"

/* True if the network has something for the fault to strike; for faults that ask. */
bool fault_can_leak(const struct world *world, const struct state *state, unsigned guest);
bool fault_can_lie(const struct world *world, const struct state *state, unsigned guest);
bool fault_can_be_late(const struct world *world, const struct state *state, unsigned guest);
bool fault_can_orphan(const struct world *world, const struct state *state, unsigned guest);
bool fault_vswitchd_matters(const struct world *world, const struct state *state, unsigned none);

/* timeout/GUEST, by the budget of ovs-timeout. */
void fault_time_out(const struct world *world, struct state *state, unsigned guest,
                    struct event *event);

/* crash/GUEST, fail/GUEST, leak/GUEST, lie/GUEST, late/GUEST, orphan/GUEST. */
void fault_crash(const struct world *world, struct state *state, unsigned guest,
                 struct event *event);
void fault_fail_start(const struct world *world, struct state *state, unsigned guest,
                      struct event *event);
void fault_leak(const struct world *world, struct state *state, unsigned guest,
                struct event *event);
void fault_lie(const struct world *world, struct state *state, unsigned guest, struct event *event);
void fault_be_late(const struct world *world, struct state *state, unsigned guest,
                   struct event *event);
void fault_orphan(const struct world *world, struct state *state, unsigned guest,
                  struct event *event);

/* slow/GUEST, mute/GUEST: event->fault says which. */
void fault_give_up(const struct world *world, struct state *state, unsigned guest,
                   struct event *event);

/* restart/ovs-vswitchd, restart/daemon: one actor for the world. */
void fault_restart_vswitchd(const struct world *world, struct state *state, unsigned none,
                            struct event *event);
void fault_restart_daemon(const struct world *world, struct state *state, unsigned none,
                          struct event *event);

#endif
