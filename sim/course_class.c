/* Runs of two policies in classes: see course_class.h. */
#include "sim/course_class.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What has become of runs that end there, in both. */
static enum class_kind
kind_of(uint8_t before, uint8_t now)
{
    assert((before | now) != 0);
    if ((before & COURSE_ENDS_WRONG) != 0) {
        return (now & COURSE_ENDS_WRONG) != 0 ? CLASS_STILL : now != 0 ? CLASS_MENDED : CLASS_GONE;
    }
    if ((now & COURSE_ENDS_WRONG) != 0) {
        return before != 0 ? CLASS_SPOILT : CLASS_NEW;
    }
    return before == 0 ? CLASS_FINE_NEW : now == 0 ? CLASS_FINE_OLD : CLASS_FINE;
}

/* ---- the pairs ---- */

/* The pairs by their sets, while they are looked for. */
struct search {
    struct classes *classes;
    struct store keys;
};

static bool
find_pair(struct search *search, uint32_t before, uint32_t now, uint32_t *number)
{
    struct classes *classes = search->classes;
    const uint64_t key = (uint64_t)before << 32 | now;
    const int added = store_add(&search->keys, &key, number);
    struct class_pair *grown;

    if (added != STORE_NEW) {
        return added == STORE_OLD;
    }
    grown = allowance_grow(classes->allowance, classes->pair, &classes->pair_capacity,
                           classes->pairs + 1, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    classes->pair = grown;
    memset(&grown[classes->pairs], 0, sizeof *grown);
    grown[classes->pairs].before = before;
    grown[classes->pairs++].now = now;
    return true;
}

static bool
add_move(struct search *search, milestone by, uint32_t before, uint32_t now)
{
    struct classes *classes = search->classes;
    struct course_move move = {by, 0}, *grown;

    if (!find_pair(search, before, now, &move.target)) {
        return false;
    }
    grown = allowance_grow(classes->allowance, classes->move, &classes->move_capacity,
                           classes->moves + 1, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    classes->move = grown;
    grown[classes->moves++] = move;
    return true;
}

/* A set's move; behind the last one, one by a milestone that is behind all others. */
static struct course_move
move_at(const struct course_sets *sets, uint32_t set, uint32_t index)
{
    return index < sets->set[set].moves ? sets->move[sets->set[set].first_move + index]
                                        : (struct course_move){UINT16_MAX, COURSE_NOWHERE};
}

/* Finds the pairs that a pair leads to, by each milestone that is next in one of its sets. */
static bool
look(struct search *search, uint32_t number)
{
    struct classes *classes = search->classes;
    struct course_sets *one = &classes->before, *other = &classes->now;
    const uint32_t before = classes->pair[number].before, now = classes->pair[number].now;
    const uint64_t first = classes->moves;
    uint32_t i = 0, j = 0;

    if (!course_sets_look(one, before) || !course_sets_look(other, now)) {
        return false;
    }
    while (i < one->set[before].moves || j < other->set[now].moves) {
        const struct course_move left = move_at(one, before, i), right = move_at(other, now, j);
        const bool takes_left = left.milestone <= right.milestone;
        const bool takes_right = right.milestone <= left.milestone;

        if (!add_move(search, takes_left ? left.milestone : right.milestone,
                      takes_left ? left.target : COURSE_NOWHERE,
                      takes_right ? right.target : COURSE_NOWHERE)) {
            return false;
        }
        i += takes_left;
        j += takes_right;
    }
    classes->pair[number].first_move = first;
    classes->pair[number].moves = (uint32_t)(classes->moves - first);
    return true;
}

static enum course_error
find_pairs(struct classes *classes, uint32_t before, uint32_t now, bool (*go_on)(void *context),
           void *context)
{
    struct search search = {.classes = classes};
    uint32_t number;
    bool room, goes_on = true;

    store_open(&search.keys, classes->allowance, 1);
    room = find_pair(&search, before, now, &number);
    for (number = 0; room && goes_on && number < classes->pairs; number++) {
        goes_on = number % 256 != 0 || go_on(context);
        room = look(&search, number);
    }
    store_close(&search.keys);
    return !room ? COURSE_NO_MEMORY : goes_on ? COURSE_OK : COURSE_STOPPED;
}

/* ---- the classes ---- */

/* The pairs, each behind all that it leads to: an array to be freed, NULL without memory.  A pair
 * never leads to itself again, for runs end. */
static uint32_t *
backwards(const struct classes *classes)
{
    uint32_t *order = calloc(classes->pairs, sizeof *order);
    uint32_t *missing = calloc(classes->pairs, sizeof *missing); /* pairs that lead to it */
    uint64_t first = classes->pairs, last = classes->pairs;

    if (order == NULL || missing == NULL) {
        free(order);
        free(missing);
        return NULL;
    }
    for (uint64_t i = 0; i < classes->moves; i++) {
        missing[classes->move[i].target]++;
    }
    order[--first] = 0;
    while (last > first) {
        const struct class_pair *pair = &classes->pair[order[--last]];

        for (uint32_t i = 0; i < pair->moves; i++) {
            const uint32_t target = classes->move[pair->first_move + i].target;

            if (--missing[target] == 0) {
                order[--first] = target;
            }
        }
    }
    assert(first == 0);
    free(missing);
    return order;
}

static void
count_pair(const struct classes *classes, struct class_pair *pair)
{
    const uint8_t before = classes->before.set[pair->before].ends;
    const uint8_t now = classes->now.set[pair->now].ends;

    for (unsigned kind = 0; kind < CLASS_KINDS; kind++) {
        const bool here = (before | now) != 0 && kind_of(before, now) == kind;

        pair->count[kind] = here;
        pair->shortest[kind] = here ? 0 : CLASS_NO_SHORTEST;
        for (uint32_t i = 0; i < pair->moves; i++) {
            const struct class_pair *next =
                &classes->pair[classes->move[pair->first_move + i].target];
            const uint64_t left = UINT64_MAX - pair->count[kind];

            pair->count[kind] += next->count[kind] < left ? next->count[kind] : left;
            if (next->shortest[kind] < pair->shortest[kind] - 1) {
                pair->shortest[kind] = (uint16_t)(next->shortest[kind] + 1);
            }
        }
    }
}

static bool
count_classes(struct classes *classes)
{
    uint32_t *order = backwards(classes);

    for (uint64_t i = 0; i < classes->pairs && order != NULL; i++) {
        count_pair(classes, &classes->pair[order[i]]);
    }
    free(order);
    return order != NULL;
}

enum course_error
classes_open(struct classes *classes, const struct courses *before,
             const struct graph *graph_before, const struct courses *now,
             const struct graph *graph_now, struct course_of of, struct allowance *allowance,
             bool (*go_on)(void *context), void *context)
{
    enum course_error error;
    uint32_t first_before, first_now;

    memset(classes, 0, sizeof *classes);
    classes->allowance = allowance;
    if (!course_sets_open(&classes->before, before, graph_before, of, allowance, &first_before) ||
        !course_sets_open(&classes->now, now, graph_now, of, allowance, &first_now)) {
        return COURSE_NO_MEMORY;
    }
    error = find_pairs(classes, first_before, first_now, go_on, context);
    return error != COURSE_OK || count_classes(classes) ? error : COURSE_NO_MEMORY;
}

void
classes_close(struct classes *classes)
{
    course_sets_close(&classes->before);
    course_sets_close(&classes->now);
    free(classes->pair);
    free(classes->move);
    memset(classes, 0, sizeof *classes);
}

/* The next of a pair's moves in the order of the shortest class behind them, and of milestones;
 * `taken` has those that come before it. */
static const struct course_move *
next_move(const struct classes *classes, const struct class_pair *pair, enum class_kind kind,
          const struct course_move *last)
{
    const struct course_move *best = NULL;

    for (uint32_t i = 0; i < pair->moves; i++) {
        const struct course_move *move = &classes->move[pair->first_move + i];
        const uint16_t shortest = classes->pair[move->target].shortest[kind];
        const uint16_t before = last == NULL ? 0 : classes->pair[last->target].shortest[kind];
        const bool behind =
            last == NULL || shortest > before || (shortest == before && move > last);

        if (shortest != CLASS_NO_SHORTEST && behind &&
            (best == NULL || shortest < classes->pair[best->target].shortest[kind])) {
            best = move;
        }
    }
    return best;
}

void
class_find(const struct classes *classes, enum class_kind kind, uint64_t number,
           struct class_milestones *found)
{
    const struct class_pair *pair = &classes->pair[0];

    assert(number < pair->count[kind]);
    found->count = 0;
    for (;;) {
        const struct course_move *move = NULL;

        if (pair->shortest[kind] == 0) { /* a class ends here */
            if (number == 0) {
                return;
            }
            number--;
        }
        move = next_move(classes, pair, kind, NULL);
        while (move != NULL && number >= classes->pair[move->target].count[kind]) {
            number -= classes->pair[move->target].count[kind];
            move = next_move(classes, pair, kind, move);
        }
        assert(move != NULL && found->count < EXPLORE_MAX_TRACE);
        found->milestone[found->count++] = move->milestone;
        pair = &classes->pair[move->target];
    }
}
