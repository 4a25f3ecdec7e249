/* Strategies: see strategy.h. */
#include "sim/strategy.h"

#include <assert.h>

/* Chooses so many different places among the walk's steps, or all, if it has no more; and sorts
 * them.  Which of them is the first one is chance, too: rank[] says in which order they were
 * drawn. */
static void
choose_places(struct course *course, unsigned wanted)
{
    const unsigned steps = course->strategy->steps;

    for (course->changes = 0; course->changes < wanted && course->changes < steps;) {
        unsigned drawn = (unsigned)chance_below(&course->chance, steps), at = 0;

        while (at < course->changes && course->place[at] < drawn) {
            at++;
        }
        if (at < course->changes && course->place[at] == drawn) {
            continue; /* ends: there are places that have not been drawn */
        }
        for (unsigned i = course->changes; i > at; i--) {
            course->place[i] = course->place[i - 1];
            course->rank[i] = course->rank[i - 1];
        }
        course->place[at] = drawn;
        course->rank[at] = course->changes++;
    }
}

void
course_begin(struct course *course, const struct strategy *strategy, uint64_t seed, uint64_t number)
{
    unsigned order[MAX_ACTORS];

    assert(strategy->actors > 0 && strategy->actors <= MAX_ACTORS && strategy->steps > 0);
    *course = (struct course){.strategy = strategy, .last = -1};
    chance_begin(&course->chance, seed, number);
    if (strategy->kind == STRATEGY_RANDOM) {
        assert(strategy->preemptions <= (int)STRATEGY_MOST_CHANGES);
        choose_places(course, strategy->preemptions > 0 ? (unsigned)strategy->preemptions : 0);
        return;
    }
    assert(strategy->depth > 0 && strategy->depth <= STRATEGY_MOST_CHANGES);
    for (unsigned actor = 0; actor < strategy->actors; actor++) {
        order[actor] = actor;
    }
    chance_shuffle(&course->chance, order, strategy->actors);
    for (unsigned i = 0; i < strategy->actors; i++) {
        course->priority[order[i]] = strategy->depth + i;
    }
    choose_places(course, strategy->depth - 1);
}

static unsigned
highest(const struct course *course, const unsigned *enabled, unsigned count)
{
    unsigned best = enabled[0];

    for (unsigned i = 1; i < count; i++) {
        best = course->priority[enabled[i]] > course->priority[best] ? enabled[i] : best;
    }
    return best;
}

/* True if the step that is to be taken is one of the places, which is then passed. */
static bool
is_place(struct course *course)
{
    if (course->passed < course->changes && course->place[course->passed] == course->taken) {
        course->passed++;
        return true;
    }
    return false;
}

static unsigned
choose_by_priority(struct course *course, const unsigned *enabled, unsigned count)
{
    unsigned best = highest(course, enabled, count);

    if (is_place(course)) {
        course->priority[best] = course->rank[course->passed - 1]; /* below depth, of all others */
        best = highest(course, enabled, count);
    }
    return best;
}

/* The place of `last` among the enabled, or `count`. */
static unsigned
find_last(const struct course *course, const unsigned *enabled, unsigned count)
{
    unsigned at = 0;

    while (at < count && (int)enabled[at] != course->last) {
        at++;
    }
    return at;
}

static unsigned
choose_at_random(struct course *course, const unsigned *enabled, unsigned count)
{
    const unsigned own = find_last(course, enabled, count);
    const bool bounded = course->strategy->preemptions != STRATEGY_FREE;
    const bool change = is_place(course);
    unsigned at;

    if (!bounded || own == count) {
        return enabled[chance_below(&course->chance, count)];
    }
    if (!change || count == 1) {
        return enabled[own];
    }
    at = (unsigned)chance_below(&course->chance, count - 1);
    return enabled[at < own ? at : at + 1];
}

unsigned
course_choose(struct course *course, const unsigned *enabled, unsigned count)
{
    unsigned chosen;

    assert(count > 0);
    chosen = course->strategy->kind == STRATEGY_PCT ? choose_by_priority(course, enabled, count)
                                                    : choose_at_random(course, enabled, count);
    course->preempted += (int)chosen != course->last && find_last(course, enabled, count) < count;
    course->last = (int)chosen;
    course->taken++;
    return chosen;
}
