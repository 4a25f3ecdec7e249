/* The matrix: which fix closes which race, with counts.  See report.h. */
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool colours;

void
report_colour(bool on)
{
    colours = on;
}

static const char *
paint(const char *escape)
{
    return colours ? escape : "";
}

#define RED paint("\033[31m")
#define BOLD paint("\033[1m")
#define DIM paint("\033[2m")
#define PLAIN paint("\033[0m")

/* Below, at or above 0 as the bad runs of `a` are fewer, as many or more than those of `b`, in
 * number or as a share of all runs. */
static int
compare(const struct cell *a, const struct cell *b, enum oracle oracle, bool as_share)
{
    mpz_t left, right;
    int order;

    mpz_init_set(left, a->result.verdict[oracle].bad);
    mpz_init_set(right, b->result.verdict[oracle].bad);
    if (as_share) {
        mpz_mul(left, left, b->result.interleavings);
        mpz_mul(right, right, a->result.interleavings);
    }
    order = mpz_cmp(left, right);
    mpz_clear(left);
    mpz_clear(right);
    return order;
}

enum claim_verdict
claim_judge(const struct scenario_claim *claim, const struct cell *cells)
{
    const struct cell *cell = &cells[claim->policy], *than = &cells[claim->than];
    enum oracle oracle = (enum oracle)claim->oracle;
    bool more = claim->kind == CLAIM_MORE_OFTEN || claim->kind == CLAIM_MORE;
    bool as_share = claim->kind == CLAIM_RARER || claim->kind == CLAIM_MORE_OFTEN;
    int order;

    if (cell->result.end != EXPLORE_COMPLETE) {
        bool violated = cell->result.verdict[oracle].violated;

        return claim->kind == CLAIM_NEVER && violated ? CLAIM_FAILS : CLAIM_UNDECIDED;
    }
    if (claim->kind <= CLAIM_ALWAYS) {
        return strcmp(cell_observation(cell, oracle), claim_words[claim->kind]) == 0 ? CLAIM_HOLDS
                                                                                     : CLAIM_FAILS;
    }
    if (than->result.end != EXPLORE_COMPLETE) {
        return CLAIM_UNDECIDED;
    }
    order = compare(cell, than, oracle, as_share);
    return (more ? order > 0 : order < 0) ? CLAIM_HOLDS : CLAIM_FAILS;
}

void
claim_text(const struct scenario *scenario, const struct scenario_claim *claim, char text[256])
{
    snprintf(text, 256, "%s%s", claim_words[claim->kind],
             claim->kind >= CLAIM_RARER ? scenario->policy[claim->than].text : "");
}

/* At most six digits as they are; more as 1.23e10, cut, not rounded. */
static void
short_number(const mpz_t number, char text[32])
{
    char *digits = mpz_get_str(NULL, 10, number);
    size_t length = strlen(digits);

    if (length <= 6) {
        snprintf(text, 32, "%s", digits);
    } else {
        snprintf(text, 32, "%c.%.2se%zu", digits[0], digits + 1, length - 1);
    }
    free(digits);
}

void
report_share(const struct cell *cell, enum oracle oracle, char text[64])
{
    char bad[32], all[32];

    if (cell->result.end != EXPLORE_COMPLETE) {
        snprintf(text, 64, "%s", cell->result.verdict[oracle].violated ? "violated" : "unknown");
        return;
    }
    short_number(cell->result.verdict[oracle].bad, bad);
    short_number(cell->result.interleavings, all);
    snprintf(text, 64, "%.28s of %.28s", bad, all);
}

/* Oracles that have a column: violated in some cell, or claimed about. */
static oracle_set
columns(const struct scenario *scenario, const struct cell *cells, unsigned count)
{
    oracle_set set = 0;

    for (unsigned i = 0; i < count; i++) {
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            set = (oracle_set)(set |
                               (cells[i].result.verdict[oracle].violated ? ORACLE_BIT(oracle) : 0));
        }
    }
    for (unsigned i = 0; i < scenario->claims; i++) {
        set |= ORACLE_BIT(scenario->claim[i].oracle);
    }
    return set;
}

enum { CELL_SIZE = 88 };

/* What stands in the matrix for one cell and one oracle; *fails if a claim about it does not hold.
 */
