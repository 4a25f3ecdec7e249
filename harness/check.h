/* Scenarios, decided under policies and judged: what `check` searches, and `merge` puts together
 * again of what others have searched. */
#ifndef TAPWEAVE_HARNESS_CHECK_H
#define TAPWEAVE_HARNESS_CHECK_H

#include "harness/baseline.h"
#include "harness/finding.h"
#include "harness/folder.h"
#include "harness/options.h"
#include "harness/report.h"

enum { CHECK_MAX_OWN = 40 /* policies in place of the scenarios' own */ };

/* A scenario and its cells, those of its policies first. */
struct checked {
    struct scenario scenario;
    struct cell *cell;
    unsigned cells;
};

/* One of several parts. */
struct shard {
    unsigned index, of; /* index from 1 */
    const char *source; /* who says so: an option or a variable; NULL if it is one of one */
};

struct check {
    const struct options *options;
    const char *policy; /* one's own (-p), NULL without one */
    bool all_policies;
    char **path;        /* not owned */
    bool silent;        /* another process, or check, says what there is to be said */
    bool whole_folder;  /* these are all that are in one, and nobody has named them */
    unsigned scenarios; /* paths; once they are read, what is to be decided */
    struct checked *checked;
    struct cell *cell; /* of all scenarios */
    unsigned cells;
    struct scenario_policy pair[2]; /* with -p: one's own policy, and its base */
    /* If there are any, they take the place of the scenarios' own, and claims are left out; not
     * owned.  With -p: the pair. */
    const struct scenario_policy *own;
    unsigned owns;       /* CHECK_MAX_OWN at most */
    struct shard part;   /* which part of the cells is this check's */
    bool may_be_refused; /* cells (cell.h) */
    struct baseline baseline;
    struct tally tally;
    struct summary *summary;
    json_t *verdicts;
    struct findings findings;
};

/* Reads all scenarios before anything is run, so that bad input has no half of a result, and begins
 * their cells.  False with a diagnostic.  To be given to check_free in any case. */
bool check_prepare(struct check *check, struct diagnostic *diagnostic);
void check_free(struct check *check);

/* Opens the folder of tapweave's own scenarios if none is named; to be given to folder_close in any
 * case.  check_open also prepares them, and decides every cell; to be given to check_free, too.
 * False with a diagnostic. */
bool check_find(struct check *check, struct folder *own, struct diagnostic *diagnostic);
bool check_open(struct check *check, struct folder *own, struct diagnostic *diagnostic);

/* Decides every cell that is not elsewhere, side by side; until an interrupt, and within the
 * bounds. False with a diagnostic. */
bool check_decide(struct check *check, const struct bounds *bounds, struct diagnostic *diagnostic);

/* All cells have been decided: judges them, prints what is to be printed, and writes the files that
 * are asked for.  The status is to be returned if there is no diagnostic. */
enum exit_status check_finish(struct check *check, struct diagnostic *diagnostic);

/* True if the scenario has a cell that no other run decides. */
bool check_has_own(const struct checked *checked);

/* For check_finish.  Judges every claim, and notes what follows from the cells of each scenario;
 * false with a diagnostic. */
bool check_judge(struct check *check, struct diagnostic *diagnostic);

/* The same.  Prints what has been found: everything, in tables, on one screen. */
void check_print(const struct check *check);

#endif
