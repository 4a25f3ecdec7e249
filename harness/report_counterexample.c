/* The counterexamples of a cell, each as a table and a line to replay it: see report.h. */
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

/* An oracle whose counterexample begins with this one's, step by step, or ORACLE_COUNT: one table
 * is enough for both.  Of two equal ones, the first in the oracles' order is shown. */
static unsigned
contained_in(const struct explore_result *result, unsigned oracle)
{
    const struct explore_verdict *part = &result->verdict[oracle];

    for (unsigned other = 0; other < ORACLE_COUNT; other++) {
        const struct explore_verdict *whole = &result->verdict[other];
        bool longer =
            whole->length > part->length || (whole->length == part->length && other < oracle);

        if (other != oracle && whole->violated && longer &&
            memcmp(whole->trace, part->trace, part->length) == 0) {
            return other;
        }
    }
    return ORACLE_COUNT;
}

static void
print_replay(const struct cell *cell, const struct explore_verdict *verdict, const char *what)
{
    report_replay(cell->scenario, &cell->world, cell->policy, verdict->trace, verdict->length, what,
                  "");
}

static void
print_counterexample(const struct cell *cell, enum oracle oracle)
{
    const struct explore_verdict *verdict = &cell->result.verdict[oracle];
    const struct explore_verdict *lasting = cell_verdict(cell, oracle, true);
    unsigned whole = contained_in(&cell->result, oracle);
    struct walk walk;

    putchar('\n');
    print_line(4, "%s: %s", oracle_name(oracle), oracle_text(oracle));
    walk_along(&walk, cell->scenario, &cell->world, verdict->trace, verdict->length);
    report_victims(&walk, oracle);
    if (whole != ORACLE_COUNT) {
        printf("    the first %u step%s of what violates %s\n", verdict->length,
               print_plural(verdict->length), oracle_name((enum oracle)whole));
    } else {
        report_walk(&walk);
        print_replay(cell, verdict, "replay it");
    }
    if (lasting->violated && (whole != ORACLE_COUNT || lasting->length != verdict->length ||
                              memcmp(lasting->trace, verdict->trace, verdict->length) != 0)) {
        print_replay(cell, lasting, "to its end");
    }
    walk_free(&walk);
}

void
report_counterexamples(const struct cell *cell)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (cell->result.verdict[oracle].violated) {
            print_counterexample(cell, oracle);
        }
    }
}

void
report_found(const struct cell *cell, const char *head)
{
    struct print_list list = {head, .indent = 4};

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (!cell_verdict(cell, oracle, false)->violated) {
            print_list_add(&list, oracle_name(oracle));
        }
    }
    print_list_end(&list);
    report_counterexamples(cell);
}
