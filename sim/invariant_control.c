/* The invariants of nics, and of guests: what daemons remember, their threads, and processes.  See
 * invariant.h. */
#include "sim/invariant.h"

#include "sim/delayed.h"

#include <stddef.h>
#include <string.h>

#define RECORD (state->control.daemon.record[nic])
#define DAEMON(nic) (world->daemon[world_guest(world, nic)])
#define ALLOCATOR (state->control.daemon.allocator[DAEMON(nic)])
#define PHASE (state->control.phase[world_guest(world, nic)])
#define THREAD (state->control.thread[guest])
#define MACHINE (THREAD.machine)

/* ---- nics ---- */

static bool
opened(const struct world *world, const struct state *state, unsigned nic)
{
    uint8_t opened = state->network.opened[nic];

    (void)world;
    return opened == IFNAME_NONE || state->network.device[opened].kind != DEVICE_NONE;
}

static bool
tap(const struct world *world, const struct state *state, unsigned nic)
{
    uint8_t tap = state->network.tap[nic], phase = PHASE;

    return tap == IFNAME_NONE || (state->network.device[tap].kind != DEVICE_NONE &&
                                  (phase == PROCESS_RUNNING || phase == PROCESS_EXITING));
}

static bool
made_open(const struct world *world, const struct state *state, unsigned nic)
{
    (void)world;
    return (RECORD.made & MADE_OPEN) == 0 || (RECORD.made & MADE_TAP) != 0;
}

static bool
running(const struct world *world, const struct state *state, unsigned nic)
{
    (void)world;
    return RECORD.running == 0 || RECORD.made != 0;
}

static bool
empty_record(const struct world *world, const struct state *state, unsigned nic)
{
    (void)world;
    return RECORD.name != IFNAME_NONE || RECORD.reserved == 0;
}

static bool
reserved(const struct world *world, const struct state *state, unsigned nic)
{
    return RECORD.reserved == 0 || ALLOCATOR.held[RECORD.name] == NAME_RESERVED;
}

static bool
reserved_once(const struct world *world, const struct state *state, unsigned nic)
{
    for (unsigned other = 0; other < nic; other++) {
        const struct nic_record *record = &state->control.daemon.record[other];

        if (RECORD.reserved != 0 && record->reserved != 0 && record->name == RECORD.name &&
            DAEMON(other) == DAEMON(nic)) {
            return false;
        }
    }
    return true;
}

static bool
binding(const struct world *world, const struct state *state, unsigned nic)
{
    uint8_t bridge = world->nic[nic].bridge;

    return state->network.binding[nic] == IFNAME_NONE ||
           (bridge != 0 && world->bridge_kind[bridge - 1] == BRIDGE_MIDONET);
}

/* ---- guests ---- */

static bool
idle(const struct world *world, const struct state *state, unsigned guest)
{
    static const struct machine none;

    (void)world;
    return MACHINE.kind != MACHINE_IDLE ||
           (memcmp(&MACHINE, &none, sizeof none) == 0 && THREAD.waits == WAIT_NONE);
}

static bool
machine_works(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return MACHINE.kind == MACHINE_IDLE || !machine_ended(&MACHINE);
}

static bool
nic_at_hand(const struct world *world, const struct state *state, unsigned guest)
{
    struct context context = world_context(world, guest);

    return MACHINE.nic < context.nics;
}

static bool
wrong_bridge(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return MACHINE.wrong_bridge == 0 || MACHINE.kind == MACHINE_START ||
           MACHINE.kind == MACHINE_RECONNECT;
}

static bool
waits(const struct world *world, const struct state *state, unsigned guest)
{
    struct operation op = {0};

    if (THREAD.waits != WAIT_NONE) {
        op = control_want(world, &state->control, guest);
    }
    return (THREAD.waits != WAIT_VSWITCHD || operation_commits((enum op_kind)op.kind)) &&
           (THREAD.waits != WAIT_EXIT || op.kind == OP_KILL);
}

static bool
waits_for_exit(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return THREAD.waits != WAIT_EXIT || state->control.phase[guest] != PROCESS_NONE;
}

static bool
answer(const struct world *world, const struct state *state, unsigned guest)
{
    return THREAD.answer == 0 || (THREAD.waits == WAIT_VSWITCHD &&
                                  control_want(world, &state->control, guest).kind == OP_ADD_PORT);
}

static bool
start_process(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return MACHINE.kind != MACHINE_START || state->control.phase[guest] == PROCESS_NONE;
}

static bool
nic_failed(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return (MACHINE.flag & MACHINE_NIC_FAILED) == 0 || (MACHINE.flag & MACHINE_FAILED) != 0;
}

