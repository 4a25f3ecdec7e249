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

/* An administrator's tap belongs on the bridge where it was put under its name. */
static bool
is_free(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node, size_t offset,
        const char *name, struct complaint *complaint)
{
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].permanent.listed && strcmp(scenario->device[i].name, name) == 0) {
            return tree_complain(tree, node, offset, complaint,
                                 "'%s' is an administrator's tap, which keeps its name", name);
        }
    }
    return true;
}

bool
scenario_read_rename(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     size_t offset, const char *text, char name[IFNAME_SIZE], char to[IFNAME_SIZE],
                     struct complaint *complaint)
{
    const char *space = strchr(text, ' ');
    char first[TREE_MAX_TEXT + 1] = "";
    size_t behind;

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
    behind = offset + (size_t)(space + 1 - text);
    return scenario_read_device(tree, node, offset, first, name, complaint) &&
           scenario_read_device(tree, node, behind, space + 1, to, complaint) &&
           is_free(scenario, tree, node, offset, name, complaint) &&
           is_free(scenario, tree, node, behind, to, complaint);
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
        if (taps > 1 && (guest->leaked || guest->qemu_verbs > 0 || guest->multi_queue ||
                         guest->kind != NIC_TAP || scenario->faults[FAULT_FD_LEAK] > 0)) {
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
        if (guest_with_two(scenario) != NULL) {
            return tree_complain(tree, node, 0, complaint,
                                 "'rename %s %s': '%s' is started twice, and an earlier device of "
                                 "its may live on: once names change, they cannot be told apart",
                                 name, to, guest_with_two(scenario)->name);
        }
    }
    return true;
}
