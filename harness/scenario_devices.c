/* The part of a scenario file that says which devices are there from the beginning: other
 * software's, and an administrator's persistent taps. */
#include "harness/scenario.h"

#include <string.h>

enum { KIND, PERSISTENT, BRIDGE, VLAN, QUEUES, KEYS };

/* Where it has been put: on a bridge of this host's, and on an Open vSwitch one with a tag. */
static bool
read_place(const struct scenario *scenario, struct permanent *permanent, const struct tree *tree,
           yaml_node_t *const value[KEYS], struct complaint *complaint)
{
    const char *names[MAX_BRIDGES];
    int bridge = -1, vlan = VLAN_NONE;

    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if ((value[BRIDGE] != NULL && (bridge = tree_word(tree, value[BRIDGE], "bridge", names,
                                                      scenario->bridges, complaint)) < 0) ||
        (value[VLAN] != NULL && (vlan = scenario_read_vlan(tree, value[VLAN], complaint)) < 0)) {
        return false;
    }
    if (bridge >= 0 && scenario->bridge[bridge].kind == BRIDGE_MIDONET) {
        return tree_complain(tree, value[BRIDGE], 0, complaint,
                             "a persistent tap can be on a bridge of kind linux or ovs");
    }
    if (vlan != VLAN_NONE && (bridge < 0 || scenario->bridge[bridge].kind != BRIDGE_OVS)) {
        return tree_complain(tree, value[VLAN], 0, complaint,
                             "only a port of a bridge of kind ovs has a VLAN");
    }
    permanent->bridge = (uint8_t)(bridge + 1);
    permanent->vlan = (uint8_t)vlan;
    return true;
}

/* What an administrator's tap alone has. */
static bool
read_permanent(const struct scenario *scenario, struct scenario_device *device,
               const struct tree *tree, yaml_node_t *const value[KEYS], struct complaint *complaint)
{
    int persistent = 0, queues = 1;

    if (value[PERSISTENT] != NULL &&
        (persistent = tree_truth(tree, value[PERSISTENT], "persistent", complaint)) < 0) {
        return false;
    }
    if (persistent == 1 && device->kind != DEVICE_TAP) {
        return tree_complain(tree, value[PERSISTENT], 0, complaint, "only a tap can be persistent");
    }
    for (int i = PERSISTENT + 1; i < KEYS; i++) {
        if (value[i] != NULL && persistent == 0) {
            return tree_complain(tree, value[i], 0, complaint,
                                 "bridge, vlan and queues are of a tap with persistent: true");
        }
    }
    if (value[QUEUES] != NULL &&
        (queues = tree_number(tree, value[QUEUES], "queues", 1, 2, complaint)) < 0) {
        return false;
    }
    device->permanent.listed = persistent == 1;
    device->permanent.multi = queues == 2;
    return read_place(scenario, &device->permanent, tree, value, complaint);
}

bool
scenario_read_devices(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                      struct complaint *complaint)
{
    static const char *const kinds[] = {"tap", "veth", "macvtap"};
    static const enum device_kind of[] = {DEVICE_TAP, DEVICE_VETH, DEVICE_MACVTAP};
    static const struct tree_key keys[KEYS] = {{"kind", true},
                                               {"persistent", false},
                                               {"bridge", false},
                                               {"vlan", false},
                                               {"queues", false}};
    size_t count;

    if (!tree_members(tree, node, "devices", YAML_MAPPING_NODE, 0, SCENARIO_MAX_DEVICES, &count,
                      complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i), *value[KEYS];
        const char *name = tree_text(tree, key, "a device's name", complaint);
        int kind;

        if (name == NULL ||
            !tree_mapping(tree, tree_value_at(tree, node, i), "a device", keys, KEYS, value,
                          complaint) ||
            (kind = tree_word(tree, value[KIND], "kind of device", kinds, 3, complaint)) < 0) {
            return false;
        }
        if (!ifname_valid(name) || strchr(name, '%') != NULL) {
            return tree_complain(tree, key, 0, complaint,
                                 "'%s' is not a name that the kernel gives a device", name);
        }
        strcpy(scenario->device[i].name, name);
        scenario->device[i].kind = of[kind];
        if (!read_permanent(scenario, &scenario->device[i], tree, value, complaint)) {
            return false;
        }
    }
    scenario->devices = (unsigned)count;
    return true;
}
