/* Where a run stands in the graph of a search: see standing.h. */
#include "sim/standing.h"

#include "sim/initial.h"

#include <assert.h>

void
standing_open(struct standing_ground *ground, const struct world *world, const struct graph *graph,
              bool exchange)
{
    *ground = (struct standing_ground){.graph = graph, .world = *world};
    world_prepare(&ground->world);
    if (exchange) {
        symmetry_open(&ground->symmetry, &ground->world);
    } else {
        symmetry_none(&ground->symmetry, &ground->world);
    }
}

struct standing
standing_begin(const struct standing_ground *ground)
{
    struct standing standing = {.id = 0};

    initial_state(&ground->world, &standing.state);
    return standing;
}

/* The actor whose place that one takes by the exchange. */
static struct actor
exchanged(struct actor actor, const struct exchange *exchange)
{
    if (actor_kind_number(actor.kind) == ACTOR_EACH_GUEST) {
        actor.index = exchange->to[actor.index];
    }
    return actor;
}

/* Which one of the state's edges is that actor's: as many have a step before it. */
static unsigned
edge_of(const struct standing_ground *ground, const struct state *settled, struct actor sought)
{
    struct actor actor = actor_at(&ground->world, 0);
    unsigned edge = 0;

    for (unsigned number = 1; actor.kind != sought.kind || actor.index != sought.index; number++) {
        edge += actor_may_step(&ground->world, settled, actor);
        actor = actor_at(&ground->world, number); /* which asserts that there is one */
    }
    return edge;
}

oracle_set
standing_step(const struct standing_ground *ground, struct standing *standing, unsigned number)
{
    const struct graph *graph = ground->graph;
    const struct actor actor = actor_at(&ground->world, number);
    struct state settled = standing->state;
    struct exchange exchange;
    uint64_t edge;

    assert(actor_may_step(&ground->world, &standing->state, actor));
    symmetry_settle(&ground->symmetry, &settled, &exchange);
    edge = graph->state[standing->id].first_edge +
           edge_of(ground, &settled, exchanged(actor, &exchange));
    assert(edge < graph->state[standing->id + 1].first_edge);
    actor_take_step(&ground->world, &standing->state, actor, NULL);
    standing->id = graph->target[edge];
    return (oracle_set)(graph->objection[edge] | graph->state[standing->id].violated);
}

unsigned
standing_actor(const struct standing_ground *ground, const struct standing *standing, unsigned edge)
{
    const struct world *world = &ground->world;
    struct state settled = standing->state;
    struct exchange exchange;
    unsigned number = 0;

    symmetry_settle(&ground->symmetry, &settled, &exchange);
    while (!actor_enabled(world, &standing->state, number) ||
           edge_of(ground, &settled, exchanged(actor_at(world, number), &exchange)) != edge) {
        number++;
        assert(number < actor_count(world));
    }
    return number;
}
