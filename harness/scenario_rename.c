/* The part of a scenario file that says which devices get another name. */
#include "harness/scenario.h"

#include <string.h>

/* An administrator's tap belongs on the bridge where it was put under its name. */
static bool
is_free(const struct scenario *scenario, const struct document *document, yaml_node_t *node,
        size_t offset, const char *name)
{
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].preset.present && strcmp(scenario->device[i].name, name) == 0) {
            return document_diagnose(document, node, offset,
                                     "'%s' is an administrator's tap, which keeps its name", name);
        }
    }
    return true;
}

bool
scenario_read_rename(const struct scenario *scenario, const struct document *document,
                     yaml_node_t *node, size_t offset, const char *text, char name[IFNAME_SIZE],
                     char to[IFNAME_SIZE])
{
    const char *space = strchr(text, ' ');
    char first[DOCUMENT_MAX_TEXT + 1] = "";
    size_t behind;

    if (space == NULL || space[1] == '\0' || strchr(space + 1, ' ') != NULL) {
        return document_diagnose(
            document, node, 0,
            "'rename %s' is not a command: rename, a device's name, and the name "
            "that it is to have",
            text);
    }
    memcpy(first, text, (size_t)(space - text));
    if (strcmp(first, space + 1) == 0) {
        return document_diagnose(document, node, offset, "'%s' has that name already", first);
    }
    behind = offset + (size_t)(space + 1 - text);
    if (!scenario_check_name(scenario, document, node, offset, first) ||
        !scenario_check_name(scenario, document, node, behind, space + 1) ||
        !is_free(scenario, document, node, offset, first) ||
        !is_free(scenario, document, node, behind, space + 1)) {
        return false;
    }
    strcpy(name, first);
    strcpy(to, space + 1);
    return true;
}

/* A nic of the guest's has a device that may live on without it. */
static bool
outlive(const struct scenario *scenario, unsigned guest)
{
    bool any = false;

    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        any = any || (nic->guest == guest && (nic->is.multi_queue || nic->is.kind != NIC_TAP));
    }
    return any;
}

/* A guest two of whose taps may live at once: once names change, neither the name nor the guest
 * tells them apart.  NULL if there is none. */
static const struct scenario_guest *
guest_with_two(const struct scenario *scenario)
{
    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];
        unsigned taps = guest->running;

        for (unsigned command = 0; command < guest->commands; command++) {
            taps += guest->command[command] == COMMAND_START;
        }
        if (taps > 1 && (guest->leaked || guest->qemu_commands > 0 || outlive(scenario, i) ||
                         scenario->faults[FAULT_FD_LEAK] > 0)) {
            return guest;
        }
    }
    return NULL;
}

bool
scenario_check_renames(const struct scenario *scenario, const struct document *document,
                       yaml_node_t *node)
{
    for (unsigned i = 0; i < MAX_COMMANDS * scenario->third_parties; i++) {
        const struct scenario_third_party *third_party = &scenario->third_party[i / MAX_COMMANDS];
        const char *name = third_party->name[i % MAX_COMMANDS],
                   *to = third_party->to[i % MAX_COMMANDS];

        if (to[0] == '\0') {
            continue;
        }
        if (guest_with_two(scenario) != NULL) {
            return document_diagnose(
                document, node, 0,
                "'rename %s %s': '%s' is started twice, and an earlier device of "
                "its may live on: once names change, they cannot be told apart",
                name, to, guest_with_two(scenario)->name);
        }
    }
    return true;
}
