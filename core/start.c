/* The start of a guest, in the order of qemuInterfaceBridgeConnect and its callers (facts 1a, S2 to
 * S10): a name, the tap, its MAC, the bridge, up, filter, QEMU.  On an error the daemon closes its
 * descriptor, so that the tap vanishes, and forgets a name that was not the user's. */
#include "core/machine.h"

#include <assert.h>
#include <errno.h>

enum start_state {
    LOCK,
    PICK,
    LOOKUP,
    CREATE,
    CREATE_LINK,
    UNLOCK,
    MAC,
    MASTER,
    LEAVE_PORT,
    LEAVE_IF,
    ADD_PORT,
    ADD_IF,
    BIND,
    UP,
    FILTER,
    LIMIT,
    PERSISTENT,
    EXEC,
    CLOSE,
    RELEASE,
    STARTED,
    FAILED,
    STATES,
};

#define TO(state) (UINT32_C(1) << (state))

static const struct machine_state states[STATES] = {
    [LOCK] = {"lock", OP_LOCK, TO(PICK) | TO(LOOKUP) | TO(CREATE)},
    [PICK] = {"pick", OP_PICK_NAME,
              TO(LOOKUP) | TO(CREATE) | TO(CREATE_LINK) | TO(UNLOCK) | TO(FAILED)},
    [LOOKUP] = {"lookup", OP_LOOKUP,
                TO(PICK) | TO(CREATE) | TO(CREATE_LINK) | TO(UNLOCK) | TO(RELEASE) | TO(FAILED)},
    [CREATE] = {"create", OP_CREATE_TAP,
                TO(PICK) | TO(UNLOCK) | TO(MAC) | TO(FILTER) | TO(RELEASE) | TO(FAILED)},
    [CREATE_LINK] = {"create-link", OP_CREATE_LINK,
                     TO(PICK) | TO(MASTER) | TO(ADD_IF) | TO(UP) | TO(RELEASE) | TO(FAILED)},
    [UNLOCK] = {"unlock", OP_UNLOCK, TO(MAC) | TO(FILTER) | TO(RELEASE) | TO(FAILED)},
    [MAC] = {"mac", OP_SET_MAC,
             TO(MASTER) | TO(LEAVE_PORT) | TO(ADD_PORT) | TO(ADD_IF) | TO(BIND) | TO(UP) |
                 TO(CLOSE)},
    [MASTER] = {"master", OP_GET_MASTER,
                TO(LEAVE_PORT) | TO(LEAVE_IF) | TO(ADD_PORT) | TO(ADD_IF) | TO(BIND) | TO(UP) |
                    TO(CLOSE)},
    [LEAVE_PORT] = {"leave-port", OP_DEL_PORT, TO(LEAVE_IF) | TO(ADD_PORT) | TO(ADD_IF) | TO(BIND)},
    [LEAVE_IF] = {"leave-if", OP_DEL_IF, TO(ADD_PORT) | TO(ADD_IF) | TO(BIND)},
    [ADD_PORT] = {"add-port", OP_ADD_PORT, TO(UP) | TO(CLOSE)},
    [ADD_IF] = {"add-if", OP_ADD_IF, TO(UP) | TO(CLOSE)},
    [BIND] = {"bind", OP_BIND_PORT, TO(UP) | TO(CLOSE)},
    [UP] = {"up", OP_LINK_UP, TO(FILTER) | TO(EXEC) | TO(CLOSE)},
    [FILTER] = {"filter", OP_ADD_FILTER, TO(LIMIT) | TO(PERSISTENT) | TO(EXEC) | TO(CLOSE)},
    [LIMIT] = {"limit", OP_SET_LIMIT, TO(PERSISTENT) | TO(EXEC) | TO(CLOSE)},
    [PERSISTENT] = {"persistent", OP_GET_PERSIST, TO(EXEC) | TO(CLOSE)},
    [EXEC] = {"exec", OP_EXEC, TO(STARTED) | TO(CLOSE)},
    [CLOSE] = {"close", OP_CLOSE_TAP, TO(RELEASE) | TO(FAILED)},
    [RELEASE] = {"release", OP_RELEASE_NAME, TO(FAILED)},
    [STARTED] = {"started", OP_NONE, 0},
    [FAILED] = {"failed", OP_NONE, 0},
};

