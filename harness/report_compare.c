/* A policy of one's own beside the one that it begins with, over all scenarios: see report.h. */
#include "harness/output.h"
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>

/* What became of an oracle in a scenario. */
enum change { KEPT, NEW, WORSE, CLOSED, BETTER, SAME, OPEN, CHANGES };

/* How each is called in JSON, counted in the tally, and headed.  KEPT is not spoken of. */
static const struct {
    const char *key, *word, *head;
} changes[CHANGES] = {
    [NEW] = {"new", "new", "New: violated, and never under the base"},
    [WORSE] = {"worse", "worse", "Worse: violated in a larger share of the interleavings"},
    [CLOSED] = {"closed", "closed", "Closed: violated under the base, and never any more"},
    [BETTER] = {"better", "better", "Better: violated in a smaller share of the interleavings"},
    [SAME] = {"same", "as before", "As before: violated in the same share of the interleavings"},
    [OPEN] = {"inconclusive", "inconclusive", "Inconclusive: a search is not complete"},
};

static enum change
change_of(const struct cell *own, const struct cell *base, enum oracle oracle)
{
    bool violated = own->result.verdict[oracle].violated;
    bool before = base->result.verdict[oracle].violated;
    int order;

    if (own->result.end != EXPLORE_COMPLETE || base->result.end != EXPLORE_COMPLETE) {
        return violated && !before && base->result.end == EXPLORE_COMPLETE ? NEW : OPEN;
    }
    if (!violated || !before) {
        return violated ? NEW : before ? CLOSED : KEPT;
    }
    order = claim_compare(own, base, oracle, true);
    return order > 0 ? WORSE : order < 0 ? BETTER : SAME;
}

/* One's own cell of a pair; its base's is the next one. */
static const struct cell *
own_cell(const struct cell *pairs, unsigned pair)
{
    return pairs + (size_t)2 * pair;
}

static enum change
pair_change(const struct cell *pairs, unsigned pair, unsigned oracle)
{
    const struct cell *own = own_cell(pairs, pair);

    return change_of(own, own + 1, (enum oracle)oracle);
}

static unsigned
count_change(const struct cell *pairs, unsigned count, enum change change, unsigned oracle)
{
    unsigned found = 0;

    for (unsigned pair = 0; pair < count; pair++) {
        found += pair_change(pairs, pair, oracle) == change;
    }
    return found;
}

/* The scenarios in which that became of an oracle, a line for each oracle. */
static void
print_change(const struct cell *pairs, unsigned count, enum change change)
{
    char name[REPORT_NAME_SIZE];
    bool any = false;

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned found = count_change(pairs, count, change, oracle);
        struct print_list list;

        if (found > 0 && !any) {
            printf("\n%s\n", changes[change].head);
            any = true;
        }
        list = print_list_begin(2, oracle_name((enum oracle)oracle), 20, false, found);
        for (unsigned pair = 0; pair < count; pair++) {
            if (pair_change(pairs, pair, oracle) == change) {
                report_name(own_cell(pairs, pair)->scenario->path, name);
                print_list_add(&list, name);
            }
        }
        print_list_end(&list);
    }
}

/* In how many scenarios each oracle is violated as before. */
static void
print_same(const struct cell *pairs, unsigned count)
{
    unsigned column = 2, listed = 0;
    char text[64];

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned found = count_change(pairs, count, SAME, oracle);

        if (found > 0) {
            printf("%s%s%s", listed == 0 ? "\n" : "", listed == 0 ? changes[SAME].head : "",
                   listed == 0 ? "\n  " : "");
            snprintf(text, sizeof text, "%s %u", oracle_name((enum oracle)oracle), found);
            print_listed(text, listed++, 2, &column);
        }
    }
    printf("%s", listed > 0 ? "\n" : "");
}

/* "3 new, 2 worse, ..." of all pairs of a scenario and an oracle. */
static void
print_tally(const struct cell *pairs, unsigned count)
{
    static const char head[] = "Pairs of a scenario and an oracle: ";
    unsigned column = sizeof head - 1, listed = 0;
    char text[64];

    printf("%s", head);

    for (enum change change = NEW; change < CHANGES; change++) {
        unsigned found = 0;

        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            found += count_change(pairs, count, change, oracle);
        }
        if (change != OPEN || found > 0) {
            snprintf(text, sizeof text, "%u %s", found, changes[change].word);
            print_listed(text, listed++, 4, &column);
        }
    }
    printf("\n");
}

static void
print_hint(const struct cell *cell)
{
    const char *path = cell->scenario->path;
    unsigned column = (unsigned)printf("  tapweave explore -p %s ", cell->policy);

    printf("%s%s", column + print_columns(path) > print_width() ? "\\\n      " : "",
           path[0] == '-' ? "-- " : "");
    print_quoted(path);
    putchar('\n');
}

/* The line that shows how, for the first scenario of each oracle that is new or worse. */
static void
print_hints(const struct cell *pairs, unsigned count)
{
    enum { MOST = 4 };
    unsigned shown[MOST], hints = 0;

    for (enum change change = NEW; change <= WORSE; change++) {
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            unsigned pair = 0;
            bool there = false;

            while (pair < count && pair_change(pairs, pair, oracle) != change) {
                pair++;
            }
            for (unsigned i = 0; i < hints; i++) {
                there = there || shown[i] == pair;
            }
            if (pair == count || there || hints == MOST) {
                continue;
            }
            printf("%s", hints == 0 ? "\nStep by step:\n" : "");
            print_hint(own_cell(pairs, pair));
            shown[hints++] = pair;
        }
    }
}

void
report_comparison(const struct cell *pairs, unsigned count)
{
    char text[2 * SCENARIO_MAX_POLICY_TEXT + 80];

    snprintf(text, sizeof text, "%s beside its base, %s, in %u scenario%s", pairs[0].policy,
             pairs[1].policy, count, print_plural(count));
    print_wrapped(text, 0, 4);
    putchar('\n');
    print_tally(pairs, count);
    for (enum change change = NEW; change < CHANGES; change++) {
        if (change != SAME) {
            print_change(pairs, count, change);
        }
    }
    print_same(pairs, count);
    print_hints(pairs, count);
}

bool
comparison_is_worse(const struct cell *pairs, unsigned count)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (count_change(pairs, count, NEW, oracle) + count_change(pairs, count, WORSE, oracle) >
            0) {
            return true;
        }
    }
    return false;
}

/* The scenarios of a change, each with its oracles. */
static json_t *
json_change(const struct cell *pairs, unsigned count, enum change change)
{
    json_t *json = json_array();

    for (unsigned pair = 0; pair < count; pair++) {
        oracle_set set = 0;

        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            if (pair_change(pairs, pair, oracle) == change) {
                set |= ORACLE_BIT(oracle);
            }
        }
        summary_json_append(json, own_cell(pairs, pair)->scenario->path, set);
    }
    return json;
}

json_t *
comparison_json(const struct cell *pairs, unsigned count)
{
    json_t *json = json_pack("{s:s, s:s}", "policy", pairs[0].policy, "base", pairs[1].policy);

    for (enum change change = NEW; change < CHANGES; change++) {
        json_object_set_new(json, changes[change].key, json_change(pairs, count, change));
    }
    return json;
}
