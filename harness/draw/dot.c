/* --as dot: the steps as boxes in a lane for each actor, from the top to the bottom, in graphviz'
 * language; and an arrow between steps whose order matters, or may. */
#include "harness/draw/drawing.h"
#include "harness/draw/dot_label.h"
#include "harness/draw/format.h"
#include "harness/report.h"
#include "sim/race.h"

enum { TITLE_WIDTH = 72, BOX_WIDTH = 32 };

static void
write_box(FILE *out, const struct drawing *drawing, unsigned step, unsigned lane)
{
    const struct walk_step *walked = &drawing->walk->step[step - 1];
    char text[REPORT_VICTIMS_SIZE + 64], whose[REPORT_VICTIMS_SIZE];
    const struct window *window = &drawing->window;
    bool violated = false;

    snprintf(text, sizeof text, "%u %s", step, walked->text);
    fprintf(out, "  s%u [group=l%u, label=\"", step, lane);
    dot_label(out, text, BOX_WIDTH);
    dot_label(out, walked->change, BOX_WIDTH);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (report_step_victims(drawing->walk, step, oracle, whose)) {
            snprintf(text, sizeof text, "violated: %s of %s", oracle_name(oracle), whose);
            dot_label(out, text, BOX_WIDTH);
            violated = true;
        }
    }
    fprintf(out, "\"%s%s];\n", violated ? ", color=\"#c00000\", penwidth=2" : "",
            step >= window->first && step <= window->last ? ", style=filled, fillcolor=\"#fff0c0\""
                                                          : "");
}

/* The actor's name, and its steps below each other. */
static void
write_lane(FILE *out, const struct drawing *drawing, unsigned lane)
{
    const unsigned actor = drawing->lane[lane - 1];
    const struct walk *walk = drawing->walk;
    char name[WALK_ACTOR_SIZE];
    unsigned before = 0;

    fprintf(out, "  a%u [group=l%u, shape=plain, label=\"", lane, lane);
    dot_label(out, walk_actor_name(walk->scenario, walk->world, actor, name), BOX_WIDTH);
    fputs("\"];\n", out);
    for (unsigned step = 1; step <= walk->length; step++) {
        if (walk->step[step - 1].actor == actor) {
            write_box(out, drawing, step, lane);
            fprintf(out, "  %s%u -> s%u [weight=100, arrowhead=none, color=gray];\n",
                    before == 0 ? "a" : "s", before == 0 ? lane : before, step);
            before = step;
        }
    }
}

/* A lane for each actor, in their order. */
static void
write_lanes(FILE *out, const struct drawing *drawing)
{
    for (unsigned lane = 1; lane <= drawing->lanes; lane++) {
        write_lane(out, drawing, lane);
    }
    for (unsigned lane = 1; lane <= drawing->lanes; lane++) {
        fprintf(out, "%s a%u", lane == 1 ? "  { rank=same;" : " ->", lane);
    }
    fputs(drawing->lanes > 1 ? " [style=invis]; }\n" : drawing->lanes == 1 ? "; }\n" : "", out);
}

/* What holds the steps below each other, in the order in which they were taken. */
static void
write_order(FILE *out, const struct drawing *drawing)
{
    for (unsigned step = 2; step <= drawing->walk->length; step++) {
        fprintf(out, "  s%u -> s%u [style=invis];\n", step - 1, step);
    }
}

static void
write_title(FILE *out, const struct drawing *drawing)
{
    char text[DRAWING_WINDOW_SIZE], whose[REPORT_VICTIMS_SIZE];

    fputs("  label=\"", out);
    dot_label(out, drawing->walk->scenario->title, TITLE_WIDTH);
    fputs("under ", out);
    dot_label(out, drawing->policy, TITLE_WIDTH);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (report_step_victims(drawing->walk, 0, oracle, whose)) {
            fprintf(out, "violated from the beginning: %s of ", oracle_name(oracle));
            dot_label(out, whose, TITLE_WIDTH);
        }
    }
    if (drawing->window.first != 0) {
        drawing_window_text(drawing, text);
        dot_label(out, text, TITLE_WIDTH);
    }
    fputs("\";\n", out);
}

bool
draw_dot(FILE *out, const struct drawing *drawing)
{
    const struct walk *walk = drawing->walk;
    struct races races;

    if (!races_find(&races, walk->world, drawing->actors, walk->length)) {
        return false;
    }
    fputs("digraph schedule {\n  labelloc=t;\n  node [shape=box];\n", out);
    write_title(out, drawing);
    write_lanes(out, drawing);
    write_order(out, drawing);
    for (unsigned i = 0; i < races.count; i++) {
        const struct race *race = &races.race[i];

        fprintf(out, "  s%u -> s%u [constraint=false, %s];\n", race->first + 1, race->second + 1,
                race->other == NULL ? "color=\"#2040a0\"" : "color=\"#c06000\", style=dashed");
    }
    fputs("}\n", out);
    races_free(&races);
    return true;
}
