/* What is not there, so that nothing is to be explained: see explained.h and docs/formats.md. */
#include "harness/explained.h"

#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdio.h>

/* "lost-attachment is never violated", or, of the scenario's own guests alone, "lost-attachment is
 * not violated". */
static void
what_text(const struct unexplained *unexplained, bool never, char *text, size_t size)
{
    const bool lasting = unexplained->lasting;

    if (unexplained->fair) {
        snprintf(text, size, "no command is overtaken for ever");
    } else if (unexplained->oracle < 0) {
        snprintf(text, size, "no oracle is violated%s", lasting ? " to the end" : "");
    } else {
        snprintf(text, size, "%s %s", oracle_name((enum oracle)unexplained->oracle),
                 never     ? lasting ? "never lasts to the end" : "is never violated"
                 : lasting ? "does not last to the end"
                           : "is not violated");
    }
}

void
report_unexplained(const struct cell *cell, const struct unexplained *unexplained)
{
    const bool more = cell->scenario->more_guests;
    char what[64];

    what_text(unexplained, !more, what, sizeof what);
    report_head(cell->scenario, cell->policy);
    report_unreached_line(cell, "");
    print_line(4, "  %s%s", what,
               more ? " by the scenario's own guests; of more guests nothing is said"
                    : ": there is nothing to explain");
}

/* As a trace, but of no steps. */
json_t *
unexplained_json(const struct cell *cell, const struct unexplained *unexplained)
{
    char unreached[REPORT_UNREACHED_SIZE];
    struct walk walk;
    json_t *json;

    walk_begin(&walk, cell->scenario, &cell->world);
    json = trace_json(&walk, cell->policy, unexplained->oracle);
    walk_free(&walk);
    json_object_del(json, "steps");
    json_object_del(json, "victims");
    json_object_set_new(json, "schema", json_string("tapweave-explain/1"));
    json_object_set_new(json, "observation",
                        json_string(cell->scenario->more_guests ? "inconclusive" : "never"));
    json_object_set_new(json, "lasting", json_boolean(unexplained->lasting));
    json_object_set_new(json, "fair", json_boolean(unexplained->fair));
    if (report_unreached(cell, unreached)) {
        json_object_set_new(json, "unreached", json_string(unreached));
    }
    return json;
}
