/* Fingerprints of steps: see fingerprint.h. */
#include "sim/fingerprint.h"

#include "core/control.h"

#include "sim/actor.h"
#include "sim/initial.h"
#include "sim/renaming.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* All that fingerprints of a world's steps are made of. */
struct printer {
    const struct world *world;
    struct renaming_bytes bytes;
    struct renaming renaming[MAX_RENAMINGS]; /* of guests */
    unsigned renamings;
    uint64_t names; /* a hash of the world's, for steps in which they are not alike */
};

static void
printer_open(struct printer *printer, const struct world *world)
{
    printer->world = world;
    renaming_bytes(world, &printer->bytes);
    printer->renamings = renaming_of_guests(world, printer->renaming);
    printer->names = XXH3_64bits(&world->names, sizeof world->names);
}

/* What a real network has of a step, and what is compared there because of it. */
struct step {
    struct network before, after;
    struct operation op;
    int32_t error;
    uint8_t waits, event, fault, kind, to, last;
    uint8_t actor; /* of those of its kind */
    /* By guest: its process; the call that its thread waits for; whether it runs then. */
    uint8_t phase[MAX_GUESTS], called[MAX_GUESTS], runs[MAX_GUESTS];
};

/* A step as it was taken. */
struct taken {
    const struct state *before, *after;
    const struct event *event;
    struct actor actor;
    bool last;
};

/* The kernel chooses a name. */
static bool
chooses(const struct event *event)
{
    return (event->op.kind == OP_CREATE_TAP || event->op.kind == OP_CREATE_LINK) &&
           event->op.name == IFNAME_NONE;
}

static uint64_t
print_of(const struct printer *printer, const struct taken *taken, const struct renaming *renaming)
{
    const struct event *event = taken->event;
    struct state before, after;
    struct step step;

    renaming_state(&printer->bytes, renaming, taken->before, &before);
    renaming_state(&printer->bytes, renaming, taken->after, &after);
    memset(&step, 0, sizeof step); /* between the members, too */
    step.before = before.network;
    step.after = after.network;
    step.op = renaming_operation(renaming, event->op);
    step.error = event->outcome.error;
    step.waits = event->outcome.waits;
    step.event = (uint8_t)event->kind;
    step.fault = (uint8_t)event->fault;
    step.kind = (uint8_t)taken->actor.kind;
    step.actor = (uint8_t)renaming_index(
        renaming, actor_kind_number(taken->actor.kind) == ACTOR_EACH_GUEST ? OF_GUEST : OF_WORLD,
        taken->actor.index);
    step.to = renaming_value(renaming, MEANS_NAME, event->to);
    step.last = taken->last;
    for (unsigned i = 0; i < printer->world->guests; i++) {
        const struct control *control = &taken->before->control;
        unsigned guest = renaming->guest[i];

        step.phase[guest] = control->phase[i];
        step.called[guest] = control->thread[i].waits == WAIT_NONE
                                 ? (uint8_t)0
                                 : (uint8_t)(1 + control_want(printer->world, control, i).kind);
        step.runs[guest] =
            (uint8_t)(state_running(taken->before, i) << 1 | state_running(taken->after, i));
    }
    return XXH3_64bits_withSeed(&step, sizeof step, chooses(event) ? printer->names : 0);
}

/* ---- names in an order of their own ---- */

/* What there is of each name in a step, as a number. */
struct looks {
    uint64_t of[IFNAME_MAX_NAMES + 1];
};

/* How one thing there is counts. */
static uint64_t
look(unsigned where, unsigned index, unsigned value)
{
    const uint32_t all[] = {where, index, value};

    return XXH3_64bits(all, sizeof all);
}

static void
look_at_state(const struct printer *printer, const struct renaming *renaming,
              const struct state *state, unsigned when, struct looks *looks)
{
    for (unsigned i = 0; i < printer->bytes.count; i++) {
        const struct field *field = field_at(printer->bytes.byte[i].row);
        unsigned index = printer->bytes.byte[i].index,
                 where = 2u * printer->bytes.byte[i].row + when;
        uint8_t value = ((const uint8_t *)state)[field->offset + (size_t)index * field->stride];

        if (value == 0 || field->offset < offsetof(struct state, network)) {
            continue; /* what the daemons remember */
        }
        if (field->of == OF_NAME) {
            looks->of[index] += look(
                where, IFNAME_MAX_NAMES,
                field->means == MEANS_NAME ? 1 : renaming_value(renaming, field->means, value));
        }
        if (field->means == MEANS_NAME) {
            looks->of[value] += look(
                where, field->of == OF_NAME ? 0 : renaming_index(renaming, field->of, index), 0);
        }
    }
}

/* Adds to a renaming of guests an order of names that depends on nothing but on what there is of
 * them in the step; but those of which there is the same stay in the order that they have.  (They
 * are alike, or links between names tell them apart: then there may be two fingerprints where one
 * would do.) */
static void
order_names(const struct printer *printer, const struct taken *taken, struct renaming *renaming)
{
    const struct event *event = taken->event;
    struct looks looks = {0};

    look_at_state(printer, renaming, taken->before, 0, &looks);
    look_at_state(printer, renaming, taken->after, 1, &looks);
    looks.of[event->op.name] += look(UINT16_MAX, 0, 0);
    looks.of[event->op.preferred] += look(UINT16_MAX, 1, 0);
    looks.of[event->op.asked] += look(UINT16_MAX, 2, 0);
    looks.of[event->to] += look(UINT16_MAX, 3, 0);
    for (unsigned name = 1; name <= printer->world->names.names; name++) {
        unsigned place = 1;

        for (unsigned other = 1; other <= printer->world->names.names; other++) {
            /* Those of which there is nothing are 0, and the last ones: worlds may have more. */
            place += looks.of[other] > looks.of[name] ||
                     (looks.of[other] == looks.of[name] && other < name);
        }
        renaming->name[name] = (uint8_t)place;
    }
}

/* The least of all that the renamings of its guests make of it. */
static uint64_t
fingerprint_step(const struct printer *printer, const struct taken *taken)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < printer->renamings; i++) {
        struct renaming renaming = printer->renaming[i];
        uint64_t print;

        if (!chooses(taken->event)) {
            order_names(printer, taken, &renaming);
        }
        print = print_of(printer, taken, &renaming);
        least = print < least ? print : least;
    }
    return least;
}

bool
fingerprint_steps(const struct world *world, const struct graph *graph, struct allowance *allowance,
                  uint64_t *prints)
{
    struct printer printer;
    size_t bytes = 0;
    struct state *states = allowance_take(allowance, &bytes, graph->states, sizeof *states);
    uint64_t edge = 0;

    if (states == NULL) {
        return false;
    }
    printer_open(&printer, world);
    initial_state(world, &states[0]);
    /* Breadth-first: a state has been reached before its own edges are looked at. */
    for (uint32_t id = 0; id < graph->states; id++) {
        for (unsigned actor = 0; actor < actor_count(world); actor++) {
            struct state next = states[id];
            struct event event = {0};

            if (actor_enabled(world, &states[id], actor)) {
                actor_step(world, &next, actor, &event);
                states[graph->target[edge]] = next;
                prints[edge] = fingerprint_step(
                    &printer, &(struct taken){&states[id], &next, &event, actor_at(world, actor),
                                              graph_is_last(graph, graph->target[edge])});
                edge++;
            }
        }
    }
    assert(edge == graph->edges);
    free(states);
    allowance->bytes_left += bytes;
    return true;
}
