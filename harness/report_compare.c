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

/* The oracles of which that has become in a pair. */
static oracle_set
changed(const struct cell *pairs, unsigned pair, enum change change)
{
    const struct cell *own = own_cell(pairs, pair);
    oracle_set set = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        set |= change_of(own, own + 1, oracle) == change ? ORACLE_BIT(oracle) : 0;
    }
    return set;
}

static unsigned
count_change(const struct cell *pairs, unsigned count, enum change change, enum oracle oracle)
{
    unsigned found = 0;

    for (unsigned pair = 0; pair < count; pair++) {
        found += changed(pairs, pair, change) >> oracle & 1;
    }
    return found;
}

/* The scenarios in which that became of an oracle, a line for each oracle. */
static void
print_change(const struct cell *pairs, unsigned count, enum change change)
{
    char head[32], name[REPORT_NAME_SIZE];
    bool any = false;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned found = count_change(pairs, count, change, oracle);
        struct print_list list = {head, .indent = 20, .left = found};

        if (found > 0 && !any) {
            printf("\n%s\n", changes[change].head);
            any = true;
        }
        snprintf(head, sizeof head, "  %s", oracle_name(oracle));
        for (unsigned pair = 0; pair < count; pair++) {
            if ((changed(pairs, pair, change) >> oracle & 1) != 0) {
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
    struct print_list list = {"  ", .indent = 2};
    char text[64];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned found = count_change(pairs, count, SAME, oracle);

        if (found > 0 && list.listed == 0) {
            printf("\n%s\n", changes[SAME].head);
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
print_tally(const struct cell *pairs, unsigned count)
{
    struct print_list list = {"Pairs of a scenario and an oracle: ", .indent = 4};
    char text[64];

    for (enum change change = NEW; change < CHANGES; change++) {
        unsigned found = 0;

        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            found += count_change(pairs, count, change, oracle);
        }
        if (change != OPEN || found > 0) {
            snprintf(text, sizeof text, "%u %s", found, changes[change].word);
            print_list_add(&list, text);
        }
    }
    print_list_end(&list);
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
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            unsigned pair = 0;
            bool there = false;

            while (pair < count && (changed(pairs, pair, change) >> oracle & 1) == 0) {
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
    print_line(4, "%s beside its base, %s, in %u scenario%s", pairs[0].policy, pairs[1].policy,
               count, print_plural(count));
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
    bool worse = false;

    for (unsigned pair = 0; pair < count; pair++) {
        worse = worse || (changed(pairs, pair, NEW) | changed(pairs, pair, WORSE)) != 0;
    }
    return worse;
}

json_t *
comparison_json(const struct cell *pairs, unsigned count)
{
    json_t *json = json_pack("{s:s, s:s}", "policy", pairs[0].policy, "base", pairs[1].policy);

    for (enum change change = NEW; change < CHANGES; change++) {
        json_t *scenarios = json_array();

        for (unsigned pair = 0; pair < count; pair++) {
            summary_json_append(scenarios, own_cell(pairs, pair)->scenario->path,
                                changed(pairs, pair, change));
        }
        json_object_set_new(json, changes[change].key, scenarios);
    }
    return json;
}
