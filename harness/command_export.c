/* tapweave export FORMAT -p POLICY SCENARIO: one cell as a model for another model checker. */
#include "harness/commands.h"
#include "harness/export/export.h"
#include "harness/interrupt.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/text.h"

#include <stdlib.h>
#include <string.h>

/* The formats: to add one, its function, and a row here. */
struct format {
    const char *name;
    bool (*write)(FILE *out, const struct cell *cell);
};
static const struct format formats[] = {
    {"murphi", export_murphi},
    {"promela", export_promela},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const struct format *
read_format(const struct options *options, struct diagnostic *diagnostic)
{
    const char *words[FORMATS], *wanted = options->count > 0 ? options->files[0] : "";
    char hint[96];

    for (size_t i = 0; i < FORMATS; i++) {
        words[i] = formats[i].name;
        if (strcmp(wanted, words[i]) == 0 && options->count == 2 && options->policy != NULL) {
            return &formats[i];
        }
    }
    diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
             "export needs a format (promela or murphi), one policy (-p) and one scenario%s",
             options->count == 2 ? diagnostic_near_hint(wanted, words, FORMATS, hint) : "");
    return NULL;
}

/* The whole model, or none of it. */
static void
write_model(const struct format *format, const struct cell *cell, const char *path,
            struct diagnostic *diagnostic)
{
    struct text text;
    FILE *out = text_open(&text);
    bool written = out != NULL && format->write(out, cell);

    if (!text_close(out, &text)) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (!written) {
        diagnose(diagnostic, EXIT_INCONCLUSIVE, NULL, 0, 0, "the model would be too large");
    } else if (path == NULL) {
        fwrite(text.bytes, 1, text.size, stdout);
    } else {
        text.bytes[text.size - 1] = '\0'; /* its last newline, which output_file adds */
        output_file(text.bytes, path, diagnostic);
    }
    free(text.bytes);
}

/* The world is searched first: only then is it known how many names it takes (cell_explore). */
enum exit_status
command_export(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    const struct format *format = read_format(options, diagnostic);
    struct scenario_policy policy;
    struct scenario scenario;
    struct cell cell;

    if (format == NULL || !policy_text_read_option(&policy, options->policy, diagnostic) ||
        !scenario_read(&scenario, options->files[1], diagnostic) ||
        !scenario_is_bounded(&scenario, "export", diagnostic)) {
        return status;
    }
    scenario_use_datapath(&scenario, options->datapath);
    interrupt_catch();
    cell_begin(&cell, &scenario, policy.text, &policy.policy);
    if (cell_run(&cell, &options->bounds, diagnostic)) {
        interrupt_release();
        if (cell.result.end == EXPLORE_COMPLETE) {
            write_model(format, &cell, options->output, diagnostic);
        } else {
            status = EXIT_INCONCLUSIVE;
            fprintf(stderr, "tapweave: no model is written: %s\n", cell_end(&cell));
        }
    }
    cell_free(&cell);
    return status;
}
