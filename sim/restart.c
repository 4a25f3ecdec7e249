/* The daemon's restart: see restart.h. */
#include "sim/restart.h"

#include "sim/kernel.h"

void
restart_daemon(const struct world *world, struct state *state)
{
    daemon_forget(&state->daemon, RESTARTED_DAEMON);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct context context = world_context(world, guest);

        if (context.daemon != RESTARTED_DAEMON) {
            continue;
        }
        for (unsigned i = 0; i < context.nics; i++) {
            kernel_close_opened(world, state, context.nic_at[i]);
        }
        thread_restart(&state->thread[guest], world_program(world, guest), &context, &state->daemon,
                       state->phase[guest] == PROCESS_RUNNING);
    }
}
