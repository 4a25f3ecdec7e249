/* A story as a scenario: see story.h. */
#include "harness/record/story.h"

#include "harness/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A bridge's name, of letters, digits and dashes, as a scenario has it. */
static void
write_bridge(const char *bridge, FILE *out)
{
    if (bridge == NULL || !isalpha((unsigned char)bridge[0])) {
        fputs("br", out);
    }
    if (bridge == NULL) {
        fputc('0', out);
    }
    for (; bridge != NULL && *bridge != '\0'; bridge++) {
        fputc(isalnum((unsigned char)*bridge) ? *bridge : '-', out);
    }
}

/* A guest before it is on that bridge, too. */
static bool
is_known(const struct story *story, unsigned guest)
{
    for (unsigned i = 0; i < guest; i++) {
        const char *one = story->guest[i].bridge, *other = story->guest[guest].bridge;

        if (one == other || (one != NULL && other != NULL && strcmp(one, other) == 0)) {
            return true;
        }
    }
    return false;
}

static void
write_network(const struct story *story, FILE *out)
{
    fputs("network:\n", out);
    for (unsigned i = 0; i < story->guests; i++) {
        if (!is_known(story, i)) {
            fputs("  ", out);
            write_bridge(story->guest[i].bridge, out);
            fprintf(out, ": {kind: ovs, datapath: %s}\n", story->netdev ? "netdev" : "system");
        }
    }
}

static void
write_guests(const struct story *story, FILE *out)
{
    fputs("guests:\n", out);
    for (unsigned i = 0; i < story->guests; i++) {
        const struct story_guest *guest = &story->guest[i];

        fprintf(out, "  %s: {nic: {bridge: ", guest->name);
        write_bridge(guest->bridge, out);
        if (!story->numbered) {
            fprintf(out, ", name: %s", story->name);
        }
        fprintf(out, "}%s}\n", guest->running ? ", state: running" : "");
    }
    if (story->row) {
        fprintf(out, "rows:\n  %s: {bridge: ", story->in_world);
        write_bridge(story->bridge, out);
        fputs("}\n", out);
    }
    if (story->lower) {
        fputs("names: {next: 1}\n", out);
    }
}

bool
story_acts(const struct story *story, const struct story_help *help)
{
    bool acts = help->deletions > 0;

    for (unsigned i = 0; i < story->guests; i++) {
        acts = acts || !story->guest[i].running || story->guest[i].stops;
    }
    return acts;
}

static void
write_actors(const struct story *story, const struct story_help *help, FILE *out)
{
    fputs("actors:\n", out);
    for (unsigned i = 0; i < story->guests; i++) {
        const struct story_guest *guest = &story->guest[i];

        if (!guest->running && guest->stops) {
            fprintf(out, "  - [start %s, stop %s]\n", guest->name, guest->name);
        } else if (!guest->running || guest->stops) {
            fprintf(out, "  - %s %s\n", guest->running ? "stop" : "start", guest->name);
        }
    }
    for (unsigned i = 0; i < help->deletions; i++) {
        fprintf(out, "%sdelete-port %s", i == 0 ? "  - [" : ", ", story->in_world);
    }
    fputs(help->deletions == 0 ? "" : "]\n", out);
}

static void
write_faults(const struct story_help *help, FILE *out)
{
    fputs(help->crashes + help->restarts == 0 ? "" : "faults:\n", out);
    if (help->crashes > 0) {
        fprintf(out, "  qemu-crash: %u\n", help->crashes);
    }
    if (help->restarts > 0) {
        fprintf(out, "  daemon-restart: %u\n", help->restarts);
    }
}

char *
story_scenario(const struct story *story, const struct story_help *help, const char *report)
{
    struct text text;
    FILE *out = text_open(&text);

    if (out == NULL) {
        return NULL;
    }
    fprintf(out, "title: What became of %s, by the records of a host\nreport: \"", story->name);
    for (; *report != '\0'; report++) {
        const bool plain = isprint((unsigned char)*report) && *report != '"' && *report != '\\';

        fputc(plain ? *report : '?', out);
    }
    fputs("\"\n", out);
    write_network(story, out);
    write_guests(story, out);
    write_actors(story, help, out);
    write_faults(help, out);
    return text_close(out, &text) ? text.bytes : NULL;
}
