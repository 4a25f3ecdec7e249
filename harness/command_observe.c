/* tapweave observe --on libvirt SCENARIO: what a real daemon does, call by call. */
#include "harness/build.h"
#include "harness/commands.h"
#include "harness/libvirt/episodes.h"
#include "harness/output.h"
#include "harness/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any policy does: a guest's definition is the same under all. */
#define POLICY "libvirt-9.0"

static json_t *
episode_json(const struct episode *episode)
{
    json_t *calls = json_array();

    for (unsigned i = 0; i < episode->calls; i++) {
        const struct episode_call *made = &episode->call[i];

        json_array_append_new(calls, json_pack("{s:s, s:o, s:s, s:b}", "call",
                                               call_word((enum call_kind)made->call.kind), "of",
                                               output_text(made->call.text), "error", made->error,
                                               "beside", made->beside));
    }
    return json_pack("{s:s, s:s, s:o, s:b}", "name", episode->name, "text", episode->text, "calls",
                     calls, "cut", episode->cut);
}

static void
print_calls(const struct episode *episode, bool beside)
{
    enum { WIDTH = 16 };
    char text[CALL_TEXT + EPISODES_ERROR + 8];

    for (unsigned i = 0; i < episode->calls; i++) {
        const struct episode_call *made = &episode->call[i];

        if (made->beside == beside) {
            snprintf(text, sizeof text, "%s%s%s", made->call.text,
                     made->error[0] == '\0' ? "" : ": ", made->error);
            print_entry(beside ? 6 : 4, call_word((enum call_kind)made->call.kind), WIDTH, text);
        }
    }
}

static void
print_episode(const struct episode *episode)
{
    bool beside = false;

    printf("  %s: %s\n", episode->name, episode->text);
    print_calls(episode, false);
    for (unsigned i = 0; i < episode->calls; i++) {
        beside = beside || episode->call[i].beside;
    }
    if (beside) {
        printf("    and other threads, beside it:\n");
        print_calls(episode, true);
    }
    if (episode->cut) {
        printf("    and more: only %d calls are kept\n", EPISODES_CALLS);
    }
}

static void
print_episodes(const struct scenario *scenario, const struct episode episodes[EPISODES_COUNT])
{
    printf("What libvirtd does for guest %s of %s\n", scenario->guest[0].name, scenario->path);
    for (unsigned i = 0; i < EPISODES_COUNT; i++) {
        print_episode(&episodes[i]);
    }
}

static enum exit_status
observe(const struct scenario *scenario, const struct options *options,
        struct diagnostic *diagnostic)
{
    struct episode *episodes = calloc(EPISODES_COUNT, sizeof *episodes);
    json_t *all = json_array();
    struct world world;

    if (episodes == NULL) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    } else if (build_world(scenario, &policy_find(POLICY)->policy, &(struct growth){0}, &world,
                           diagnostic) &&
               episodes_run(scenario, &world, options->libvirtd, episodes, diagnostic)) {
        for (unsigned i = 0; i < EPISODES_COUNT; i++) {
            json_array_append_new(all, episode_json(&episodes[i]));
        }
        if (!options->quiet) {
            print_episodes(scenario, episodes);
        }
        output_json(json_pack("{s:s, s:{s:o, s:s}, s:O}", "schema", "tapweave-observe/1",
                              "scenario", "path", output_text(scenario->path), "sha256",
                              scenario->sha256, "episodes", all),
                    options->json, diagnostic);
    }
    json_decref(all);
    free(episodes);
    return diagnostic->status;
}

enum exit_status
command_observe(const struct options *options, struct diagnostic *diagnostic)
{
    struct scenario scenario;

    if (!options->libvirt) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "observe needs --on libvirt: it is the daemon that is observed");
    } else if (options->count != 1) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "observe needs one scenario");
    } else if (scenario_read(&scenario, options->files[0], diagnostic)) {
        scenario_use_datapath(&scenario, options->datapath);
        return observe(&scenario, options, diagnostic);
    }
    return diagnostic->status;
}
