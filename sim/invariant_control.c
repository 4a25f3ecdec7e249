/* The invariants of nics, and of guests: what daemons remember, their threads, and processes.  See
 * invariant.h. */
#include "sim/invariant.h"

#include "core/client.h"

#include <stddef.h>
#include <string.h>

#define RECORD (state->control.daemon.record[nic])
#define DAEMON(nic) (world->daemon[world_guest(world, nic)])
#define ALLOCATOR (state->control.daemon.allocator[DAEMON(nic)])
#define THREAD (state->control.thread[guest])
#define MACHINE (THREAD.machine)
#define LOCK (state->control.daemon.lock[world->daemon[guest]])
#define DELAYED (state->network.delayed[guest])

/* The device that one of these bytes leads to, if that is not IFNAME_NONE. */
#define DEVICE(byte) (state->network.device[state->network.byte])

static bool
is_reserved_once(const struct world *world, const struct state *state, unsigned nic)
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

/* QEMU's descriptors are open. */
static bool
has_descriptors(const struct world *world, const struct state *state, unsigned nic)
{
    uint8_t phase = state->control.phase[world_guest(world, nic)];

    return phase == PROCESS_RUNNING || phase == PROCESS_EXITING;
}

/* The guest runs, or a machine is at work on it, or a stop of it is due. */
static bool
is_minded(const struct world *world, const struct state *state, unsigned nic)
{
    unsigned guest = world_guest(world, nic);

    return state->control.phase[guest] == PROCESS_RUNNING || MACHINE.kind != MACHINE_IDLE ||
           THREAD.stuck != 0;
}

/* The operation that the thread, which has a machine, waits with. */
static enum op_kind
waits_with(const struct world *world, const struct state *state, unsigned guest)
{
    return (enum op_kind)control_want(world, &state->control, guest).kind;
}

/* Each of them: its id, in words, and as what is true of a nic. */
#define OF_NICS(X)                                                                              \
    X(opened, "the daemon's descriptor leads to a device, or has lost it",                      \
      state->network.opened[nic] == IFNAME_NONE || DEVICE(opened[nic]).kind != DEVICE_NONE)     \
    X(indexed, "an index that a start has asked for leads to a device, or has lost it",         \
      state->network.indexed[nic] == IFNAME_NONE ||                                             \
          (DEVICE(indexed[nic]).kind != DEVICE_NONE && world->nic[nic].contested != 0))         \
    X(tap, "so does QEMU's, and only a process has one",                                        \
      state->network.tap[nic] == IFNAME_NONE ||                                                 \
          (DEVICE(tap[nic]).kind != DEVICE_NONE && has_descriptors(world, state, nic)))         \
    X(made_open, "a start holds a descriptor open only of a nic that it has made a device for", \
      (RECORD.made & MADE_OPEN) == 0 || (RECORD.made & MADE_TAP) != 0)                          \
    X(running, "a guest that the daemon says is running has made its devices",                  \
      RECORD.running == 0 || RECORD.made != 0)                                                  \
    X(empty_record, "of a nic without a name the daemon remembers nothing that has one",        \
      RECORD.name != IFNAME_NONE || RECORD.reserved == 0)                                       \
    X(forgotten, "of a guest that is off, and nothing else, the daemon remembers no name",      \
      RECORD.name == IFNAME_NONE || is_minded(world, state, nic))                               \
    X(reserved, "a name that is reserved for a nic is reserved in the allocator",               \
      RECORD.reserved == 0 || ALLOCATOR.held[RECORD.name] == NAME_RESERVED)                     \
    X(reserved_once, "no two nics of a daemon have one name reserved",                          \
      is_reserved_once(world, state, nic))                                                      \
    X(binding, "only a nic on a Midonet bridge is bound by its interface id",                   \
      state->network.binding[nic] == IFNAME_NONE ||                                             \
          (world->nic[nic].bridge != 0 &&                                                       \
           world->bridge_kind[world->nic[nic].bridge - 1] == BRIDGE_MIDONET))

