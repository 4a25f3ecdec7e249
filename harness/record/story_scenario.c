/* A story as a scenario: see story.h. */
#include "harness/record/story.h"

#include "harness/record/story_vlan.h"
#include "harness/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A bridge's name on the host, or what stands for one that is not known. */
static const char *
name_of(const char *bridge)
{
    return bridge == NULL || bridge[0] == '\0' ? "br0" : bridge;
}

/* A bridge's name, of letters, digits and dashes, as a scenario has it. */
static void
write_bridge(const char *bridge, FILE *out)
{
    const char *name = name_of(bridge);

    if (!isalpha((unsigned char)name[0])) {
        fputs("br", out);
    }
    for (; *name != '\0'; name++) {
        fputc(isalnum((unsigned char)*name) ? *name : '-', out);
    }
}

/* The bridges of a scenario, each once. */
struct bridges {
    unsigned count;
    struct {
        const char *name; /* on the host */
        bool linux;
    } bridge[MAX_GUESTS + STORY_MOST_NAMES];
};

static void
add_bridge(struct bridges *bridges, const char *bridge, bool linux)
{
    for (unsigned i = 0; i < bridges->count; i++) {
        if (strcmp(bridges->bridge[i].name, name_of(bridge)) == 0) {
            return;
        }
    }
    bridges->bridge[bridges->count].name = name_of(bridge);
    bridges->bridge[bridges->count++].linux = linux;
}

static void
find_bridges(struct bridges *bridges, const struct story *story)
{
    bridges->count = 0;
    for (unsigned i = 0; i < story->nics; i++) {
        add_bridge(bridges, story->nic[i].bridge, story->nic[i].linux);
    }
    for (unsigned i = 0; i < story->names; i++) {
        if (story->name[i].row) {
            add_bridge(bridges, story->name[i].bridge, false);
        }
    }
}

static void
write_network(const struct story *story, FILE *out)
{
    struct bridges bridges;

    find_bridges(&bridges, story);
    fputs("network:\n", out);
    for (unsigned i = 0; i < bridges.count; i++) {
        const bool linux = bridges.bridge[i].linux;

        fputs("  ", out);
        write_bridge(bridges.bridge[i].name, out);
        fprintf(out, ": {kind: %s%s}\n", linux ? "linux" : "ovs, datapath: ",
                linux           ? ""
                : story->netdev ? "netdev"
                                : "system");
    }
}

static void
write_vlan(const struct story *story, uint16_t tag, FILE *out)
{
    if (story_vlan(story, tag) != VLAN_NONE) {
        fprintf(out, ", vlan: %u", story_vlan(story, tag));
    }
}

static void
write_nic(const struct story *story, const struct story_nic *nic, FILE *out)
{
    const struct story_name *name = &story->name[nic->name];

    fputs("{bridge: ", out);
    write_bridge(nic->bridge, out);
    write_vlan(story, nic->tag, out);
    if (!name->numbered) {
        fprintf(out, ", name: %s", name->text);
    }
    fputc('}', out);
}

static void
write_guest(const struct story *story, unsigned guest, FILE *out)
{
    unsigned nics = 0, written = 0;

    for (unsigned i = 0; i < story->nics; i++) {
        nics += story->nic[i].guest == guest;
    }
    fprintf(out, "  %s: {%s", story->guest[guest].name, nics == 1 ? "nic: " : "nics: [");
    for (unsigned i = 0; i < story->nics; i++) {
        if (story->nic[i].guest == guest) {
            fputs(written++ == 0 ? "" : ", ", out);
            write_nic(story, &story->nic[i], out);
        }
    }
    fprintf(out, "%s%s}\n", nics == 1 ? "" : "]",
            story->guest[guest].running ? ", state: running" : "");
}

static void
write_guests(const struct story *story, FILE *out)
{
    bool rows = false;

    fputs("guests:\n", out);
    for (unsigned i = 0; i < story->guests; i++) {
        write_guest(story, i, out);
    }
    for (unsigned i = 0; i < story->names; i++) {
        if (story->name[i].row) {
            fprintf(out, "%s  %s: {bridge: ", rows ? "" : "rows:\n", story->name[i].in_world);
            write_bridge(story->name[i].bridge, out);
            write_vlan(story, story->name[i].tag, out);
            fputs("}\n", out);
            rows = true;
        }
    }
    if (story->lower) {
        fputs("names: {next: 1}\n", out);
    }
}

bool
story_acts(const struct story *story, const struct story_help *help)
{
    struct bridges bridges;
    bool acts = help->deletions > 0, ports = help->deletions == 0;

    find_bridges(&bridges, story);
    for (unsigned i = 0; i < story->guests; i++) {
        acts =
            acts || !story->guest[i].running || story->guest[i].stops || story->guest[i].lives > 1;
    }
    for (unsigned i = 0; i < bridges.count; i++) {
        ports = ports || !bridges.bridge[i].linux;
    }
    return acts && ports;
}

/* "start a", or "[start a, stop a, start a]"; nothing of a guest that runs all the time. */
static void
write_commands(const struct story_guest *guest, FILE *out)
{
    const unsigned commands = 2 * guest->lives - guest->running - !guest->stops;

    for (unsigned i = 0; i < commands; i++) {
        const bool starts = (i + guest->running) % 2 == 0;

        fprintf(out, "%s%s %s",
                i > 0          ? ", "
                : commands > 1 ? "  - ["
                               : "  - ",
                starts ? "start" : "stop", guest->name);
    }
    fputs(commands > 1 ? "]\n" : commands > 0 ? "\n" : "", out);
}

static void
write_actors(const struct story *story, const struct story_help *help, FILE *out)
{
    fputs("actors:\n", out);
    for (unsigned i = 0; i < story->guests; i++) {
        write_commands(&story->guest[i], out);
    }
    for (unsigned i = 0; i < help->deletions; i++) {
        fprintf(out, "%sdelete-port %s", i == 0 ? "  - [" : ", ",
                story->name[story->about].in_world);
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
    char names[STORY_NAMES_SIZE];
    struct text text;
    FILE *out = text_open(&text);

    if (out == NULL) {
        return NULL;
    }
    fprintf(out, "title: What became of %s, by the records of a host\nreport: \"",
            story_names(story, names));
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