const struct machine_table start_table = {"start", states, STATES};

/* The daemon chooses a name before it creates the device, and may choose another one. */
static bool
picks(const struct setting *setting)
{
    return daemon_names(setting) && daemon_strategy(setting) != NAME_KERNEL;
}

/* The name goes back at once, unless a link still has it: that is deleted first (facts 1a). */
static bool
releases(const struct setting *setting, const struct domain *domain)
{
    bool linked = daemon_has_link(setting) && (domain->made & MADE_TAP) != 0;

    return domain->reserved == 1 && setting->policy->clean_up != CLEAN_UP_CREATED && !linked;
}

/* A name is looked up before the device is created or opened: one that the daemon picked, or one of
 * the user's that must not exist, or has to (facts 1a: "dev must exist"). */
static bool
looks_up(const struct setting *setting)
{
    if (picks(setting)) {
        return setting->policy->name_check == NAME_CHECK_YES;
    }
    return setting->nic[setting->guest].unmanaged ||
           (!daemon_names(setting) && !daemon_has_link(setting) &&
            setting->policy->explicit_name == EXPLICIT_NAME_REFUSE);
}

/* Whether a state has anything to do, for this policy and this guest, as things stand. */
static bool
wants(enum start_state state, const struct machine *machine, const struct setting *setting,
      const struct domain *domain)
{
    const struct policy *policy = setting->policy;
    uint8_t bridge = setting->nic[setting->guest].bridge;
    bool failed = (machine->flag & MACHINE_FAILED) != 0;
    bool attach = !failed && (machine->flag & MACHINE_ON_BRIDGE) == 0;
    bool link = daemon_has_link(setting);

    switch (state) {
    case LOCK:
    case UNLOCK:
        return policy->guard_lock == GUARD_LOCK_CREATE && !link;
    case PICK:
        return picks(setting);
    case LOOKUP:
        return !failed && looks_up(setting);
    case MASTER:
        return attach && bridge != 0 && policy->attach == ATTACH_REATTACH;
    case LEAVE_PORT:
        return attach && (daemon_bridge_kind(setting, machine->leave) == BRIDGE_OVS ||
                          waits_between(setting));
    case LEAVE_IF:
        return attach && daemon_bridge_kind(setting, machine->leave) == BRIDGE_LINUX;
    case ADD_PORT:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_OVS;
    case ADD_IF:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_LINUX;
    case BIND:
        return attach && daemon_bridge_kind(setting, bridge) == BRIDGE_MIDONET;
    case MAC:
        return !failed && !link && !setting->nic[setting->guest].unmanaged;
    case UP:
        return !failed && !setting->nic[setting->guest].unmanaged;
    case LIMIT:
        return !failed && setting->nic[setting->guest].limited;
    case PERSISTENT:
        return !failed && !link && daemon_restores(setting);
    case CREATE:
        return !failed && !link;
    case CREATE_LINK:
        return !failed && link;
    case FILTER:
        return !failed && setting->nic[setting->guest].kind != NIC_MACVTAP;
    case EXEC:
    case STARTED:
        return !failed;
    case CLOSE:
        return failed && (domain->made & MADE_TAP) != 0;
    case RELEASE:
        return failed && releases(setting, domain);
    case FAILED:
        return failed;
    case STATES:
        break;
    }
    assert(false);
    return false;
}

static uint8_t
first_wanted(enum start_state state, const struct machine *machine, const struct setting *setting,
             const struct domain *domain)
{
    while (!wants(state, machine, setting, domain)) {
        state++;
    }
    return (uint8_t)state;
}

uint8_t
start_begin(const struct machine *machine, const struct setting *setting,
            const struct domain *domain)
{
    return first_wanted(LOCK, machine, setting, domain);
}

/* The chosen name is somebody else's: on to the next one, at most once round the family. */
static bool
may_retry(struct machine *machine, const struct setting *setting)
{
    machine->tries++;
    return machine->tries < setting->names->family[daemon_family(setting)].count;
}

