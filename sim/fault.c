/* The table of faults: see fault.h. */
#include "sim/fault.h"

#include "sim/actor.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

/* ---- ovs-timeout ---- */

static bool
ovs_waits(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->thread[guest].call == CALL_OVS;
}

/* Facts 3: "--timeout: rc 142"; what the call has committed remains. */
static void
time_out(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct setting setting = world_setting(world, guest);

    event->op = machine_want(&state->thread[guest].machine, &setting, &state->daemon.domain[guest]);
    event->outcome.error = ETIMEDOUT;
    event->violated |= actor_advance(world, state, guest, event->outcome);
}

/* ---- qemu-crash ---- */

static bool
qemu_runs(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->process[guest].phase == PROCESS_RUNNING;
}

static void
crash(const struct world *world, struct state *state, unsigned guest, struct event *event)
{
    struct setting setting = world_setting(world, guest);

    (void)event;
    state->process[guest].phase = PROCESS_EXITING;
    thread_eof(&state->thread[guest], &setting, &state->daemon.domain[guest]);
}

/* To add a fault: a constant of enum fault, a row here, what it does to the real world
 * (harness/real/real_fault.c), when a scenario can spend it (harness/scenario_faults.c), and a
 * paragraph in docs/model.md. */
static const struct {
    const char *name;
    const char *actor;
    const char *text;
    bool single;
    bool (*enabled)(const struct world *world, const struct state *state, unsigned guest);
    void (*step)(const struct world *world, struct state *state, unsigned guest,
                 struct event *event);
} faults[FAULT_COUNT] = {
    [FAULT_OVS_TIMEOUT] = {"ovs-timeout", NULL,
                           "an ovs-vsctl that waits for ovs-vswitchd runs out of time; what it "
                           "committed remains",
                           false, ovs_waits, time_out},
    [FAULT_QEMU_CRASH] = {"qemu-crash", "crash", "a guest's QEMU dies by itself; its stop follows",
                          false, qemu_runs, crash},
};

const char *
fault_name(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].name;
}

const char *
fault_text(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].text;
}

const char *
fault_actor(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].actor;
}

bool
fault_is_single(enum fault fault)
{
    assert(fault < FAULT_COUNT);
    return faults[fault].single;
}

bool
fault_enabled(const struct world *world, const struct state *state, enum fault fault,
              unsigned guest)
{
    return state->faults[fault] > 0 && faults[fault].enabled(world, state, guest);
}

void
fault_step(const struct world *world, struct state *state, enum fault fault, unsigned guest,
           struct event *event)
{
    event->kind = EVENT_FAULT;
    event->fault = fault;
    state->faults[fault]--;
    faults[fault].step(world, state, guest, event);
}
