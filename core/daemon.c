/* The daemon's memory and the operations upon it: see daemon.h. */
#include "core/daemon.h"

#include <assert.h>
#include <errno.h>

/* The user's template goes to the kernel, whoever chooses the others' names. */
static bool
left_to_kernel(const struct setting *setting)
{
    return setting->nic[setting->guest].family != 0 &&
           setting->policy->user_template == USER_TEMPLATE_KERNEL;
}

enum name_strategy
daemon_strategy(const struct setting *setting)
{
    return left_to_kernel(setting) ? NAME_KERNEL : (enum name_strategy)setting->policy->name;
}

uint8_t
daemon_family(const struct setting *setting)
{
    if (setting->policy->name_family == NAME_FAMILY_OWN && !left_to_kernel(setting)) {
        return setting->nic[setting->guest].own;
    }
    return setting->policy->user_template == USER_TEMPLATE_REPLACE
               ? 0
               : setting->nic[setting->guest].family;
}

enum bridge_kind
daemon_bridge_kind(const struct setting *setting, uint8_t bridge)
{
    return bridge == 0 ? BRIDGE_NONE : (enum bridge_kind)setting->bridge_kind[bridge - 1];
}

bool
daemon_names(const struct setting *setting)
{
    return setting->nic[setting->guest].name == IFNAME_NONE;
}

bool
daemon_restores(const struct setting *setting)
{
    return setting->policy->tap_delete == TAP_DELETE_RESTORE &&
           setting->platform == PLATFORM_LINUX && !setting->nic[setting->guest].unmanaged;
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
        from = (unsigned)(op.name - family->first) + 1;
    }
    outcome.value = allocator_pick(allocator, strategy, family, from);
    outcome.error = outcome.value == IFNAME_NONE ? ENFILE : 0;
    return outcome;
}

static struct outcome
reserve_name(struct allocator *allocator, const struct setting *setting, struct operation op)
{
    if (allocator->held[op.name] == NAME_RESERVED) {
        return (struct outcome){.error = EEXIST};
    }
    allocator_reserve(allocator, daemon_strategy(setting),
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
    struct operation reserve = {.name = daemon->domain[setting->guest].name};

    if (setting->policy->reserve_again == RESERVE_AGAIN_FIRST && daemon_names(setting) &&
        daemon_strategy(setting) != NAME_KERNEL) {
        struct outcome outcome =
            reserve_name(&daemon->allocator[setting->daemon], setting, reserve);

        daemon->domain[setting->guest].reserved =
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
