/* tapweave check SCENARIO...: which policy violates what, and whether every claim holds.  With -p:
 * a policy of one's own beside the one that it begins with. */
#include "harness/check.h"
#include "harness/commands.h"
#include "harness/ranks.h"

/* Which part of the cells is this run's. */
static bool
find_part(struct check *check, struct diagnostic *diagnostic)
{
    const struct options *options = check->options;

    if (options->shard != NULL ? !shard_read(&check->part, options->shard, diagnostic)
                               : !shard_of_jobs(&check->part, diagnostic)) {
        return false;
    }
    return check->part.of == 1 || !options->matrix ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "--matrix is of the whole, and this is part %u of %u (%s): give it to merge",
                    check->part.index, check->part.of, check->part.source);
}

/* Reads the scenarios and decides them, together with the processes that were started with this
 * one. */
static enum exit_status
run(struct check *check, struct diagnostic *diagnostic)
{
    const double seconds = check->options->max_time;
    struct bounds bounds = check->options->bounds;
    enum exit_status status = EXIT_HOLDS;
    struct ranks ranks;

    bounds.deadline = seconds > 0 ? watch_now() + seconds : 0;
    if (ranks_join(&ranks, check->options->json, diagnostic)) {
        check->silent = ranks.own.index != 1;
        if (check_prepare(check, diagnostic)) {
            shard_take(check, &check->part);
            shard_take(check, &ranks.own);
            bounds.watched = bounds.watched && !check->silent;
            (void)check_decide(check, &bounds, diagnostic);
        }
        if ((ranks.own.of == 1 || ranks_share(&ranks, check, diagnostic)) && ranks.own.index == 1 &&
            diagnostic->status == EXIT_HOLDS) {
            status = check_finish(check, diagnostic);
        }
    }
    ranks_leave(&ranks);
    return status;
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
    if (check_find(&check, &own, diagnostic) && find_part(&check, diagnostic)) {
        status = run(&check, diagnostic);
    }
    check_free(&check);
    folder_close(&own);
    return status;
}
