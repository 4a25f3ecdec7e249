/* A cell of which every interleaving with few preemptions was searched: see report.h. */
#include "harness/daemons.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdio.h>

static void
print_search(const struct preempted *preempted)
{
    const struct preempt_result *result = &preempted->result;
    const unsigned most = result->levels - 1;

    printf("  %llu pairs of a state and the actor of the last step",
           (unsigned long long)result->pairs);
    printf(result->end == PREEMPT_SEARCHED ? "\n" : ": INCONCLUSIVE, %s\n",
           preempted_end(preempted));
    if (result->levels > 0) {
        print_line(4, "  every interleaving with at most %u preemption%s is searched%s", most,
                   print_plural(most),
                   result->is_all ? ", and more of them lead to nothing else" : "");
    }
}

void
report_preempt(const struct preempted *preempted)
{
    const struct cell *cell = &preempted->cell;

    report_head(cell->scenario, cell->policy);
    print_search(preempted);
    putchar('\n');
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = cell_verdict(cell, oracle, false);
        const unsigned fewest = preempted->result.fewest[oracle];

        if (verdict->violated) {
            printf("  %-16s possible     %u preemption%s, %u step%s\n", oracle_name(oracle), fewest,
                   print_plural(fewest), verdict->length, print_plural(verdict->length));
        }
    }
    report_found(cell, "  not violated there: ");
}

static json_t *
json_oracle(const struct preempted *preempted, enum oracle oracle)
{
    const struct cell *cell = &preempted->cell;
    json_t *json = json_pack("{s:s, s:s, s:n, s:n}", "name", oracle_name(oracle), "observation",
                             "inconclusive", "preemptions", "trace");
    json_t *trace;

    if (cell_verdict(cell, oracle, false)->violated) {
        trace = trace_cell_json(cell, oracle, false);
        json_object_set_new(json, "observation", json_string("possible"));
        json_object_set_new(json, "preemptions", json_integer(preempted->result.fewest[oracle]));
        json_object_set_new(json, "victims", report_victims_json(trace, oracle));
        json_object_set_new(json, "trace", trace);
    }
    if (cell_verdict(cell, oracle, true)->violated) {
        json_object_set_new(json, "lasting", trace_cell_json(cell, oracle, true));
    }
    return json;
}

json_t *
report_preempt_json(const struct preempted *preempted)
{
    const struct preempt_result *result = &preempted->result;
    const struct cell *cell = &preempted->cell;
    json_t *oracles = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles, json_oracle(preempted, oracle));
    }
    return json_pack("{s:s, s:{s:o, s:s, s:s}, s:s, s:b, s:s, s:{s:i, s:i, s:I, s:b}, s:o, "
                     "s:{s:f}, s:s*, s:o*}",
                     "schema", "tapweave-preemptions/1", "scenario", "path",
                     output_text(cell->scenario->path), "sha256", cell->scenario->sha256, "title",
                     cell->scenario->title, "policy", cell->policy, "complete", 0, "end",
                     preempted_end(preempted), "search", "preemptions", (int)preempted->preemptions,
                     "searched", (int)result->levels - 1, "pairs", (json_int_t)result->pairs, "all",
                     result->is_all, "oracles", oracles, "timing", "seconds", cell->seconds,
                     "datapath", cell->scenario->datapath, "daemons", daemons_json(cell->scenario));
}
