/* A cell that is walked through by chance: see sampled.h. */
#include "harness/sampled.h"

#include "harness/build.h"
#include "harness/interrupt.h"

static bool
misused(struct diagnostic *diagnostic, const char *text)
{
    return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "%s", text);
}

bool
sampling_settle(struct sampling *sampling, const struct bounds *bounds,
                struct diagnostic *diagnostic)
{
    const bool given = sampling->walks != 0 || sampling->seed != SAMPLING_NO_SEED ||
                       sampling->depth != 0 || sampling->max_steps != 0;

    if (!sampling->wanted && given) {
        return misused(diagnostic, "--walks, --seed, --depth and --max-steps need --sample");
    }
    if (sampling->kind != STRATEGY_PCT && sampling->depth != 0) {
        return misused(diagnostic, "--depth is for --sample pct");
    }
    if (sampling->kind == STRATEGY_PCT && sampling->preemptions != STRATEGY_FREE) {
        return misused(diagnostic, "--preemptions is not for --sample pct, which has --depth");
    }
    if (sampling->wanted && (bounds->audit || bounds->max_states != 0)) {
        return misused(diagnostic, "--audit and --max-states are for a search, not for --sample");
    }
    if (!sampling->wanted && sampling->preemptions != STRATEGY_FREE &&
        (bounds->audit || bounds->max_states != 0 || bounds->order || bounds->fair ||
         bounds->checkpoint != NULL || bounds->resume != NULL)) {
        return misused(diagnostic, "--preemptions is not for --audit, --max-states, --reduce "
                                   "order, --fair, --estimate, --checkpoint or --resume");
    }
    sampling->walks = sampling->walks == 0 ? 10000 : sampling->walks;
    sampling->seed = sampling->seed == SAMPLING_NO_SEED ? 1 : sampling->seed;
    sampling->depth = sampling->depth == 0 ? 3 : sampling->depth;
    return true;
}

/* Of a watch: shows how far the sample is, and asks whether it is to end. */
static bool
watch_walks(void *context, const struct sample_seen *seen)
{
    struct watch *watch = context;
    const double seconds = watch_seconds(watch);

    watch_show(
        watch, "%llu walks, %llu states, %.1f%% of a walk's new, %.2f M steps/s, %zu MB, %.1f s",
        (unsigned long long)seen->walks, (unsigned long long)seen->states,
        100 * sample_unseen(seen), (double)seen->steps / seconds / 1e6, seen->bytes >> 20, seconds);
    return !watch_is_over(watch);
}

/* Walks in a world that has names enough for it. */
static bool
walk(struct sampled *sampled, const struct sample_limits *limits, struct diagnostic *diagnostic)
{
    struct growth growth = {0};
    struct cell *cell = &sampled->cell;

    while (build_world(cell->scenario, cell->choices, &growth, &cell->world, diagnostic)) {
        sample_walk(&cell->world, limits, &sampled->result);
        if (sampled->result.end != SAMPLE_LACKING) {
            return true;
        }
        growth.more[sampled->result.lacking]++;
        sample_free(&sampled->result);
    }
    return false;
}

/* Hands the sample's verdicts over to the cell, whose own are empty. */
static void
hand_over(struct sampled *sampled)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict verdict = sampled->cell.result.verdict[oracle];
        const struct explore_verdict lasting = sampled->cell.result.lasting[oracle];

        sampled->cell.result.verdict[oracle] = sampled->result.verdict[oracle];
        sampled->cell.result.lasting[oracle] = sampled->result.lasting[oracle];
        sampled->result.verdict[oracle] = verdict;
        sampled->result.lasting[oracle] = lasting;
    }
}

bool
sampled_run(struct sampled *sampled, const struct scenario *scenario, const char *policy,
            const struct policy *choices, const struct sampling *how, const struct bounds *bounds,
            struct diagnostic *diagnostic)
{
    struct watch watch;
    struct sample_limits limits = {
        .strategy = {how->kind, how->depth, how->preemptions, 0, how->max_steps},
        .walks = how->walks,
        .seed = how->seed,
        .most_steps = how->max_steps == 0 ? EXPLORE_MAX_TRACE : how->max_steps,
        .max_memory = bounds->max_memory,
        .progress = watch_walks,
        .context = &watch};

    *sampled = (struct sampled){.how = how};
    cell_begin(&sampled->cell, scenario, policy, choices);
    watch_begin(&watch, bounds);
    if (!walk(sampled, &limits, diagnostic)) {
        cell_free(&sampled->cell);
        return false;
    }
    hand_over(sampled);
    sampled->cell.interrupted = sampled->result.end == SAMPLE_STOPPED && interrupt_came();
    sampled->cell.seconds = watch_seconds(&watch);
    watch_wipe(&watch);
    return true;
}

void
sampled_free(struct sampled *sampled)
{
    cell_free(&sampled->cell);
    sample_free(&sampled->result);
}

const char *
sampled_end(const struct sampled *sampled)
{
    static const char *const ends[] = {
        [SAMPLE_WALKED] = "walked",
        [SAMPLE_STOPPED] = "stopped at --timeout",
        [SAMPLE_NO_MEMORY] = "out of memory",
        [SAMPLE_LACKING] = "", /* it is walked again */
    };

    return sampled->cell.interrupted ? "interrupted" : ends[sampled->result.end];
}
