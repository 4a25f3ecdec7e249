/* A policy of one's own beside the one that it begins with, over all scenarios: see report.h. */
#include "harness/output.h"
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>

/* How each change is called in JSON, counted in the tally, and headed. */
static const struct {
    const char *key, *word, *head;
} changes[CHANGES] = {
    [CHANGE_NEW] = {"new", "new", "New: violated, and never under the base"},
    [CHANGE_WORSE] = {"worse", "worse", "Worse: violated in a larger share of the interleavings"},
    [CHANGE_CLOSED] = {"closed", "closed", "Closed: violated under the base, and never any more"},
    [CHANGE_BETTER] = {"better", "better",
                       "Better: violated in a smaller share of the interleavings"},
    [CHANGE_SAME] = {"same", "as before",
                     "As before: violated in the same share of the interleavings"},
    [CHANGE_UNCOUNTED] = {"uncounted", "uncounted",
                          "Possible under both, where interleavings are not counted"},
    [CHANGE_OPEN] = {"inconclusive", "inconclusive", "Inconclusive: a search is not complete"},
};

/* CHANGES if it is never violated under either policy. */
static enum change
change_of(const struct cell *own, const struct cell *base, enum oracle oracle)
{
    bool violated = own->result.verdict[oracle].violated;
    bool before = base->result.verdict[oracle].violated;
    int order;

    if (own->result.end != EXPLORE_COMPLETE || base->result.end != EXPLORE_COMPLETE) {
        return violated && !before && base->result.end == EXPLORE_COMPLETE ? CHANGE_NEW
                                                                           : CHANGE_OPEN;
    }
    if (!violated || !before) {
        return violated ? CHANGE_NEW : before ? CHANGE_CLOSED : CHANGES;
    }
    if (!own->result.counted || !base->result.counted) {
        return CHANGE_UNCOUNTED;
    }
    order = claim_compare(own, base, (struct claim_subject){.oracle = oracle, .as_share = true});
    return order > 0 ? CHANGE_WORSE : order < 0 ? CHANGE_BETTER : CHANGE_SAME;
}

void
comparison_note(struct summary *summary, const struct cell pair[2])
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        enum change change = change_of(&pair[0], &pair[1], oracle);

        if (change != CHANGES) {
            summary->set[SET_CHANGE + change] |= ORACLE_BIT(oracle);
        }
    }
}

/* In how many scenarios each oracle is violated as before. */
static void
print_same(const struct summary *summary, unsigned scenarios)
{
    struct print_list list = {"  ", .indent = 2};
    char text[64];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned found =
            summary_count(summary, scenarios, SET_CHANGE + CHANGE_SAME, ORACLE_BIT(oracle));

        if (found > 0 && list.listed == 0) {
            printf("\n%s\n", changes[CHANGE_SAME].head);
        }
        if (found > 0) {
            snprintf(text, sizeof text, "%s %u", oracle_name(oracle), found);
            print_list_add(&list, text);
        }
    }
    print_list_end(&list);
}

/* "3 new, 2 worse, ..." of all pairs of a scenario and an oracle. */
static void
print_tally(const struct summary *summary, unsigned scenarios)
{
    struct print_list list = {"Pairs of a scenario and an oracle: ", .indent = 4};
    char text[64];

    for (enum change change = 0; change < CHANGES; change++) {
        unsigned found = 0;

        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            found += summary_count(summary, scenarios, SET_CHANGE + change, ORACLE_BIT(oracle));
        }
        if (change < CHANGE_UNCOUNTED || found > 0) {
            snprintf(text, sizeof text, "%u %s", found, changes[change].word);
            print_list_add(&list, text);
        }
    }
    print_list_end(&list);
}

static void
print_hint(const char *policy, const char *path)
{
    unsigned column = (unsigned)printf("  tapweave explore -p %s ", policy);

    printf("%s%s", column + print_columns(path) > print_width() ? "\\\n      " : "",
           path[0] == '-' ? "-- " : "");
    print_quoted(path);
    putchar('\n');
}

/* The line that shows how, for the first scenario of each oracle that is new or worse. */
static void
print_hints(const struct summary *summary, unsigned scenarios, const char *policy)
{
    enum { MOST = 4 };
    unsigned shown[MOST], hints = 0;

    for (enum change change = CHANGE_NEW; change <= CHANGE_WORSE; change++) {
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            unsigned first = 0;
            bool there = false;

            while (first < scenarios &&
                   (summary[first].set[SET_CHANGE + change] >> oracle & 1) == 0) {
                first++;
            }
            for (unsigned i = 0; i < hints; i++) {
                there = there || shown[i] == first;
            }
            if (first == scenarios || there || hints == MOST) {
                continue;
            }
            printf("%s", hints == 0 ? "\nStep by step:\n" : "");
            print_hint(policy, summary[first].path);
            shown[hints++] = first;
        }
    }
}

void
report_comparison(const struct summary *summary, unsigned scenarios, const char *own,
                  const char *base)
{
    print_line(4, "%s beside its base, %s, in %u scenario%s", own, base, scenarios,
               print_plural(scenarios));
    print_tally(summary, scenarios);
    for (enum change change = 0; change < CHANGES; change++) {
        if (change != CHANGE_SAME) {
            report_by_oracle(summary, scenarios, SET_CHANGE + change, false, changes[change].head);
        }
    }
    print_same(summary, scenarios);
    print_hints(summary, scenarios, own);
}

enum change
comparison_change(const struct summary *summary, enum oracle oracle)
{
    enum change change = 0;

    while (change < CHANGES && (summary->set[SET_CHANGE + change] >> oracle & 1) == 0) {
        change++;
    }
    return change;
}

json_t *
comparison_json(const struct summary *summary, unsigned scenarios, const char *own,
                const char *base)
{
    json_t *json = json_pack("{s:s, s:s}", "policy", own, "base", base);

    for (enum change change = 0; change < CHANGES; change++) {
        json_object_set_new(json, changes[change].key,
                            summary_json_set(summary, scenarios, SET_CHANGE + change));
    }
    return json;
}
