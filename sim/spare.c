/* Names to spare: see spare.h. */
#include "sim/spare.h"

#include <assert.h>

/* Its end is meant to be met: a counter has a limit, or no further number fits behind the prefix.
 */
static bool
is_limited(const struct context *context)
{
    return (daemon_strategy(context) == NAME_COUNTER && context->names->limit != 0) ||
           ifname_is_whole(&context->names->family[daemon_family(context)]);
}

void
spare_open(struct spare *spare, const struct world *world)
{
    *spare = (struct spare){0};
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);
        const struct ifname_family *family;

        if (!daemon_names(&context) || is_limited(&context)) {
            continue;
        }
        family = &world->names.family[daemon_family(&context)];
        assert(family->numbered); /* of one name there is none to spare */
        spare->of[spare->count++] =
            (struct spare_family){.family = daemon_family(&context),
                                  .count = family->count,
                                  .last = (uint8_t)(family->first + family->count - 1),
                                  .strategy = (uint8_t)daemon_strategy(&context),
                                  .daemon = context.daemon,
                                  .pool = (uint8_t)daemon_pool(&context)};
    }
}

static bool
has_spare(const struct spare_family *of, const struct state *state)
{
    const struct allocator *allocator = &state->control.daemon.allocator[of->daemon];

    switch ((enum name_strategy)of->strategy) {
    case NAME_KERNEL:
        return state->network.device[of->last].kind == DEVICE_NONE;
    case NAME_COUNTER:
        assert(of->pool < ALLOCATOR_POOLS && of->count > 0);
        return allocator->last[of->pool] < of->count;
    case NAME_LOWEST_FREE:
    case NAME_QUARANTINE:
        break;
    }
    return allocator->held[of->last] == NAME_FREE;
}

/* The guest's start has tried so many names that another one might be one too many. */
static bool
has_tried_all(const struct world *world, const struct state *state, unsigned guest, uint8_t *family)
{
    unsigned tries = state->control.thread[guest].machine.tries;
    struct context context;

    if (tries == 0) {
        return false;
    }
    assert(state->control.thread[guest].machine.kind == MACHINE_START);
    context = world_context(world, control_nic(world, &state->control, guest));
    *family = daemon_family(&context);
    return !is_limited(&context) && tries + 1 >= world->names.family[*family].count;
}

int
spare_lacking(const struct spare *spare, const struct world *world, const struct state *state)
{
    uint8_t family;

    for (unsigned i = 0; i < spare->count; i++) {
        if (!has_spare(&spare->of[i], state)) {
            return spare->of[i].family;
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (has_tried_all(world, state, guest, &family)) {
            return family;
        }
    }
    return -1;
}
