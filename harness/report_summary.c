/* What all scenarios come to, on one screen: see report.h. */
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

void
report_name(const char *path, char name[REPORT_NAME_SIZE])
{
    const char *slash = strrchr(path, '/');
    char *dot;

    snprintf(name, REPORT_NAME_SIZE, "%.63s", slash == NULL ? path : slash + 1);
    dot = strrchr(name, '.');
    if (dot != NULL) {
        *dot = '\0';
    }
}

/* ---- the tally ---- */

/* "3 claims fail, 1 is undecided", ...: what stands between these results and a conclusion. */
static void
blemishes_text(const struct tally *tally, char *text, size_t size)
{
    const struct {
        unsigned count;
        const char *one, *more;
    } blemish[] = {
        {tally->failed, "claim fails", "claims fail"},
        {tally->known, "claim fails as in the baseline", "claims fail as in the baseline"},
        {tally->worse, "oracle is worse than in the baseline",
         "oracles are worse than in the baseline"},
        {tally->undecided, "claim is undecided", "claims are undecided"},
        {tally->inconclusive, "cell is inconclusive", "cells are inconclusive"},
    };

    snprintf(text, size, "%s", tally->interrupted ? "interrupted" : "");
    for (size_t i = 0; i < sizeof blemish / sizeof *blemish; i++) {
        if (blemish[i].count > 0) {
            print_append(text, size, "%s%u %s", text[0] == '\0' ? "" : ", ", blemish[i].count,
                         blemish[i].count == 1 ? blemish[i].one : blemish[i].more);
        }
    }
    if (text[0] == '\0') {
        snprintf(text, size, tally->claims > 0 ? "every claim holds" : "nothing is claimed");
    }
}

void
report_tally(const struct tally *tally)
{
    char blemishes[400];

    blemishes_text(tally, blemishes, sizeof blemishes);
    print_line(4, "%u scenario%s, %u polic%s, %u cell%s, %u claim%s: %s", tally->scenarios,
               print_plural(tally->scenarios), tally->policies, tally->policies == 1 ? "y" : "ies",
               tally->cells, print_plural(tally->cells), tally->claims, print_plural(tally->claims),
               blemishes);
}

/* ---- policies against oracles ---- */

/* For how many scenarios the policy was decided. */
static unsigned
count_there(const struct summary *summary, unsigned scenarios, unsigned policy)
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenarios; i++) {
        count += summary[i].there[policy];
    }
    return count;
}

/* In how many scenarios the policy violates the oracle, with a question mark if there may be more:
 * "12", "12?", "?", or "." for none. */
static void
count_text(const struct summary *summary, unsigned scenarios, unsigned policy, enum oracle oracle,
           char text[16])
{
    unsigned count = 0;
    bool more = false;

    for (unsigned i = 0; i < scenarios; i++) {
        count += summary[i].violated[policy] >> oracle & 1;
        more = more || (summary[i].there[policy] && (summary[i].unknown[policy] >> oracle & 1));
    }
    if (count > 0) {
        snprintf(text, 16, "%u%s", count, more ? "?" : "");
    } else {
        strcpy(text, more ? "?" : ".");
    }
}

enum { MARGIN = 2, GAP = 2, NARROWEST = 4, WIDEST = 6 /* columns of an oracle */ };

/* Columns that a policy's name takes, the longest one. */
static unsigned
names_width(void)
{
    unsigned width = 0;

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        unsigned length = (unsigned)strlen(policy_named(policy)->name);

        width = length > width ? length : width;
    }
    return width;
}

/* How many columns each oracle has: its name stands above its column, and reaches over those behind
 * it.  0 if there is no room for a table. */
static unsigned
column_width(unsigned first)
{
    unsigned width = WIDEST;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        while (width > 0 && first + oracle * width + strlen(oracle_name(oracle)) > print_width()) {
            width--;
        }
    }
    return width < NARROWEST ? 0 : width;
}

/* The oracles' names, each on a line of its own above its column. */
static void
print_head(unsigned first, unsigned width)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        printf("%*s", (int)first, "");
        for (unsigned before = 0; before < oracle; before++) {
            printf("%-*s", (int)width, "|");
        }
        printf("%s\n", oracle_name(oracle));
    }
}

static void
print_row(const struct summary *summary, unsigned scenarios, unsigned policy, unsigned width)
{
    char text[16];

    printf("%*s", GAP, "");
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        count_text(summary, scenarios, policy, oracle, text);
        printf("%-*s", oracle + 1 < ORACLE_COUNT ? (int)width : 0, text);
    }
    putchar('\n');
}

/* The same for a terminal that has no room for a table. */
static void
print_list(const struct summary *summary, unsigned scenarios, unsigned policy)
{
    struct print_list list = {"", .indent = 4};
    char text[16], word[64];

    putchar('\n');
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        count_text(summary, scenarios, policy, oracle, text);
        if (strcmp(text, ".") != 0) {
            snprintf(word, sizeof word, "%s %s", oracle_name(oracle), text);
            print_list_add(&list, word);
        }
    }
    if (list.listed == 0) {
        print_list_add(&list, "none");
    }
    print_list_end(&list);
}

