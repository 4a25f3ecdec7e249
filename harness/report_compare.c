/* A policy of one's own beside another one, over all scenarios: see report.h. */
#include "harness/output.h"
#include "harness/print.h"
#include "harness/report.h"

#include <assert.h>
#include <stdio.h>

/* How each change is called in JSON, counted in the tally, and headed. */
static const struct {
    const char *key, *word, *head;
} changes[CHANGES] = {
    [CHANGE_NEW] = {"new", "new", "New: violated, and never before"},
    [CHANGE_WORSE] = {"worse", "worse", "Worse: violated in a larger share of the interleavings"},
    [CHANGE_CLOSED] = {"closed", "closed", "Closed: violated before, and never any more"},
    [CHANGE_BETTER] = {"better", "better",
                       "Better: violated in a smaller share of the interleavings"},
    [CHANGE_SAME] = {"same", "as before",
                     "As before: violated in the same share of the interleavings"},
    [CHANGE_UNCOUNTED] = {"uncounted", "uncounted",
                          "Possible under both, where interleavings are not counted"},
    [CHANGE_OPEN] = {"inconclusive", "inconclusive", "Inconclusive: a search is not complete"},
};

const char *
comparison_key(enum change change)
{
    assert(change < CHANGES);
    return changes[change].key;
}

const char *
comparison_word(enum change change)
{
    assert(change < CHANGES);
    return changes[change].word;
}

bool
comparison_is_worse(enum change change)
{
    return change == CHANGE_NEW || change == CHANGE_WORSE;
}

enum change
comparison_change(const struct cell *own, const struct cell *other, enum oracle oracle,
                  bool lasting)
{
    const struct explore_verdict *its = cell_verdict(own, oracle, lasting);
    const struct explore_verdict *others = cell_verdict(other, oracle, lasting);
    bool violated = its->violated, before = others->violated;
    int order;

    if (!cell_decides(own, its) || !cell_decides(other, others)) {
        return violated && !before && cell_decides(other, others) ? CHANGE_NEW : CHANGE_OPEN;
    }
    if (!violated || !before) {
        return violated ? CHANGE_NEW : before ? CHANGE_CLOSED : CHANGES;
    }
    if (!own->result.counted || !other->result.counted) {
        return CHANGE_UNCOUNTED;
    }
    order = claim_compare(own, other, (struct claim_subject){oracle, lasting, .as_share = true});
    return order > 0 ? CHANGE_WORSE : order < 0 ? CHANGE_BETTER : CHANGE_SAME;
}

void
comparison_note(struct summary *summary, const struct cell *own, const struct cell *other)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        bool lasts = (ORACLES_THAT_LAST >> oracle & 1) != 0;
        enum change change = comparison_change(own, other, oracle, false);
        enum change at_the_end = lasts ? comparison_change(own, other, oracle, true) : CHANGES;

        if (change != CHANGES) {
            summary->set[SET_CHANGE + change] |= ORACLE_BIT(oracle);
        }
        if (at_the_end != CHANGES) {
            summary->set[SET_LASTING + at_the_end] |= ORACLE_BIT(oracle);
        }
    }
}

/* The oracles of which that has become at the end of runs, where it has not become of them in all.
 */
static oracle_set
at_the_end_alone(const struct summary *summary, enum change change)
{
    return summary->set[SET_LASTING + change] & (oracle_set)~summary->set[SET_CHANGE + change];
}

/* A line for each of these oracles, below the head, which is there already if `headed`. */
static void
print_lasting(const struct summary *summary, unsigned scenarios, enum change change, bool headed)
{
    char name[REPORT_NAME_SIZE], line[48];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        struct print_list list = {line, .indent = 20};

        snprintf(line, sizeof line, "  %s, lasting: ", oracle_name(oracle));
        for (unsigned i = 0; i < scenarios; i++) {
            list.left += at_the_end_alone(&summary[i], change) >> oracle & 1;
        }
        if (list.left > 0 && !headed) {
            printf("\n%s\n", changes[change].head);
            headed = true;
        }
        for (unsigned i = 0; i < scenarios; i++) {
            if ((at_the_end_alone(&summary[i], change) >> oracle & 1) != 0) {
                report_name(summary[i].path, name);
                print_list_add(&list, name);
            }
        }
        print_list_end(&list);
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
print_hint(const char *command, const char *path)
{
    unsigned column = (unsigned)printf("  tapweave %s ", command);

    printf("%s%s", column + print_columns(path) > print_width() ? "\\\n      " : "",
           path[0] == '-' ? "-- " : "");
    print_quoted(path);
    putchar('\n');
}

/* The line that shows how, for the first scenario of each oracle that is new or worse. */
static void
print_hints(const struct summary *summary, unsigned scenarios, const char *command)
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
            print_hint(command, summary[first].path);
            shown[hints++] = first;
        }
    }
}

void
report_comparison(const struct summary *summary, unsigned scenarios, const char *command)
{
    print_tally(summary, scenarios);
    for (enum change change = 0; change < CHANGES; change++) {
        bool headed;

        if (change == CHANGE_SAME) {
            continue;
        }
        headed =
            report_by_oracle(summary, scenarios, SET_CHANGE + change, false, changes[change].head);
        if (change < CHANGE_SAME) {
            print_lasting(summary, scenarios, change, headed);
        }
    }
    print_same(summary, scenarios);
    print_hints(summary, scenarios, command);
}

json_t *
comparison_json(const struct summary *summary, unsigned scenarios, const char *own,
                const char *base)
{
    json_t *json = json_pack("{s:s, s:s}", "policy", own, "base", base), *lasting = json_object();

    for (enum change change = 0; change < CHANGES; change++) {
        json_object_set_new(json, changes[change].key,
                            summary_json_set(summary, scenarios, SET_CHANGE + change));
        json_object_set_new(lasting, changes[change].key,
                            summary_json_set(summary, scenarios, SET_LASTING + change));
    }
    json_object_set_new(json, "lasting", lasting);
    return json;
}
