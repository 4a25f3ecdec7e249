/* The steps of the guests' threads in the simulated world; and of those who end their waits, what
 * follows of it. */
#ifndef TAPWEAVE_SIM_GUEST_THREAD_H
#define TAPWEAVE_SIM_GUEST_THREAD_H

#include "sim/event.h"
#include "sim/state.h"

bool guest_thread_enabled(const struct world *world, const struct state *state, unsigned guest);
void guest_thread_step(const struct world *world, struct state *state, unsigned guest,
                       struct event *event);

/* The thread goes on with event->outcome of event->op, which it wanted: control_done. */
void guest_thread_done(const struct world *world, struct state *state, unsigned guest,
                       struct event *event);

/* The thread's wait for ovs-vswitchd has ended, with this errno; and, when ovs-vswitchd has run,
 * the waits of all.  The outcome of a start is judged. */
void guest_thread_answer(const struct world *world, struct state *state, unsigned guest, int error,
                         struct event *event);
void guest_thread_answer_all(const struct world *world, struct state *state, struct event *event);

/* The kernel has finished the exit of the guest's process. */
void guest_thread_exited(const struct world *world, struct state *state, unsigned guest);

/* The thread waits no longer for that. */
void guest_thread_gave_up(const struct world *world, struct state *state, unsigned guest,
                          struct event *event);

/* Drops the excuses of starts that are not being taken back any more. */
void guest_thread_expire_excuses(const struct world *world, struct state *state);

#endif
