/* The part of a scenario file that says which devices are there from the beginning: other
 * software's, and an administrator's persistent taps. */
#include "harness/scenario.h"

#include <string.h>

/* persistent, bridge and queues, of an administrator's tap. */
static bool
read_permanent(const struct scenario *scenario, struct scenario_device *device,
               const struct tree *tree, yaml_node_t *const value[3], struct complaint *complaint)
{
    const char *names[MAX_BRIDGES];
    int persistent = 0, bridge = -1, queues = 1;

    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if (value[0] != NULL &&
        (persistent = tree_truth(tree, value[0], "persistent", complaint)) < 0) {
        return false;
    }
    if (persistent == 1 && device->kind != DEVICE_TAP) {
        return tree_complain(tree, value[0], 0, complaint, "only a tap can be persistent");
    }
    for (int i = 1; i < 3; i++) {
        if (value[i] != NULL && persistent == 0) {
            return tree_complain(tree, value[i], 0, complaint,
                                 "bridge and queues are of a tap with persistent: true");
        }
    }
    if ((value[1] != NULL &&
         (bridge = tree_word(tree, value[1], "bridge", names, scenario->bridges, complaint)) < 0) ||
        (value[2] != NULL &&
         (queues = tree_number(tree, value[2], "queues", 1, 2, complaint)) < 0)) {
        return false;
    }
    if (bridge >= 0 && scenario->bridge[bridge].kind != BRIDGE_LINUX) {
        return tree_complain(tree, value[1], 0, complaint,
                             "a persistent tap can be on a bridge of kind linux only");
    }
    device->permanent = (struct permanent){
        .listed = persistent == 1, .multi = queues == 2, .bridge = (uint8_t)(bridge + 1)};
    return true;
}

bool
scenario_read_devices(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                      struct complaint *complaint)
{
    static const char *const kinds[] = {"tap", "veth", "macvtap"};
    static const enum device_kind of[] = {DEVICE_TAP, DEVICE_VETH, DEVICE_MACVTAP};
    static const struct tree_key keys[] = {
        {"kind", true}, {"persistent", false}, {"bridge", false}, {"queues", false}};
    size_t count;

    if (!tree_members(tree, node, "devices", YAML_MAPPING_NODE, 0, SCENARIO_MAX_DEVICES, &count,
                      complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i), *value[4];
        const char *name = tree_text(tree, key, "a device's name", complaint);
        int kind;

        if (name == NULL ||
            !tree_mapping(tree, tree_value_at(tree, node, i), "a device", keys, 4, value,
                          complaint) ||
            (kind = tree_word(tree, value[0], "kind of device", kinds, 3, complaint)) < 0) {
            return false;
        }
        if (!ifname_valid(name) || strchr(name, '%') != NULL) {
            return tree_complain(tree, key, 0, complaint,
                                 "'%s' is not a name that the kernel gives a device", name);
        }
        strcpy(scenario->device[i].name, name);
        scenario->device[i].kind = of[kind];
        if (!read_permanent(scenario, &scenario->device[i], tree, value + 1, complaint)) {
            return false;
        }
    }
    scenario->devices = (unsigned)count;
    return true;
}
