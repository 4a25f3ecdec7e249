/* The part of a scenario file that says what is left in OVSDB from before, and the VLANs that its
 * ports have. */
#include "harness/scenario.h"

#include <string.h>

int
scenario_read_vlan(const struct document *document, yaml_node_t *node)
{
    return document_number(document, node, "vlan", 1, VLAN_MAX);
}

static bool
read_row(const struct scenario *scenario, const struct document *document, yaml_node_t *node,
         struct scenario_row *row)
{
    static const struct document_key keys[] = {{"bridge", true}, {"vlan", false}};
    yaml_node_t *value[2];
    int bridge, vlan = VLAN_NONE;

    if (!document_mapping(document, node, "a row", keys, 2, value) ||
        (bridge = scenario_read_bridge(scenario, document, value[0])) < 0 ||
        (value[1] != NULL && (vlan = scenario_read_vlan(document, value[1])) < 0)) {
        return false;
    }
    if (scenario->bridge[bridge].kind != BRIDGE_OVS) {
        return document_diagnose(document, value[0], 0,
                                 "only a bridge of kind ovs has rows: '%s' has none",
                                 scenario->bridge[bridge].name);
    }
    row->bridge = (uint8_t)(bridge + 1);
    row->vlan = (uint8_t)vlan;
    return true;
}

bool
scenario_read_rows(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    size_t count;

    if (!document_members(document, node, "rows", YAML_MAPPING_NODE, 0, SCENARIO_MAX_ROWS,
                          &count)) {
        return false;
    }
    scenario->rows_at =
        (struct scenario_place){node->start_mark.line + 1, node->start_mark.column + 1};
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = document_key_at(document, node, i);
        const char *name = document_text(document, key, "a row's name");

        if (name == NULL || !read_row(scenario, document, document_value_at(document, node, i),
                                      &scenario->row[i])) {
            return false;
        }
        if (!scenario_check_name(scenario, document, key, 0, name)) {
            return false;
        }
        strcpy(scenario->row[i].name, name);
    }
    scenario->rows = (unsigned)count;
    return true;
}
