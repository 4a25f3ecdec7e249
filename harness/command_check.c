/* tapweave check SCENARIO...: which policy violates what, and whether every claim holds.  With -p:
 * a policy of one's own beside the one that it begins with. */
#include "harness/check.h"
#include "harness/commands.h"

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
    if (check_open(&check, &own, diagnostic)) {
        status = check_finish(&check, diagnostic);
    }
    check_free(&check);
    folder_close(&own);
    return status;
}