static void
cell_text(const struct scenario *scenario, const struct cell *cells, unsigned index,
          enum oracle oracle, char text[CELL_SIZE], bool *fails)
{
    bool claimed = false, undecided = false;
    char share[64];

    *fails = false;
    for (unsigned i = 0; i < scenario->claims && index < scenario->policies; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];

        if (claim->policy == index && claim->oracle == oracle) {
            enum claim_verdict verdict = claim_judge(claim, cells);

            claimed = true;
            undecided = undecided || verdict == CLAIM_UNDECIDED;
            *fails = *fails || verdict == CLAIM_FAILS;
        }
    }
    report_share(&cells[index], oracle, share);
    if (strcmp(cell_observation(&cells[index], oracle), "never") == 0) {
        snprintf(share, sizeof share, claimed ? "never" : ".");
    }
    snprintf(text, CELL_SIZE, "%s%s", share,
             !claimed    ? ""
             : *fails    ? " FAILS"
             : undecided ? " undecided"
                         : " ok");
}

void
report_matrix(const struct scenario *scenario, const struct cell *cells, unsigned count)
{
    oracle_set set = columns(scenario, cells, count);
    int width[ORACLE_COUNT] = {0}, first = 6;
    char text[CELL_SIZE];
    bool fails;

    for (unsigned i = 0; i < count; i++) {
        first = (int)strlen(cells[i].policy) > first ? (int)strlen(cells[i].policy) : first;
    }
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        width[oracle] = (int)strlen(oracle_name((enum oracle)oracle));
        for (unsigned i = 0; i < count; i++) {
            cell_text(scenario, cells, i, (enum oracle)oracle, text, &fails);
            width[oracle] = (int)strlen(text) > width[oracle] ? (int)strlen(text) : width[oracle];
        }
    }
    printf("%s%s%s\n%s  %s; %s%s\n", BOLD, scenario->title, PLAIN, DIM, scenario->path,
           scenario->report, PLAIN);
    printf("  %-*s", first, "policy");
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            printf("  %-*s", width[oracle], oracle_name((enum oracle)oracle));
        }
    }
    putchar('\n');
    for (unsigned i = 0; i < count; i++) {
        printf("  %-*s", first, cells[i].policy);
        for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            if ((set >> oracle & 1) != 0) {
                cell_text(scenario, cells, i, (enum oracle)oracle, text, &fails);
                printf("  %s%-*s%s", fails ? RED : "", width[oracle], text, fails ? PLAIN : "");
            }
        }
        printf("%s\n", cells[i].result.end == EXPLORE_COMPLETE ? "" : "  INCONCLUSIVE");
    }
    putchar('\n');
}

/* ---- the overview ---- */

/* One letter for each oracle, in their order. */
static const char letters[ORACLE_COUNT + 1] = "LWFSDXBPTAEK";

char
report_letter(enum oracle oracle)
{
    return letters[oracle];
}

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

void
report_overview(const struct scenario *scenario, const struct cell *cells, unsigned count)
{
    char name[REPORT_NAME_SIZE] = "";

    if (scenario != NULL) {
        report_name(scenario->path, name);
    }
    printf("  %-32s", name);
    for (unsigned index = 0; policy_named(index) != NULL; index++) {
        const char *policy = policy_named(index)->name;
        char violated[ORACLE_COUNT + 2] = "";
        size_t used = 0;

        for (unsigned i = 0; scenario != NULL && i < count; i++) {
            if (strcmp(cells[i].policy, policy) != 0) {
                continue;
            }
            for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
                if (cells[i].result.verdict[oracle].violated) {
                    violated[used++] = letters[oracle];
                }
            }
            if (cells[i].result.end != EXPLORE_COMPLETE) {
                violated[used++] = '?';
            }
        }
        printf(" %-*s", (int)strlen(policy),
               scenario == NULL ? policy
               : used == 0      ? "."
                                : violated);
    }
    putchar('\n');
}

void
report_overview_legend(void)
{
    printf("\n  violated in some interleavings, or in all:");
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        printf("%s%c %s", oracle == 0 ? " " : ", ", letters[oracle],
               oracle_name((enum oracle)oracle));
    }
    printf("; . none; ? inconclusive\n");
}
