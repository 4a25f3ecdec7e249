/* tapweave: reads the command line, runs one command, prints the one diagnostic if there is one. */
#include "harness/commands.h"
#include "harness/memory.h"
#include "harness/output.h"
#include "harness/report.h"
#include "harness/vm/inside.h"
#include "harness/vm/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* argp prints help and exits by itself; what it could not print is an error all the same. */
static void
flush_at_exit(void)
{
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};

    if (!output_flush(&diagnostic)) {
        fprintf(stderr, "tapweave: %s\n", diagnostic.text);
        _exit((int)diagnostic.status);
    }
}

int
main(int argc, char **argv)
{
    static enum exit_status (*const commands[COMMANDS])(const struct options *,
                                                        struct diagnostic *) = {
#define X(id, name) [COMMAND_##id] = command_##name,
        SUBCOMMANDS(X)
#undef X
    };
    struct diagnostic diagnostic = {EXIT_HOLDS, ""};
    enum exit_status status = EXIT_HOLDS;
    struct options options;

    memory_of_libraries();
    if (inside_is_first()) {
        inside_run();
    }
    atexit(flush_at_exit);
    if (options_read(&options, argc, argv, &diagnostic)) {
        vm_enter(&options);
        if (options.colour) {
            report_in_colour();
        }
        status = commands[options.command](&options, &diagnostic);
    }
    if (output_flush(&diagnostic) && diagnostic.status == EXIT_HOLDS) {
        return (int)status;
    }
    fprintf(stderr, "tapweave: %s\n", diagnostic.text);
    _exit((int)diagnostic.status);
}
