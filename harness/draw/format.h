/* The formats that a schedule is drawn in: a table, and one for what is drawn of a whole world.  To
 * add one, its function in a file of its own, and a row here. */
#ifndef TAPWEAVE_HARNESS_DRAW_FORMAT_H
#define TAPWEAVE_HARNESS_DRAW_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

/* The name of each, and what it is; the first one is the default.  draw_NAME writes it, all of it,
 * to a stream in memory; false if there is no memory. */
#define DRAW_FORMATS(X)                                                            \
    X(mermaid, "a Mermaid sequence diagram, as GitLab and GitHub show it")         \
    X(mail, "a table of at most 72 columns, for a mailing list")                   \
    X(dot, "lanes, and arrows between steps whose order may matter, for graphviz") \
    X(perfetto, "Chrome's JSON of traces, which opens in Perfetto")

/* The same of what is drawn of a world, whose complete search (without exchanges) has given the
 * graph. */
#define DRAW_WORLD_FORMATS(X) \
    X(states, "the states of a SCENARIO under a POLICY, for graphviz; 300 at most")

enum { DRAW_MOST_STATES = 300 };

enum draw_format {
#define X(name, text) DRAW_##name,
    DRAW_FORMATS(X) DRAW_WORLD_FORMATS(X)
#undef X
        DRAW_FORMAT_COUNT,
};

struct drawing; /* harness/draw/drawing.h */
#define X(name, text) bool draw_##name(FILE *out, const struct drawing *drawing);
DRAW_FORMATS(X)
#undef X

struct cell;
struct graph;
#define X(name, text) \
    bool draw_##name(FILE *out, const struct cell *cell, const struct graph *graph);
DRAW_WORLD_FORMATS(X)
#undef X

#endif
