/* tapweave check SCENARIO...: which policy violates what, and whether every claim holds.  With -p:
 * a policy of one's own beside the one that it begins with. */
#include "harness/check.h"
#include "harness/commands.h"
#include "harness/interrupt.h"
#include "harness/side_by_side.h"

#include <stdio.h>

/* Decides every cell.  How long that took is for a terminal, and not for what is compared. */
static bool
decide(struct check *check, struct diagnostic *diagnostic)
{
    unsigned jobs = side_by_side_jobs(check->options->jobs);
    struct watch watch;

    interrupt_catch();
    (void)watch_begin(&watch, &check->options->bounds);
    if (!side_by_side(check->cell, check->cells, jobs, &check->options->bounds, diagnostic)) {
        return false;
    }
    interrupt_release();
    if (check->options->bounds.watched && check->scenarios > 1) {
        fprintf(stderr, "%u cells in %.1f s, %u at a time\n", check->cells, watch_seconds(&watch),
                jobs);
    }
    return true;
}

enum exit_status
command_check(const struct options *options, struct diagnostic *diagnostic)
{
    struct check check = {.options = options,
                          .policy = options->policy,
                          .all_policies = options->all_policies,
                          .path = options->files,
                          .scenarios = options->count};
    struct folder own = {0};
    enum exit_status status = EXIT_HOLDS;

    if (options->count == 0 && options->policy == NULL && !options->all_policies) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "check needs scenarios, -p POLICY or --all-policies; see 'tapweave check --help'");
        return EXIT_BAD_INPUT;
    }
    if (options->count == 0) {
        if (!folder_open(&own, NULL, diagnostic)) {
            return EXIT_BAD_INPUT;
        }
        check.path = own.path;
        check.scenarios = own.count;
    }
    if (check_prepare(&check, diagnostic) && decide(&check, diagnostic)) {
        status = check_finish(&check, diagnostic);
    }
    check_free(&check);
    folder_close(&own);
    return status;
}
