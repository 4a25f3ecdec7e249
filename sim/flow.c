/* The cheapest flow of runs: see flow.h.
 *
 * A run enters exactly one state without edges, so these states are taken for the initial state,
 * and a price per run for a price of the edges that lead there.  Runs are then a circulation of at
 * least one on every edge, and the cheapest is found by the textbook's primal-dual method: begin
 * with one on every edge; where more comes in than goes out, there is an excess; ship it to where
 * there is a lack, along edges whose reduced cost (their cost, and the difference of their ends'
 * potentials) is zero.  When no more can be shipped, raise the potentials of what was not reached.
 * Reduced costs are never negative, and zero on edges with more than one run: so the result is
 * optimal. */
#include "sim/flow.h"

#include <assert.h>
#include <stdlib.h>

#define UNREACHED UINT32_MAX /* a level */
#define NOWHERE UINT32_MAX   /* a state */

/* The flow as it is, and what is needed to improve it. */
struct flow_network {
    const struct graph *graph;
    uint32_t *flow;        /* by edge: at least 1 */
    uint64_t step_cost;    /* of an edge */
    uint64_t run_cost;     /* of an edge that ends a run, beyond that */
    size_t bytes;          /* of what follows, all owned */
    uint32_t *tail, *head; /* by edge: where it leads from, and to */
    uint64_t *first_in;    /* by state: index of its first edge in incoming[] */
    uint64_t *incoming;    /* edges by the state they lead to */
    int64_t *excess;       /* by state: what comes in, less what goes out */
    int64_t *potential;    /* by state */
    uint32_t *level;       /* by state: how many arcs from an excess, or UNREACHED */
    uint64_t *next_arc;    /* by state: its first arc that may be of use yet */
    uint32_t *queue;       /* the states reached, in that order */
    uint32_t *path;        /* the states from an excess to where its shipment is now */
    uint64_t reached;      /* states in queue[] */
    uint64_t left;         /* the sum of what is positive in excess[] */
};

/* An arc of the residual network: an edge along which more can be shipped, or, against its
 * direction, one along which less can. */
struct arc {
    uint64_t edge;
    uint32_t to; /* NOWHERE: nothing can be shipped */
    bool forward;
    int64_t reduced_cost;
};

/* Where the edge leads, the end of a run being the initial state. */
static uint32_t
head_of(const struct flow_network *network, uint64_t edge)
{
    uint32_t target = network->graph->target[edge];

    return graph_is_last(network->graph, target) ? 0 : target;
}

static uint64_t
arcs_of(const struct flow_network *network, uint32_t id)
{
    const struct graph_state *state = &network->graph->state[id];

    return state[1].first_edge - state[0].first_edge + network->first_in[id + 1] -
           network->first_in[id];
}

/* The state's arc of that number: its edges come first, then those that lead to it. */
static struct arc
arc_at(const struct flow_network *network, uint32_t id, uint64_t number)
{
    const struct graph_state *state = &network->graph->state[id];
    uint64_t out = state[1].first_edge - state[0].first_edge;
    bool forward = number < out;
    uint64_t edge = forward ? state->first_edge + number
                            : network->incoming[network->first_in[id] + number - out];
    uint32_t tail = network->tail[edge], head = network->head[edge];
    int64_t cost = (int64_t)(network->step_cost + (head == 0 ? network->run_cost : 0)) +
                   network->potential[tail] - network->potential[head];

    if (forward) {
        return (struct arc){edge, head, true, cost};
    }
    return (struct arc){edge, network->flow[edge] > 1 ? tail : NOWHERE, false, -cost};
}

/* One on every edge, and the lists that lead back. */
static void
begin(struct flow_network *network)
{
    const struct graph *graph = network->graph;
    uint64_t *end = network->next_arc; /* by state, of its list so far: not in use yet */

    for (uint32_t id = 0; id < graph->states; id++) {
        for (uint64_t edge = graph->state[id].first_edge; edge < graph->state[id + 1].first_edge;
             edge++) {
            uint32_t head = head_of(network, edge);

            network->tail[edge] = id;
            network->head[edge] = head;
            network->flow[edge] = 1;
            network->excess[id]--;
            network->excess[head]++;
            network->first_in[head + 1]++;
        }
    }
    for (uint64_t id = 0; id < graph->states; id++) {
        network->first_in[id + 1] += network->first_in[id];
        end[id] = network->first_in[id];
        network->left += network->excess[id] > 0 ? (uint64_t)network->excess[id] : 0;
    }
    for (uint64_t edge = 0; edge < graph->edges; edge++) {
        network->incoming[end[network->head[edge]]++] = edge;
    }
}

/* Levels, breadth-first from all excesses along arcs that cost nothing.  True if a lack is among
 * what was reached. */
static bool
reach(struct flow_network *network)
{
    bool found = false;

    network->reached = 0;
    for (uint32_t id = 0; id < network->graph->states; id++) {
        bool begins = network->excess[id] > 0;

        network->level[id] = begins ? 0 : UNREACHED;
        network->next_arc[id] = 0;
        if (begins) {
            network->queue[network->reached++] = id;
        }
    }
    for (uint64_t at = 0; at < network->reached; at++) {
        uint32_t id = network->queue[at];
        uint64_t arcs = arcs_of(network, id);

        found |= network->excess[id] < 0;
        for (uint64_t number = 0; number < arcs; number++) {
            struct arc arc = arc_at(network, id, number);

            if (arc.to != NOWHERE && arc.reduced_cost == 0 && network->level[arc.to] == UNREACHED) {
                network->level[arc.to] = network->level[id] + 1;
                network->queue[network->reached++] = arc.to;
            }
        }
    }
    return found;
}

