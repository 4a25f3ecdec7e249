/* A schedule, as draw, explain, keep and replay are given it: a trace's file or, if the input does
 * not begin with '{', a text of actors.  It is walked in one of tapweave's own scenarios, drawn in
 * every format, and written as a trace, which is read again. */
#include "harness/daemons.h"
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/given.h"
#include "harness/policy_text.h"
#include "tests/fuzz/reader.h"

#include <stdlib.h>
#include <string.h>

static void
draw(const struct walk *walk, const char *policy)
{
    static bool (*const formats[])(FILE *, const struct drawing *) = {
#define X(name, text) draw_##name,
        DRAW_FORMATS(X)
#undef X
    };
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct drawing drawing;

    fuzz_require(drawing_open(&drawing, walk, policy, &diagnostic), "a walk can be drawn");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        fuzz_require(out != NULL && formats[i](out, &drawing), "a walk can be drawn");
        fclose(out);
        free(text);
    }
    drawing_close(&drawing);
}

static void
read_again(const struct walk *walk, const char *policy)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    json_t *json = trace_json(walk, policy, -1);
    char *text = json == NULL ? NULL : json_dumps(json, 0);
    struct trace again;

    json_decref(json);
    fuzz_require(text != NULL, "a walk can be written");
    fuzz_require(trace_read(&again, fuzz_file(1, text, strlen(text)), &diagnostic) &&
                     again.length == walk->length,
                 "what is written is the same walk");
    trace_free(&again);
    free(text);
}

/* Along the trace, as far as that goes: the input may say something else than what is there. */
static void
walk_it(struct given *given)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    struct world world;
    struct walk walk;

    if (!policy_text_read_option(&given->policy, given->trace.policy, &diagnostic)) {
        return;
    }
    given->scenario = *fuzz_scenario(given->trace.scenario);
    daemons_use(&given->scenario, given->trace.daemon);
    scenario_use_datapath(&given->scenario, given->trace.datapath);
    if (given_walk(given, &world, &walk, &diagnostic)) {
        draw(&walk, given->policy.text);
        read_again(&walk, given->policy.text);
        walk_free(&walk);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct given given;
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    char *text = NULL;
    bool read;

    if (size > 0 && bytes[0] == '{') {
        read = trace_read(&given.trace, fuzz_file(0, bytes, size), &diagnostic);
    } else {
        text = calloc(size + 1, 1);
        fuzz_require(text != NULL, "there is memory");
        memcpy(text, bytes, size);
        read = trace_read_text(&given.trace, text, &diagnostic);
        strcpy(given.trace.policy, "exists-check");
        strcpy(given.trace.scenario, "/exists-check.yaml");
    }
    fuzz_expect(read, &diagnostic);
    if (read) {
        walk_it(&given);
        trace_free(&given.trace);
    }
    free(text);
    return 0;
}
