/* tapweave draw TRACE, or draw -p POLICY -s SCHEDULE SCENARIO: a schedule as a picture;
 * or all of a small world. */
#include "harness/cell.h"
#include "harness/commands.h"
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/given.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/text.h"

#include <stdlib.h>

/* What is drawn: a walk, or a world and its graph. */
struct subject {
    const struct drawing *drawing; /* NULL: the other two */
    const struct cell *cell;
    const struct graph *graph;
};

static bool
write_format(FILE *out, enum draw_format format, const struct subject *subject)
{
    switch (format) {
#define X(name, text) \
    case DRAW_##name: \
        return draw_##name(out, subject->drawing);
        DRAW_FORMATS(X)
#undef X
#define X(name, text) \
    case DRAW_##name: \
        return draw_##name(out, subject->cell, subject->graph);
        DRAW_WORLD_FORMATS(X)
#undef X
    case DRAW_FORMAT_COUNT:
        break;
    }
    return false;
}

/* The whole drawing, or none of it. */
static void
write_drawing(const struct subject *subject, const struct options *options,
              struct diagnostic *diagnostic)
{
    struct text text;
    FILE *out = text_open(&text);
    bool written = out != NULL && write_format(out, options->format, subject);

    if (!text_close(out, &text) || !written) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (options->output == NULL) {
        fwrite(text.bytes, 1, text.size, stdout);
    } else {
        const struct output_part parts[] = {{text.bytes, text.size}, {NULL, 0}};

        output_parts(parts, options->output, diagnostic);
    }
    free(text.bytes);
}

static void
draw_walk(const struct options *options, struct diagnostic *diagnostic)
{
    struct drawing drawing;
    struct given given;
    struct world world;
    struct walk walk;

    if (options->count != 1 || (options->schedule == NULL) != (options->policy == NULL)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "draw needs one TRACE, or -p POLICY, -s SCHEDULE and one SCENARIO");
        return;
    }
    if (!given_read(&given, options, diagnostic)) {
        return;
    }
    given_warn(&given);
    if (given_walk(&given, &world, &walk, diagnostic)) {
        if (diagnostic->status == EXIT_HOLDS &&
            drawing_open(&drawing, &walk, given.policy.text, diagnostic)) {
            if (drawing.window.bounded) {
                fputs("tapweave: note: a window is not looked for any more: the schedule is too "
                      "long\n",
                      stderr);
            }
            write_drawing(&(struct subject){.drawing = &drawing}, options, diagnostic);
            drawing_close(&drawing);
        }
        walk_free(&walk);
    }
    given_free(&given);
}

/* Searches a small world, and draws all of it. */
static void
draw_world(const struct options *options, struct diagnostic *diagnostic)
{
    const struct explore_limits limits = {
        .max_states = DRAW_MOST_STATES, .max_memory = options->bounds.max_memory, .threads = 1};
    struct scenario_policy policy;
    struct scenario scenario;
    struct graph graph;
    struct cell cell;

    if (options->count != 1 || options->policy == NULL || options->schedule != NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "--as states needs -p POLICY and one SCENARIO, and no schedule");
        return;
    }
    if (!policy_text_read_option(&policy, options->policy, diagnostic) ||
        !scenario_read(&scenario, options->files[0], diagnostic) ||
        !scenario_is_bounded(&scenario, "draw --as states", diagnostic)) {
        return;
    }
    scenario_use_datapath(&scenario, options->datapath);
    cell_begin(&cell, &scenario, policy.text, &policy.policy);
    if (cell_explore(&scenario, &policy.policy, &limits, &cell.world, &cell.result, &graph,
                     diagnostic)) {
        if (cell.result.end == EXPLORE_COMPLETE) {
            write_drawing(&(struct subject){.cell = &cell, .graph = &graph}, options, diagnostic);
        } else if (cell.result.end == EXPLORE_MAX_STATES) {
            diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0,
                     "no states are drawn: there are more than %d", DRAW_MOST_STATES);
        } else {
            diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        }
        graph_close(&graph);
    }
    cell_free(&cell);
}

enum exit_status
command_draw(const struct options *options, struct diagnostic *diagnostic)
{
    bool of_world = false;

#define X(name, text) of_world = of_world || options->format == DRAW_##name;
    DRAW_WORLD_FORMATS(X)
#undef X
    if (of_world) {
        draw_world(options, diagnostic);
    } else {
        draw_walk(options, diagnostic);
    }
    return EXIT_HOLDS;
}
