/* One cell in depth, for people: see report.h. */
#include "harness/report.h"

#include "harness/daemons.h"
#include "harness/print.h"
#include "harness/rough.h"
#include "sim/alike.h"

#include <stdio.h>
#include <stdlib.h>

/* The oracles of the set, behind a head; how many there are. */
static unsigned
print_oracles(const char *head, oracle_set set)
{
    struct print_list list = {head, .indent = 4};

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            print_list_add(&list, oracle_name(oracle));
        }
    }
    print_list_end(&list);
    return list.listed;
}

/* The oracles that are never violated, or not known to be. */
static void
print_rest(const struct cell *cell)
{
    oracle_set violated = cell_violated(cell), undecided = cell_undecided(cell);
    const char *not_decided =
        cell->result.end == EXPLORE_COMPLETE ? "  inconclusive: " : "  not decided: ";

    if (violated == EVERY_ORACLE) {
        printf("%snone of the others: every oracle is violated\n",
               cell->result.end == EXPLORE_COMPLETE ? "  never: " : not_decided);
    }
    (void)print_oracles("  never: ", EVERY_ORACLE & ~violated & ~undecided);
    (void)print_oracles(not_decided, undecided);
}

/* Names that are higher than as many nics need: mail 001, "long difficult-for-a-human-to-remember
 * names". */
static void
print_names(const struct cell *cell)
{
    const struct ifname_table *names = &cell->world.names;
    bool any = false;

    if (cell->result.recounted) {
        print_line(4, "  names are numbered without end, and numbers that nothing has any more are "
                      "left out");
        return;
    }
    for (unsigned i = 0; i < names->families; i++) {
        const struct ifname_family *family = &names->family[i];
        int64_t number = report_highest(cell, family);

        if (number >= (int64_t)world_nics(&cell->world)) {
            printf("%s%s%lld", any ? ", " : "  names up to ", family->prefix, (long long)number);
            any = true;
        }
    }
    printf("%s", any ? "\n" : "");
}

static void
print_counts(const struct cell *cell)
{
    const struct explore_result *result = &cell->result;
    char *runs;

    if (result->ordered) {
        print_line(4, "  verdicts without counts: %s%s",
                   result->end == EXPLORE_COMPLETE ? "" : "INCONCLUSIVE, ", cell_end(cell));
        return;
    }
    if (result->counted) {
        gmp_asprintf(&runs, ", %Zd interleaving%s: complete", result->interleavings,
                     mpz_cmp_ui(result->interleavings, 1) == 0 ? "" : "s");
    } else if (result->end == EXPLORE_COMPLETE) {
        gmp_asprintf(&runs, ", any number of rounds: complete");
    } else {
        gmp_asprintf(&runs, ": INCONCLUSIVE, %s", cell_end(cell));
    }
    print_line(4, "  %llu state%s, %llu transition%s, depth %u%s",
               (unsigned long long)result->states, print_plural(result->states),
               (unsigned long long)result->transitions, print_plural(result->transitions),
               result->depth, runs);
    free(runs);
}

/* What a search that has not come to its end knows for certain: it goes step by step. */
static void
print_judged(const struct cell *cell)
{
    const struct explore_result *result = &cell->result;
    const char *other = cell_violated(cell) != 0 ? "other " : "";

    if (result->end == EXPLORE_COMPLETE) {
        return;
    }
    if (result->found_all) {
        print_line(4, "  every state is found: no %soracle is violated; runs are not counted",
                   other);
    } else if (result->judged > 0) {
        print_line(4, "  every run is searched up to step %u: no %soracle is violated by then",
                   result->judged, other);
    }
}

/* The guests of that class, if there is more than one: "a, b". */
static void
append_alike(const struct cell *cell, const uint8_t class_of[MAX_GUESTS], unsigned class,
             char *text, size_t size)
{
    const char *before = text[0] == '\0' ? "" : "; ";
    unsigned members = 0;

    for (unsigned guest = 0; guest < cell->world.guests; guest++) {
        members += class_of[guest] == class;
    }
    for (unsigned guest = class; guest < cell->world.guests && members > 1; guest++) {
        if (class_of[guest] == class) {
            print_append(text, size, "%s%s", before, cell->scenario->guest[guest].name);
            before = ", ";
        }
    }
}

