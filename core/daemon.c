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

bool
daemon_names(const struct setting *setting)
{
    return setting->nic[setting->guest].name == IFNAME_NONE;
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

bool
daemon_do(struct daemon *daemon, const struct setting *setting, struct operation op,
          struct outcome *outcome)
{

    *outcome = (struct outcome){0};
    switch (op.kind) {
    case OP_LOCK:
        if (daemon->lock != 0) {
            return false;
        }
        daemon->lock = (uint8_t)(setting->guest + 1);
        break;
    case OP_UNLOCK:
        assert(daemon->lock == setting->guest + 1);
        daemon->lock = 0;
        break;
    case OP_PICK_NAME:
        *outcome = pick_name(&daemon->allocator, setting, op);
        break;
    case OP_RELEASE:
        if (op.mode == 0) {
            break;
        }
        /* fall through */
    case OP_RELEASE_NAME:
        allocator_release(&daemon->allocator, daemon_strategy(setting), op.name,
                          setting->policy->hold);
        break;
    default:
        assert(false);
    }
    return true;
}
