/* tapweave keep TRACE, or keep -p POLICY -s SCHEDULE SCENARIO: a schedule that goes wrong becomes a
 * scenario with a claim. */
#include "harness/commands.h"
#include "harness/kept.h"
#include "harness/output.h"
#include "harness/side_by_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
check_options(const struct options *options, struct diagnostic *diagnostic)
{
    return (options->count == 1 && (options->schedule == NULL) == (options->policy == NULL)) ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "keep needs one TRACE, or -p POLICY, -s SCHEDULE and one SCENARIO");
}

/* Which oracle it is: that of the command line, or the trace's, or the first one that is violated.
 * -1 with a diagnostic if there is none. */
static int
find_oracle(const struct options *options, const struct given *given, struct diagnostic *diagnostic)
{
    int oracle = options->oracle >= 0 ? options->oracle : given->trace.oracle;
    struct world world;
    struct walk walk;

    if (oracle >= 0 || !given_walk(given, &world, &walk, diagnostic)) {
        return oracle;
    }
    while (++oracle < ORACLE_COUNT && (walk.violated >> oracle & 1) == 0) {
    }
    walk_free(&walk);
    if (oracle < ORACLE_COUNT || diagnostic->status != EXIT_HOLDS) {
        return diagnostic->status != EXIT_HOLDS ? -1 : oracle;
    }
    diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "the schedule violates nothing");
    return -1;
}

enum exit_status
command_keep(const struct options *options, struct diagnostic *diagnostic)
{
    struct bounds bounds = options->bounds;
    struct given given;
    int oracle;

    if (!check_options(options, diagnostic) || !given_read(&given, options, diagnostic)) {
        return EXIT_HOLDS;
    }
    bounds.threads = side_by_side_jobs(options->jobs);
    if (given.trace.datapath != NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, given.trace.path, 0, 0,
                 "the trace has another datapath than its scenario says: 'datapath: %s' has to "
                 "stand there",
                 given.trace.datapath);
    } else if ((oracle = find_oracle(options, &given, diagnostic)) >= 0) {
        const struct kept_wanted wanted = {(enum oracle)oracle,
                                           given.trace.lasting && given.trace.oracle == oracle};
        char *text = kept_make(&given, wanted, &bounds, diagnostic);

        if (text != NULL && options->output == NULL) {
            fputs(text, stdout);
        } else if (text != NULL) {
            text[strlen(text) - 1] = '\0';
            output_file(text, options->output, diagnostic);
        }
        free(text);
    }
    given_free(&given);
    return EXIT_HOLDS;
}
