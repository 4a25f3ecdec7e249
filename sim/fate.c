/* What is to come of runs that need not end: see fate.h. */
#include "sim/fate.h"

#include "sim/due.h"

#include <stdlib.h>

/* What is looked for, and what is found. */
struct seeking {
    const struct graph *graph;
    struct fate_of of;
    bool waiting;  /* the part at hand: where the command does not end; or, if not, all the rest */
    uint8_t *fate; /* by state */
    uint8_t *inside; /* by state: 1 in the component that is looked at */
};

/* The guest is in the middle of the command. */
static bool
waits(const struct seeking *seeking, uint32_t id)
{
    const struct fairness *starving = seeking->of.starving;

    return starving != NULL && starving->busy[id] == starving->command + 1;
}

/* The oracle, if its violation on the way is what goes wrong. */
static oracle_set
on_the_way(const struct seeking *seeking)
{
    const bool at_its_end = seeking->of.lasting || seeking->of.starving != NULL;

    return (oracle_set)(at_its_end ? 0 : ORACLE_BIT(seeking->of.oracle) & ~ORACLES_OF_ENDS);
}

static bool
is_over(const struct seeking *seeking, uint32_t id)
{
    return (seeking->graph->state[id].violated & on_the_way(seeking)) != 0;
}

/* The step goes wrong, or leads to where it has. */
static bool
goes_wrong(const struct seeking *seeking, uint64_t edge)
{
    const struct graph *graph = seeking->graph;

    return (graph->objection[edge] & on_the_way(seeking)) != 0 ||
           is_over(seeking, graph->target[edge]);
}

/* ---- runs that stay somewhere ---- */

static bool
has_state(const void *context, uint32_t id)
{
    const struct seeking *seeking = context;

    return !is_over(seeking, id) && waits(seeking, id) == seeking->waiting;
}

static bool
has_edge(const void *context, uint64_t edge)
{
    const struct seeking *seeking = context;

    return !goes_wrong(seeking, edge) && has_state(seeking, seeking->graph->target[edge]);
}

static bool
look_at(void *context, const uint32_t *member, uint64_t members)
{
    struct seeking *seeking = context;
    const struct component_search search = {
        .graph = seeking->graph, .context = seeking, .has_edge = has_edge};
    const uint8_t what = seeking->waiting ? FATE_WRONG : FATE_WELL;
    bool fair;

    for (uint64_t i = 0; i < members; i++) {
        seeking->inside[member[i]] = 1;
    }
    fair = due_is_fair(&search, member, members, seeking->inside);
    for (uint64_t i = 0; i < members; i++) {
        seeking->inside[member[i]] = 0;
        seeking->fate[member[i]] |= fair ? what : 0;
    }
    return true;
}

static bool
stay(struct seeking *seeking, struct allowance *allowance, bool waiting)
{
    const struct component_search search = {.graph = seeking->graph,
                                            .allowance = allowance,
                                            .context = seeking,
                                            .has_state = has_state,
                                            .has_edge = has_edge,
                                            .found = look_at};

    seeking->waiting = waiting;
    return component_find(&search, true) != COMPONENT_NO_MEMORY;
}

/* ---- runs that end, or go wrong ---- */

/* A fair run may end where nobody has to step. */
static void
end(const struct seeking *seeking, uint32_t id)
{
    const oracle_set violated = seeking->graph->state[id].violated & ORACLE_BIT(seeking->of.oracle);

    if (due_is_rest(seeking->graph, id)) {
        seeking->fate[id] |= (seeking->of.starving != NULL ? waits(seeking, id) : violated != 0)
                                 ? FATE_WRONG
                                 : FATE_WELL;
    }
}

/* What a step decides, or else, what may follow it.  Behind the command, its kind's next one is
 * another one. */
static uint8_t
follow(const struct seeking *seeking, uint32_t id, uint64_t edge)
{
    if (goes_wrong(seeking, edge)) {
        return FATE_WRONG;
    }
    return waits(seeking, id) && !waits(seeking, seeking->graph->target[edge])
               ? FATE_WELL
               : seeking->fate[seeking->graph->target[edge]];
}

/* Adds to each state what its steps lead to, the last one first.  False if that is nothing new. */
static bool
sweep(const struct seeking *seeking)
{
    const struct graph_state *state = seeking->graph->state;
    bool changed = false;

    for (uint32_t id = (uint32_t)seeking->graph->states; id-- > 0;) {
        const uint8_t before = seeking->fate[id];

        for (uint64_t edge = state[id].first_edge;
             edge < state[id + 1].first_edge && !is_over(seeking, id); edge++) {
            seeking->fate[id] |= follow(seeking, id, edge);
        }
        changed = changed || seeking->fate[id] != before;
    }
    return changed;
}

bool
fate_find(const struct graph *graph, struct allowance *allowance, struct fate_of of, uint8_t **fate)
{
    struct seeking seeking = {.graph = graph, .of = of};
    size_t bytes = 0, kept = 0;
    bool found;

    seeking.fate = allowance_take(allowance, &kept, graph->states, sizeof *seeking.fate);
    seeking.inside = allowance_take(allowance, &bytes, graph->states, sizeof *seeking.inside);
    found = seeking.fate != NULL && seeking.inside != NULL && stay(&seeking, allowance, false) &&
            (of.starving == NULL || stay(&seeking, allowance, true));
    for (uint32_t id = 0; id < graph->states && found; id++) {
        if (is_over(&seeking, id)) {
            seeking.fate[id] = FATE_WRONG;
        } else {
            end(&seeking, id);
        }
    }
    while (found && sweep(&seeking)) { /* as often as a run goes back to where it was, at most */
    }
    free(seeking.inside);
    if (!found) {
        free(seeking.fate);
        seeking.fate = NULL;
    }
    allowance->bytes_left += bytes + kept;
    *fate = seeking.fate;
    return found;
}
