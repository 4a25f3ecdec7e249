/* Runs that never end, for people and as JSON: see report.h. */
#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdio.h>

/* "start of a". */
static void
name_command(const struct cell *cell, char text[REPORT_NAME_SIZE])
{
    static const char *const verbs[] = {[COMMAND_START] = "start",
                                        [COMMAND_STOP] = "stop",
                                        [COMMAND_CRASH] = "crash",
                                        [COMMAND_UNPLUG] = "unplug",
                                        [FAIR_RECONNECTION] = "reconnection"};
    const struct fairness *fairness = &cell->result.fairness;

    snprintf(text, REPORT_NAME_SIZE, "%s of %s", verbs[fairness->work],
             cell->scenario->guest[fairness->guest].name);
}

void
report_fair(const struct cell *cell)
{
    const struct fairness *fairness = &cell->result.fairness;
    char command[REPORT_NAME_SIZE];

    if (!fairness->judged) {
        return;
    }
    if (!fairness->starves) {
        printf("  no command is overtaken for ever\n");
        return;
    }
    name_command(cell, command);
    printf("  starvation: the %s is overtaken for ever", command);
    if (fairness->trip.trace == NULL) {
        printf(", in a run of more than %d steps\n", EXPLORE_MAX_TRACE);
    } else {
        printf(": %u step%s, and then %u again and again\n",
               fairness->trip.length - fairness->trip.loop,
               print_plural(fairness->trip.length - fairness->trip.loop), fairness->trip.loop);
    }
}

void
report_fair_walk(const struct cell *cell)
{
    const struct round_trip *trip = &cell->result.fairness.trip;
    char command[REPORT_NAME_SIZE];
    struct walk walk;

    if (!cell->result.fairness.starves || trip->trace == NULL) {
        return;
    }
    name_command(cell, command);
    putchar('\n');
    print_line(4, "starvation: the %s never ends if the steps from %u on are taken again and again",
               command, trip->length - trip->loop + 1);
    walk_along(&walk, cell->scenario, &cell->world, trip->trace, trip->length);
    report_walk(&walk);
    report_replay(cell->scenario, &cell->world, cell->policy, trip->trace, trip->length,
                  "replay it", "");
    walk_free(&walk);
}

json_t *
report_fair_json(const struct cell *cell)
{
    const struct fairness *fairness = &cell->result.fairness;
    const struct round_trip *trip = &fairness->trip;
    char command[REPORT_NAME_SIZE];
    json_t *trace = json_null();
    struct walk walk;

    if (!fairness->judged || !fairness->starves) {
        json_decref(trace);
        return fairness->judged ? json_pack("{s:s}", "starvation", "never") : NULL;
    }
    if (trip->trace != NULL) {
        walk_along(&walk, cell->scenario, &cell->world, trip->trace, trip->length);
        trace = trace_json(&walk, cell->policy, -1);
        walk_free(&walk);
    }
    name_command(cell, command);
    return json_pack("{s:s, s:s, s:o, s:i}", "starvation", "possible", "command", command, "trace",
                     trace, "loop", (int)trip->loop);
}
