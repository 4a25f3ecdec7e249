/* What the named policies come to over all scenarios: what none of them helps against, and what
 * each one violates that another one keeps.
 *
 * A violation under every policy says nothing of any: it is a contradiction of the user's, or a
 * fault that no daemon can undo.  What one policy keeps, though, another could have kept. */
#ifndef TAPWEAVE_HARNESS_SUMMARY_H
#define TAPWEAVE_HARNESS_SUMMARY_H

#include "harness/cell.h"

#include <jansson.h>

/* What has become of an oracle under one's own policy, beside another one: its base, or an older
 * one. */
enum change {
    CHANGE_NEW,       /* violated, and never under the other one */
    CHANGE_WORSE,     /* violated in a larger share of the interleavings */
    CHANGE_CLOSED,    /* never violated, but under the other one */
    CHANGE_BETTER,    /* violated in a smaller share */
    CHANGE_SAME,      /* violated in the same share */
    CHANGE_UNCOUNTED, /* violated under both, in shares that nobody has counted */
    CHANGE_OPEN,      /* not known: a search is not complete */
    CHANGES,
};

/* Sets of oracles in a scenario. */
enum summary_set {
    SET_UNSOLVED,  /* that every policy violates */
    SET_UNDECIDED, /* of which it is not known whether one keeps them */
    SET_CHANGE,    /* + enum change: of which that has become; with two policies */
    /* + enum change: the same of the interleavings that end so, of ORACLES_THAT_LAST */
    SET_LASTING = SET_CHANGE + CHANGES,
    /* + index of a policy: what it violates of what another one keeps */
    SET_AVOIDABLE = SET_LASTING + CHANGES,
    /* and what it might violate, or violates where it is not known whether another one would not */
    SET_DOUBTFUL = SET_AVOIDABLE + POLICY_MAX_NAMED,
    SETS = SET_DOUBTFUL + POLICY_MAX_NAMED,
};

enum { EVERY_ORACLE = (1 << ORACLE_COUNT) - 1 };

/* What the named policies do in one scenario, by the index of the policy.  An oracle that is in
 * neither set of a policy that was decided is never violated. */
struct summary {
    const char *path; /* of the scenario; not owned */
    bool there[POLICY_MAX_NAMED];
    oracle_set violated[POLICY_MAX_NAMED];
    oracle_set unknown[POLICY_MAX_NAMED]; /* not violated as far as the search came */
    oracle_set set[SETS];                 /* what follows from that */
};

/* How many named policies there are. */
unsigned summary_policies(void);

/* Notes what the cells of one scenario say. */
void summary_note(struct summary *summary, const struct scenario *scenario,
                  const struct cell *cells, unsigned count);

/* In how many of the scenarios some of these oracles are in that set. */
unsigned summary_count(const struct summary *summary, unsigned scenarios, unsigned set,
                       oracle_set oracles);

/* True if no scenario has anything avoidable or doubtful for the policy. */
bool summary_is_clean(const struct summary *summary, unsigned scenarios, unsigned policy);

/* True if something is new or worse there, with two policies; lasting, too. */
bool summary_is_worse(const struct summary *summary);

/* All of it as JSON, the key "policies": see docs/formats.md. */
json_t *summary_json(const struct summary *summary, unsigned scenarios);

/* The scenarios that have something in that set, each with its oracles. */
json_t *summary_json_set(const struct summary *summary, unsigned scenarios, unsigned set);

/* The names of the oracles in a set. */
json_t *summary_json_oracles(oracle_set set);

#endif
