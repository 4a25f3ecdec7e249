/* tapweave conform [-p POLICY] SCENARIO...: schedules on the real kernel, in lockstep with the
 * simulation. */
#include "harness/build.h"
#include "harness/commands.h"
#include "harness/daemons.h"
#include "harness/libvirt/libvirt_daemon.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/policy_text.h"
#include "harness/real/clock.h"
#include "harness/real/conform.h"
#include "harness/real/real_actor.h"
#include "harness/real/real_support.h"
#include "harness/report.h"
#include "harness/vm/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Sandboxes side by side, by default.  A schedule in one of the first kind waits most of its time;
 * a QEMU that starts computes, and so does a virtual machine without KVM: VM_JOBS are for each of
 * its processors. */
enum { NETNS_JOBS = 16, LIBVIRT_JOBS = 4, VM_JOBS = 2 };

/* A fault of this world's that the harness brings about by answering itself. */
static bool
injects(const struct world *world, int fault)
{
    return world->faults[fault] > 0 && real_injected((enum fault)fault);
}

static json_t *
conform_json(const struct scenario *scenario, const struct world *world, const char *policy,
             const struct conform *conform, const char *on)
{
    json_t *injected = json_array();

    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        if (injects(world, fault)) {
            json_array_append_new(injected, json_string(fault_name((enum fault)fault)));
        }
    }
    return json_pack(
        "{s:{s:o, s:s, s:s}, s:s, s:{s:I, s:I, s:I, s:I, s:I, s:I, s:I}, s:b, s:{s:f, s:I, s:s*}, "
        "s:o, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:o*}",
        "scenario", "path", output_text(scenario->path), "sha256", scenario->sha256, "title",
        scenario->title, "policy", policy, "counts", "transitions",
        (json_int_t)conform->transitions, "walked", (json_int_t)conform->walked, "alike",
        (json_int_t)conform->alike, "schedules", (json_int_t)conform->schedules, "steps",
        (json_int_t)conform->steps, "frames", (json_int_t)conform->frames, "injected",
        (json_int_t)conform->injected, "diverged", conform->diverged, "timing", "seconds",
        conform->seconds, "sandboxes", (json_int_t)conform->sandboxes, "machine", vm_description(),
        "injected", injected, "emulated", real_emulated(world), "on", on, "datapath",
        scenario->datapath, "unsupported", conform->unsupported, "not-compared",
        conform->not_compared, "divergence", conform->diverged ? conform->first.text : NULL,
        "daemons", daemons_json(scenario));
}

/* The walk up to the divergence, what differs, and the line that does it again. */
static void
print_divergence(const struct scenario *scenario, const struct world *world, const char *policy,
                 const struct conform *conform, const char *on)
{
    struct walk walk;

    walk_along(&walk, scenario, world, conform->actors, conform->length);
    report_walk(&walk);
    walk_free(&walk);
    printf("  after this step the two differ:\n%s", conform->first.text);
    report_replay(scenario, world, policy, conform->actors, conform->length, "replay it", on);
}

/* The line of a cell: the policy, and what came of it beside it. */
static void
print_result(const char *policy, const struct conform *conform)
{
    enum { WIDTH = 28 };
    char text[400];

    if (conform->unsupported != NULL) {
        snprintf(text, sizeof text, "0 of %llu transitions: not expressible here: %s",
                 (unsigned long long)conform->transitions, conform->unsupported);
    } else {
        snprintf(text, sizeof text,
                 "%llu of %llu transition%s%s, %llu schedule%s, %llu step%s, frames of %llu "
                 "guest%s, %.1f s: %s",
                 (unsigned long long)conform->walked, (unsigned long long)conform->transitions,
                 print_plural(conform->transitions),
                 conform->alike > 0 ? " (the rest is like what was walked)" : "",
                 (unsigned long long)conform->schedules, print_plural(conform->schedules),
                 (unsigned long long)conform->steps, print_plural(conform->steps),
                 (unsigned long long)conform->frames, print_plural(conform->frames),
                 conform->seconds, conform->diverged ? "DIVERGES" : "agrees");
    }
    print_entry(2, policy, WIDTH, text);
}

