/* What there is to draw of a schedule: see drawing.h. */
#include "harness/draw/drawing.h"

#include "harness/draw/window.h"
#include "harness/print.h"
#include "harness/report.h"
#include "sim/initial.h"

#include <stdio.h>
#include <stdlib.h>

void
drawing_window_text(const struct drawing *drawing, char text[DRAWING_WINDOW_SIZE])
{
    const struct window *window = &drawing->window;

    snprintf(text, DRAWING_WINDOW_SIZE, "window: with step %u before step%s %u", window->late,
             print_plural(window->late - window->first), window->first);
    if (window->last > window->first) {
        print_append(text, DRAWING_WINDOW_SIZE, " to %u", window->last);
    }
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((window->avoided >> oracle & 1) != 0) {
            print_append(text, DRAWING_WINDOW_SIZE, ", no %s", oracle_name(oracle));
        }
    }
}

void
drawing_print_replay(const struct drawing *drawing)
{
    report_replay(drawing->walk->scenario, drawing->walk->world, drawing->policy, drawing->actors,
                  drawing->walk->length, "replay it", "");
}

/* Takes the walk's steps once more, one by one. */
static void
follow(struct drawing *drawing)
{
    const struct walk *walk = drawing->walk;
    unsigned since[MAX_ACTORS] = {0};
    bool could[MAX_ACTORS] = {false};
    struct state state;

    initial_state(walk->world, &state);
    for (unsigned i = 0; i < walk->length; i++) {
        const unsigned mover = walk->step[i].actor;

        for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
            const bool can = actor_enabled(walk->world, &state, actor);
            const bool moved = i > 0 && walk->step[i - 1].actor == actor;

            since[actor] = can && could[actor] && !moved ? since[actor] : i;
            could[actor] = can;
        }
        drawing->step[i].since = since[mover];
        actor_step(walk->world, &state, mover, &drawing->step[i].event);
    }
}

bool
drawing_open(struct drawing *drawing, const struct walk *walk, const char *policy,
             struct diagnostic *diagnostic)
{
    bool takes_part[MAX_ACTORS] = {false};

    *drawing = (struct drawing){.walk = walk, .policy = policy};
    drawing->step = calloc(walk->length + 1u, sizeof *drawing->step);
    drawing->actors = calloc(walk->length + 1u, sizeof *drawing->actors);
    if (drawing->step == NULL || drawing->actors == NULL) {
        drawing_close(drawing);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < walk->length; i++) {
        takes_part[walk->step[i].actor] = true;
        drawing->actors[i] = (uint8_t)walk->step[i].actor;
    }
    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        if (takes_part[actor]) {
            drawing->lane[drawing->lanes++] = (uint8_t)actor;
        }
    }
    follow(drawing);
    drawing->window = window_find(drawing);
    return true;
}

void
drawing_close(struct drawing *drawing)
{
    free(drawing->step);
    free(drawing->actors);
}