/* Raises the potentials of what was not reached by as much as keeps reduced costs from becoming
 * negative; more is reached then. */
static void
raise_potentials(struct flow_network *network)
{
    int64_t rise = INT64_MAX;

    for (uint64_t at = 0; at < network->reached; at++) {
        uint64_t arcs = arcs_of(network, network->queue[at]);

        for (uint64_t number = 0; number < arcs; number++) {
            struct arc arc = arc_at(network, network->queue[at], number);

            if (arc.to != NOWHERE && network->level[arc.to] == UNREACHED &&
                arc.reduced_cost < rise) {
                rise = arc.reduced_cost;
            }
        }
    }
    assert(rise > 0 && rise < INT64_MAX); /* every state lies on a run, hence on a circle */
    for (uint64_t id = 0; id < network->graph->states; id++) {
        network->potential[id] += network->level[id] == UNREACHED ? rise : 0;
    }
}

/* Ships from the first state of the path to its `length`th, as much as is possible. */
static void
ship(struct flow_network *network, unsigned length)
{
    int64_t *from = &network->excess[network->path[0]];
    int64_t *to = &network->excess[network->path[length]];
    int64_t amount = -*to < *from ? -*to : *from;

    for (unsigned i = 0; i < length; i++) {
        uint32_t id = network->path[i];
        struct arc arc = arc_at(network, id, network->next_arc[id]);
        int64_t spare = (int64_t)network->flow[arc.edge] - 1;

        if (!arc.forward && spare < amount) {
            amount = spare;
        }
    }
    for (unsigned i = 0; i < length; i++) {
        uint32_t id = network->path[i];
        struct arc arc = arc_at(network, id, network->next_arc[id]);

        network->flow[arc.edge] += (uint32_t)(arc.forward ? amount : -amount);
    }
    *from -= amount;
    *to += amount;
    network->left -= (uint64_t)amount;
}

/* Ships from one excess, depth-first from level to level, until it is gone or blocked. */
static void
ship_from(struct flow_network *network, uint32_t from)
{
    unsigned length = 0;

    network->path[0] = from;
    while (network->excess[from] > 0) {
        uint32_t id = network->path[length];
        struct arc arc;

        if (network->excess[id] < 0) {
            ship(network, length);
            length = 0;
            continue;
        }
        if (network->next_arc[id] == arcs_of(network, id)) { /* a dead end: one back */
            if (length == 0) {
                return;
            }
            network->next_arc[network->path[--length]]++;
            continue;
        }
        arc = arc_at(network, id, network->next_arc[id]);
        if (arc.to != NOWHERE && arc.reduced_cost == 0 && network->level[arc.to] == length + 1) {
            network->path[++length] = arc.to;
        } else {
            network->next_arc[id]++;
        }
    }
}

/* False if there is no room. */
static bool
network_open(struct flow_network *network, struct allowance *allowance)
{
    uint64_t states = network->graph->states, edges = network->graph->edges;

    network->tail = allowance_take(allowance, &network->bytes, edges, sizeof *network->tail);
    network->head = allowance_take(allowance, &network->bytes, edges, sizeof *network->head);
    network->first_in =
        allowance_take(allowance, &network->bytes, states + 1, sizeof *network->first_in);
    network->incoming =
        allowance_take(allowance, &network->bytes, edges, sizeof *network->incoming);
    network->excess = allowance_take(allowance, &network->bytes, states, sizeof *network->excess);
    network->potential =
        allowance_take(allowance, &network->bytes, states, sizeof *network->potential);
    network->level = allowance_take(allowance, &network->bytes, states, sizeof *network->level);
    network->next_arc =
        allowance_take(allowance, &network->bytes, states, sizeof *network->next_arc);
    network->queue = allowance_take(allowance, &network->bytes, states, sizeof *network->queue);
    network->path = allowance_take(allowance, &network->bytes, states, sizeof *network->path);
    return network->tail != NULL && network->head != NULL && network->first_in != NULL &&
           network->incoming != NULL && network->excess != NULL && network->potential != NULL &&
           network->level != NULL && network->next_arc != NULL && network->queue != NULL &&
           network->path != NULL;
}

static void
network_close(struct flow_network *network, struct allowance *allowance)
{
    free(network->tail);
    free(network->head);
    free(network->first_in);
    free(network->incoming);
    free(network->excess);
    free(network->potential);
    free(network->level);
    free(network->next_arc);
    free(network->queue);
    free(network->path);
    allowance->bytes_left += network->bytes;
}

bool
flow_find(const struct graph *graph, struct allowance *allowance, uint32_t run_price,
          uint32_t *flow)
{
    /* A run's 1 decides between equal prices only: there are at most as many runs as edges. */
    struct flow_network network = {.graph = graph, .flow = flow, .step_cost = graph->edges + 1};
    bool room = graph->edges <= FLOW_MAX_EDGES && network_open(&network, allowance);

    network.run_cost = run_price * network.step_cost + 1;
    if (room) {
        begin(&network);
        while (network.left > 0) {
            if (!reach(&network)) {
                raise_potentials(&network);
                continue;
            }
            for (uint64_t at = 0; at < network.reached && network.level[network.queue[at]] == 0;
                 at++) {
                ship_from(&network, network.queue[at]);
            }
        }
    }
    network_close(&network, allowance);
    return room;
}
