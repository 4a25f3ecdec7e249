/* Traces: schedules as files ("tapweave-trace/1", docs/formats.md) and as texts on the command
 * line. */
#ifndef TAPWEAVE_HARNESS_TRACE_H
#define TAPWEAVE_HARNESS_TRACE_H

#include "harness/cell.h"
#include "harness/walk.h"

#include <jansson.h>

enum { TRACE_MAX_PATH = DOCUMENT_MAX_PATH + 1, TRACE_STEP_SIZE = 24 };

/* A step as it is written: by the names of its actor and of what it does. */
struct trace_step {
    char actor[WALK_ACTOR_SIZE];
    char name[TRACE_STEP_SIZE]; /* "" if not said */
    struct place place;         /* in the file; of a text: line 1, and the step's number */
};

struct trace {
    const char *path;              /* of the trace's file, NULL for a text; not owned */
    char scenario[TRACE_MAX_PATH]; /* path of the scenario's file, from the current folder */
    char sha256[65];               /* of that file when the trace was made, or "" */
    char policy[SCENARIO_MAX_POLICY_TEXT];
    struct scenario_policy daemon[MAX_DAEMONS]; /* of their own; "" if it does not say */
    const char *datapath; /* as scenario_use_datapath has it; NULL if it does not say */
    int oracle;           /* enum oracle that its last step violates, or -1 */
    bool lasting;         /* nobody can step behind that one, and the last state violates it */
    struct place oracle_at;
    unsigned length;
    struct trace_step *step;
};

/* Reads a file, or a text of actors' names separated by blanks; to be given to trace_free.  False
 * with a diagnostic, and nothing to free, if it is not well-formed.  A scenario that is not there
 * from the file's folder is one from the current folder, as in earlier traces. */
bool trace_read(struct trace *trace, const char *path, struct diagnostic *diagnostic);
bool trace_read_text(struct trace *trace, const char *text, struct diagnostic *diagnostic);
void trace_free(struct trace *trace);

/* Walks along the trace.  False with a diagnostic at the first step whose actor is unknown, that is
 * not enabled, or that does something else than the trace says; walk->length steps were as it says.
 */
bool trace_walk(const struct trace *trace, struct walk *walk, struct diagnostic *diagnostic);

/* A walk as a trace file's JSON, for the current folder: a relative path of its scenario is
 * relative to that.  For a file in another folder it is made relative to that one; if that cannot
 * be done, it is left as it is. */
json_t *trace_json(const struct walk *walk, const char *policy, int oracle);

/* The cell's counterexample for an oracle that is violated, or for its lasting, in the same way. */
json_t *trace_cell_json(const struct cell *cell, enum oracle oracle, bool lasting);

void trace_for_folder(json_t *trace, const char *scenario, const char *folder);

#endif
