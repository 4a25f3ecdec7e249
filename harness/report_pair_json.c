/* One scenario under an older and a newer policy as JSON: see diff.h. */
#include "harness/diff.h"

#include "harness/output.h"

static json_t *
verdict_json(const struct cell *cell, enum oracle oracle, bool lasting)
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, lasting);

    return json_pack("{s:s, s:o}", "observation", cell_observation(cell, verdict), "bad",
                     report_count_json(cell, verdict->bad));
}

static void
add_oracle(json_t *oracles, const struct compared *compared, enum oracle oracle, bool lasting)
{
    const enum change change = comparison_change(compared->now, compared->before, oracle, lasting);

    if (change != CHANGES) {
        json_array_append_new(oracles,
                              json_pack("{s:s, s:b, s:s, s:o, s:o}", "name", oracle_name(oracle),
                                        "lasting", lasting, "change", comparison_key(change), "old",
                                        verdict_json(compared->before, oracle, lasting), "new",
                                        verdict_json(compared->now, oracle, lasting)));
    }
}

json_t *
compared_json(const struct compared *compared)
{
    const struct cell *before = compared->before, *now = compared->now;
    json_t *oracles = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        add_oracle(oracles, compared, oracle, false);
        if ((ORACLES_THAT_LAST >> oracle & 1) != 0) {
            add_oracle(oracles, compared, oracle, true);
        }
    }
    return json_pack("{s:o, s:{s:s, s:s}, s:{s:o, s:o}, s:o}", "scenario",
                     output_text(now->scenario->path), "end", "old", cell_end(before), "new",
                     cell_end(now), "interleavings", "old",
                     report_count_json(before, before->result.interleavings), "new",
                     report_count_json(now, now->result.interleavings), "oracles", oracles);
}
