/* A restarted daemon takes a guest back that its status file says is running: qemuProcessReconnect,
 * in the order of facts 1e.  Each guest has a thread of its own for it, beside which others are
 * started.  Without a QEMU to connect to, the guest is taken down like any other (core/stop.c). */
#include "core/machine.h"

#include <assert.h>

enum reconnect_state {
    CONNECT,
    RESERVE,
    MASTER,
    LEAVE_PORT,
    LEAVE_IF,
    ADD_PORT,
    ADD_IF,
    BIND,
    FILTER,
    UPDATE,
    RECONNECTED,
    GONE,
    STATES,
};

#define TO(state) (UINT32_C(1) << (state))
#define TO_ADD (TO(ADD_PORT) | TO(ADD_IF) | TO(BIND))

static const struct machine_state states[STATES] = {
    [CONNECT] = {"connect", OP_CONNECT,
                 TO(RESERVE) | TO(MASTER) | TO(FILTER) | TO(UPDATE) | TO(RECONNECTED) | TO(GONE)},
    [RESERVE] = {"reserve", OP_RESERVE_NAME,
                 TO(MASTER) | TO(FILTER) | TO(UPDATE) | TO(RECONNECTED)},
    [MASTER] = {"master", OP_GET_MASTER, TO(LEAVE_PORT) | TO(LEAVE_IF) | TO_ADD | TO(FILTER)},
    [LEAVE_PORT] = {"leave-port", OP_DEL_PORT, TO_ADD},
    [LEAVE_IF] = {"leave-if", OP_DEL_IF, TO_ADD},
    [ADD_PORT] = {"add-port", OP_ADD_PORT, TO(FILTER)},
    [ADD_IF] = {"add-if", OP_ADD_IF, TO(FILTER)},
    [BIND] = {"bind", OP_BIND_PORT, TO(FILTER)},
    [FILTER] = {"filter", OP_ADD_FILTER, TO(UPDATE) | TO(RECONNECTED)},
    [UPDATE] = {"update", OP_UNPLUG, TO(RECONNECTED) | TO(GONE)},
    [RECONNECTED] = {"reconnected", OP_NONE, 0},
    [GONE] = {"gone", OP_NONE, 0},
};

const struct machine_table reconnect_table = {"reconnect", states, STATES};

/* The thread reserves its guest's name, if nobody has done that for it.  Only a name that begins
 * like libvirt's own says a number to it (facts 2, virNetDevReserveName). */
static bool
reserves(const struct setting *setting)
{
    return setting->policy->reserve_again == RESERVE_AGAIN_RECONNECT && daemon_names(setting) &&
           daemon_strategy(setting) != NAME_KERNEL &&
           (daemon_family(setting) == 0 || setting->nic[setting->guest].kind == NIC_MACVTAP);
}

static bool
wants(enum reconnect_state state, const struct machine *machine, const struct setting *setting,
      const struct domain *domain)
{
    uint8_t bridge = setting->nic[setting->guest].bridge;
    bool gone = (machine->flag & MACHINE_FAILED) != 0;
    bool card = !gone && domain->made != 0; /* or it has been unplugged */
    bool attach = card && (machine->flag & MACHINE_ON_BRIDGE) == 0;

    switch (state) {
    case CONNECT:
        return true;
    case RESERVE:
        return !gone && reserves(setting) && domain->name != IFNAME_NONE;
    case MASTER:
        return attach && bridge != 0;
    case LEAVE_PORT:
        return attach && daemon_bridge_kind(setting, machine->leave) == BRIDGE_OVS;
    case LEAVE_IF:
        return attach && daemon_bridge_kind(setting, machine->leave) == BRIDGE_LINUX;
    case ADD_PORT:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_OVS;
    case ADD_IF:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_LINUX;
    case BIND:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_MIDONET;
    case FILTER:
        return card && setting->nic[setting->guest].kind != NIC_MACVTAP;
    case UPDATE:
        return !gone && (machine->flag & MACHINE_AGAIN) != 0;
    case RECONNECTED:
        return !gone;
    case GONE:
        return gone;
    case STATES:
        break;
    }
    assert(false);
    return false;
}

static uint8_t
first_wanted(enum reconnect_state state, const struct machine *machine,
             const struct setting *setting, const struct domain *domain)
{
    while (!wants(state, machine, setting, domain)) {
        state++;
    }
    return (uint8_t)state;
}

uint8_t
reconnect_begin(const struct machine *machine, const struct setting *setting,
                const struct domain *domain)
{
    return first_wanted(CONNECT, machine, setting, domain);
}

/* Whatever fails behind the connection is ignored: a guest that runs is not killed for it
 * (qemuProcessNotifyNets).  But a device that the status file has and QEMU has not is removed as
 * its unplugging would have, and if QEMU has not got its other half any more either, that is an
 * error (qemuProcessUpdateDevices; docs/facts.md, "Found in the sources"). */
uint8_t
reconnect_done(struct machine *machine, const struct setting *setting, struct domain *domain,
               struct outcome outcome)
{
    enum reconnect_state state = (enum reconnect_state)machine->state;
    bool ok = outcome.error == 0;
    uint8_t next;

    switch (state) {
    case CONNECT:
    case UPDATE:
        machine->flag |= ok ? 0 : MACHINE_FAILED;
        break;
    case RESERVE:
        domain->reserved = ok && allocator_reserves(daemon_strategy(setting));
        break;
    case MASTER:
        /* Without an answer nothing is attached, either (virNetDevTapReattachBridge). */
        if (!ok || outcome.value == setting->nic[setting->guest].bridge) {
            machine->flag |= MACHINE_ON_BRIDGE;
        } else {
            machine->leave = outcome.value;
        }
        break;
    case ADD_PORT:
        domain->port = ok ? outcome.value : 0;
        break;
    default:
        break;
    }
    next = first_wanted(state + 1, machine, setting, domain);
    if (next == RECONNECTED) {
        domain->running = domain->made != 0 && (machine->flag & MACHINE_AGAIN) == 0;
    }
    return next;
}
