/* A cell that was walked through by chance, for people and as JSON: see report.h. */
#include "harness/daemons.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdio.h>

/* How likely it is that none of the walks finds a violation of the depth that PCT's guarantee is
 * about: each finds it with a probability of at least 1 / (n k^(d-1)). */
static double
chance_of_none(const struct sampled *sampled, double *one_in)
{
    const struct strategy *strategy = &sampled->result.strategy;
    double one = strategy->actors, power, none = 1;

    for (unsigned i = 1; i < strategy->depth; i++) {
        one *= strategy->steps;
    }
    *one_in = one;
    power = 1 - 1 / one;
    for (uint64_t left = sampled->result.seen.walks; left > 0; left /= 2) {
        none = left % 2 == 1 ? none * power : none;
        power *= power;
    }
    return none;
}

static const char *
strategy_name(const struct sampled *sampled)
{
    return sampled->result.strategy.kind == STRATEGY_PCT ? "pct" : "random";
}

static void
print_guarantee(const struct sampled *sampled)
{
    const struct strategy *strategy = &sampled->result.strategy;
    double one_in, none = chance_of_none(sampled, &one_in);

    print_line(
        4,
        "  a violation of depth %u: a walk finds it with a probability of at least 1 in %.0f "
        "(%u actors, %u steps); that all walks miss it has one of at most %.3g",
        strategy->depth, one_in, strategy->actors, strategy->steps, none);
    if (sampled->result.seen.longer > 0) {
        print_line(4, "  %llu walk%s took more steps than that, and the guarantee is not for them",
                   (unsigned long long)sampled->result.seen.longer,
                   print_plural(sampled->result.seen.longer));
    }
}

static void
print_seen(const struct sampled *sampled)
{
    const struct sample_seen *seen = &sampled->result.seen;

    print_line(4, "  %llu step%s, %u to %u in a walk", (unsigned long long)seen->steps,
               print_plural(seen->steps), seen->shortest, seen->longest);
    if (seen->cut > 0) {
        print_line(4, "  %llu walk%s came to the bound of --max-steps, and did not end",
                   (unsigned long long)seen->cut, print_plural(seen->cut));
    }
    if (seen->counted < seen->walks) {
        print_line(4,
                   "  --max-memory is reached: only the states of the first %llu walks are counted",
                   (unsigned long long)seen->counted);
    }
    print_line(
        4,
        "  %llu different state%s seen, %llu of them by one walk alone; there are about %.0f "
        "or more",
        (unsigned long long)seen->states, print_plural(seen->states),
        (unsigned long long)seen->once, sample_at_least(seen));
    print_line(4, "  of the states of one more such walk, about %.3g%% would be new",
               100 * sample_unseen(seen));
}

static void
print_walks(const struct sampled *sampled)
{
    const struct strategy *strategy = &sampled->result.strategy;
    char how[48] = "";

    if (strategy->kind == STRATEGY_PCT) {
        snprintf(how, sizeof how, " by PCT");
    } else if (strategy->preemptions != STRATEGY_FREE) {
        snprintf(how, sizeof how, " with at most %d preemption%s", strategy->preemptions,
                 strategy->preemptions == 1 ? "" : "s");
    }
    print_line(4, "  %llu random walk%s%s, seed %llu: a sample, and no search%s%s",
               (unsigned long long)sampled->result.seen.walks,
               print_plural(sampled->result.seen.walks), how,
               (unsigned long long)sampled->how->seed,
               sampled->result.end == SAMPLE_WALKED ? "" : ", ",
               sampled->result.end == SAMPLE_WALKED ? "" : sampled_end(sampled));
}

static void
print_found(const struct sampled *sampled, const char *name, const struct explore_verdict *verdict)
{
    gmp_printf("  %-16s possible     %Zd of %llu walks, the shortest: %u step%s\n", name,
               verdict->bad, (unsigned long long)sampled->result.seen.walks, verdict->length,
               print_plural(verdict->length));
}

