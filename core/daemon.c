/* The daemon's memory and the operations upon it: see daemon.h. */
#include "core/daemon.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const struct nic *
nic_of(const struct context *context)
{
    return &context->nic[context->at_hand];
}

struct context
daemon_nic(const struct context *context, uint8_t nic)
{
    struct context local = *context;

    assert(nic < MAX_NICS);
    local.at_hand = nic;
    return local;
}

bool
daemon_has_link(const struct context *context)
{
    return nic_of(context)->kind != NIC_TAP;
}

/* The macvtaps' list of names in use, which is there as long as the kernel names taps. */
static bool
has_list(const struct context *context)
{
    return nic_of(context)->kind == NIC_MACVTAP && context->policy->name == NAME_KERNEL;
}

/* A template such as macvtap%d, which begins as generated names do; and vnet%d since 2008. */
static bool
loses_template(const struct context *context)
{
    const char *prefix = context->names->family[nic_of(context)->family].prefix;

    assert(nic_of(context)->family < context->names->families);
    return strncmp(prefix, "vnet", 4) == 0 ||
           (context->policy->xml_names == XML_NAMES_ALL &&
            (strncmp(prefix, "macvtap", 7) == 0 || strncmp(prefix, "macvlan", 7) == 0));
}

/* The user's template is there, and stands for itself. */
static bool
keeps_template(const struct context *context)
{
    switch ((enum user_template)context->policy->user_template) {
    case USER_TEMPLATE_REPLACE:
        return false;
    case USER_TEMPLATE_KERNEL:
    case USER_TEMPLATE_HONOUR:
        return !loses_template(context);
    }
    assert(false);
    return false;
}

/* The user's template goes to the kernel, whoever chooses the others' names. */
static bool
left_to_kernel(const struct context *context)
{
    const struct nic *nic = nic_of(context);

    return nic->kind == NIC_TAP && nic->template && keeps_template(context) &&
           context->policy->user_template == USER_TEMPLATE_KERNEL;
}

enum name_strategy
daemon_strategy(const struct context *context)
{
    if (has_list(context)) {
        return NAME_LOWEST_FREE;
    }
    return left_to_kernel(context) ? NAME_KERNEL : (enum name_strategy)context->policy->name;
}

enum on_taken
daemon_on_taken(const struct context *context)
{
    return has_list(context) ? ON_TAKEN_RETRY : (enum on_taken)context->policy->on_taken;
}

POLICY_TWO(NAME_POOLS);
_Static_assert(ALLOCATOR_POOLS == 2, "a truth value says which counter");

unsigned
daemon_pool(const struct context *context)
{
    return nic_of(context)->kind == NIC_MACVTAP && context->policy->name_pool == NAME_POOL_KIND;
}

POLICY_TWO(NAME_FAMILIES);

uint8_t
daemon_family(const struct context *context)
{
    const struct nic *nic = nic_of(context);

    if (nic->kind != NIC_TAP) {
        return nic->family;
    }
    if (context->policy->name_family == NAME_FAMILY_OWN && !left_to_kernel(context)) {
        return nic->own;
    }
    return keeps_template(context) ? nic->family : (uint8_t)FAMILY_VNET;
}

/* A macvtap's, whoever gave it (mail 003: "*always* ignore a supplied device name"). */
static bool
loses_any_name(const struct context *context)
{
    const struct nic *nic = nic_of(context);

    return nic->kind == NIC_MACVTAP && nic->network == 0 &&
           context->policy->xml_names == XML_NAMES_DROP;
}

uint8_t
daemon_fixed(const struct context *context)
{
    const struct nic *nic = nic_of(context);

    if (nic->kind == NIC_MACVTAP) {
        return loses_any_name(context) ? (uint8_t)IFNAME_NONE : nic->name;
    }
    /* A replaced template gave the device a name like vnet0, which has always been dropped. */
    return nic->carried != IFNAME_NONE && keeps_template(context) ? nic->carried : nic->name;
}

