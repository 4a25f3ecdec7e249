/* The part of a scenario file that says what is left in OVSDB from before, and the VLANs that its
 * ports have. */
#include "harness/scenario.h"

#include <string.h>

int
scenario_read_vlan(const struct tree *tree, yaml_node_t *node, struct complaint *complaint)
{
    return tree_number(tree, node, "vlan", 1, VLAN_MAX, complaint);
}

static bool
read_row(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
         struct scenario_row *row, struct complaint *complaint)
{
    static const struct tree_key keys[] = {{"bridge", true}, {"vlan", false}};
    const char *names[MAX_BRIDGES];
    yaml_node_t *value[2];
    int bridge, vlan = VLAN_NONE;

    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if (!tree_mapping(tree, node, "a row", keys, 2, value, complaint) ||
        (bridge = tree_word(tree, value[0], "bridge", names, scenario->bridges, complaint)) < 0 ||
        (value[1] != NULL && (vlan = scenario_read_vlan(tree, value[1], complaint)) < 0)) {
        return false;
    }
    if (scenario->bridge[bridge].kind != BRIDGE_OVS) {
        return tree_complain(tree, value[0], 0, complaint,
                             "only a bridge of kind ovs has rows: '%s' has none", names[bridge]);
    }
    row->bridge = (uint8_t)(bridge + 1);
    row->vlan = (uint8_t)vlan;
    return true;
}

bool
scenario_read_rows(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                   struct complaint *complaint)
{
    size_t count;

    if (!tree_members(tree, node, "rows", YAML_MAPPING_NODE, 0, SCENARIO_MAX_ROWS, &count,
                      complaint)) {
        return false;
    }
    scenario->rows_at =
        (struct scenario_place){node->start_mark.line + 1, node->start_mark.column + 1};
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i);
        const char *name = tree_text(tree, key, "a row's name", complaint);

        if (name == NULL ||
            !read_row(scenario, tree, tree_value_at(tree, node, i), &scenario->row[i], complaint)) {
            return false;
        }
        if (!ifname_valid(name) || strchr(name, '%') != NULL) {
            return tree_complain(tree, key, 0, complaint,
                                 "'%s' is not a name that the kernel gives a device", name);
        }
        strcpy(scenario->row[i].name, name);
    }
    scenario->rows = (unsigned)count;
    return true;
}
