/* When the commands on guests are given.
 *
 * Whoever gives them, a client of the daemon's, waits for each one before it gives the next: a
 * thread knows nothing of a command until then. */
#ifndef TAPWEAVE_CORE_CLIENT_H
#define TAPWEAVE_CORE_CLIENT_H

#include "core/control.h"

/* The commands of the guest's thread, and how many of them have been given by now. */
struct program client_program(const struct world *world, const struct control *control,
                              unsigned guest);

/* True if the guest's thread has nothing to do until its next command is given. */
bool client_is_idle(const struct world *world, const struct control *control, unsigned guest);

/* Loads the machine of the thread's next command that has been given and makes sense: the stop or
 * the crash of a guest whose start has failed is passed over.  Part of the beginning. */
void client_load(const struct world *world, struct control *control, unsigned guest);

/* True if the guest's thread is between two rounds: its commands have all been done, and its client
 * may give them again (world.unbounded).  That is its next step, and changes nothing else.  A
 * client may also leave it at that: a run may end where nobody has any other step to take. */
bool client_is_between_rounds(const struct world *world, const struct control *control,
                              unsigned guest);

/* True if it may begin the next one now.  Where names are held back for some time, not before a
 * second has passed since the daemon has released one: rounds that took no time would need more
 * names than there are. */
bool client_may_begin_round(const struct world *world, const struct control *control,
                            unsigned guest);

/* Gives the commands of a thread that is between rounds again: loads the first one. */
void client_begin_round(const struct world *world, struct control *control, unsigned guest);

/* Loads what has been given by now, wherever a thread has nothing to do. */
void client_give(const struct world *world, struct control *control);

/* The guest takes the step (enum op_kind of its thread's, or enum landmark_step), and who waits for
 * it does so no longer. */
void client_reach(const struct world *world, struct control *control, unsigned guest,
                  unsigned step);

/* True if there is nothing to wait for any more: `after` is 1 + the index of a landmark, or 0. */
bool client_has_reached(const struct control *control, uint8_t after);

/* The name of such a step, as traces have it. */
const char *client_step_name(unsigned step);

#endif
