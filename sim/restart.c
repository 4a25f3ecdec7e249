/* The daemon's restart: see restart.h. */
#include "sim/restart.h"

#include "sim/kernel.h"

void
restart_daemon(const struct world *world, struct state *state)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        kernel_close_opened(world, state, guest);
    }
    daemon_forget(&state->daemon);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct setting setting = world_setting(world, guest);

        thread_restart(&state->thread[guest], world_program(world, guest), &setting, &state->daemon,
                       state->process[guest].phase == PROCESS_RUNNING);
    }
}