/* A note below it, which may be long. */
static void
print_note(const char *head, const char *text)
{
    printf("    %s: ", head);
    print_wrapped(text, 6 + print_columns(head), 6);
    putchar('\n');
}

static void
print_conform(const struct scenario *scenario, const struct world *world, const char *policy,
              const struct conform *conform, const char *on)
{
    char head[100], faults[400] = "";

    print_result(policy, conform);
    if (conform->unsupported != NULL) {
        return;
    }
    if (conform->injected > 0) {
        snprintf(head, sizeof head, "%llu step%s the harness's own answer, and nothing happens",
                 (unsigned long long)conform->injected, conform->injected == 1 ? " is" : "s are");
        for (int fault = 0; fault < FAULT_COUNT; fault++) {
            if (injects(world, fault)) {
                print_append(faults, sizeof faults, "%s%s", faults[0] == '\0' ? "" : " ",
                             fault_name((enum fault)fault));
            }
        }
        print_note(head, faults);
    }
    if (real_emulated(world) != NULL) {
        print_note("emulated on this kernel", real_emulated(world));
    }
    if (conform->not_compared != NULL) {
        print_note("not compared", conform->not_compared);
    }
    if (conform->diverged) {
        print_divergence(scenario, world, policy, conform, on);
    }
}

/* One cell.  EXIT_HOLDS, EXIT_DIVERGED, EXIT_MISSING if nothing of it can be walked here, or the
 * diagnostic's status. */
static enum exit_status
conform_cell(const struct options *options, const struct scenario *scenario,
             const struct scenario_policy *policy, struct agreed *agreed, json_t *results,
             struct diagnostic *diagnostic)
{
    struct libvirt_daemon libvirt = {.path = options->libvirtd};
    struct real_daemon daemon = libvirt_daemon(&libvirt);
    unsigned jobs = options->libvirt ? LIBVIRT_JOBS
                    : options->vm    ? VM_JOBS * (unsigned)sysconf(_SC_NPROCESSORS_ONLN)
                                     : NETNS_JOBS;
    struct conform_options how = {.cover = options->interleavings ? COVER_INTERLEAVINGS
                                           : options->network     ? COVER_NETWORK
                                                                  : COVER_TRANSITIONS,
                                  .agreed = options->network ? agreed : NULL,
                                  .qemu = options->qemu,
                                  .daemon = options->libvirt ? &daemon : NULL,
                                  .jobs = options->jobs == 0 ? jobs : options->jobs,
                                  .bounds = options->bounds};
    struct conform conform;
    struct world world;
    enum exit_status status;

    if (!conform_run(scenario, &policy->policy, &how, &world, &conform, diagnostic)) {
        return diagnostic->status;
    }
    status = conform.diverged                      ? EXIT_DIVERGED
             : conform.walked + conform.alike == 0 ? EXIT_MISSING
                                                   : EXIT_HOLDS;
    if (!options->quiet) {
        print_conform(scenario, &world, policy->text, &conform,
                      options->libvirt ? " --on libvirt"
                      : options->vm    ? " --on vm"
                                       : " --on netns");
    }
    json_array_append_new(results, conform_json(scenario, &world, policy->text, &conform,
                                                options->libvirt ? "libvirt"
                                                : options->vm    ? "vm"
                                                                 : NULL));
    conform_free(&conform);
    return status;
}

