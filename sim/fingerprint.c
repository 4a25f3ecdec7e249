/* Fingerprints of steps: see fingerprint.h. */
#include "sim/fingerprint.h"

#include "core/control.h"

#include "sim/actor.h"
#include "sim/initial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* What a real network has of a step, and what is compared there because of it. */
struct step {
    struct network before, after;
    struct operation op;
    int32_t error;
    uint8_t value, token, waits;
    uint8_t actor, event, fault, to, last;
    /* By guest: its process; the call that its thread waits for; whether it runs then. */
    uint8_t phase[MAX_GUESTS], called[MAX_GUESTS], runs[MAX_GUESTS];
};

static uint64_t
fingerprint_step(const struct world *world, const struct state *before, const struct state *after,
                 const struct event *event, unsigned actor, bool last, uint64_t seed)
{
    struct step step;

    memset(&step, 0, sizeof step); /* between the members, too */
    step.before = before->network;
    step.after = after->network;
    step.op = event->op;
    step.error = event->outcome.error;
    step.value = event->outcome.value;
    step.token = event->outcome.token;
    step.waits = event->outcome.waits;
    step.actor = (uint8_t)actor;
    step.event = (uint8_t)event->kind;
    step.fault = (uint8_t)event->fault;
    step.to = event->to;
    step.last = last;
    for (unsigned guest = 0; guest < world->guests; guest++) {
        step.phase[guest] = before->control.phase[guest];
        step.called[guest] = before->control.thread[guest].waits == WAIT_NONE
                                 ? (uint8_t)0
                                 : (uint8_t)(1 + control_want(world, &before->control, guest).kind);
        step.runs[guest] =
            (uint8_t)(state_running(before, guest) << 1 | state_running(after, guest));
    }
    return XXH3_64bits_withSeed(&step, sizeof step, seed);
}

bool
fingerprint_steps(const struct world *world, const struct graph *graph, struct allowance *allowance,
                  uint64_t *prints)
{
    /* The ids of names are those of this world. */
    const uint64_t seed = XXH3_64bits(&world->names, sizeof world->names);
    size_t bytes = 0;
    struct state *states = allowance_take(allowance, &bytes, graph->states, sizeof *states);
    uint64_t edge = 0;

    if (states == NULL) {
        return false;
    }
    initial_state(world, &states[0]);
    /* Breadth-first: a state has been reached before its own edges are looked at. */
    for (uint32_t id = 0; id < graph->states; id++) {
        for (unsigned actor = 0; actor < actor_count(world); actor++) {
            struct state next = states[id];
            struct event event = {0};

            if (actor_enabled(world, &states[id], actor)) {
                actor_step(world, &next, actor, &event);
                states[graph->target[edge]] = next;
                prints[edge] = fingerprint_step(world, &states[id], &next, &event, actor,
                                                graph_is_last(graph, graph->target[edge]), seed);
                edge++;
            }
        }
    }
    assert(edge == graph->edges);
    free(states);
    allowance->bytes_left += bytes;
    return true;
}