/* Which states were searched, where some stand for others. */
static void
print_search(const struct cell *cell)
{
    uint8_t class_of[MAX_GUESTS];
    char guests[MAX_GUESTS * (SCENARIO_MAX_WORD + 2)] = "";

    if (!cell->result.alike && !cell->result.ordered) {
        return;
    }
    alike_classes(&cell->world, class_of);
    for (unsigned class = 0; class < cell->world.guests && cell->result.alike; class ++) {
        append_alike(cell, class_of, class, guests, sizeof guests);
    }
    print_line(4, "  searched: %llu state%s%s%s%s", (unsigned long long)cell->result.kept,
               print_plural(cell->result.kept),
               cell->result.ordered ? ", as some steps may be taken alone" : "",
               cell->result.alike ? ", as these may change places: " : "", guests);
}

/* How many states there are, of a search that has ended early. */
static void
print_estimate(const struct cell *cell)
{
    const struct estimate *estimate = &cell->estimate;
    char states[ROUGH_SIZE], range[ROUGH_SIZE], bytes[ROUGH_SIZE];

    if (!estimate->is_made || cell->result.found_all) {
        return;
    }
    print_line(
        4, "  an estimate: about %s states (%s), which take %s",
        rough_number(estimate->states, states),
        rough_numbers(estimate->least, estimate->most, range),
        rough_bytes(estimate->least * estimate->bytes, estimate->most * estimate->bytes, bytes));
}

void
report_estimate(const struct cell *cell)
{
    report_head(cell->scenario, cell->policy);
    print_counts(cell);
    print_search(cell);
    print_estimate(cell);
    if (cell->result.end != EXPLORE_COMPLETE && !cell->estimate.is_made) {
        print_line(4, "  how many there are cannot be said yet: there may be ten times as many, or "
                      "more");
    }
}

/* A line for a verdict that is not never; two or three if its counts are long. */
static void
print_verdict(const struct cell *cell, const char *name, const struct explore_verdict *verdict)
{
    enum { FURTHER = 26 /* where further lines begin */, BESIDE = 61 };
    char *share = report_share(cell, verdict), shortest[40];
    unsigned column = (unsigned)printf("  %-16s %-12s ", name, cell_observation(cell, verdict));

    snprintf(shortest, sizeof shortest, "%s: %u step%s",
             cell->result.ordered ? "found" : "shortest", verdict->length,
             print_plural(verdict->length));
    if (cell->result.counted || cell->result.end != EXPLORE_COMPLETE) {
        column = print_wrapped(share, column, FURTHER); /* else it is the same word again */
    }
    if ((column < BESIDE ? BESIDE : column + 1) + strlen(shortest) > print_width()) {
        printf("\n%*s%s\n", FURTHER, "", shortest);
    } else {
        printf("%*s%s\n", column < BESIDE ? (int)(BESIDE - column) : 1, "", shortest);
    }
    free(share);
}

/* An oracle that is violated, and below it, of some, whether that lasts. */
static void
print_violated(const struct cell *cell, enum oracle oracle)
{
    static const char name[] = "  lasting";
    const struct explore_verdict *lasting = cell_verdict(cell, oracle, true);

    print_verdict(cell, oracle_name(oracle), cell_verdict(cell, oracle, false));
    if (lasting->violated) {
        print_verdict(cell, name, lasting);
    } else if ((ORACLES_THAT_LAST >> oracle & 1) != 0) {
        printf("  %-16s %s\n", name, cell_observation(cell, lasting));
    }
}

void
report_settings(const struct scenario *scenario)
{
    daemons_print(scenario, "  ");
    if (scenario->datapath_is_other) {
        print_line(4, "  --datapath %s is not the datapath of this scenario, and has other races",
                   scenario->datapath);
    }
}

void
report_head(const struct scenario *scenario, const char *policy)
{
    print_line(2, "%s", scenario->title);
    print("  %s under ", scenario->path);
    print_wrapped(policy, 9 + print_columns(scenario->path), 4);
    print("\n");
    report_settings(scenario);
}

void
report_cell(const struct cell *cell)
{
    const struct explore_result *result = &cell->result;

    report_head(cell->scenario, cell->policy);
    print_counts(cell);
    if (cell->scenario->more_guests) {
        report_more_guests(cell);
    }
    print_judged(cell);
    print_estimate(cell);
    print_search(cell);
    print_names(cell);
    report_unreached_line(cell, "");
    putchar('\n');
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (result->verdict[oracle].violated) {
            print_violated(cell, oracle);
        }
    }
    print_rest(cell);
    report_fair(cell);
    report_counterexamples(cell);
    report_fair_walk(cell);
    if (cell->asks_more && !cell->scenario->more_guests && result->end == EXPLORE_COMPLETE) {
        putchar('\n');
        report_more_guests(cell);
        report_said_of_more(cell);
    }
    report_abstract_runs(cell);
}