static bool
locked(const struct world *world, const struct state *state, unsigned guest)
{
    return MACHINE.kind != MACHINE_START || (MACHINE.flag & MACHINE_LOCKED) == 0 ||
           state->control.daemon.lock[world->daemon[guest]] == guest + 1;
}

static bool
lock(const struct world *world, const struct state *state, unsigned guest)
{
    bool holds = state->control.daemon.lock[world->daemon[guest]] == guest + 1;

    return !holds || (MACHINE.kind == MACHINE_START
                          ? (MACHINE.flag & MACHINE_LOCKED) != 0
                          : MACHINE.kind != MACHINE_IDLE && MACHINE.kind != MACHINE_RECONNECT);
}

static bool
opened_flag(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return (MACHINE.flag & MACHINE_OPENED) == 0 || MACHINE.kind == MACHINE_STOP ||
           MACHINE.kind == MACHINE_CLEAN_UP || MACHINE.kind == MACHINE_UNPLUG;
}

static bool
excused(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->excused[guest] == 0 ||
           (MACHINE.kind == MACHINE_START && (MACHINE.flag & MACHINE_FAILED) != 0);
}

static bool
delayed(const struct world *world, const struct state *state, unsigned guest)
{
    static const struct delayed none;
    const struct delayed *delayed = &state->network.delayed[guest];

    (void)world;
    return delayed->op.kind == OP_NONE ? memcmp(delayed, &none, sizeof none) == 0
                                       : operation_commits((enum op_kind)delayed->op.kind);
}

static bool
leaked(const struct world *world, const struct state *state, unsigned guest)
{
    uint8_t leaked = state->network.leaked[guest];

    (void)world;
    return leaked == IFNAME_NONE || state->network.device[leaked].kind == DEVICE_TAP;
}

static bool
commands(const struct world *world, const struct state *state, unsigned guest)
{
    return THREAD.command <= world->commands[guest];
}

static bool
crash(const struct world *world, const struct state *state, unsigned guest)
{
    return MACHINE.kind != MACHINE_IDLE || THREAD.command == world->commands[guest] ||
           state->control.phase[guest] == PROCESS_RUNNING;
}

static bool
unplugged(const struct world *world, const struct state *state, unsigned guest)
{
    (void)world;
    return state->network.unplugged[guest] == 0 || state->network.tap[guest] == IFNAME_NONE;
}

const struct invariant invariants_of_control[] = {
    {"the daemon's descriptor leads to a device, or has lost it", OF_NIC, opened},
    {"so does QEMU's, and only a process has one", OF_NIC, tap},
    {"a start holds a descriptor open only of a nic that it has made a device for", OF_NIC,
     made_open},
    {"a guest that the daemon says is running has made its devices", OF_NIC, running},
    {"of a nic without a name the daemon remembers nothing that has one", OF_NIC, empty_record},
    {"a name that is reserved for a nic is reserved in the allocator", OF_NIC, reserved},
    {"no two nics of a daemon have one name reserved", OF_NIC, reserved_once},
    {"only a nic on a Midonet bridge is bound by its interface id", OF_NIC, binding},
    {"a thread without a machine is in the middle of nothing", OF_GUEST, idle},
    {"a machine in a thread has not ended", OF_GUEST, machine_works},
    {"the nic at hand is one of the guest's", OF_GUEST, nic_at_hand},
    {"only who attaches a device has it leave a bridge", OF_GUEST, wrong_bridge},
    {"a thread waits for ovs-vswitchd with a commit, and for an exit with a kill", OF_GUEST, waits},
    {"a process that is waited for exists", OF_GUEST, waits_for_exit},
    {"only an add-port that waits has an answer to come", OF_GUEST, answer},
    {"while a guest is being started it has no process", OF_GUEST, start_process},
    {"a start that has failed is the only one that takes back a nic", OF_GUEST, nic_failed},
    {"a start that has locked the mutex holds it", OF_GUEST, locked},
    {"whoever holds the mutex has a machine that gives it back", OF_GUEST, lock},
    {"only a stop that deletes its tap has opened it", OF_GUEST, opened_flag},
    {"only a start that is being taken back is excused", OF_GUEST, excused},
    {"a delayed transaction is one of Open vSwitch's, or nothing", OF_GUEST, delayed},
    {"a helper's descriptor leads to a tap, or has lost it", OF_GUEST, leaked},
    {"a thread has not done more commands than it has", OF_GUEST, commands},
    {"only a guest whose process runs has a crash to come", OF_GUEST, crash},
    {"a QEMU that has lost its nic holds no tap", OF_GUEST, unplugged},
    {NULL, OF_NIC, NULL},
};
