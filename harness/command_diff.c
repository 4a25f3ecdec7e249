/* tapweave diff -p OLD -p NEW [SCENARIO...]: what got better, and what got worse. */
#include "harness/check.h"
#include "harness/commands.h"
#include "harness/orders.h"
#include "harness/output.h"
#include "harness/policy_text.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>

/* The policies in their order on the command line. */
enum { OLD, NEW, POLICIES };

static struct compared
compared_at(const struct check *check, unsigned scenario)
{
    const struct cell *cell = check->checked[scenario].cell;

    return (struct compared){.before = &cell[OLD], .now = &cell[NEW]};
}

/* The orders of milestones are looked for. */
static bool
wants_orders(const struct check *check)
{
    return check->scenarios == 1 || check->options->orders;
}

/* Finds them in each scenario: an array, to be given to free_orders.  NULL with a diagnostic, or if
 * they are not looked for. */
static struct orders *
find_orders(const struct check *check, struct diagnostic *diagnostic)
{
    struct orders *orders =
        wants_orders(check) ? calloc(check->scenarios + 1u, sizeof *orders) : NULL;

    if (orders == NULL && wants_orders(check)) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < check->scenarios && orders != NULL; i++) {
        const struct compared compared = compared_at(check, i);

        if (!orders_open(&orders[i], &compared, check->options,
                         check->options->orders ? ORDERS_MOST : 1, diagnostic)) {
            break;
        }
    }
    return orders;
}

static void
free_orders(const struct check *check, struct orders *orders)
{
    for (unsigned i = 0; i < check->scenarios && orders != NULL; i++) {
        orders_close(&orders[i]);
    }
    free(orders);
}

/* Prints what has become of the scenarios: one in depth, or many on a screen. */
static void
print_scenarios(const struct check *check, const struct orders *orders)
{
    const char *old = check->own[OLD].text, *new = check->own[NEW].text;
    const bool one = check->scenarios == 1;
    char command[2 * SCENARIO_MAX_POLICY_TEXT + 16];

    for (unsigned i = 0; i < check->scenarios && (orders != NULL || check->options->matrix); i++) {
        const struct compared compared = compared_at(check, i);

        report_pair(&compared);
        if (orders != NULL) {
            report_orders(&orders[i]);
        }
        printf("%s", one ? "" : "\n");
    }
    for (unsigned i = 0; i < check->cells; i++) {
        report_unreached_in(&check->cell[i]);
    }
    if (!one) {
        print_line(4, "%s (new) beside %s (old), in %u scenarios", new, old, check->scenarios);
        snprintf(command, sizeof command, "diff -p %s -p %s", old, new);
        report_comparison(check->summary, check->scenarios, command);
    }
}

static json_t *
results_json(const struct check *check, const struct orders *orders)
{
    json_t *scenarios = json_array();

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct compared compared = compared_at(check, i);
        json_t *json = compared_json(&compared);

        if (orders != NULL) {
            json_object_set_new(json, "orders", orders_json(&orders[i]));
        }
        json_array_append_new(scenarios, json);
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "schema", "tapweave-diff/1", "old",
                     check->own[OLD].text, "new", check->own[NEW].text, "scenarios", scenarios);
}

static enum exit_status
finish(const struct check *check, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct orders *orders;

    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct compared compared = compared_at(check, i);
        struct summary *summary = &check->summary[i];

        summary->path = check->checked[i].scenario.path;
        comparison_note(summary, compared.now, compared.before);
        if (summary_is_worse(summary)) {
            status = EXIT_VIOLATED;
        } else if (status == EXIT_HOLDS &&
                   (cell_undecided(compared.before) != 0 || cell_undecided(compared.now) != 0 ||
                    !cell_is_complete(compared.before) || !cell_is_complete(compared.now))) {
            status = EXIT_INCONCLUSIVE;
        }
    }
    orders = find_orders(check, diagnostic);
    if (diagnostic->status == EXIT_HOLDS) {
        if (!check->options->quiet) {
            print_scenarios(check, orders);
        }
        output_json(results_json(check, orders), check->options->json, diagnostic);
    }
    free_orders(check, orders);
    return status;
}

enum exit_status
command_diff(const struct options *options, struct diagnostic *diagnostic)
{
    struct scenario_policy policy[POLICIES];
    struct check check = {.options = options,
                          .path = options->files,
                          .scenarios = options->count,
                          .own = policy,
                          .owns = POLICIES};
    struct folder own = {0};
    enum exit_status status = EXIT_HOLDS;

    if (options->policy == NULL || options->second == NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "diff needs two policies: -p OLD -p NEW; see 'tapweave diff --help'");
        return status;
    }
    if (policy_text_read_option(&policy[OLD], options->policy, diagnostic) &&
        policy_text_read_option(&policy[NEW], options->second, diagnostic) &&
        check_open(&check, &own, diagnostic)) {
        status = finish(&check, diagnostic);
    }
    check_free(&check);
    folder_close(&own);
    return status;
}
