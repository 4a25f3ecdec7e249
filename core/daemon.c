/* The daemon's memory and the operations upon it: see daemon.h. */
#include "core/daemon.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const struct nic *
nic_of(const struct setting *setting)
{
    return &setting->nic[setting->card];
}

struct setting
daemon_card(const struct setting *setting, uint8_t card)
{
    struct setting its = *setting;

    its.card = card;
    return its;
}

bool
daemon_has_link(const struct setting *setting)
{
    return nic_of(setting)->kind != NIC_TAP;
}

/* The macvtaps' list of names in use, which is there as long as the kernel names taps. */
static bool
has_list(const struct setting *setting)
{
    return nic_of(setting)->kind == NIC_MACVTAP && setting->policy->name == NAME_KERNEL;
}

/* A template such as macvtap%d, which begins as generated names do. */
static bool
loses_template(const struct setting *setting)
{
    const char *prefix = setting->names->family[nic_of(setting)->family].prefix;

    return setting->policy->xml_names == XML_NAMES_ALL &&
           (strncmp(prefix, "macvtap", 7) == 0 || strncmp(prefix, "macvlan", 7) == 0);
}

/* The user's template is there, and stands for itself. */
static bool
keeps_template(const struct setting *setting)
{
    return setting->policy->user_template != USER_TEMPLATE_REPLACE && !loses_template(setting);
}

/* The user's template goes to the kernel, whoever chooses the others' names. */
static bool
left_to_kernel(const struct setting *setting)
{
    const struct nic *nic = nic_of(setting);

    return nic->kind == NIC_TAP && nic->family != 0 && keeps_template(setting) &&
           setting->policy->user_template == USER_TEMPLATE_KERNEL;
}

enum name_strategy
daemon_strategy(const struct setting *setting)
{
    if (has_list(setting)) {
        return NAME_LOWEST_FREE;
    }
    return left_to_kernel(setting) ? NAME_KERNEL : (enum name_strategy)setting->policy->name;
}

enum on_taken
daemon_on_taken(const struct setting *setting)
{
    return has_list(setting) ? ON_TAKEN_RETRY : (enum on_taken)setting->policy->on_taken;
}

unsigned
daemon_pool(const struct setting *setting)
{
    return nic_of(setting)->kind == NIC_MACVTAP && setting->policy->name_pool == NAME_POOL_KIND;
}

uint8_t
daemon_family(const struct setting *setting)
{
    const struct nic *nic = nic_of(setting);

    if (nic->kind != NIC_TAP) {
        return nic->family;
    }
    if (setting->policy->name_family == NAME_FAMILY_OWN && !left_to_kernel(setting)) {
        return nic->own;
    }
    return keeps_template(setting) ? nic->family : 0;
}

/* A macvtap's, whoever gave it (mail 003: "*always* ignore a supplied device name"). */
static bool
loses_any_name(const struct setting *setting)
{
    const struct nic *nic = nic_of(setting);

    return nic->kind == NIC_MACVTAP && nic->network == 0 &&
           setting->policy->xml_names == XML_NAMES_DROP;
}

uint8_t
daemon_fixed(const struct setting *setting)
{
    const struct nic *nic = nic_of(setting);

    if (nic->kind == NIC_MACVTAP) {
        return loses_any_name(setting) ? (uint8_t)IFNAME_NONE : nic->name;
    }
    /* A replaced template gave the device a name like vnet0, which has always been dropped. */
    return nic->carried != IFNAME_NONE && keeps_template(setting) ? nic->carried : nic->name;
}

uint8_t
daemon_carried(const struct setting *setting)
{
    const struct nic *nic = nic_of(setting);
    bool kept = false;

    switch ((enum xml_names)setting->policy->xml_names) {
    case XML_NAMES_KEEP:
        kept = true;
        break;
    case XML_NAMES_DROP:
    case XML_NAMES_DIRECT:
        kept = nic->network != 0; /* "this was only done if the xml was type='direct'" */
        break;
    case XML_NAMES_ALL:
        break;
    }
    return nic->kind == NIC_MACVTAP && kept ? nic->carried : (uint8_t)IFNAME_NONE;
}

