/* tapweave replay TRACE, or replay -p POLICY -s SCHEDULE SCENARIO: forces one schedule, step by
 * step. */
#include "harness/build.h"
#include "harness/commands.h"
#include "harness/given.h"
#include "harness/libvirt/libvirt_daemon.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/real/clock.h"
#include "harness/real/conform.h"
#include "harness/report.h"
#include "harness/vm/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What belongs together of the options. */
static bool
check_options(const struct options *options, struct diagnostic *diagnostic)
{
    if (options->count != 1 || (options->schedule == NULL) != (options->policy == NULL)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "replay needs one TRACE, or -p POLICY, -s SCHEDULE and one SCENARIO");
    }
    if (options->qemu && !options->real) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--guest qemu is for the real kernel, and needs --on netns");
    }
    if (options->hold && !options->real) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "--hold needs --on netns");
    }
    if (options->hold && options->vm) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "--hold is not for --on vm: there is no way into the virtual machine");
    }
    return true;
}

static json_t *
replay_json(const struct walk *walk, const struct trace *trace)
{
    json_t *json = trace_json(walk, trace->policy, trace->oracle);

    for (unsigned i = 0; i < walk->length; i++) {
        json_object_update_new(
            json_array_get(json_object_get(json, "steps"), i),
            json_pack("{s:s, s:s}", "text", walk->step[i].text, "change", walk->step[i].change));
    }
    json_object_update_new(json, json_pack("{s:s, s:o}", "schema", "tapweave-replay/1", "violated",
                                           summary_json_oracles(walk->violated)));
    if (trace->lasting) {
        json_object_set_new(json, "lasting", json_true());
    }
    return json;
}

/* The same schedule on the real kernel, held to the simulation. */
static enum exit_status
replay_for_real(const struct walk *walk, const struct options *options,
                struct diagnostic *diagnostic)
{
    struct libvirt_daemon libvirt = {.path = options->libvirtd};
    struct real_daemon daemon = libvirt_daemon(&libvirt);
    FILE *held = !options->hold ? NULL : options->quiet ? stderr : stdout;
    uint8_t *actors = malloc(walk->length + 1u);
    struct conduct result = {0};
    bool done;

    if (actors == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
        return EXIT_HOLDS;
    }
    for (unsigned i = 0; i < walk->length; i++) {
        actors[i] = (uint8_t)walk->step[i].actor;
    }
    done = conform_schedule(walk->scenario, walk->world, actors, walk->length, options->qemu,
                            options->libvirt ? &daemon : NULL, held, &result, diagnostic);
    free(actors);
    if (!done && !options->quiet) {
        printf("  this is the simulation alone: %s has not walked it to its end\n",
               options->libvirt ? "libvirtd" : "the real kernel");
    } else if (done && !options->quiet && result.diverged) {
        printf("  %s, after step %u the two differ:\n%s",
               options->libvirt ? "on libvirtd" : "on the real kernel", result.steps, result.text);
    } else if (done && !options->quiet) {
        printf("  %s agrees after every step", options->libvirt ? "libvirtd" : "the real kernel");
        if (result.frames > 0) {
            printf(", and in the frames of %u guest%s\n", result.frames,
                   print_plural(result.frames));
        } else {
            printf("; no start has ended, so no frames were sent\n");
        }
        if (vm_description() != NULL) {
            printf("  (in a virtual machine: %s)\n", vm_description());
        }
        if (result.not_compared != NULL) {
            printf("  (not compared: %s)\n", result.not_compared);
        }
        if (result.injected > 0) {
            printf("  (%u step%s the harness's own answer, and nothing happens there)\n",
                   result.injected, result.injected == 1 ? " is" : "s are");
        }
    }
    return result.diverged ? EXIT_DIVERGED : EXIT_HOLDS;
}

/* Replays what has been read. */
static enum exit_status
replay(const struct options *options, const struct given *given, struct diagnostic *diagnostic)
{
    enum exit_status real = EXIT_HOLDS;
    struct walk walk = {0};
    struct world world;
    bool walked;

    if (options->real && !vm_is_to_run(options) &&
        (!build_world(&given->scenario, &given->policy.policy, &(struct growth){0}, &world,
                      diagnostic) ||
         (clock_matters(&world) && !clock_enter(diagnostic)))) {
        return EXIT_HOLDS;
    }
    if (!vm_is_to_run(options)) {
        given_warn(given);
    }
    if (!given_walk(given, &world, &walk, diagnostic)) {
        return EXIT_HOLDS;
    }
    walked = diagnostic->status == EXIT_HOLDS;
    if (walked && vm_is_to_run(options)) {
        walk_free(&walk);
        return vm_run(options, diagnostic);
    }
    if (!options->quiet) {
        report_replayed(&walk, given->trace.policy);
    }
    if (walked && options->real) {
        real = replay_for_real(&walk, options, diagnostic);
    }
    if (walked && options->json != NULL) {
        output_json(replay_json(&walk, &given->trace), options->json, diagnostic);
    }
    walk_free(&walk);
    return real != EXIT_HOLDS ? real : walk.violated != 0 ? EXIT_VIOLATED : EXIT_HOLDS;
}

enum exit_status
command_replay(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status = EXIT_HOLDS;
    struct given given;

    if (check_options(options, diagnostic) && given_read(&given, options, diagnostic)) {
        status = replay(options, &given, diagnostic);
        given_free(&given);
    }
    return status;
}
