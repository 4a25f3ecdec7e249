/* The steps of the guests' threads: see guest_thread.h. */
#include "sim/guest_thread.h"

#include "core/client.h"
#include "sim/carry_out.h"

#include <assert.h>
#include <errno.h>

bool
guest_thread_enabled(const struct world *world, const struct state *state, unsigned guest)
{
    return control_may_step(world, &state->control, guest);
}

/* A start that fails is nobody's fault if a fault of the world has failed it. */
static void
judge(const struct state *state, unsigned guest, bool failed, struct event *event)
{
    assert(!failed || state->control.thread[guest].machine.kind == MACHINE_CLEAN_UP ||
           (state->control.thread[guest].machine.flag & MACHINE_UNFINISHED) != 0);
    if (failed && state->excused[guest] == 0) {
        event->violated |= ORACLE_BIT(ORACLE_START_FAILED);
        event->failed |= (uint8_t)(1u << guest);
    }
}

void
guest_thread_done(const struct world *world, struct state *state, unsigned guest,
                  struct event *event)
{
    judge(state, guest, control_done(world, &state->control, guest, event->op, event->outcome),
          event);
}

void
guest_thread_step(const struct world *world, struct state *state, unsigned guest,
                  struct event *event)
{
    struct control *control = &state->control;
    struct operation op;

    if (client_is_between_rounds(world, control, guest)) {
        event->kind = EVENT_ROUND;
        client_begin_round(world, control, guest);
        return;
    }
    if (control_crashes(control, guest)) {
        event->kind = EVENT_CRASH;
        control_crash(world, control, guest);
        return;
    }
    event->kind = EVENT_OPERATION;
    event->op = op = control_want(world, control, guest);
    event->outcome = operation_is_daemons((enum op_kind)op.kind)
                         ? control_carry_out(world, control, guest, op)
                         : carry_out(world, state, control_nic(world, control, guest), op, event);
    /* Without an ovsdb-server, that is nobody's race. */
    state->excused[guest] |= event->outcome.error == ECONNREFUSED;
    assert(event->outcome.waits != WAIT_VSWITCHD || operation_commits((enum op_kind)op.kind));
    if (operation_logs_error(op, event->outcome)) {
        event->violated |= ORACLE_BIT(ORACLE_SPURIOUS_ERROR);
        event->erred |= (uint8_t)(1u << guest);
    }
    guest_thread_done(world, state, guest, event);
}

void
guest_thread_answer(const struct world *world, struct state *state, unsigned guest, int error,
                    struct event *event)
{
    judge(state, guest, control_answer(world, &state->control, guest, error), event);
}

/* What they have committed is in the run that they waited for. */
void
guest_thread_answer_all(const struct world *world, struct state *state, struct event *event)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (control_waits_for_vswitchd(&state->control, guest)) {
            guest_thread_answer(world, state, guest, 0, event);
            assert(!control_waits_for_vswitchd(&state->control, guest)); /* its step is to come */
        }
    }
}

void
guest_thread_exited(const struct world *world, struct state *state, unsigned guest)
{
    assert(state->network.tap[guest] == IFNAME_NONE); /* do_exit closes descriptors first */
    control_exit(world, &state->control, guest);
}

void
guest_thread_gave_up(const struct world *world, struct state *state, unsigned guest,
                     struct event *event)
{
    judge(state, guest, control_leave_alive(world, &state->control, guest), event);
}

void
guest_thread_expire_excuses(const struct world *world, struct state *state)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        const struct machine *machine = &state->control.thread[guest].machine;

        if (state->excused[guest] != 0 &&
            (machine->kind != MACHINE_START || (machine->flag & MACHINE_FAILED) == 0)) {
            state->excused[guest] = 0;
        }
    }
}