void
report_counts(const struct summary *summary, unsigned scenarios)
{
    unsigned names = names_width(), first = MARGIN + names + GAP, width;
    bool all = true; /* each policy was decided for all scenarios */

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        all = all && count_there(summary, scenarios, policy) == scenarios;
    }
    first += all ? 0 : (unsigned)strlen("  of 1234");
    width = column_width(first);
    print_line(0, "In how many scenarios a policy violates an oracle, in some interleaving or in "
                  "all:");
    if (width != 0) {
        print_head(first, width);
    }
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        unsigned there = count_there(summary, scenarios, policy);

        if (there == 0) {
            continue;
        }
        printf("%*s%-*s", MARGIN, "", (int)names, policy_named(policy)->name);
        if (!all) {
            printf("  of %4u", there);
        }
        if (width != 0) {
            print_row(summary, scenarios, policy, width);
        } else {
            print_list(summary, scenarios, policy);
        }
    }
}

/* ---- what no policy helps, and what one could have kept ---- */

bool
report_by_oracle(const struct summary *summary, unsigned scenarios, unsigned set, bool whole,
                 const char *head)
{
    char name[REPORT_NAME_SIZE], line[32];
    bool any = false;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned count = summary_count(summary, scenarios, set, ORACLE_BIT(oracle));
        struct print_list list = {line, .indent = 20, .left = whole ? 0 : count};

        if (count > 0 && !any) {
            printf("\n%s\n", head);
            any = true;
        }
        snprintf(line, sizeof line, "  %s", oracle_name(oracle));
        for (unsigned i = 0; i < scenarios; i++) {
            if ((summary[i].set[set] >> oracle & 1) != 0) {
                report_name(summary[i].path, name);
                print_list_add(&list, name);
            }
        }
        print_list_end(&list);
    }
    return any;
}

void
report_unsolved(const struct summary *summary, unsigned scenarios, bool whole)
{
    report_by_oracle(summary, scenarios, SET_UNSOLVED, whole,
                     "No named policy helps: violated under each one.");
    report_by_oracle(summary, scenarios, SET_UNDECIDED, whole,
                     "Inconclusive whether one helps: kept by none that was decided.");
}

/* How many policies violate there what another one keeps. */
static unsigned
count_policies(const struct summary *summary)
{
    unsigned count = 0;

    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        count += summary->set[SET_AVOIDABLE + policy] != 0;
    }
    return count;
}

enum { ENTRY_SIZE = REPORT_NAME_SIZE + ORACLE_COUNT * 20 };

/* "reported-race (lost-attachment, duplicate-name)" */
static void
entry_text(const char *path, oracle_set set, char text[ENTRY_SIZE])
{
    bool any = false;

    report_name(path, text);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            print_append(text, ENTRY_SIZE, "%s%s", any ? ", " : " (", oracle_name(oracle));
            any = true;
        }
    }
    print_append(text, ENTRY_SIZE, ")");
}

/* The scenarios in which a policy violates what another one keeps, those first in which the fewest
 * others do: they say most of this one.  All of them if they are few. */
static void
print_avoidable(const struct summary *summary, unsigned scenarios, unsigned policy)
{
    enum { FEW = 12 };
    unsigned count = summary_count(summary, scenarios, SET_AVOIDABLE + policy, EVERY_ORACLE);
    unsigned doubts = summary_count(summary, scenarios, SET_DOUBTFUL + policy, EVERY_ORACLE);
    unsigned width = names_width();
    char entry[ENTRY_SIZE], head[80];
    struct print_list list = {head, .indent = 2 + width + 5 + 2, .left = count <= FEW ? 0 : count};

    snprintf(head, sizeof head, "  %-*s %4u", (int)width, policy_named(policy)->name, count);
    for (unsigned others = 1; others <= summary_policies(); others++) {
        for (unsigned i = 0; i < scenarios; i++) {
            oracle_set set = summary[i].set[SET_AVOIDABLE + policy];

            if (set != 0 && count_policies(&summary[i]) == others) {
                entry_text(summary[i].path, set, entry);
                print_list_add(&list, entry);
            }
        }
    }
    print_list_end(&list);
    if (doubts != 0) {
        printf("  %s is inconclusive in %u\n", policy_named(policy)->name, doubts);
    }
}

void
report_avoidable(const struct summary *summary, unsigned scenarios)
{
    bool any = false;

    for (unsigned count = 0; count <= scenarios; count++) {
        for (unsigned policy = 0; policy < summary_policies(); policy++) {
            if (summary_count(summary, scenarios, SET_AVOIDABLE + policy, EVERY_ORACLE) != count ||
                summary_is_clean(summary, scenarios, policy)) {
                continue;
            }
            printf("%s", any ? ""
                             : "In how many scenarios a policy violates what another one "
                               "keeps:\n");
            any = true;
            print_avoidable(summary, scenarios, policy);
        }
    }
    printf("%s", any ? "\n" : "");
}

void
report_clean(const struct summary *summary, unsigned scenarios)
{
    struct print_list list = {"Violate nothing that another policy keeps: ", .indent = 4};
    unsigned doubts = 0;

    putchar('\n');
    for (unsigned policy = 0; policy < summary_policies(); policy++) {
        if (summary_is_clean(summary, scenarios, policy)) {
            print_list_add(&list, policy_named(policy)->name);
        }
        doubts += summary_count(summary, scenarios, SET_DOUBTFUL + policy, EVERY_ORACLE);
    }
    print_list_end(&list);
    if (list.listed == 0) {
        printf("Each policy violates something that another one keeps%s.\n",
               doubts > 0 ? ", or is inconclusive" : "");
    }
}
