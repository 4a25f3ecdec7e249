/* Sets of places: see course_set.h.
 *
 * An element is a place, gone wrong or not; or a step with several milestones of which some have
 * been had. */
#include "sim/course_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A milestone that is next for an element, and the element that it leads to. */
struct lead {
    milestone milestone;
    uint64_t element;
};

#define WITHIN (UINT64_C(1) << 63)

_Static_assert((int)MILESTONES_OF_A_STEP <= 4, "two bits");

static uint64_t
at_place(uint32_t place, bool wrong)
{
    return (uint64_t)place << 1 | wrong;
}

/* `had`: so many of the step's milestones. */
static uint64_t
within(uint64_t edge, unsigned had, bool wrong)
{
    return WITHIN | edge << 3 | had << 1 | wrong;
}

static bool
is_wrong(uint64_t element)
{
    return (element & 1) != 0;
}

static bool
goes_wrong(const struct course_sets *sets, const struct course_edge *edge)
{
    return !sets->of.lasting && (edge->violated >> sets->of.oracle & 1) != 0;
}

/* ---- a set in the making ---- */

static bool
list(struct course_sets *sets, uint64_t element)
{
    uint64_t *grown;

    if ((element & WITHIN) == 0) {
        if (sets->stamp[element] == sets->stamps) {
            return true;
        }
        sets->stamp[element] = sets->stamps;
    }
    grown = allowance_grow(sets->allowance, sets->list, &sets->list_capacity, sets->listed + 1,
                           sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    sets->list = grown;
    grown[sets->listed++] = element;
    return true;
}

/* Adds all places that steps without a milestone lead to. */
static bool
close_list(struct course_sets *sets)
{
    for (uint64_t i = 0; i < sets->listed; i++) {
        const uint64_t element = sets->list[i];
        const struct course_place *place;

        if ((element & WITHIN) != 0) {
            continue;
        }
        place = &sets->courses->place[element >> 1];
        for (uint32_t j = 0; j < place->edges; j++) {
            const struct course_edge *edge = &sets->courses->edge[place->first + j];

            if (edge->milestones == 0 &&
                !list(sets, at_place(edge->target, is_wrong(element) || goes_wrong(sets, edge)))) {
                return false;
            }
        }
    }
    return true;
}

static int
compare_elements(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static uint8_t
ends_of(const struct course_sets *sets, uint64_t element)
{
    const struct course_place *place;
    bool wrong = is_wrong(element);

    if ((element & WITHIN) != 0) {
        return 0;
    }
    place = &sets->courses->place[element >> 1];
    if (sets->of.lasting) {
        wrong = (sets->graph->state[place->state].violated >> sets->of.oracle & 1) != 0;
    }
    return place->edges > 0 ? 0 : wrong ? COURSE_ENDS_WRONG : COURSE_ENDS_WELL;
}

/* ---- sets by number ---- */

static uint64_t
hash_of(const uint64_t *element, uint64_t elements)
{
    uint64_t hash = elements;

    for (uint64_t i = 0; i < elements; i++) {
        hash = (hash ^ element[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

static bool
enough_slots(struct course_sets *sets)
{
    const uint64_t slots = sets->slots == 0 ? 1024 : sets->slots * 2;
    uint32_t *slot;

    if (sets->sets * 2 < sets->slots) {
        return true;
    }
    slot = allowance_take(sets->allowance, &sets->taken, slots, sizeof *slot);
    if (slot == NULL) {
        return false;
    }
    for (uint32_t number = 0; number < sets->sets; number++) {
        const struct course_set *set = &sets->set[number];
        uint64_t at = hash_of(sets->element + set->first, set->elements) & (slots - 1);

        while (slot[at] != 0) {
            at = (at + 1) & (slots - 1);
        }
        slot[at] = number + 1;
    }
    free(sets->slot);
    sets->slot = slot;
    sets->slots = slots;
    return true;
}

static bool
append_set(struct course_sets *sets, uint64_t at)
{
    struct course_set *set = allowance_grow(sets->allowance, sets->set, &sets->set_capacity,
                                            sets->sets + 1, sizeof *set);
    uint64_t *element = allowance_grow(sets->allowance, sets->element, &sets->element_capacity,
                                       sets->elements + sets->listed, sizeof *element);

    sets->set = set != NULL ? set : sets->set;
    sets->element = element != NULL ? element : sets->element;
    if (set == NULL || (element == NULL && sets->listed > 0) || sets->sets == UINT32_MAX - 1) {
        return false;
    }
    set += sets->sets;
    *set = (struct course_set){.first = sets->elements, .elements = (uint32_t)sets->listed};
    for (uint64_t i = 0; i < sets->listed; i++) {
        sets->element[sets->elements++] = sets->list[i];
        set->ends |= ends_of(sets, sets->list[i]);
    }
    sets->slot[at] = (uint32_t)++sets->sets;
    return true;
}

/* The number of the set whose list this is: closed, sorted, and found or added. */
static bool
settle(struct course_sets *sets, uint32_t *number)
{
    uint64_t kept = 0, at;

    if (!close_list(sets) || !enough_slots(sets)) {
        return false;
    }
    if (sets->listed > 0) {
        qsort(sets->list, sets->listed, sizeof *sets->list, compare_elements);
    }
    for (uint64_t i = 0; i < sets->listed; i++) {
        if (kept == 0 || sets->list[kept - 1] != sets->list[i]) {
            sets->list[kept++] = sets->list[i];
        }
    }
    sets->listed = kept;
    at = hash_of(sets->list, kept) & (sets->slots - 1);
    for (; sets->slot[at] != 0; at = (at + 1) & (sets->slots - 1)) {
        const struct course_set *set = &sets->set[sets->slot[at] - 1];

        if (set->elements == kept && (kept == 0 || memcmp(sets->element + set->first, sets->list,
                                                          kept * sizeof *sets->list) == 0)) {
            *number = sets->slot[at] - 1;
            return true;
        }
    }
    *number = (uint32_t)sets->sets;
    return append_set(sets, at);
}

static void
begin_list(struct course_sets *sets)
{
    sets->listed = 0;
    sets->stamps++;
}

/* ---- milestones ---- */

static int
compare_leads(const void *a, const void *b)
{
    const struct lead *left = a, *right = b;

    return left->milestone != right->milestone
               ? (left->milestone > right->milestone) - (left->milestone < right->milestone)
               : (left->element > right->element) - (left->element < right->element);
}

/* The step's next milestone, when so many of them have been had. */
static struct lead
lead_of(const struct course_sets *sets, uint64_t number, unsigned had, bool wrong)
{
    const struct course_edge *edge = &sets->courses->edge[number];

    return (struct lead){edge->milestone[had], had + 1u == edge->milestones
                                                   ? at_place(edge->target, wrong)
                                                   : within(number, had + 1, wrong)};
}

/* All that comes next in the set: an array to be freed, NULL if there is no memory for it. */
static struct lead *
leads_of(const struct course_sets *sets, const struct course_set *set, uint64_t *count)
{
    struct lead *lead;
    uint64_t most = 1;

    for (uint32_t i = 0; i < set->elements; i++) {
        const uint64_t element = sets->element[set->first + i];

        most += (element & WITHIN) != 0 ? 1 : sets->courses->place[element >> 1].edges;
    }
    lead = malloc(most * sizeof *lead);
    *count = 0;
    for (uint32_t i = 0; i < set->elements && lead != NULL; i++) {
        const uint64_t element = sets->element[set->first + i];
        const struct course_place *place;

        if ((element & WITHIN) != 0) {
            lead[(*count)++] =
                lead_of(sets, (element & ~WITHIN) >> 3, element >> 1 & 3, is_wrong(element));
            continue;
        }
        place = &sets->courses->place[element >> 1];
        for (uint32_t j = 0; j < place->edges; j++) {
            const uint64_t number = place->first + j;
            const struct course_edge *edge = &sets->courses->edge[number];

            if (edge->milestones > 0) {
                lead[(*count)++] =
                    lead_of(sets, number, 0, is_wrong(element) || goes_wrong(sets, edge));
            }
        }
    }
    if (lead != NULL) {
        qsort(lead, *count, sizeof *lead, compare_leads);
    }
    return lead;
}

/* The move by those leads that have the milestone of the first one. */
static bool
add_move(struct course_sets *sets, const struct lead *lead, uint64_t count, uint64_t *used)
{
    struct course_move *grown, move = {lead->milestone, 0};

    begin_list(sets);
    for (*used = 0; *used < count && lead[*used].milestone == lead->milestone; ++*used) {
        if (!list(sets, lead[*used].element)) {
            return false;
        }
    }
    grown = allowance_grow(sets->allowance, sets->move, &sets->move_capacity, sets->moves + 1,
                           sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    sets->move = grown;
    if (!settle(sets, &move.target)) {
        return false;
    }
    sets->move[sets->moves++] = move;
    return true;
}

bool
course_sets_look(struct course_sets *sets, uint32_t number)
{
    struct lead *lead;
    uint64_t count, used = 0, first = sets->moves;
    bool room;

    if (sets->set[number].looked_at != 0) {
        return true;
    }
    lead = leads_of(sets, &sets->set[number], &count);
    room = lead != NULL;
    for (uint64_t i = 0; i < count && room; i += used) {
        room = add_move(sets, lead + i, count - i, &used);
    }
    free(lead);
    sets->set[number].first_move = first;
    sets->set[number].moves = (uint32_t)(sets->moves - first);
    sets->set[number].looked_at = 1;
    return room;
}

bool
course_sets_open(struct course_sets *sets, const struct courses *courses, const struct graph *graph,
                 struct course_of of, struct allowance *allowance, uint32_t *first)
{
    const bool wrong = !of.lasting && (courses->at_first >> of.oracle & 1) != 0;
    uint32_t nowhere;

    *sets =
        (struct course_sets){.courses = courses, .graph = graph, .of = of, .allowance = allowance};
    sets->stamp =
        allowance_take(allowance, &sets->taken, (uint64_t)courses->places * 2, sizeof *sets->stamp);
    if (sets->stamp == NULL || !settle(sets, &nowhere)) {
        return false;
    }
    assert(nowhere == COURSE_NOWHERE);
    begin_list(sets);
    return list(sets, at_place(0, wrong)) && settle(sets, first);
}

void
course_sets_close(struct course_sets *sets)
{
    free(sets->set);
    free(sets->element);
    free(sets->move);
    free(sets->slot);
    free(sets->list);
    free(sets->stamp);
    *sets = (struct course_sets){0};
}
