/* What people and programs get to read: the matrix, one cell in depth, a walk as a table, and JSON.
 */
#ifndef TAPWEAVE_HARNESS_REPORT_H
#define TAPWEAVE_HARNESS_REPORT_H

#include "harness/finding.h"
#include "harness/preempted.h"
#include "harness/sampled.h"
#include "harness/summary.h"
#include "harness/walk.h"

#include <jansson.h>

/* Switches escape sequences for colours on, for everything below. */
void report_in_colour(void);

/* A share such as "12 of 345", with all digits; "possible" or "never" if nothing is counted, and
 * "violated" or "unknown" without a complete search.
 * To be freed by the caller. */
char *report_share(const struct cell *cell, const struct explore_verdict *verdict);

/* The table of one scenario: a row for each cell, a column for each oracle that is violated or
 * claimed about; what does not fit into a line is in a table of its own below.  The first
 * scenario->policies cells are those of its policies; claims are marked in them. */
void report_matrix(const struct scenario *scenario, const struct cell *cells, unsigned count);

/* The name that a scenario has in lists: its file's, without folder and ending. */
enum { REPORT_NAME_SIZE = 64 };
void report_name(const char *path, char name[REPORT_NAME_SIZE]);

/* What came of all scenarios together. */
struct tally {
    unsigned scenarios, policies, cells, claims;
    unsigned failed, undecided; /* claims */
    unsigned known;             /* claims that fail as they did in the baseline */
    unsigned worse;             /* oracles of cells, than in the baseline */
    unsigned edited;            /* cells whose scenario was another one in the baseline */
    unsigned inconclusive;      /* cells */
    bool interrupted;
};

enum { REPORT_UNREACHED_SIZE = MAX_LANDMARKS * (SCENARIO_MAX_WORD + 24) };

/* The steps that no run of a cell takes, although an entry waits for them ("kill a, exit b"), in
 * `text`; false if there is none, or the search is not complete. */
bool report_unreached(const struct cell *cell, char text[REPORT_UNREACHED_SIZE]);

/* The same in a line of its own, behind `head`, or behind the scenario's name and the policy: a
 * verdict "never" may be true for that alone.  Nothing if there are no such steps. */
void report_unreached_line(const struct cell *cell, const char *head);
void report_unreached_in(const struct cell *cell);

/* The tally in one line. */
void report_tally(const struct tally *tally);

/* In how many scenarios each named policy violates each oracle. */
void report_counts(const struct summary *summary, unsigned scenarios);

/* What no policy helps, a line for each oracle, or all of it if `whole`; the policies that violate
 * nothing else. */
void report_unsolved(const struct summary *summary, unsigned scenarios, bool whole);
void report_clean(const struct summary *summary, unsigned scenarios);

/* What each policy violates that another one keeps. */
void report_avoidable(const struct summary *summary, unsigned scenarios);

/* A line, or a few if `whole`, for each oracle that is in that set of some scenario, below a head.
 * False if there is none, and no head. */
bool report_by_oracle(const struct summary *summary, unsigned scenarios, unsigned set, bool whole,
                      const char *head);

/* What has become of an oracle under one's own policy, beside another one; `lasting`: of the
 * interleavings that end so, of one of ORACLES_THAT_LAST.  CHANGES if both never violate it. */
enum change comparison_change(const struct cell *own, const struct cell *other, enum oracle oracle,
                              bool lasting);

/* The same in a word, as JSON has it ("new", "worse", "same", ...) and for people ("as before");
 * and true if it is one of the first two. */
const char *comparison_key(enum change change);
const char *comparison_word(enum change change);
bool comparison_is_worse(enum change change);

/* Notes in a scenario's summary what has become of each oracle; and says what that comes to, behind
 * a first line of the caller's.  At its end stand commands that show what is worse: `command` with
 * a scenario behind it. */
void comparison_note(struct summary *summary, const struct cell *own, const struct cell *other);
void report_comparison(const struct summary *summary, unsigned scenarios, const char *command);
json_t *comparison_json(const struct summary *summary, unsigned scenarios, const char *own,
                        const char *base);

