/* What the named policies come to over all scenarios: see summary.h. */
#include "harness/summary.h"

#include "harness/output.h"

#include <string.h>

unsigned
summary_policies(void)
{
    unsigned count = 0;

    while (policy_named(count) != NULL) {
        count++;
    }
    return count;
}

void
summary_note(struct summary *summary, const struct scenario *scenario, const struct cell *cells,
             unsigned count)
{
    oracle_set kept = 0, unsolved = EVERY_ORACLE, undecided;

    *summary = (struct summary){.path = scenario->path};
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        oracle_set violated = 0, unknown = EVERY_ORACLE;

        for (unsigned i = 0; i < count; i++) {
            if (strcmp(cells[i].policy, policy_named(policy)->name) == 0) {
                summary->there[policy] = true;
                violated = cell_violated(&cells[i]);
                unknown = cell_undecided(&cells[i]);
            }
        }
        summary->violated[policy] = violated;
        summary->unknown[policy] = unknown;
        kept |= EVERY_ORACLE & ~violated & ~unknown;
        unsolved &= violated;
    }
    undecided = EVERY_ORACLE & ~kept & ~unsolved;
    summary->set[SET_UNSOLVED] = unsolved;
    summary->set[SET_UNDECIDED] = undecided;
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        summary->set[SET_AVOIDABLE + policy] = summary->violated[policy] & kept;
        summary->set[SET_DOUBTFUL + policy] =
            summary->unknown[policy] | (summary->violated[policy] & undecided);
    }
}

unsigned
summary_count(const struct summary *summary, unsigned scenarios, unsigned set, oracle_set oracles)
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenarios; i++) {
        count += (summary[i].set[set] & oracles) != 0;
    }
    return count;
}

bool
summary_is_clean(const struct summary *summary, unsigned scenarios, unsigned policy)
{
    return summary_count(summary, scenarios, SET_AVOIDABLE + policy, EVERY_ORACLE) == 0 &&
           summary_count(summary, scenarios, SET_DOUBTFUL + policy, EVERY_ORACLE) == 0;
}

bool
summary_is_worse(const struct summary *summary)
{
    oracle_set worse = 0;

    for (enum change change = CHANGE_NEW; change <= CHANGE_WORSE; change++) {
        worse |= summary->set[SET_CHANGE + change] | summary->set[SET_LASTING + change];
    }
    return worse != 0;
}

json_t *
summary_json_oracles(oracle_set set)
{
    json_t *json = json_array();

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            json_array_append_new(json, json_string(oracle_name(oracle)));
        }
    }
    return json;
}

json_t *
summary_json_set(const struct summary *summary, unsigned scenarios, unsigned set)
{
    json_t *json = json_array();

    for (unsigned i = 0; i < scenarios; i++) {
        if (summary[i].set[set] != 0) {
            json_array_append_new(json,
                                  json_pack("{s:o, s:o}", "scenario", output_text(summary[i].path),
                                            "oracles", summary_json_oracles(summary[i].set[set])));
        }
    }
    return json;
}

json_t *
summary_json(const struct summary *summary, unsigned scenarios)
{
    json_t *named = json_array(), *clean = json_array();

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        json_array_append_new(
            named,
            json_pack("{s:s, s:o, s:o}", "policy", policy_named(policy)->name, "defeated",
                      summary_json_set(summary, scenarios, SET_AVOIDABLE + policy), "inconclusive",
                      summary_json_set(summary, scenarios, SET_DOUBTFUL + policy)));
        if (summary_is_clean(summary, scenarios, policy)) {
            json_array_append_new(clean, json_string(policy_named(policy)->name));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hopeless",
                     summary_json_set(summary, scenarios, SET_UNSOLVED), "inconclusive",
                     summary_json_set(summary, scenarios, SET_UNDECIDED), "named", named,
                     "undefeated", clean);
}
