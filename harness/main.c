/* tapweave: reads the command line, runs one command, prints the one complaint if there is one. */
#include "harness/commands.h"
#include "harness/output.h"
#include "harness/report.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
    static enum exit_status (*const commands[COMMANDS])(const struct options *,
                                                        struct complaint *) = {
        [COMMAND_CHECK] = command_check,
        [COMMAND_EXPLORE] = command_explore,
        [COMMAND_REPLAY] = command_replay,
        [COMMAND_LIST] = command_list,
    };
    struct complaint complaint = {EXIT_HOLDS, ""};
    enum exit_status status = EXIT_HOLDS;
    struct options options;

    if (options_read(&options, argc, argv, &complaint)) {
        report_colour(options.colour);
        status = commands[options.command](&options, &complaint);
    }
    output_flush(&complaint);
    if (complaint.status != EXIT_HOLDS) {
        fprintf(stderr, "tapweave: %s\n", complaint.text);
        return (int)complaint.status;
    }
    return (int)status;
}
