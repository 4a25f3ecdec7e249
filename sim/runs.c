/* What a search says of runs: see runs.h. */
#include "sim/runs.h"

#include "sim/shortest.h"

#include <assert.h>

/* ---- schedules ---- */

static bool
show(struct found *found, const struct violation *violation, enum oracle oracle, bool lasting,
     struct explore_verdict *verdict)
{
    return found->order.none ? counterexample_make(found, violation, verdict)
                             : counterexample_along(found, violation, oracle, lasting, verdict);
}

static bool
show_plainest(struct found *found, enum oracle oracle, struct explore_result *result)
{
    return !found->order.none || (shortest_make(found, oracle, false, &result->verdict[oracle]) &&
                                  shortest_make(found, oracle, true, &result->lasting[oracle]));
}

/* Some schedule of each, before better ones are looked for. */
bool
runs_show(struct found *found, const struct violations *violations, bool complete,
          struct explore_result *result)
{
    bool shown = result->end != EXPLORE_LACKING;

    for (unsigned oracle = 0; oracle < ORACLE_COUNT && shown; oracle++) {
        shown = show(found, &violations->first[oracle], oracle, false, &result->verdict[oracle]) &&
                show(found, &violations->lasting[oracle], oracle, true, &result->lasting[oracle]);
    }
    for (unsigned oracle = 0; oracle < ORACLE_COUNT && shown && complete; oracle++) {
        shown = show_plainest(found, oracle, result);
    }
    if (!shown) {
        result->end = found->lacking >= 0 ? EXPLORE_LACKING : EXPLORE_MAX_MEMORY;
    }
    return shown;
}

/* ---- counts ---- */

/* What is counted: all runs; and of each oracle that is ever violated, those that are good, and
 * those that end so.  Returns how many kinds of runs that is. */
static unsigned
list_wanted(struct explore_result *result, struct count_wanted *wanted, mpz_t *runs[])
{
    unsigned kinds = 0;

    wanted[kinds] = (struct count_wanted){0};
    runs[kinds++] = &result->interleavings;
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (result->verdict[oracle].violated) {
            wanted[kinds] = (struct count_wanted){.without = ORACLE_BIT(oracle)};
            runs[kinds++] = &result->verdict[oracle].bad;
        }
        if (result->lasting[oracle].violated) {
            wanted[kinds] = (struct count_wanted){.ending = ORACLE_BIT(oracle)};
            runs[kinds++] = &result->lasting[oracle].bad;
        }
    }
    return kinds;
}

/* Of all runs, the good ones of each oracle leave the bad ones. */
static enum count_error
count_all(struct explore_result *result, struct counter *counter, struct team *team)
{
    struct count_wanted wanted[1 + 2 * ORACLE_COUNT];
    mpz_t *runs[1 + 2 * ORACLE_COUNT];
    unsigned kinds = list_wanted(result, wanted, runs);
    enum count_error error = counter_count(counter, wanted, kinds, runs, team);

    for (unsigned oracle = 0; oracle < ORACLE_COUNT && error == COUNT_OK; oracle++) {
        struct explore_verdict *verdict = &result->verdict[oracle];

        if (verdict->violated) {
            mpz_sub(verdict->bad, result->interleavings, verdict->bad);
            assert(mpz_sgn(verdict->bad) > 0); /* its trace is the beginning of one */
            assert(mpz_cmp(result->lasting[oracle].bad, verdict->bad) <= 0);
        }
    }
    return error;
}

enum explore_end
runs_count(struct found *found, const struct count_pace *pace, struct explore_result *result)
{
    static const enum explore_end ends[] = {
        [COUNT_OK] = EXPLORE_COMPLETE,
        [COUNT_NO_MEMORY] = EXPLORE_MAX_MEMORY,
        [COUNT_STOPPED] = EXPLORE_STOPPED,
        [COUNT_CYCLE] = EXPLORE_CYCLE,
    };
    struct counter counter;
    struct team team;
    enum count_error error = counter_open(&counter, &found->graph, &found->allowance, pace);

    if (error != COUNT_OK) {
        return ends[error];
    }
    team_open(&team, result->threads);
    error = count_all(result, &counter, &team);
    team_close(&team);
    counter_close(&counter);
    return ends[error];
}