/* What is not as the scenario's file has it: other policies of daemons, another datapath.  A line
 * for each; nothing if there are none. */
void report_settings(const struct scenario *scenario);

/* The scenario's title and path, the policy, and the above. */
void report_head(const struct scenario *scenario, const char *policy);

/* One cell: counts, observations, and a table and a line to replay it for each counterexample. */
void report_cell(const struct cell *cell);

/* The highest number behind that prefix in a name that any device of a guest has had, or -1. */
int64_t report_highest(const struct cell *cell, const struct ifname_family *family);

/* How many states it has: counted, or estimated. */
void report_estimate(const struct cell *cell);

/* The cell's counterexamples, each as a table and a line to replay it. */
void report_counterexamples(const struct cell *cell);

/* The same of what is no search of all states: before them, behind `head`, the oracles of which
 * nothing was found. */
void report_found(const struct cell *cell, const char *head);

/* The victims of a trace's last step, by the oracle of the trace: a part of what is in there. */
json_t *report_victims_json(const json_t *trace, enum oracle oracle);

/* A cell that was walked through by chance: what was seen, what was found, how much is not seen;
 * and the same as JSON, {"schema": "tapweave-sample/1", ...}. */
void report_sample(const struct sampled *sampled);
json_t *report_sample_json(const struct sampled *sampled);

/* A cell of which every interleaving with few preemptions was searched; and the same as JSON,
 * {"schema": "tapweave-preemptions/1", ...}. */
void report_preempt(const struct preempted *preempted);
json_t *report_preempt_json(const struct preempted *preempted);

/* A line for each victim of the oracle in the walk: whose the violation is, and by whose step. */
void report_victims(const struct walk *walk, enum oracle oracle);

/* Whose the violations of the oracle are that the step (from 1) has brought, "b's vnet0#2, b", or
 * those of the initial state, for 0.  False, and "", if there are none. */
enum { REPORT_VICTIMS_SIZE = 4 * NARRATE_VICTIM_SIZE };
bool report_step_victims(const struct walk *walk, unsigned step, enum oracle oracle,
                         char text[REPORT_VICTIMS_SIZE]);

/* A walk, one column per actor. */
void report_walk(const struct walk *walk);

/* The scenario's title and path, and the policy; the walk; what is violated, and whose that is. */
void report_replayed(const struct walk *walk, const char *policy);

/* The command that replays the schedule, to be pasted into a shell, behind `what`; `where` is
 * " --on netns", or "". */
void report_replay(const struct scenario *scenario, const struct world *world, const char *policy,
                   const uint8_t *actors, unsigned length, const char *what, const char *where);

/* What is known of runs that never end (explore --fair), in a line; the run in which a command does
 * not end, step by step; and both as JSON, NULL if they have not been judged. */
void report_fair(const struct cell *cell);
void report_starvation(const struct scenario *scenario, const struct fairness *fairness);
void report_starving(const struct scenario *scenario, const struct fairness *fairness,
                     char text[REPORT_NAME_SIZE]); /* "start of a" */
void report_fair_walk(const struct cell *cell);
json_t *report_fair_json(const struct cell *cell);

/* What is known of any number of guests (cell.asks_more): a line that says how far the search came;
 * what is said of each oracle; an abstract run to each that is not excluded; and all of it as JSON,
 * NULL if there was no search. */
void report_more_guests(const struct cell *cell);
void report_said_of_more(const struct cell *cell);
void report_abstract_runs(const struct cell *cell);
json_t *report_more_guests_json(const struct cell *cell);

/* A number of the cell's runs, which may pass 2^53, as a decimal string; null if runs are not
 * counted. */
json_t *report_count_json(const struct cell *cell, const mpz_t number);

/* {"schema": "tapweave-result/1", ...}: see docs/formats.md.  What was written of the cell, if it
 * was read from a file (harness/restore.h). */
json_t *report_json(const struct cell *cell);

#endif