uint8_t
daemon_carried(const struct context *context)
{
    const struct nic *nic = nic_of(context);
    bool kept = false;

    switch ((enum xml_names)context->policy->xml_names) {
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
daemon_defined(const struct context *context)
{
    return daemon_names(context) ? daemon_carried(context) : daemon_fixed(context);
}

enum bridge_kind
daemon_bridge_kind(const struct context *context, uint8_t bridge)
{
    assert(bridge <= MAX_BRIDGES);
    return bridge == 0 ? BRIDGE_NONE : (enum bridge_kind)context->bridge_kind[bridge - 1];
}

uint8_t
daemon_in_status_file(const struct context *context, uint8_t name)
{
    return loses_any_name(context) ? (uint8_t)IFNAME_NONE : name;
}

bool
daemon_names(const struct context *context)
{
    return daemon_fixed(context) == IFNAME_NONE;
}

bool
daemon_makes_of_template(const struct context *context)
{
    return nic_of(context)->template != 0 && !daemon_has_link(context) && keeps_template(context);
}

bool
daemon_picks(const struct context *context)
{
    return daemon_names(context) && daemon_strategy(context) != NAME_KERNEL;
}

bool
daemon_restores(const struct context *context)
{
    return context->policy->tap_delete == TAP_DELETE_RESTORE &&
           context->platform == PLATFORM_LINUX && !nic_of(context)->unmanaged;
}

bool
daemon_has_filter(const struct context *context)
{
    return nic_of(context)->kind != NIC_MACVTAP && nic_of(context)->unfiltered == 0;
}

uint8_t
daemon_filter_mac(const struct context *context)
{
    switch ((enum filter_key)context->policy->filter_key) {
    case FILTER_KEY_NAME:
    case FILTER_KEY_BINDING:
        return 0;
    case FILTER_KEY_NAME_MAC:
        assert(nic_of(context)->mac != 0); /* which would stand for the name alone */
        return nic_of(context)->mac;
    }
    assert(false);
    return 0;
}

bool
daemon_has_binding(const struct context *context)
{
    return context->policy->filter_key == FILTER_KEY_BINDING;
}

bool
daemon_limits_by_qos(const struct context *context)
{
    if (nic_of(context)->limit == 0 ||
        daemon_bridge_kind(context, nic_of(context)->bridge) != BRIDGE_OVS) {
        return false;
    }
    switch ((enum limit_by)context->policy->limit_by) {
    case LIMIT_BY_TC:
        return false;
    case LIMIT_BY_QOS_LEFT:
    case LIMIT_BY_QOS:
        return true;
    }
    assert(false);
    return false;
}

bool
daemon_sets_qdisc(const struct context *context)
{
    const struct nic *nic = nic_of(context);

    if (nic->exposed == 0 || nic->kind == NIC_VETH) {
        return false;
    }
    switch ((enum root_qdisc)context->policy->root_qdisc) {
    case ROOT_QDISC_NONE:
        return false;
    case ROOT_QDISC_NOT_OVS:
        return daemon_bridge_kind(context, nic->bridge) != BRIDGE_OVS;
    case ROOT_QDISC_ALL:
        return true;
    }
    assert(false);
    return false;
}

bool
daemon_clears_qos(const struct context *context, bool unplug)
{
    return daemon_limits_by_qos(context) &&
           (unplug || context->policy->limit_by != LIMIT_BY_QOS_LEFT);
}

unsigned
daemon_numbers(const struct context *context)
{
    const struct ifname_family *family = &context->names->family[daemon_family(context)];
    uint8_t limit = daemon_strategy(context) == NAME_COUNTER ? context->names->limit : 0;

    assert(limit <= family->count || ifname_is_whole(family));
    return limit != 0 && limit < family->count ? limit : family->count;
}

/* The counter has come to numbers that do not fit behind the template's prefix.  Its own end is
 * that of the kind's prefix, vnet, which is far: virNetDevGenerateName tries 10,000 of them in
 * vain, each a name that is too long, and gives up. */
static bool
is_behind_template(const struct allocator *allocator, const struct context *context)
{
    const struct ifname_family *family = &context->names->family[daemon_family(context)];

    return daemon_strategy(context) == NAME_COUNTER && context->names->limit == 0 &&
           ifname_is_whole(family) && allocator->last[daemon_pool(context)] >= family->count;
}

static struct outcome
pick_name(struct allocator *allocator, const struct context *context, struct operation op)
{
    enum name_strategy strategy = daemon_strategy(context);
    struct ifname_family family = context->names->family[op.family - 1];
    struct outcome outcome = {0};
    unsigned from = 0;

    family.count = (uint8_t)daemon_numbers(context);
    if (op.name != IFNAME_NONE) {
        allocator_release(allocator, strategy, op.name, 0);
        assert(op.from_first || (op.name >= family.first && op.name < family.first + family.count));
        from = op.from_first ? 0 : (unsigned)(op.name - family.first) + 1;
    } else if (op.preferred != IFNAME_NONE && allocator->held[op.preferred] == NAME_FREE) {
        allocator_reserve(allocator, strategy, daemon_pool(context), &family, op.preferred);
        return (struct outcome){.value = op.preferred};
    }
    if (is_behind_template(allocator, context)) {
        return (struct outcome){.error = ENFILE};
    }
    outcome.value = allocator_pick(allocator, strategy, daemon_pool(context), &family, from);
    outcome.error = outcome.value == IFNAME_NONE ? ENFILE : 0;
    assert(outcome.error != 0 || !allocator_reserves(strategy) ||
           allocator->held[outcome.value] == NAME_RESERVED);
    return outcome;
}

static struct outcome
reserve_name(struct allocator *allocator, const struct context *context, struct operation op)
{
    assert(op.name != IFNAME_NONE);
    if (allocator->held[op.name] == NAME_RESERVED) {
        return (struct outcome){.error = EEXIST};
    }
    allocator_reserve(allocator, daemon_strategy(context), daemon_pool(context),
                      &context->names->family[daemon_family(context)], op.name);
    return (struct outcome){0};
}

void
daemon_forget(struct daemon *daemon, unsigned index)
{
    assert(index < MAX_DAEMONS);
    daemon->allocator[index] = (struct allocator){0};
    daemon->lock[index] = 0;
}

void
daemon_reserve_again(struct daemon *daemon, const struct context *context)
{
    struct operation reserve = {.name = daemon->record[context->at_hand].name};

    assert(daemon->record[context->at_hand].reserved == 0); /* or it would never be released */
    if (context->policy->reserve_again == RESERVE_AGAIN_FIRST && daemon_picks(context) &&
        reserve.name != IFNAME_NONE) {
        struct outcome outcome =
            reserve_name(&daemon->allocator[context->daemon], context, reserve);

        daemon->record[context->at_hand].reserved =
            outcome.error == 0 && allocator_reserves(daemon_strategy(context));
    }
}

bool
daemon_do(struct daemon *daemon, const struct context *context, struct operation op,
          struct outcome *outcome)
{
    struct allocator *allocator = &daemon->allocator[context->daemon];
    uint8_t *lock = &daemon->lock[context->daemon];

    *outcome = (struct outcome){0};
    switch (op.kind) {
    case OP_LOCK:
        assert(*lock != context->guest + 1); /* it would wait for itself */
        if (*lock != 0) {
            return false;
        }
        *lock = (uint8_t)(context->guest + 1);
        break;
    case OP_UNLOCK:
        assert(*lock == context->guest + 1);
        *lock = 0;
        break;
    case OP_PICK_NAME:
        *outcome = pick_name(allocator, context, op);
        break;
    case OP_RESERVE_NAME:
        *outcome = reserve_name(allocator, context, op);
        break;
    case OP_RELEASE:
        if (op.release_name) {
            allocator_release(allocator, daemon_strategy(context), op.name, context->policy->hold);
        }
        break;
    case OP_RELEASE_NAME:
        allocator_release(allocator, daemon_strategy(context), op.name, context->policy->hold);
        break;
    default: /* cannot be */
        assert(false);
    }
    return true;
}
