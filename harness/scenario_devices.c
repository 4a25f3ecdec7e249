/* The part of a scenario file that says which devices are there from the beginning: other
 * software's, and an administrator's persistent taps. */
#include "harness/scenario.h"

#include <string.h>

enum { KIND, PERSISTENT, BRIDGE, VLAN, QUEUES, KEYS };

/* Where it has been put: on a bridge of this host's, and on an Open vSwitch one with a tag. */
static bool
read_place(const struct scenario *scenario, struct preset *preset, const struct document *document,
           yaml_node_t *const value[KEYS])
{
    int bridge = -1, vlan = VLAN_NONE;

    if ((value[BRIDGE] != NULL &&
         (bridge = scenario_read_bridge(scenario, document, value[BRIDGE])) < 0) ||
        (value[VLAN] != NULL && (vlan = scenario_read_vlan(document, value[VLAN])) < 0)) {
        return false;
    }
    if (bridge >= 0 && scenario->bridge[bridge].kind == BRIDGE_MIDONET) {
        return document_diagnose(document, value[BRIDGE], 0,
                                 "a persistent tap can be on a bridge of kind linux or ovs");
    }
    if (vlan != VLAN_NONE && (bridge < 0 || scenario->bridge[bridge].kind != BRIDGE_OVS)) {
        return document_diagnose(document, value[VLAN], 0,
                                 "only a port of a bridge of kind ovs has a VLAN");
    }
    preset->bridge = (uint8_t)(bridge + 1);
    preset->vlan = (uint8_t)vlan;
    return true;
}

/* What an administrator's tap alone has. */
static bool
read_preset(const struct scenario *scenario, struct scenario_device *device,
            const struct document *document, yaml_node_t *const value[KEYS])
{
    int persistent = 0, queues = 1;

    if (value[PERSISTENT] != NULL &&
        (persistent = document_truth(document, value[PERSISTENT], "persistent")) < 0) {
        return false;
    }
    if (persistent == 1 && device->kind != DEVICE_TAP) {
        return document_diagnose(document, value[PERSISTENT], 0, "only a tap can be persistent");
    }
    for (int i = PERSISTENT + 1; i < KEYS; i++) {
        if (value[i] != NULL && persistent == 0) {
            return document_diagnose(document, value[i], 0,
                                     "bridge, vlan and queues are of a tap with persistent: true");
        }
    }
    if (value[QUEUES] != NULL &&
        (queues = document_number(document, value[QUEUES], "queues", 1, 2)) < 0) {
        return false;
    }
    device->preset.present = persistent == 1;
    device->preset.multi = queues == 2;
    return read_place(scenario, &device->preset, document, value);
}

bool
scenario_read_devices(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    static const char *const kinds[] = {"tap", "veth", "macvtap"};
    static const enum device_kind of[] = {DEVICE_TAP, DEVICE_VETH, DEVICE_MACVTAP};
    static const struct document_key keys[KEYS] = {{"kind", true},
                                                   {"persistent", false},
                                                   {"bridge", false},
                                                   {"vlan", false},
                                                   {"queues", false}};
    size_t count;

    if (!document_members(document, node, "devices", YAML_MAPPING_NODE, 0, SCENARIO_MAX_DEVICES,
                          &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = document_key_at(document, node, i), *value[KEYS];
        const char *name = document_text(document, key, "a device's name");
        int kind;

        if (name == NULL ||
            !document_mapping(document, document_value_at(document, node, i), "a device", keys,
                              KEYS, value) ||
            (kind = document_word(document, value[KIND], "kind of device", kinds, 3)) < 0) {
            return false;
        }
        if (!scenario_check_name(scenario, document, key, 0, name)) {
            return false;
        }
        strcpy(scenario->device[i].name, name);
        scenario->device[i].kind = of[kind];
        if (!read_preset(scenario, &scenario->device[i], document, value)) {
            return false;
        }
    }
    scenario->devices = (unsigned)count;
    return true;
}