/* A name that turned out to be taken is no reason to fail.  RTM_NEWLINK fails for other ones, too,
 * which only EEXIST tells from that (facts 1a, "on EEXIST"). */
static bool
is_passed_over(enum start_state state, const struct setting *setting, struct outcome outcome)
{
    return daemon_on_taken(setting) == ON_TAKEN_RETRY &&
           (state == CREATE || outcome.error == EEXIST);
}

/* Notes what the outcome of `state` tells the daemon.  True if another name has to be picked. */
static bool
learn(enum start_state state, struct machine *machine, const struct setting *setting,
      struct domain *domain, struct outcome outcome)
{
    bool ok = outcome.error == 0;

    switch (state) {
    case PICK:
        domain->name = outcome.value;
        domain->reserved = ok && allocator_reserves(daemon_strategy(setting));
        break;
    case LOOKUP:
        /* An answer is a device: virNetDevGenerateName goes on to the next number. */
        if (ok && picks(setting) && may_retry(machine, setting)) {
            return true;
        }
        ok = ok == (setting->nic[setting->guest].unmanaged != 0);
        break;
    case CREATE:
    case CREATE_LINK:
        if (!ok && picks(setting) && is_passed_over(state, setting, outcome) &&
            may_retry(machine, setting)) {
            return true;
        }
        machine->tries = 0;
        if (ok) {
            domain->name = outcome.value;
            domain->tap = outcome.token;
            domain->made |= MADE_TAP;
        }
        break;
    case MASTER:
        if (outcome.value == setting->nic[setting->guest].bridge) {
            machine->flag |= MACHINE_ON_BRIDGE;
        } else {
            machine->leave = outcome.value;
        }
        break;
    case LEAVE_PORT:
    case LEAVE_IF:
        ok = true; /* facts 1e: "remove from current", whatever comes of it */
        break;
    case ADD_PORT:
    case BIND: /* tells no token */
        domain->port = ok ? outcome.value : 0;
        if (ok || outcome.error == ETIMEDOUT) {
            domain->made |= MADE_PORT; /* facts 3: what has timed out may have been committed */
        }
        break;
    case FILTER:
    case LIMIT:
        domain->made |= !ok ? 0 : state == FILTER ? MADE_FILTER : MADE_LIMIT;
        break;
    case PERSISTENT:
        domain->persist = outcome.value;
        break;
    case RELEASE:
        domain->reserved = 0;
        break;
    case CLOSE:
        if (!daemon_has_link(setting)) { /* which it does not delete */
            domain->made &= (uint8_t)~MADE_TAP;
            domain->tap = 0;
        }
        break;
    default:
        break;
    }
    machine->flag |= ok ? 0 : MACHINE_FAILED;
    return false;
}

/* The name in the definition of a guest whose start has failed, which a clean-up by name acts upon:
 * a tap's is forgotten (facts 1a: "if template_ifname, net->ifname=NULL"); a link's takes the place
 * of what the definition carried only once there is such a link. */
static void
name_failed(const struct setting *setting, struct domain *domain)
{
    if (!daemon_names(setting) || setting->policy->clean_up == CLEAN_UP_CREATED) {
        return;
    }
    if (!daemon_has_link(setting)) {
        domain->name = IFNAME_NONE;
    } else if ((domain->made & MADE_TAP) == 0) {
        domain->name = daemon_carried(setting);
    }
}

uint8_t
start_done(struct machine *machine, const struct setting *setting, struct domain *domain,
           struct outcome outcome)
{
    enum start_state state = (enum start_state)machine->state;
    uint8_t next;

    if (!daemon_names(setting)) {
        domain->name = daemon_fixed(setting);
    }
    if (learn(state, machine, setting, domain, outcome)) {
        return PICK;
    }
    next = first_wanted(state + 1, machine, setting, domain);
    if (next == STARTED) {
        domain->running = 1;
    }
    if (next == FAILED) {
        name_failed(setting, domain);
    }
    return next;
}