/* The same of a guest. */
#define OF_GUESTS(X)                                                                              \
    X(idle, "a thread without a machine is in the middle of nothing",                             \
      MACHINE.kind != MACHINE_IDLE ||                                                             \
          (memcmp(&MACHINE, &(struct machine){0}, sizeof MACHINE) == 0 &&                         \
           THREAD.waits == WAIT_NONE && THREAD.eof == 0))                                         \
    X(machine_works, "a machine in a thread has not ended",                                       \
      MACHINE.kind == MACHINE_IDLE || !machine_ended(&MACHINE))                                   \
    X(nic_at_hand, "the nic at hand is one of the guest's",                                       \
      MACHINE.nic < world_context(world, guest).nics)                                             \
    X(wrong_bridge, "only who attaches a device has it leave a bridge",                           \
      MACHINE.wrong_bridge == 0 || MACHINE.kind == MACHINE_START ||                               \
          MACHINE.kind == MACHINE_RECONNECT)                                                      \
    X(waits, "a thread waits for ovs-vswitchd with a commit, and for an exit with a kill",        \
      THREAD.waits == WAIT_NONE ||                                                                \
          (THREAD.waits == WAIT_EXIT ? waits_with(world, state, guest) == OP_KILL                 \
                                     : operation_commits(waits_with(world, state, guest))))       \
    X(waits_for_exit, "a process that is waited for exists",                                      \
      THREAD.waits != WAIT_EXIT || state->control.phase[guest] != PROCESS_NONE)                   \
    X(answer, "only an add-port that waits has an answer to come",                                \
      THREAD.answer == 0 ||                                                                       \
          (THREAD.waits == WAIT_VSWITCHD && waits_with(world, state, guest) == OP_ADD_PORT))      \
    X(start_process, "a guest that is being started has no process before its start runs one",    \
      MACHINE.kind != MACHINE_START || start_has_run(&MACHINE) ||                                 \
          state->control.phase[guest] == PROCESS_NONE)                                            \
    X(nic_failed, "a start that has failed is the only one that takes back a nic",                \
      MACHINE.kind != MACHINE_START || (MACHINE.flag & MACHINE_NIC_FAILED) == 0 ||                \
          (MACHINE.flag & MACHINE_FAILED) != 0)                                                   \
    X(locked, "a start that has locked the mutex holds it",                                       \
      MACHINE.kind != MACHINE_START || (MACHINE.flag & MACHINE_LOCKED) == 0 || LOCK == guest + 1) \
    X(lock, "whoever holds the mutex has a machine that gives it back",                           \
      LOCK != guest + 1 ||                                                                        \
          (MACHINE.kind == MACHINE_START                                                          \
               ? (MACHINE.flag & MACHINE_LOCKED) != 0                                             \
               : MACHINE.kind != MACHINE_IDLE && MACHINE.kind != MACHINE_RECONNECT))              \
    X(opened_flag, "only a stop that deletes its tap has opened it",                              \
      (MACHINE.flag & MACHINE_OPENED) == 0 || MACHINE.kind == MACHINE_STOP ||                     \
          MACHINE.kind == MACHINE_CLEAN_UP || MACHINE.kind == MACHINE_UNPLUG)                     \
    X(excused, "only a start that is being taken back is excused",                                \
      state->excused[guest] == 0 ||                                                               \
          (MACHINE.kind == MACHINE_START && (MACHINE.flag & MACHINE_FAILED) != 0))                \
    X(delayed, "a delayed transaction is one of Open vSwitch's, or nothing",                      \
      DELAYED.op.kind == OP_NONE ? memcmp(&DELAYED, &(struct delayed){0}, sizeof DELAYED) == 0    \
                                 : operation_commits((enum op_kind)DELAYED.op.kind))              \
    X(orphan, "an ovs-vsctl that has outlived its daemon was started by one",                     \
      DELAYED.orphan == 0 || (DELAYED.op.kind != OP_NONE && DELAYED.op.kind != OP_REMOVE_OWN))    \
    X(leaked, "a helper's descriptor leads to a tap, or has lost it",                             \
      state->network.leaked[guest] == IFNAME_NONE || DEVICE(leaked[guest]).kind == DEVICE_TAP)    \
    X(commands, "a thread has not done more commands than it has",                                \
      THREAD.command <= world->commands[guest])                                                   \
    X(crash, "only a guest whose process runs has a crash to come",                               \
      MACHINE.kind != MACHINE_IDLE || THREAD.command == world->commands[guest] ||                 \
          state->control.phase[guest] == PROCESS_RUNNING ||                                       \
          client_is_idle(world, &state->control, guest))                                          \
    X(unplugged, "a QEMU that has lost its nic holds no tap",                                     \
      state->network.unplugged[guest] == 0 || state->network.tap[guest] == IFNAME_NONE)

#define NIC(id, text, expression) INVARIANT(id, nic, expression)
#define GUEST(id, text, expression) INVARIANT(id, guest, expression)
OF_NICS(NIC)
OF_GUESTS(GUEST)

#define NIC_ROW(id, text, expression) {text, OF_NIC, id},
#define GUEST_ROW(id, text, expression) {text, OF_GUEST, id},
const struct invariant invariants_of_control[] = {
    OF_NICS(NIC_ROW) OF_GUESTS(GUEST_ROW){NULL, OF_NIC, NULL},
};
