/* --as perfetto: a trace in Chrome's JSON, which opens in Perfetto: a track for each actor, a slice
 * for each step, an arrow from a step of another actor that made it possible, and an instant where
 * something is violated.  Microsecond n is step n. */
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/output.h"
#include "harness/report.h"

enum { PROCESS = 1 };

/* The track of the step's actor, from 1. */
static json_int_t
track_of(const struct drawing *drawing, unsigned step)
{
    json_int_t track = 0;

    while (drawing->lane[track] != drawing->walk->step[step - 1].actor) {
        track++;
    }
    return track + 1;
}

/* A word on a track, or on the whole (track 0): what it is called, and where it stands. */
static void
add_names(json_t *events, json_int_t track, const char *name)
{
    json_array_append_new(events,
                          json_pack("{s:s, s:s, s:i, s:I, s:{s:o}}", "ph", "M", "name",
                                    track == 0 ? "process_name" : "thread_name", "pid", PROCESS,
                                    "tid", track, "args", "name", output_text(name)));
    if (track > 0) {
        json_array_append_new(events, json_pack("{s:s, s:s, s:i, s:I, s:{s:I}}", "ph", "M", "name",
                                                "thread_sort_index", "pid", PROCESS, "tid", track,
                                                "args", "sort_index", track));
    }
}

/* One end of an arrow; its number is that of the step which it leads to. */
static void
add_end(json_t *events, const struct drawing *drawing, unsigned step, unsigned number)
{
    const bool begins = step != number;

    json_array_append_new(events, json_pack("{s:s, s:s, s:s, s:i, s:i, s:I, s:i, s:s*}", "ph",
                                            begins ? "s" : "f", "name", "makes possible", "cat",
                                            "flow", "id", (int)number, "pid", PROCESS, "tid",
                                            track_of(drawing, step), "ts", (int)step, "bp",
                                            begins ? NULL : "e"));
}

static void
add_violations(json_t *events, const struct drawing *drawing, unsigned step)
{
    char whose[REPORT_VICTIMS_SIZE];

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (report_step_victims(drawing->walk, step, oracle, whose)) {
            json_array_append_new(events,
                                  json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:i, s:{s:s}}", "ph",
                                            "i", "name", oracle_name(oracle), "cat", "violated",
                                            "s", step == 0 ? "p" : "t", "pid", PROCESS, "tid",
                                            step == 0 ? (json_int_t)1 : track_of(drawing, step),
                                            "ts", (int)step, "args", "of", whose));
        }
    }
}

static void
add_step(json_t *events, const struct drawing *drawing, unsigned step)
{
    const struct walk_step *walked = &drawing->walk->step[step - 1];
    const unsigned since = drawing->step[step - 1].since;

    json_array_append_new(events,
                          json_pack("{s:s, s:s, s:s, s:i, s:I, s:i, s:i, s:{s:i, s:s}}", "ph", "X",
                                    "name", walked->text, "cat", "step", "pid", PROCESS, "tid",
                                    track_of(drawing, step), "ts", (int)step, "dur", 1, "args",
                                    "step", (int)step, "changed", walked->change));
    if (since > 0 && drawing->walk->step[since - 1].actor != walked->actor) {
        add_end(events, drawing, since, step);
        add_end(events, drawing, step, step);
    }
    add_violations(events, drawing, step);
}

/* On a track of its own, behind those of the actors. */
static void
add_window(json_t *events, const struct drawing *drawing)
{
    const struct window *window = &drawing->window;
    const json_int_t track = (json_int_t)drawing->lanes + 1;
    char text[DRAWING_WINDOW_SIZE];

    if (window->first != 0) {
        drawing_window_text(drawing, text);
        add_names(events, track, "window");
        json_array_append_new(events, json_pack("{s:s, s:s, s:s, s:i, s:I, s:i, s:i}", "ph", "X",
                                                "name", text, "cat", "window", "pid", PROCESS,
                                                "tid", track, "ts", (int)window->first, "dur",
                                                (int)(window->last - window->first + 1)));
    }
}

/* A line for each event. */
static bool
write_events(FILE *out, const json_t *events)
{
    for (size_t i = 0; i < json_array_size(events); i++) {
        fputs(i == 0 ? "  " : ",\n  ", out);
        if (json_dumpf(json_array_get(events, i), out, 0) != 0) {
            return false;
        }
    }
    return true;
}

bool
draw_perfetto(FILE *out, const struct drawing *drawing)
{
    const struct walk *walk = drawing->walk;
    json_t *about = json_pack("{s:s, s:o, s:s}", "policy", drawing->policy, "scenario",
                              output_text(walk->scenario->path), "title", walk->scenario->title);
    json_t *events = json_array();
    char name[WALK_ACTOR_SIZE];
    bool written;

    add_names(events, 0, walk->scenario->title);
    for (unsigned i = 0; i < drawing->lanes; i++) {
        add_names(events, (json_int_t)i + 1,
                  walk_actor_name(walk->scenario, walk->world, drawing->lane[i], name));
    }
    add_violations(events, drawing, 0);
    for (unsigned step = 1; step <= walk->length; step++) {
        add_step(events, drawing, step);
    }
    add_window(events, drawing);
    fputs("{\"displayTimeUnit\": \"ns\",\n \"otherData\": ", out);
    written = json_dumpf(about, out, 0) == 0 && fputs(",\n \"traceEvents\": [\n", out) != EOF &&
              write_events(out, events) && fputs("\n ]}\n", out) != EOF;
    json_decref(about);
    json_decref(events);
    return written;
}
