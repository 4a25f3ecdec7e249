/* The window in which others came first: see window.h. */
#include "harness/draw/window.h"

#include "harness/memory.h"

#include <stdlib.h>
#include <string.h>

/* The last step (from 1) that brings a violation, or 0. */
static unsigned
last_violating(const struct walk *walk)
{
    unsigned step = walk->length;

    while (step > 0 && walk->step[step - 1].violated == 0) {
        step--;
    }
    return step;
}

/* The actor of the step (from 1) has taken one before. */
static bool
has_begun(const struct walk *walk, unsigned step)
{
    for (unsigned i = 1; i < step; i++) {
        if (walk->step[i - 1].actor == walk->step[step - 1].actor) {
            return true;
        }
    }
    return false;
}

/* Takes all steps in their order, but the one at `late` in front of the one at `first`; who has no
 * step yet has theirs as soon as they can.  True if all are taken, and in the end none of the
 * oracles is violated, nor left to be judged. */
static bool
avoids(const struct drawing *drawing, unsigned first, unsigned late, oracle_set oracles,
       unsigned *budget, uint8_t *left)
{
    const struct walk *walk = drawing->walk;
    unsigned count = 0, at = 0;
    struct walk other;
    bool result;

    for (unsigned i = 1; i <= walk->length; i++) {
        if (i == first) {
            left[count++] = (uint8_t)walk->step[late - 1].actor;
        }
        if (i != late) {
            left[count++] = (uint8_t)walk->step[i - 1].actor;
        }
    }
    walk_begin(&other, walk->scenario, walk->world);
    for (; at < count && (other.violated & oracles) == 0 && *budget > 0; (*budget)--) {
        if (walk_take(&other, left[at])) {
            memmove(left + at, left + at + 1, count - at - 1);
            count--;
            at = 0;
        } else {
            at++;
        }
    }
    result = count == 0 && (other.violated & oracles) == 0 && other.lacking < 0 &&
             ((oracles & ORACLES_OF_ENDS) == 0 || walk_is_at_rest(&other));
    walk_free(&other);
    return result;
}

struct window
window_find(const struct drawing *drawing)
{
    const struct walk *walk = drawing->walk;
    unsigned late = last_violating(walk), budget = WINDOW_MOST_STEPS;
    struct window window = {.avoided = late == 0 ? 0 : walk->step[late - 1].violated};
    uint8_t *left = memory_make(walk->length + 1u);

    for (; late > 1 && window.late == 0 && budget > 0; late--) {
        const unsigned first = drawing->step[late - 1].since + 1;

        if (actor_at(walk->world, walk->step[late - 1].actor).kind == ACTOR_THREAD &&
            first < late && has_begun(walk, late) &&
            avoids(drawing, first, late, window.avoided, &budget, left)) {
            window.first = first;
            window.last = late - 1;
            window.late = late;
        }
    }
    window.bounded = budget == 0;
    free(left);
    return window;
}
