/* The part of a scenario file that says which devices get another name. */
#include "harness/scenario.h"

#include <string.h>

bool
scenario_read_device(const struct tree *tree, yaml_node_t *node, size_t offset, const char *text,
                     char name[IFNAME_SIZE], struct complaint *complaint)
{
    if (!ifname_valid(text) || strchr(text, '%') != NULL) {
        return tree_complain(tree, node, offset, complaint,
                             "'%s' is not a name that the kernel gives a device", text);
    }
    strcpy(name, text);
    return true;
}

bool
scenario_read_rename(const struct tree *tree, yaml_node_t *node, size_t offset, const char *text,
                     char name[IFNAME_SIZE], char to[IFNAME_SIZE], struct complaint *complaint)
{
    const char *space = strchr(text, ' ');
    char first[TREE_MAX_TEXT + 1] = "";

    if (space == NULL || space[1] == '\0' || strchr(space + 1, ' ') != NULL) {
        return tree_complain(tree, node, 0, complaint,
                             "'rename %s' is not a command: rename, a device's name, and the name "
                             "that it is to have",
                             text);
    }
    memcpy(first, text, (size_t)(space - text));
    if (strcmp(first, space + 1) == 0) {
        return tree_complain(tree, node, offset, complaint, "'%s' has that name already", first);
    }
    return scenario_read_device(tree, node, offset, first, name, complaint) &&
           scenario_read_device(tree, node, offset + (size_t)(space + 1 - text), space + 1, to,
                                complaint);
}

/* An administrator's tap belongs on the bridge where it was put under its name. */
static bool
is_permanent(const struct scenario *scenario, const char *name)
{
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].permanent.listed && strcmp(scenario->device[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A guest two of whose taps may live at once: once names change, neither the name nor the guest
 * tells them apart.  NULL if there is none. */
static const struct scenario_guest *
guest_with_two(const struct scenario *scenario)
{
    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];
        unsigned taps = guest->running;

        for (unsigned verb = 0; verb < guest->verbs; verb++) {
            taps += guest->verb[verb] == VERB_START;
        }
        if (taps > 1 && (guest->leaked || guest->qemu_verbs > 0 || guest->kind != NIC_TAP ||
                         scenario->faults[FAULT_FD_LEAK] > 0)) {
            return guest;
        }
    }
    return NULL;
}

bool
scenario_check_renames(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                       struct complaint *complaint)
{
    for (unsigned i = 0; i < MAX_VERBS * scenario->outsiders; i++) {
        const struct scenario_outsider *outsider = &scenario->outsider[i / MAX_VERBS];
        const char *name = outsider->name[i % MAX_VERBS], *to = outsider->to[i % MAX_VERBS];

        if (to[0] == '\0') {
            continue;
        }
        if (is_permanent(scenario, name) || is_permanent(scenario, to)) {
            return tree_complain(tree, node, 0, complaint,
                                 "'rename %s %s': an administrator's tap keeps its name", name, to);
        }
        if (guest_with_two(scenario) != NULL) {
            return tree_complain(tree, node, 0, complaint,
                                 "'rename %s %s': '%s' is started twice, and an earlier device of "
                                 "its may live on: once names change, they cannot be told apart",
                                 name, to, guest_with_two(scenario)->name);
        }
    }
    return true;
}
