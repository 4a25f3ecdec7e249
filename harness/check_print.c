/* What a check prints: see check.h. */
#include "harness/check.h"
#include "harness/memory.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_FAILURES = 20 /* claims that are named on the one screen */ };

/* The claims of a scenario that do not hold, and what is worse than in the baseline, `most` of them
 * at most.  How many there are. */
static unsigned
print_failures(const struct check *check, const struct scenario *scenario, unsigned most)
{
    unsigned failures = 0;

    for (unsigned i = 0; i < check->findings.count; i++) {
        const struct finding *finding = &check->findings.finding[i];

        if (finding->scenario != scenario || finding->kind == FINDING_SEARCH ||
            (finding->kind == FINDING_CHANGE && check->policy != NULL) ||
            finding->verdict == CLAIM_HOLDS || finding->known || failures++ >= most) {
            continue;
        }
        if (finding->kind == FINDING_CLAIM) {
            print_line(6, "  %s:%zu: %s", scenario->path, finding->line, finding->text);
        } else {
            print_line(6, "  %s: %s", scenario->path, finding->text);
        }
        putchar('\n');
    }
    return failures;
}

/* Tables are wanted, which say of each cell what is waited for in vain. */
static bool
has_tables(const struct check *check)
{
    return check->options->matrix ||
           (check->scenarios == 1 && check->policy == NULL && check->part.of == 1);
}

/* Each scenario: its table, if tables are wanted, and its claims that do not hold. */
static void
print_scenarios(const struct check *check)
{
    const bool tables = has_tables(check);
    const unsigned most = tables ? UINT32_MAX : MOST_FAILURES;
    unsigned failures = 0;

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct checked *checked = &check->checked[i];

        if (tables) {
            report_matrix(&checked->scenario, checked->cell, checked->cells);
        }
        failures +=
            print_failures(check, &checked->scenario, failures < most ? most - failures : 0);
    }
    if (failures > most) {
        printf("  and %u claim%s more\n\n", failures - most, print_plural(failures - most));
    }
}

static void
print_more(bool all, bool matrix)
{
    enum { WIDTH = 42 };

    printf("\nTo see more:\n");
    if (!matrix) {
        print_entry(
            2, all ? "tapweave check --matrix --all-policies ..." : "tapweave check --matrix ...",
            WIDTH, "every scenario's own table, with counts");
    }
    print_entry(2, "tapweave check SCENARIO", WIDTH, "one of them");
    print_entry(2, "tapweave check -p POLICY", WIDTH, "a policy of your own, in all scenarios");
    print_entry(2, "tapweave explore -p POLICY SCENARIO", WIDTH,
                "a shortest counterexample, step by step");
    print_entry(2, "tapweave list policies|oracles|scenarios", WIDTH, "what there is");
}

/* All of it on one screen. */
static void
print_screen(const struct check *check)
{
    bool all = check->all_policies, matrix = check->options->matrix;

    if (check->scenarios > 1 && matrix && all) {
        report_avoidable(check->summary, check->scenarios);
    }
    report_tally(&check->tally);
    if (check->scenarios > 1) {
        putchar('\n');
        report_counts(check->summary, check->scenarios);
    }
    if (all) {
        report_unsolved(check->summary, check->scenarios, matrix);
        report_clean(check->summary, check->scenarios);
    }
    if (check->scenarios > 1) {
        print_more(all, matrix);
    }
}

/* With -p: the cells are pairs, of one's own policy and of its base.  Of the scenarios that are
 * this run's. */
static void
print_pairs(const struct check *check)
{
    struct summary *own = memory_zero(check->scenarios, sizeof *own);
    char command[SCENARIO_MAX_POLICY_TEXT + 16];
    unsigned count = 0;

    for (unsigned i = 0; i < check->scenarios; i++) {
        if (check_has_own(&check->checked[i])) {
            own[count++] = check->summary[i];
        }
    }
    if (check->tally.interrupted) {
        printf("Interrupted: %u of %u cells are inconclusive.\n", check->tally.inconclusive,
               check->tally.cells);
    }
    print_line(4, "%s beside its base, %s, in %u scenario%s", check->pair[0].text,
               check->pair[1].text, count, print_plural(count));
    snprintf(command, sizeof command, "explore -p %s", check->pair[0].text);
    report_comparison(own, count, command);
    free(own);
}

/* What the deadline has left undecided, in a line. */
static void
print_late(const struct check *check)
{
    struct print_list list = {"--max-time has left undecided: ", .indent = 4};
    char name[REPORT_NAME_SIZE], text[REPORT_NAME_SIZE + SCENARIO_MAX_POLICY_TEXT];

    for (unsigned i = 0; i < check->cells; i++) {
        list.left += check->cell[i].late;
    }
    for (unsigned i = 0; i < check->cells; i++) {
        if (check->cell[i].late) {
            report_name(check->cell[i].scenario->path, name);
            snprintf(text, sizeof text, "%s (%s)", name, check->cell[i].policy);
            print_list_add(&list, text);
        }
    }
    print_list_end(&list);
}

/* A part of a check: what is not known of the whole is not said. */
static void
print_part(const struct check *check)
{
    const struct shard *part = &check->part;

    printf("part %u of %u (%s): ", part->index, part->of, part->source);
    if (check->policy != NULL) {
        print_pairs(check);
    } else {
        report_tally(&check->tally);
    }
    printf("the whole: tapweave merge FILE..., of the --json FILE of each part\n");
}

void
check_print(const struct check *check)
{
    print_scenarios(check);
    if (check->part.of > 1) {
        print_part(check);
    } else if (check->policy != NULL) {
        print_pairs(check);
    } else {
        print_screen(check);
    }
    print_late(check);
    for (unsigned i = 0; i < check->cells && !has_tables(check); i++) {
        report_unreached_in(&check->cell[i]);
    }
    if (check->tally.edited > 0) {
        print_line(4,
                   "%u cell%s of scenarios that have changed since the baseline: only whether "
                   "claims fail is compared",
                   check->tally.edited, print_plural(check->tally.edited));
    }
}
