/* A schedule that goes wrong, explained: after each of its steps, how many of the runs that go on
 * from there go wrong; what else could have been done; and which steps race. */
#ifndef TAPWEAVE_HARNESS_EXPLAINED_H
#define TAPWEAVE_HARNESS_EXPLAINED_H

#include "harness/walk.h"
#include "harness/watch.h"

#include "sim/outlook.h"
#include "sim/race.h"

#include <jansson.h>

/* What somebody else could have done in place of a step. */
struct explained_choice {
    unsigned step; /* in place of that one, from 1 */
    unsigned actor;
    char text[NARRATE_STEP_SIZE];
    unsigned outlook; /* after it: which one */
};

struct explained {
    const struct walk *walk; /* not owned */
    const char *policy;      /* its text; not owned */
    struct fate_of of;
    bool counted; /* runs are; if not, they need not end, and it is known of each outlook whether
                     none, some or all go wrong */
    struct races races;
    unsigned choices; /* in the order of steps, and of actors */
    struct explained_choice *choice;
    /* By number of steps: after so many.  Then those of choices, and one for each race. */
    unsigned outlooks;
    struct outlook *outlook;
    /* The first step from which on every run goes wrong; 0: all do from the beginning; more than
     * there are: some never does. */
    unsigned lost;
};

/* Explains a walk by the graph of a complete search of its world (cell_explore), with `exchange` as
 * that had it.  False with a diagnostic if memory or a bound does not suffice; else to be given to
 * explained_free. */
bool explained_make(struct explained *explained, const struct walk *walk, const char *policy,
                    struct fate_of of, const struct graph *graph, bool exchange,
                    struct watch *watch, struct diagnostic *diagnostic);
void explained_free(struct explained *explained);

/* After the two steps of a race the other way round; NULL if that is not possible. */
const struct outlook *explained_turned(const struct explained *explained, unsigned race);

/* Where runs are not counted: none goes wrong after what could have been done, and in the state in
 * which it could, some do. */
bool explained_is_way_out(const struct explained *explained, const struct explained_choice *choice);

/* The order of the race's steps matters: the other way round, a smaller or a larger share goes
 * wrong. */
bool explained_matters(const struct explained *explained, unsigned race);

/* The shortest ways to go wrong, at most so many of them, each as a table and a line to replay it;
 * and {"schema": "tapweave-ways/1", ...}, without ways and without an oracle (-1) if the cell
 * violates none. */
struct ways;
void report_ways(const struct cell *cell, enum oracle oracle, const struct ways *ways,
                 unsigned most);
json_t *report_ways_json(const struct cell *cell, int oracle, const struct ways *ways,
                         unsigned most);

/* As text, of that cell; and {"schema": "tapweave-explain/1", ...}: see docs/formats.md. */
void report_explained(const struct explained *explained, const struct cell *cell);
json_t *explained_json(const struct explained *explained);

/* What was asked for, and is not there after a complete search. */
struct unexplained {
    int oracle;   /* -1: any */
    bool lasting; /* to the end */
    bool fair;    /* a command that never ends, in place of an oracle */
};

/* The same of what the cell does not do: as text, and as JSON.  Of a scenario of any number of
 * guests, only the scenario's own guests are known not to do it. */
void report_unexplained(const struct cell *cell, const struct unexplained *unexplained);
json_t *unexplained_json(const struct cell *cell, const struct unexplained *unexplained);

#endif
