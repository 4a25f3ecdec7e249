/* Part of a search's graph: see fair_part.h. */
#include "sim/fair_part.h"

#include <stdlib.h>

void
fair_unpack(const struct fair_part *part, uint32_t id, struct state *state)
{
    layout_unpack(&part->found->layout, store_get(&part->found->store, id), state);
}

bool
fair_has_state(const struct fair_part *part, uint32_t id)
{
    return part->busy == NULL || part->busy[id] != 0;
}

bool
fair_has_edge(const struct fair_part *part, uint64_t edge)
{
    return fair_has_state(part, part->found->graph.target[edge]);
}

bool
fair_has_to_step(const struct fair_part *part, const struct state *state, unsigned number)
{
    const struct actor actor = part->actor[number];
    const struct world *world = &part->found->world;

    return actor_kind_fault(actor.kind) == FAULT_COUNT && actor_may_step(world, state, actor) &&
           !actor_begins_round(world, state, actor);
}

/* Edges stand in the order of actors. */
uint64_t
fair_edge_of(const struct fair_part *part, const struct state *state, uint32_t id, unsigned number)
{
    uint64_t edge = part->found->graph.state[id].first_edge;

    for (unsigned before = 0; before < number; before++) {
        edge += actor_may_step(&part->found->world, state, part->actor[before]);
    }
    return edge;
}

static int
compare(const void *one, const void *other)
{
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

    return a < b ? -1 : a > b;
}

void
fair_sort(uint32_t *member, uint64_t members)
{
    qsort(member, members, sizeof *member, compare);
}

uint32_t
fair_place_of(const uint32_t *member, uint64_t members, uint32_t id)
{
    const uint32_t *place = bsearch(&id, member, members, sizeof id, compare);

    return place == NULL ? FAIR_NOWHERE : (uint32_t)(place - member);
}
