/* The schedule that a command is given: see given.h. */
#include "harness/given.h"

#include "harness/build.h"
#include "harness/daemons.h"
#include "harness/policy_text.h"

#include <stdio.h>
#include <string.h>

static bool
read_trace(struct trace *trace, const struct options *options, struct diagnostic *diagnostic)
{
    if (options->schedule == NULL) {
        return trace_read(trace, options->files[0], diagnostic);
    }
    if (strlen(options->files[0]) >= sizeof trace->scenario ||
        strlen(options->policy) >= sizeof trace->policy) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "the path is longer than %zu bytes, or the policy than %zu",
                        sizeof trace->scenario - 1, sizeof trace->policy - 1);
    }
    if (!trace_read_text(trace, options->schedule, diagnostic)) {
        return false;
    }
    strcpy(trace->scenario, options->files[0]);
    strcpy(trace->policy, options->policy);
    return true;
}

bool
given_read(struct given *given, const struct options *options, struct diagnostic *diagnostic)
{
    struct trace *trace = &given->trace;

    if (!read_trace(trace, options, diagnostic)) {
        return false;
    }
    if (!policy_text_read_option(&given->policy, trace->policy, diagnostic) ||
        !scenario_read(&given->scenario, trace->scenario, diagnostic)) {
        trace_free(trace);
        return false;
    }
    strcpy(trace->policy, given->policy.text);
    daemons_use(&given->scenario, trace->daemon);
    scenario_use_datapath(&given->scenario,
                          options->datapath != NULL ? options->datapath : trace->datapath);
    return true;
}

void
given_free(struct given *given)
{
    trace_free(&given->trace);
}

void
given_warn(const struct given *given)
{
    if (given->trace.sha256[0] != '\0' &&
        strcmp(given->trace.sha256, given->scenario.sha256) != 0) {
        fprintf(stderr, "tapweave: note: %s has changed since the trace was made\n",
                given->scenario.path);
    }
}

bool
given_walk(const struct given *given, struct world *world, struct walk *walk,
           struct diagnostic *diagnostic)
{
    const struct diagnostic before = *diagnostic;
    struct growth growth = {0};

    while (build_world(&given->scenario, &given->policy.policy, &growth, world, diagnostic)) {
        walk_begin(walk, &given->scenario, world);
        trace_walk(&given->trace, walk, diagnostic);
        if (walk->lacking < 0) {
            return true;
        }
        growth.more[walk->lacking]++;
        walk_free(walk);
        *diagnostic = before;
    }
    return false;
}