void
report_sample(const struct sampled *sampled)
{
    const struct cell *cell = &sampled->cell;

    report_head(cell->scenario, cell->policy);
    print_walks(sampled);
    print_seen(sampled);
    if (sampled->result.strategy.kind == STRATEGY_PCT) {
        print_guarantee(sampled);
    }
    putchar('\n');
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (cell_verdict(cell, oracle, false)->violated) {
            print_found(sampled, oracle_name(oracle), cell_verdict(cell, oracle, false));
        }
        if (cell_verdict(cell, oracle, true)->violated) {
            print_found(sampled, "  lasting", cell_verdict(cell, oracle, true));
        }
    }
    report_found(cell, "  not found, which decides nothing: ");
}

/* What the walks say of an oracle, or of whether runs end so. */
static json_t *
json_verdict(const struct cell *cell, enum oracle oracle, bool lasting)
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, lasting);

    return json_pack("{s:s, s:I, s:o}", "observation",
                     verdict->violated ? "possible" : "inconclusive", "walks",
                     (json_int_t)mpz_get_ui(verdict->bad), "trace",
                     verdict->violated ? trace_cell_json(cell, oracle, lasting) : json_null());
}

static json_t *
json_oracle(const struct cell *cell, enum oracle oracle)
{
    json_t *json = json_pack("{s:s}", "name", oracle_name(oracle));
    const json_t *trace;

    json_object_update_new(json, json_verdict(cell, oracle, false));
    trace = json_object_get(json, "trace");
    if (cell_verdict(cell, oracle, false)->violated) {
        json_object_set_new(json, "victims", report_victims_json(trace, oracle));
    }
    if ((ORACLES_THAT_LAST >> oracle & 1) != 0) {
        json_object_set_new(json, "lasting", json_verdict(cell, oracle, true));
    }
    return json;
}

static json_t *
json_strategy(const struct sampled *sampled)
{
    const struct strategy *strategy = &sampled->result.strategy;
    json_t *json =
        json_pack("{s:s, s:I, s:I}", "name", strategy_name(sampled), "seed",
                  (json_int_t)sampled->how->seed, "walks", (json_int_t)sampled->how->walks);
    double one_in, none;

    if (strategy->kind == STRATEGY_PCT) {
        none = chance_of_none(sampled, &one_in);
        json_object_update_new(json,
                               json_pack("{s:i, s:i, s:i, s:f, s:f}", "depth", (int)strategy->depth,
                                         "actors", (int)strategy->actors, "steps",
                                         (int)strategy->steps, "one-in", one_in, "all-miss", none));
    } else if (strategy->preemptions != STRATEGY_FREE) {
        json_object_set_new(json, "preemptions", json_integer(strategy->preemptions));
    }
    return json;
}

json_t *
report_sample_json(const struct sampled *sampled)
{
    const struct sample_seen *seen = &sampled->result.seen;
    const struct cell *cell = &sampled->cell;
    json_t *oracles = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles, json_oracle(cell, oracle));
    }
    return json_pack(
        "{s:s, s:{s:o, s:s, s:s}, s:s, s:b, s:s, s:o, s:{s:I, s:I, s:I, s:I, s:i, s:i}, "
        "s:{s:I, s:I, s:I, s:I, s:f, s:f}, s:o, s:{s:f}, s:s*, s:o*}",
        "schema", "tapweave-sample/1", "scenario", "path", output_text(cell->scenario->path),
        "sha256", cell->scenario->sha256, "title", cell->scenario->title, "policy", cell->policy,
        "complete", 0, "end", sampled_end(sampled), "strategy", json_strategy(sampled), "counts",
        "walks", (json_int_t)seen->walks, "cut", (json_int_t)seen->cut, "longer",
        (json_int_t)seen->longer, "steps", (json_int_t)seen->steps, "shortest", (int)seen->shortest,
        "longest", (int)seen->longest, "seen", "walks", (json_int_t)seen->counted, "states",
        (json_int_t)seen->states, "once", (json_int_t)seen->once, "twice", (json_int_t)seen->twice,
        "unseen", sample_unseen(seen), "at-least", sample_at_least(seen), "oracles", oracles,
        "timing", "seconds", cell->seconds, "datapath", cell->scenario->datapath, "daemons",
        daemons_json(cell->scenario));
}