/* Reads a scenario, with one's own policy in place of its own if there is one. */
static bool
read_scenario(const struct options *options, const char *path, struct scenario *scenario,
              struct diagnostic *diagnostic)
{
    if (!scenario_read(scenario, path, diagnostic) ||
        !scenario_is_bounded(scenario, "conform", diagnostic)) {
        return false;
    }
    if (options->policy != NULL) {
        policy_text_read_option(&scenario->policy[0], options->policy, diagnostic);
        scenario->policies = 1;
    }
    scenario_use_datapath(scenario, options->datapath);
    return diagnostic->status == EXIT_HOLDS && scenario_has_claims(scenario, diagnostic);
}

/* *matters if time passes in one of the scenario's cells. */
static bool
ask_for_clock(const struct scenario *scenario, bool *matters, struct diagnostic *diagnostic)
{
    struct world world;

    for (unsigned i = 0; i < scenario->policies; i++) {
        if (!build_world(scenario, &scenario->policy[i].policy, &(struct growth){0}, &world,
                         diagnostic)) {
            return false;
        }
        *matters = *matters || clock_matters(&world);
    }
    return true;
}

/* Before anything is run or printed: whether all inputs are good, and if time passes in one of the
 * cells, it has to be ours in all of them. */
static bool
look_through(const struct options *options, struct diagnostic *diagnostic)
{
    struct scenario scenario;
    bool matters = false;

    for (unsigned i = 0; i < options->count; i++) {
        if (!read_scenario(options, options->files[i], &scenario, diagnostic) ||
            !ask_for_clock(&scenario, &matters, diagnostic)) {
            return false;
        }
    }
    return !matters || vm_is_to_run(options) || clock_enter(diagnostic);
}

/* One's own policy, or each of the scenario's.  The worst of their statuses: a divergence is worse
 * than a gap. */
static enum exit_status
conform_policies(const struct options *options, const char *path, json_t *results,
                 struct diagnostic *diagnostic)
{
    enum exit_status worst = EXIT_HOLDS;
    struct agreed agreed = {0};
    struct scenario scenario;

    if (!read_scenario(options, path, &scenario, diagnostic)) {
        return EXIT_HOLDS;
    }
    if (!options->quiet) {
        print_line(2, "%s", scenario.title);
        printf("  %s\n", scenario.path);
        report_settings(&scenario);
    }
    for (unsigned i = 0; i < scenario.policies && diagnostic->status == EXIT_HOLDS; i++) {
        enum exit_status status =
            conform_cell(options, &scenario, &scenario.policy[i], &agreed, results, diagnostic);

        worst = status > worst ? status : worst;
    }
    free(agreed.prints);
    return worst;
}

/* All of them, after a line on the machine that they are run in, if it is one of ours. */
static enum exit_status
conform_all(const struct options *options, json_t *results, struct diagnostic *diagnostic)
{
    enum exit_status worst = EXIT_HOLDS;

    if (!options->quiet && vm_description() != NULL) {
        print_line(0, "in a virtual machine: %s", vm_description());
    }
    for (unsigned i = 0; i < options->count && diagnostic->status == EXIT_HOLDS; i++) {
        enum exit_status status = conform_policies(options, options->files[i], results, diagnostic);

        worst = status > worst ? status : worst;
    }
    return worst;
}

enum exit_status
command_conform(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status worst = EXIT_HOLDS;
    json_t *results;

    if (options->count == 0) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "conform needs a scenario; see 'tapweave conform --help'");
        return EXIT_HOLDS;
    }
    if (options->libvirt && options->network) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "--cover network is not for --on libvirt: what the daemon does is compared there, "
                 "too, transition by transition");
        return EXIT_HOLDS;
    }
    if (!look_through(options, diagnostic)) {
        return EXIT_HOLDS;
    }
    if (vm_is_to_run(options)) {
        return vm_run(options, diagnostic);
    }
    results = json_array();
    worst = conform_all(options, results, diagnostic);
    output_json(json_pack("{s:s, s:o}", "schema", "tapweave-conform/1", "results", results),
                diagnostic->status == EXIT_HOLDS ? options->json : NULL, diagnostic);
    return worst;
}
