/* The window in which others came first: see window.h. */
#include "harness/draw/window.h"

#include <stdlib.h>
#include <string.h>

/* What the walk's last violations are: those that the step has brought which brings any last. */
static oracle_set
last_violated(const struct walk *walk)
{
    for (unsigned i = walk->length; i > 0; i--) {
        if (walk->step[i - 1].violated != 0) {
            return walk->step[i - 1].violated;
        }
    }
    return 0;
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
    const oracle_set oracles = last_violated(walk);
    struct window window = {.avoided = oracles};
    unsigned budget = WINDOW_MOST_STEPS;
    uint8_t *left = malloc(walk->length + 1u);

    for (unsigned late = walk->length; late > 1 && oracles != 0 && left != NULL; late--) {
        const unsigned first = drawing->step[late - 1].since + 1;
        const bool thread = actor_at(walk->world, walk->step[late - 1].actor).kind == ACTOR_THREAD;
        const bool shorter = window.first == 0 || late - first < window.late - window.first;

        if (!thread || first >= late || !shorter || !has_begun(walk, late)) {
            continue;
        }
        if (avoids(drawing, first, late, oracles, &budget, left)) {
            window.first = first;
            window.last = late - 1;
            window.late = late;
        }
        if (budget == 0) {
            window.bounded = true;
            break;
        }
    }
    free(left);
    return window;
}
