/* What a check has come to, as a list: what each claim, and each search that is not complete, is
 * found to be.  Reports in other formats are made of it (harness/formats/). */
#ifndef TAPWEAVE_HARNESS_FINDING_H
#define TAPWEAVE_HARNESS_FINDING_H

#include "harness/claim.h"

enum {
    FINDING_NO_ORACLE = -1,
    FINDING_PRINT_SIZE = 65 /* hexadecimal digits of a SHA-256, a NUL */
};

/* What it is about. */
enum finding_kind {
    FINDING_CLAIM,
    FINDING_CHANGE, /* what an oracle was, and has become */
    FINDING_SEARCH, /* a search that is not complete */
    FINDING_ORACLE, /* that an oracle is never violated, where nothing is claimed of it */
};

struct finding {
    enum finding_kind kind;
    enum claim_verdict verdict;
    bool known; /* it fails no more than it did in the baseline: that is no failure */
    const struct scenario *scenario; /* not owned, as the cell */
    const struct cell *cell;
    size_t line, column; /* of the claim in the scenario's file, from 1 */
    int oracle;          /* enum oracle, or FINDING_NO_ORACLE: the search as such */
    bool lasting;
    char *path;  /* of the scenario, for other programs: below the current folder without its name,
                    and UTF-8 */
    char *claim; /* "lost-attachment: never".  No two of a policy in a scenario are alike, unless
                    the scenario says the same twice */
    char *text;  /* a sentence: what is claimed, and what is found */
};

struct findings {
    unsigned count, room;
    struct finding *finding; /* in the order of scenarios, and of claims in each */
    /* What they have been found of, not owned: all cells, those of a scenario side by side; and
     * how another search of one would be bounded, and how many of them go side by side. */
    const struct cell *cell;
    unsigned cells;
    const struct bounds *bounds;
    unsigned jobs;
};

/* Adds one, of which scenario, cell, place, oracle and verdict are set.  It takes over `claim` and
 * `text`.  False if there is no memory; both are freed then. */
bool findings_add(struct findings *findings, struct finding finding, char *claim, char *text);

/* Adds what the search of one cell has come to: of each oracle, that it is never violated; and if
 * nothing else says so, that the search is not complete.  False if there is no memory. */
bool findings_of_cell(struct findings *findings, const struct cell *cell);

void findings_free(struct findings *findings);

/* How many have that verdict; those that fail are without the known ones. */
unsigned findings_count(const struct findings *findings, enum claim_verdict verdict);
unsigned findings_known(const struct findings *findings);

/* The rule that it breaks: the oracle's name; "inconclusive" if it is undecided.  And what that
 * rule says. */
const char *finding_rule(const struct finding *finding);
const char *finding_rule_text(const struct finding *finding);

/* How the violation comes about, if the oracle is violated: the shortest counterexample as a table,
 * and the command that replays it; "" otherwise.  UTF-8, no control characters but newlines.  To be
 * freed by the caller; NULL without memory. */
char *finding_trace(const struct finding *finding);

/* What it is known by as long as the scenario's path, the policy and the claim are the same, and
 * wherever in the file the claim stands. */
void finding_print(const struct finding *finding, char print[FINDING_PRINT_SIZE]);

#endif
