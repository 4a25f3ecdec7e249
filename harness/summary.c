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
            oracle_set violated = cell_violated(&cells[i]);

            if (strcmp(cells[i].policy, policy_named(policy)->name) != 0) {
                continue;
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

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            json_array_append_new(json, json_string(oracle_name(oracle)));
        }
    }
    return json;
}

void
summary_json_append(json_t *json, const char *path, oracle_set set)
{
    if (set != 0) {
        json_array_append_new(json, json_pack("{s:o, s:o}", "scenario", output_text(path),
                                              "oracles", summary_json_oracles(set)));
    }
}

json_t *
summary_json(const struct summary *summary, unsigned scenarios)
{
    json_t *unsolved = json_array(), *undecided = json_array(), *named = json_array(),
           *clean = json_array();

    for (unsigned i = 0; i < scenarios; i++) {
        summary_json_append(unsolved, summary[i].path, summary_unsolved(&summary[i]));
        summary_json_append(undecided, summary[i].path, summary_undecided(&summary[i]));
    }
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        json_t *avoidable = json_array(), *doubtful = json_array();

        for (unsigned i = 0; i < scenarios; i++) {
            summary_json_append(avoidable, summary[i].path, summary_avoidable(&summary[i], policy));
            summary_json_append(doubtful, summary[i].path, summary_doubtful(&summary[i], policy));
        }
        json_array_append_new(named,
                              json_pack("{s:s, s:o, s:o}", "policy", policy_named(policy)->name,
                                        "defeated", avoidable, "inconclusive", doubtful));
        if (summary_is_clean(summary, scenarios, policy)) {
            json_array_append_new(clean, json_string(policy_named(policy)->name));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hopeless", unsolved, "inconclusive", undecided,
                     "named", named, "undefeated", clean);
}
