/* A cell of which every interleaving with few preemptions is searched: see preempted.h. */
#include "harness/preempted.h"

#include "harness/build.h"
#include "harness/interrupt.h"

/* Of a watch: shows how far the search is, and asks whether it is to end. */
static bool
watch_pairs(void *context, uint64_t pairs, unsigned preemptions)
{
    struct watch *watch = context;

    watch_show(watch, "%llu pairs of a state and an actor, %u preemptions, %.1f s",
               (unsigned long long)pairs, preemptions, watch_seconds(watch));
    return !watch_is_over(watch);
}

/* Hands the verdicts over to the cell, whose own are empty. */
static void
hand_over(struct preempted *preempted)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict verdict = preempted->cell.result.verdict[oracle];
        const struct explore_verdict lasting = preempted->cell.result.lasting[oracle];

        preempted->cell.result.verdict[oracle] = preempted->result.verdict[oracle];
        preempted->cell.result.lasting[oracle] = preempted->result.lasting[oracle];
        preempted->result.verdict[oracle] = verdict;
        preempted->result.lasting[oracle] = lasting;
    }
}

bool
preempted_run(struct preempted *preempted, const struct scenario *scenario, const char *policy,
              const struct policy *choices, unsigned preemptions, const struct bounds *bounds,
              struct diagnostic *diagnostic)
{
    struct cell *cell = &preempted->cell;
    struct growth growth = {0};
    struct watch watch;
    const struct preempt_limits limits = {.preemptions = preemptions,
                                          .max_memory = bounds->max_memory,
                                          .progress = watch_pairs,
                                          .context = &watch};

    *preempted = (struct preempted){.preemptions = preemptions};
    cell_begin(cell, scenario, policy, choices);
    watch_begin(&watch, bounds);
    while (build_world(scenario, choices, &growth, &cell->world, diagnostic)) {
        preempt_search(&cell->world, &limits, &preempted->result);
        if (preempted->result.end != PREEMPT_LACKING) {
            hand_over(preempted);
            cell->interrupted = preempted->result.end == PREEMPT_STOPPED && interrupt_came();
            cell->seconds = watch_seconds(&watch);
            watch_wipe(&watch);
            return true;
        }
        growth.more[preempted->result.lacking]++;
        preempt_free(&preempted->result);
    }
    cell_free(cell);
    return false;
}

void
preempted_free(struct preempted *preempted)
{
    cell_free(&preempted->cell);
    preempt_free(&preempted->result);
}

const char *
preempted_end(const struct preempted *preempted)
{
    static const char *const ends[] = {
        [PREEMPT_SEARCHED] = "searched",
        [PREEMPT_STOPPED] = "stopped at --timeout",
        [PREEMPT_NO_MEMORY] = "stopped at --max-memory",
        [PREEMPT_LACKING] = "", /* it is searched again */
    };

    return preempted->cell.interrupted ? "interrupted" : ends[preempted->result.end];
}
