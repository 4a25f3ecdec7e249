/* Any number of guests, for people and as JSON: see report.h. */
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

static bool
is_said(const struct cell *cell, enum oracle oracle, const char *observation)
{
    return strcmp(cell_observation_of_more(cell, oracle), observation) == 0;
}

void
report_more_guests(const struct cell *cell)
{
    const struct more_guests *more = &cell->more;

    if (!cell->asks_more || cell->result.end != EXPLORE_COMPLETE) {
        return;
    }
    if (more->refusal != NULL) {
        print_line(4, "  with any number of guests more like these: INCONCLUSIVE, %s",
                   more->refusal);
        return;
    }
    print_line(4,
               "  with any number of guests more like these: %llu view%s of two guests, %llu "
               "configuration%s of three: %s%s",
               (unsigned long long)more->views, print_plural(more->views),
               (unsigned long long)more->configurations, print_plural(more->configurations),
               more->end == CROWD_CLOSED ? "" : "INCONCLUSIVE, ", more_guests_end(more));
}

static void
print_said(const struct cell *cell, const char *observation)
{
    char head[40];
    struct print_list list = {head, .indent = 4};

    snprintf(head, sizeof head, "  %s: ", observation);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (is_said(cell, oracle, observation)) {
            print_list_add(&list, oracle_name(oracle));
        }
    }
    print_list_end(&list);
}

void
report_said_of_more(const struct cell *cell)
{
    print_said(cell, "never");
    print_said(cell, "possible");
    print_said(cell, "inconclusive");
}

void
report_abstract_runs(const struct cell *cell)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (cell->more.trace[oracle].step == NULL) {
            continue;
        }
        putchar('\n');
        print_line(4, "%s is not excluded; each step is of some three guests x, y, z:",
                   oracle_name(oracle));
        for (unsigned i = 0; i < cell->more.trace[oracle].steps; i++) {
            const struct more_guests_step *step = &cell->more.trace[oracle].step[i];

            printf("    %3u  %-16s %s %s\n", i + 1, step->actor, step->step, step->name);
        }
    }
}

/* NULL if there are none. */
static json_t *
steps_json(const struct cell *cell, enum oracle oracle)
{
    const struct more_guests_step *step = cell->more.trace[oracle].step;
    json_t *json = step == NULL ? NULL : json_array();

    for (unsigned i = 0; step != NULL && i < cell->more.trace[oracle].steps; i++) {
        json_array_append_new(json, json_pack("{s:s, s:s, s:s}", "actor", step[i].actor, "step",
                                              step[i].step, "name", step[i].name));
    }
    return json;
}

json_t *
report_more_guests_json(const struct cell *cell)
{
    json_t *oracles;

    if (!cell->asks_more || cell->result.end != EXPLORE_COMPLETE) {
        return NULL;
    }
    oracles = json_array();
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        json_array_append_new(oracles,
                              json_pack("{s:s, s:s, s:o*}", "name", oracle_name(oracle),
                                        "observation", cell_observation_of_more(cell, oracle),
                                        "steps", steps_json(cell, oracle)));
    }
    return json_pack("{s:s, s:I, s:I, s:o}", "end", more_guests_end(&cell->more), "views",
                     (json_int_t)cell->more.views, "configurations",
                     (json_int_t)cell->more.configurations, "oracles", oracles);
}
