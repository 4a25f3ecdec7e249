/* The daemon's restart: see restart.h. */
#include "sim/restart.h"

#include "sim/kernel.h"

void
restart_daemon(const struct world *world, struct state *state)
{
    daemon_forget(&state->daemon, RESTARTED_DAEMON);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct setting setting = world_setting(world, guest);

        if (setting.daemon != RESTARTED_DAEMON) {
            continue;
        }
        for (unsigned i = 0; i < setting.cards; i++) {
            kernel_close_opened(world, state, setting.card_at[i]);
        }
        thread_restart(&state->thread[guest], world_program(world, guest), &setting, &state->daemon,
                       state->phase[guest] == PROCESS_RUNNING);
    }
}
