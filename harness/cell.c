/* One scenario explored under one policy: see cell.h. */
#include "harness/cell.h"

#include "harness/build.h"
#include "harness/interrupt.h"
#include "sim/actor.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* What the progress function needs to know. */
struct watch {
    const struct bounds *bounds;
    double begun, reported;
};

static bool
watch_progress(void *context, const struct explore_progress *progress)
{
    struct watch *watch = context;
    double time = now();

    if (watch->bounds->watched && time - watch->reported >= 0.2) {
        watch->reported = time;
        fprintf(stderr, "\r%llu states, %llu transitions, depth %u, %.1f s ",
                (unsigned long long)progress->states, (unsigned long long)progress->transitions,
                progress->depth, time - watch->begun);
    }
    return !interrupt_came() &&
           (watch->bounds->timeout <= 0 || time - watch->begun < watch->bounds->timeout);
}

bool
cell_run(struct cell *cell, const struct scenario *scenario, const char *policy_text,
         const struct policy *policy, const struct bounds *bounds, struct diagnostic *diagnostic)
{
    struct watch watch = {bounds, now(), now()};
    struct explore_limits limits = {bounds->max_states, bounds->max_memory, watch_progress, &watch};

    cell_skip(cell, scenario, policy_text);
    if (!build_world(scenario, policy, &cell->world, diagnostic)) {
        return false;
    }
    explore_free(&cell->result);
    explore(&cell->world, &limits, &cell->result);
    cell->interrupted = cell->result.end == EXPLORE_STOPPED && interrupt_came();
    cell->seconds = now() - watch.begun;
    if (watch.reported > watch.begun && bounds->watched) {
        fprintf(stderr, "\r%70s\r", "");
    }
    return true;
}

void
cell_skip(struct cell *cell, const struct scenario *scenario, const char *policy_text)
{
    *cell = (struct cell){.scenario = scenario, .interrupted = true};
    strncpy(cell->policy, policy_text, sizeof cell->policy - 1);
    cell->result.end = EXPLORE_STOPPED;
    mpz_init(cell->result.interleavings);
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        mpz_init(cell->result.verdict[oracle].bad);
    }
}

void
cell_free(struct cell *cell)
{
    explore_free(&cell->result);
}

const char *
cell_observation(const struct cell *cell, enum oracle oracle)
{
    const struct explore_verdict *verdict = &cell->result.verdict[oracle];

    if (cell->result.end != EXPLORE_COMPLETE) {
        return "inconclusive";
    }
    if (!verdict->violated) {
        return "never";
    }
    return mpz_cmp(verdict->bad, cell->result.interleavings) == 0 ? "always" : "sometimes";
}

const char *
cell_end(const struct cell *cell)
{
    switch (cell->result.end) {
    case EXPLORE_COMPLETE:
        return "complete";
    case EXPLORE_MAX_STATES:
        return "stopped at --max-states";
    case EXPLORE_MAX_MEMORY:
        return "stopped at --max-memory";
    case EXPLORE_STOPPED:
        return cell->interrupted ? "interrupted" : "stopped at --timeout";
    case EXPLORE_CYCLE:
        return "some run never ends, so that runs cannot be counted";
    }
    return "";
}

const char *
actor_name(const struct scenario *scenario, const struct world *world, unsigned number,
           char name[ACTOR_NAME_SIZE])
{
    struct actor actor = actor_at(world, number);

    switch (actor.kind) {
    case ACTOR_THREAD:
        snprintf(name, ACTOR_NAME_SIZE, "%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_KERNEL:
        snprintf(name, ACTOR_NAME_SIZE, "kernel/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_VSWITCHD:
        snprintf(name, ACTOR_NAME_SIZE, "ovs-vswitchd");
        break;
    case ACTOR_TIMEOUT:
        snprintf(name, ACTOR_NAME_SIZE, "timeout/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_HELPER:
        snprintf(name, ACTOR_NAME_SIZE, "helper/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_THIRD_PARTY:
        snprintf(name, ACTOR_NAME_SIZE, actor.index == 0 ? "other" : "other%u", actor.index + 1);
        break;
    case ACTOR_CLOCK:
        snprintf(name, ACTOR_NAME_SIZE, "clock");
        break;
    case ACTOR_AGENT:
        snprintf(name, ACTOR_NAME_SIZE, "agent");
        break;
    case ACTOR_QEMU:
        snprintf(name, ACTOR_NAME_SIZE, "qemu/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_OVSDB:
        snprintf(name, ACTOR_NAME_SIZE, "ovsdb/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_NETNS:
        snprintf(name, ACTOR_NAME_SIZE, "netns/%s", scenario->guest[actor.index].name);
        break;
    case ACTOR_FAULT:
        snprintf(name, ACTOR_NAME_SIZE, fault_is_single(actor.fault) ? "%s" : "%s/%s",
                 fault_actor(actor.fault), scenario->guest[actor.index].name);
        break;
    }
    return name;
}
