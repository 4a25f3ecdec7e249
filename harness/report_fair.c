/* Runs that never end, for people and as JSON: see report.h. */
#include "harness/print.h"
#include "harness/report.h"
#include "harness/trace.h"

#include <stdio.h>

void
report_starving(const struct scenario *scenario, const struct fairness *fairness,
                char text[REPORT_NAME_SIZE])
{
    static const char *const verbs[] = {[COMMAND_START] = "start",
                                        [COMMAND_STOP] = "stop",
                                        [COMMAND_CRASH] = "crash",
                                        [COMMAND_UNPLUG] = "unplug",
                                        [FAIR_RECONNECTION] = "reconnection"};

    snprintf(text, REPORT_NAME_SIZE, "%s of %s", verbs[fairness->work],
             scenario->guest[fairness->guest].name);
}

void
report_starvation(const struct scenario *scenario, const struct fairness *fairness)
{
    char command[REPORT_NAME_SIZE];

    report_starving(scenario, fairness, command);
    print_line(4, "starvation: the %s never ends if the steps from %u on are taken again and again",
               command, fairness->trip.length - fairness->trip.loop + 1);
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
    report_starving(cell->scenario, &cell->result.fairness, command);
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
    struct walk walk;

    if (!cell->result.fairness.starves || trip->trace == NULL) {
        return;
    }
    putchar('\n');
    report_starvation(cell->scenario, &cell->result.fairness);
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
    report_starving(cell->scenario, &cell->result.fairness, command);
    return json_pack("{s:s, s:s, s:o, s:i}", "starvation", "possible", "command", command, "trace",
                     trace, "loop", (int)trip->loop);
}
