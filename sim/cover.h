/* Schedules that walk every transition of a complete state graph, and the list of all schedules.
 *
 * What is shown of the simulated world is to be compared with a real one, where a run costs real
 * time: so every transition is to be seen at least once, with little work.  Each run is the one
 * that walks the most transitions that no earlier run has walked.  (The runs of least cost, a
 * cheapest flow through the graph, would save 3 % of the steps, measured over all scenarios.)
 *
 * Deterministic: the same graph gives the same runs in the same order. */
#ifndef TAPWEAVE_SIM_COVER_H
#define TAPWEAVE_SIM_COVER_H

#include "sim/graph.h"
#include "sim/state.h"

enum cover_error {
    COVER_OK,
    COVER_NO_MEMORY, /* the allowance does not suffice */
    COVER_CYCLE,     /* some run never ends, or a state is not reachable */
};

/* A maximal run: a path from the initial state to a state without edges.  It starts in state 0; the
 * step along an edge leads to graph->target[edge]. */
struct cover_run {
    const uint64_t *edge; /* `length` of them; the iterator's, valid until its next call */
    unsigned length;      /* steps; 0 only if the initial state has no edge */
};

struct cover {
    const struct graph *graph;   /* not owned */
    struct allowance *allowance; /* not owned */
    size_t bytes;                /* taken from it */
    uint32_t *order;             /* state ids, each before its successors */
    const uint32_t *class;       /* by edge; not owned; NULL: each edge is a class of its own */
    bool *walked;                /* by class: one of it is in a run that was returned */
    uint32_t *gain;              /* by state: the most unwalked edges of a run from here on */
    uint64_t *path;              /* the run returned last */
};

/* The graph must be complete (explore_graph) and outlive the cover, which is to be given to
 * cover_close; on an error it is closed already.  A graph without edges needs no run.  Takes 1 byte
 * for each edge and up to 16 for each state. */
enum cover_error cover_open(struct cover *cover, const struct graph *graph,
                            struct allowance *allowance);
void cover_close(struct cover *cover);

/* Before the first run: of the edges of one class it is enough to walk one.  `class` has a number
 * below graph->edges for each edge, and outlives the cover. */
void cover_classify(struct cover *cover, const uint32_t *class);

/* Before the first run: of that class none need be walked. */
void cover_leave_out(struct cover *cover, uint32_t class);

/* The next run; false when every edge, or one of each class, has been walked. */
bool cover_next(struct cover *cover, struct cover_run *run);

/* All maximal runs, in the lexicographic order of their actors. */
struct cover_all {
    uint64_t runs;               /* returned so far */
    uint64_t limit;              /* how many may be returned */
    bool cut;                    /* there are more than the limit: set with the last false */
    const struct graph *graph;   /* not owned */
    struct allowance *allowance; /* not owned */
    size_t bytes;                /* taken from it */
    uint64_t *path;              /* the run returned last */
    unsigned length;             /* of it */
};

/* Prepares to list them, at most `limit` (0: all, however many).  As with cover_open, the graph is
 * complete and outlives the list, which is closed already on an error. */
enum cover_error cover_all_open(struct cover_all *all, const struct graph *graph,
                                struct allowance *allowance, uint64_t limit);
void cover_all_close(struct cover_all *all);

/* The next run; false after the last, and, with all->cut, where the limit leaves some out. */
bool cover_next_interleaving(struct cover_all *all, struct cover_run *run);

/* Writes the run's actors, one for each of its steps, to `schedule`, which has room for them.  The
 * graph is the world's. */
void cover_schedule(const struct world *world, const struct graph *graph,
                    const struct cover_run *run, uint8_t *schedule);

#endif
