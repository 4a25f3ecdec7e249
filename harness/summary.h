/* What the named policies come to over all scenarios: what none of them helps against, and what
 * each one violates that another one keeps.
 *
 * A violation under every policy says nothing of any: it is a contradiction of the user's, or a
 * fault that no daemon can undo.  What one policy keeps, though, another could have kept. */
#ifndef TAPWEAVE_HARNESS_SUMMARY_H
#define TAPWEAVE_HARNESS_SUMMARY_H

#include "harness/cell.h"

#include <jansson.h>

/* What the named policies do in one scenario, by the index of the policy.  An oracle that is in
 * neither set of a policy that was decided is never violated. */
struct summary {
    const char *path; /* of the scenario; not owned */
    bool there[POLICY_MAX_NAMED];
    oracle_set violated[POLICY_MAX_NAMED];
    oracle_set unknown[POLICY_MAX_NAMED]; /* not violated as far as the search came */
};

/* How many named policies there are. */
unsigned summary_policies(void);

/* Notes what the cells of one scenario say. */
void summary_note(struct summary *summary, const struct scenario *scenario,
                  const struct cell *cells, unsigned count);

/* The oracles that every policy violates; and those of which it is not known whether one keeps
 * them. */
oracle_set summary_unsolved(const struct summary *summary);
oracle_set summary_undecided(const struct summary *summary);

/* What the policy violates of what another one keeps; and what it might violate, or violates where
 * it is not known whether another one would not. */
oracle_set summary_avoidable(const struct summary *summary, unsigned policy);
oracle_set summary_doubtful(const struct summary *summary, unsigned policy);

/* How many of the scenarios have something in that set for the policy. */
unsigned summary_count(const struct summary *summary, unsigned scenarios, unsigned policy,
                       oracle_set (*set)(const struct summary *, unsigned));

/* True if there is nothing in either set, in any scenario. */
bool summary_is_clean(const struct summary *summary, unsigned scenarios, unsigned policy);

/* All of it as JSON, the key "policies": see docs/formats.md. */
json_t *summary_json(const struct summary *summary, unsigned scenarios);

/* The names of the oracles in a set. */
json_t *summary_json_oracles(oracle_set set);

/* Appends a scenario with its oracles, or nothing if the set is empty. */
void summary_json_append(json_t *json, const char *path, oracle_set set);

#endif