uint8_t
daemon_defined(const struct setting *setting)
{
    return daemon_names(setting) ? daemon_carried(setting) : daemon_fixed(setting);
}

enum bridge_kind
daemon_bridge_kind(const struct setting *setting, uint8_t bridge)
{
    return bridge == 0 ? BRIDGE_NONE : (enum bridge_kind)setting->bridge_kind[bridge - 1];
}

uint8_t
daemon_in_status_file(const struct setting *setting, uint8_t name)
{
    return loses_any_name(setting) ? (uint8_t)IFNAME_NONE : name;
}

bool
daemon_names(const struct setting *setting)
{
    return daemon_fixed(setting) == IFNAME_NONE;
}

bool
daemon_restores(const struct setting *setting)
{
    return setting->policy->tap_delete == TAP_DELETE_RESTORE &&
           setting->platform == PLATFORM_LINUX && !nic_of(setting)->unmanaged;
}

static struct outcome
pick_name(struct allocator *allocator, const struct setting *setting, struct operation op)
{
    enum name_strategy strategy = daemon_strategy(setting);
    const struct ifname_family *family = &setting->names->family[op.family - 1];
    struct outcome outcome = {0};
    unsigned from = 0;

    if (op.name != IFNAME_NONE) {
        allocator_release(allocator, strategy, op.name, 0);
        from = op.mode == 1 ? 0 : (unsigned)(op.name - family->first) + 1;
    } else if (op.token != IFNAME_NONE && allocator->held[op.token] == NAME_FREE) {
        allocator_reserve(allocator, strategy, daemon_pool(setting), family, op.token);
        return (struct outcome){.value = op.token};
    }
    outcome.value = allocator_pick(allocator, strategy, daemon_pool(setting), family, from);
    outcome.error = outcome.value == IFNAME_NONE ? ENFILE : 0;
    return outcome;
}

static struct outcome
reserve_name(struct allocator *allocator, const struct setting *setting, struct operation op)
{
    if (allocator->held[op.name] == NAME_RESERVED) {
        return (struct outcome){.error = EEXIST};
    }
    allocator_reserve(allocator, daemon_strategy(setting), daemon_pool(setting),
                      &setting->names->family[daemon_family(setting)], op.name);
    return (struct outcome){0};
}

void
daemon_forget(struct daemon *daemon, unsigned index)
{
    daemon->allocator[index] = (struct allocator){0};
    daemon->lock[index] = 0;
}

void
daemon_reserve_again(struct daemon *daemon, const struct setting *setting)
{
    struct operation reserve = {.name = daemon->domain[setting->card].name};

    if (setting->policy->reserve_again == RESERVE_AGAIN_FIRST && daemon_names(setting) &&
        daemon_strategy(setting) != NAME_KERNEL && reserve.name != IFNAME_NONE) {
        struct outcome outcome =
            reserve_name(&daemon->allocator[setting->daemon], setting, reserve);

        daemon->domain[setting->card].reserved =
            outcome.error == 0 && allocator_reserves(daemon_strategy(setting));
    }
}

bool
daemon_do(struct daemon *daemon, const struct setting *setting, struct operation op,
          struct outcome *outcome)
{
    struct allocator *allocator = &daemon->allocator[setting->daemon];
    uint8_t *lock = &daemon->lock[setting->daemon];

    *outcome = (struct outcome){0};
    switch (op.kind) {
    case OP_LOCK:
        if (*lock != 0) {
            return false;
        }
        *lock = (uint8_t)(setting->guest + 1);
        break;
    case OP_UNLOCK:
        assert(*lock == setting->guest + 1);
        *lock = 0;
        break;
    case OP_PICK_NAME:
        *outcome = pick_name(allocator, setting, op);
        break;
    case OP_RESERVE_NAME:
        *outcome = reserve_name(allocator, setting, op);
        break;
    case OP_RELEASE:
        if (op.mode == 0) {
            break;
        }
        /* fall through */
    case OP_RELEASE_NAME:
        allocator_release(allocator, daemon_strategy(setting), op.name, setting->policy->hold);
        break;
    default:
        assert(false);
    }
    return true;
}
