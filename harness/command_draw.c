/* tapweave draw TRACE, or draw -p POLICY -s SCHEDULE SCENARIO: a schedule as a picture. */
#include "harness/commands.h"
#include "harness/draw/drawing.h"
#include "harness/draw/format.h"
#include "harness/given.h"
#include "harness/output.h"

#include <stdlib.h>

/* The whole drawing, or none of it. */
static void
write_drawing(const struct drawing *drawing, const struct options *options,
              struct diagnostic *diagnostic)
{
    static bool (*const formats[])(FILE *, const struct drawing *) = {
#define X(name, text) draw_##name,
        DRAW_FORMATS(X)
#undef X
    };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool written = out != NULL && formats[options->format](out, drawing);

    if ((out != NULL && fclose(out) != 0) || !written) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (options->output == NULL) {
        fwrite(text, 1, size, stdout);
    } else {
        const struct output_part parts[] = {{text, size}, {NULL, 0}};

        output_parts(parts, options->output, diagnostic);
    }
    free(text);
}

enum exit_status
command_draw(const struct options *options, struct diagnostic *diagnostic)
{
    struct drawing drawing;
    struct given given;
    struct world world;
    struct walk walk;

    if (options->count != 1 || (options->schedule == NULL) != (options->policy == NULL)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "draw needs one TRACE, or -p POLICY, -s SCHEDULE and one SCENARIO");
        return EXIT_HOLDS;
    }
    if (!given_read(&given, options, diagnostic)) {
        return EXIT_HOLDS;
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
            write_drawing(&drawing, options, diagnostic);
            drawing_close(&drawing);
        }
        walk_free(&walk);
    }
    given_free(&given);
    return EXIT_HOLDS;
}
