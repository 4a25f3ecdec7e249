/* The part of a scenario file that says which devices get another name. */
#include "harness/scenario.h"

#include <string.h>

/* An administrator's tap belongs on the bridge where it was put under its name. */
static bool
is_free(const struct scenario *scenario, struct part part, size_t offset, const char *name)
{
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].preset.present && strcmp(scenario->device[i].name, name) == 0) {
            return refuse_at(part, offset, "'%s' is an administrator's tap, which keeps its name",
                             name);
        }
    }
    return true;
}

bool
scenario_read_rename(const struct scenario *scenario, struct part part, size_t offset,
                     const char *text, struct scenario_command *command)
{
    const char *space = strchr(text, ' ');
    char first[DOCUMENT_MAX_TEXT + 1] = "";
    size_t behind;

    if (space == NULL || space[1] == '\0' || strchr(space + 1, ' ') != NULL) {
        return refuse(part,
                      "'rename %s' is not a command: rename, a device's name, and the name that it "
                      "is to have",
                      text);
    }
    memcpy(first, text, (size_t)(space - text));
    if (strcmp(first, space + 1) == 0) {
        return refuse_at(part, offset, "'%s' has that name already", first);
    }
    behind = offset + (size_t)(space + 1 - text);
    if (!scenario_check_name(scenario, part, offset, first) ||
        !scenario_check_name(scenario, part, behind, space + 1) ||
        !is_free(scenario, part, offset, first) || !is_free(scenario, part, behind, space + 1)) {
        return false;
    }
    strcpy(command->name, first);
    strcpy(command->to, space + 1);
    return true;
}

/* A nic of the guest's has a device that may live on without it. */
static bool
outlive(const struct world *world, unsigned guest)
{
    bool any = false;

    for (unsigned i = 0; i < world_nics(world); i++) {
        any = any || (world->nic_guest[i] == guest &&
                      (world->nic[i].multi_queue || world->nic[i].kind != NIC_TAP));
    }
    return any;
}

/* A guest two of whose taps may live at once: once names change, neither the name nor the guest
 * tells them apart.  NULL if there is none. */
static const char *
guest_with_two(const struct scenario *scenario)
{
    const struct world *world = &scenario->world;

    for (unsigned i = 0; i < world->guests; i++) {
        unsigned taps = world->running[i];

        for (unsigned command = 0; command < world->commands[i]; command++) {
            taps += world->command[i][command] == COMMAND_START;
        }
        taps += world->unbounded && world->commands[i] > 0; /* each round starts another one */
        if (taps > 1 && (world->leaked[i] || world->qemu_commands[i] > 0 || outlive(world, i) ||
                         world->faults[FAULT_FD_LEAK] > 0)) {
            return scenario->guest[i].name;
        }
    }
    return NULL;
}

bool
scenario_check_renames(const struct scenario *scenario, struct part part)
{
    const char *guest = guest_with_two(scenario);

    for (unsigned i = 0; i < scenario->commands && guest != NULL; i++) {
        const struct scenario_command *command = &scenario->command[i];

        if (command->to[0] != '\0') {
            return refuse(part,
                          "'rename %s %s': '%s' is started twice, and an earlier device of its may "
                          "live on: once names change, they cannot be told apart",
                          command->name, command->to, guest);
        }
    }
    return true;
}
