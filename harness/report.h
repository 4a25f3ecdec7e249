/* What people and programs get to read: the matrix, one cell in depth, a walk as a table, and JSON.
 */
#ifndef TAPWEAVE_HARNESS_REPORT_H
#define TAPWEAVE_HARNESS_REPORT_H

#include "harness/cell.h"
#include "harness/walk.h"

#include <jansson.h>

/* Switches escape sequences for colours on or off, for everything below. */
void report_colour(bool on);

/* What became of one claim. */
enum claim_verdict { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_UNDECIDED };

/* Judges a claim.  `cells` are those of the scenario's policies, in their order. */
enum claim_verdict claim_judge(const struct scenario_claim *claim, const struct cell *cells);

/* The claim in words, "sometimes" or "rarer than libvirt-6.6". */
void claim_text(const struct scenario *scenario, const struct scenario_claim *claim,
                char text[256]);

/* A share such as "12 of 345"; numbers of more than six digits are shortened to three significant
 * ones. */
void report_share(const struct cell *cell, enum oracle oracle, char text[64]);

/* The matrix of one scenario: a row for each cell, a column for each oracle that is violated or
 * claimed about.  The first scenario->policies cells are those of its policies; claims are marked
 * in them. */
void report_matrix(const struct scenario *scenario, const struct cell *cells, unsigned count);

/* All scenarios against the named policies: a letter for each oracle that is violated.  One call
 * per scenario, after one with NULL for the head; report_overview_legend says what the letters
 * mean. */
void report_overview(const struct scenario *scenario, const struct cell *cells, unsigned count);
void report_overview_legend(void);

/* The letter of an oracle there, and the name that a scenario has there: its file's, without folder
 * and ending. */
char report_letter(enum oracle oracle);
enum { REPORT_NAME_SIZE = 64 };
void report_name(const char *path, char name[REPORT_NAME_SIZE]);

/* What the named policies do in one scenario, by the index of the policy.  An oracle that is in
 * neither set is never violated. */
struct standing {
    const char *path; /* of the scenario; not owned */
    oracle_set violated[POLICY_MAX_NAMED];
    oracle_set unknown[POLICY_MAX_NAMED]; /* not violated as far as the search came */
};

/* Notes what the cells of one scenario say, all of those of the named policies among them. */
void standing_note(struct standing *standing, const struct scenario *scenario,
                   const struct cell *cells, unsigned count);

/* What no named policy helps against, which scenarios defeat each policy apart from that, and which
 * policies are never defeated.  A scenario defeats a policy if under it an oracle is violated that
 * is never violated under another named policy. */
void report_defeats(const struct standing *standing, unsigned scenarios);

/* The same, whole, as JSON: see docs/formats.md. */
json_t *defeats_json(const struct standing *standing, unsigned scenarios);

/* One cell: counts, observations, and a table and a line to replay it for each counterexample. */
void report_cell(const struct cell *cell);

/* A walk, one column per actor. */
void report_walk(const struct walk *walk);

/* {"schema": "tapweave-result/1", ...}: see docs/formats.md. */
json_t *report_json(const struct cell *cell);

#endif
