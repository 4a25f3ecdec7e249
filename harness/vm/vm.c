/* --on vm: see vm.h. */
#define _GNU_SOURCE /* get_current_dir_name */
#include "harness/vm/vm.h"

#include "harness/output.h"
#include "harness/vm/inside.h"
#include "harness/vm/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

bool
vm_is_to_run(const struct options *options)
{
    return options->vm && inside_accelerator() == NULL;
}

void
vm_enter(struct options *options)
{
    if (options->vm && options->json != NULL && !options->quiet && inside_accelerator() != NULL) {
        options->json = INSIDE_JSON;
    }
}

const char *
vm_description(void)
{
    static char text[256];
    const char *accelerator = inside_accelerator();
    struct utsname kernel;

    if (accelerator == NULL || uname(&kernel) != 0) {
        return NULL;
    }
    snprintf(text, sizeof text, "Linux %.60s by %.180s", kernel.release, accelerator);
    return text;
}

/* The words of our own command line, with the program's path for its name, and what only we know of
 * where its output goes. */
static const char **
make_arguments(const struct options *options, const char *program)
{
    enum { MORE = 3 };
    const char **words = calloc((size_t)options->words_count + MORE, sizeof *words);
    unsigned used = 0;

    if (words != NULL) {
        words[used++] = program;
        words[used++] = options->words[0];
        words[used++] = options->colour ? "--colour=always" : "--colour=never";
        for (unsigned i = 1; i < options->words_count; i++) {
            words[used++] = options->words[i];
        }
    }
    return words;
}

static bool
run(const struct options *options, struct machine_result *result, struct diagnostic *diagnostic)
{
    char program[PATH_MAX] = "", *folder = get_current_dir_name();
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    const char **arguments = make_arguments(options, program);
    struct machine_task task = {.arguments = arguments, .folder = folder};
    struct kernel kernel;
    bool done = false;

    if (length <= 0 || folder == NULL || arguments == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "our own command line: %s",
                 strerror(errno));
    } else {
        done = kernel_find(&kernel, options->kernel, diagnostic) &&
               machine_run(&task, &kernel, result, diagnostic);
    }
    free(arguments);
    free(folder);
    return done;
}

enum exit_status
vm_run(const struct options *options, struct diagnostic *diagnostic)
{
    struct machine_result result = {0};

    if (run(options, &result, diagnostic) && result.json != NULL && options->json != NULL) {
        result.json[result.size - 1] = '\0'; /* a line's end, which output_file writes */
        output_file(result.json, options->json, diagnostic);
    }
    free(result.json);
    return (enum exit_status)result.status;
}
