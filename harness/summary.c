/* What the named policies come to over all scenarios: see summary.h. */
#include "harness/summary.h"

#include "harness/output.h"

#include <string.h>

enum { EVERY = (1 << ORACLE_COUNT) - 1 };

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
    *summary = (struct summary){.path = scenario->path};
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        summary->unknown[policy] = EVERY;
        for (unsigned i = 0; i < count; i++) {
            oracle_set violated = 0;

            if (strcmp(cells[i].policy, policy_named(policy)->name) != 0) {
                continue;
            }
            for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
                violated = (oracle_set)(violated | (cells[i].result.verdict[oracle].violated
                                                        ? ORACLE_BIT(oracle)
                                                        : 0));
            }
            summary->there[policy] = true;
            summary->violated[policy] = violated;
            summary->unknown[policy] =
                cells[i].result.end == EXPLORE_COMPLETE ? 0 : (oracle_set)(EVERY & ~violated);
        }
    }
}

/* The oracles that some policy keeps. */
static oracle_set
kept(const struct summary *summary)
{
    oracle_set set = 0;

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        set = (oracle_set)(set | (EVERY & ~summary->violated[policy] & ~summary->unknown[policy]));
    }
    return set;
}

oracle_set
summary_unsolved(const struct summary *summary)
{
    oracle_set set = EVERY;

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        set &= summary->violated[policy];
    }
    return set;
}

oracle_set
summary_undecided(const struct summary *summary)
{
    return (oracle_set)(EVERY & ~kept(summary) & ~summary_unsolved(summary));
}

oracle_set
summary_avoidable(const struct summary *summary, unsigned policy)
{
    return summary->violated[policy] & kept(summary);
}

oracle_set
summary_doubtful(const struct summary *summary, unsigned policy)
{
    return summary->unknown[policy] |
           (oracle_set)(summary->violated[policy] & summary_undecided(summary));
}

unsigned
summary_count(const struct summary *summary, unsigned scenarios, unsigned policy,
              oracle_set (*set)(const struct summary *, unsigned))
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenarios; i++) {
        count += set(&summary[i], policy) != 0;
    }
    return count;
}

bool
summary_is_clean(const struct summary *summary, unsigned scenarios, unsigned policy)
{
    return summary_count(summary, scenarios, policy, summary_avoidable) == 0 &&
           summary_count(summary, scenarios, policy, summary_doubtful) == 0;
}

json_t *
summary_json_oracles(oracle_set set)
{
    json_t *json = json_array();

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            json_array_append_new(json, json_string(oracle_name((enum oracle)oracle)));
        }
    }
    return json;
}

static void
append_scenario(json_t *json, const struct summary *summary, oracle_set set)
{
    if (set != 0) {
        json_array_append_new(json, json_pack("{s:o, s:o}", "scenario", output_text(summary->path),
                                              "oracles", summary_json_oracles(set)));
    }
}

json_t *
summary_json(const struct summary *summary, unsigned scenarios)
{
    json_t *helpless = json_array(), *open = json_array(), *named = json_array(),
           *undefeated = json_array();

    for (unsigned i = 0; i < scenarios; i++) {
        append_scenario(helpless, &summary[i], summary_unsolved(&summary[i]));
        append_scenario(open, &summary[i], summary_undecided(&summary[i]));
    }
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        json_t *defeats = json_array(), *doubts = json_array();

        for (unsigned i = 0; i < scenarios; i++) {
            append_scenario(defeats, &summary[i], summary_avoidable(&summary[i], policy));
            append_scenario(doubts, &summary[i], summary_doubtful(&summary[i], policy));
        }
        json_array_append_new(named,
                              json_pack("{s:s, s:o, s:o}", "policy", policy_named(policy)->name,
                                        "defeated", defeats, "inconclusive", doubts));
        if (summary_is_clean(summary, scenarios, policy)) {
            json_array_append_new(undefeated, json_string(policy_named(policy)->name));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hopeless", helpless, "inconclusive", open, "named",
                     named, "undefeated", undefeated);
}
