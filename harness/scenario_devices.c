/* The parts of a scenario file that say what is there from the beginning: devices, other software's
 * and an administrator's persistent taps, and what is left in OVSDB from before. */
#include "harness/scenario.h"

/* What an administrator's tap alone has: where it has been put, a bridge of this host's, and on an
 * Open vSwitch one a tag. */
static bool
read_device(const struct scenario *scenario, struct scenario_device *device, struct part part)
{
    enum { KIND, PERSISTENT, BRIDGE, VLAN, QUEUES, KEYS };
    static const char *const kinds[] = {"tap", "veth", "macvtap", NULL}; /* from DEVICE_TAP on */
    static const struct document_key keys[KEYS] = {
        [KIND] = {.name = "kind", .required = true, .what = "kind of device", .words = kinds},
        [PERSISTENT] = {.name = "persistent", .words = document_truths},
        [BRIDGE] = {.name = "bridge"},
        [VLAN] = {.name = "vlan", .least = 1, .most = VLAN_MAX},
        [QUEUES] = {.name = "queues", .least = 1, .most = 2},
    };
    struct preset *preset = &device->preset;
    struct part in[KEYS];

    if (!part_mapping(part, "a device", keys, KEYS, in)) {
        return false;
    }
    device->kind = DEVICE_TAP + (unsigned)in[KIND].value;
    preset->present = (uint8_t)in[PERSISTENT].value;
    preset->multi = in[QUEUES].value == 2;
    preset->vlan = (uint8_t)in[VLAN].value;
    if (preset->present && device->kind != DEVICE_TAP) {
        return refuse(in[PERSISTENT], "only a tap can be persistent");
    }
    for (int i = PERSISTENT + 1; i < KEYS; i++) {
        if (in[i].node != NULL && !preset->present) {
            return refuse(in[i], "bridge, vlan and queues are of a tap with persistent: true");
        }
    }
    if (!scenario_read_bridge(scenario, in[BRIDGE], &preset->bridge)) {
        return false;
    }
    if (scenario_bridge_kind(scenario, preset->bridge) == BRIDGE_MIDONET) {
        return refuse(in[BRIDGE], "a persistent tap can be on a bridge of kind linux or ovs");
    }
    return scenario_check_vlan(scenario, in[VLAN], preset->bridge);
}

bool
scenario_read_devices(struct scenario *scenario, struct part part)
{
    int count = part_members(part, "devices", YAML_MAPPING_NODE, 0, SCENARIO_MAX_DEVICES);

    for (int i = 0; i < count; i++) {
        struct scenario_device *device = &scenario->device[i];

        if (!read_device(scenario, device, part_member(part, i)) ||
            !scenario_read_name(scenario, part_key(part, i), "a device's name", device->name)) {
            return false;
        }
    }
    scenario->devices = (unsigned)count;
    return count >= 0;
}

static bool
read_row(const struct scenario *scenario, struct scenario_row *row, struct part part)
{
    enum { BRIDGE, VLAN, KEYS };
    static const struct document_key keys[KEYS] = {
        [BRIDGE] = {.name = "bridge", .required = true},
        [VLAN] = {.name = "vlan", .least = 1, .most = VLAN_MAX}};
    struct part in[KEYS];

    if (!part_mapping(part, "a row", keys, KEYS, in) ||
        !scenario_read_bridge(scenario, in[BRIDGE], &row->is.bridge)) {
        return false;
    }
    row->is.vlan = (uint8_t)in[VLAN].value;
    return scenario_bridge_kind(scenario, row->is.bridge) == BRIDGE_OVS ||
           refuse(in[BRIDGE], "only a bridge of kind ovs has rows: '%s' has none",
                  scenario->bridge[row->is.bridge - 1].name);
}

bool
scenario_read_rows(struct scenario *scenario, struct part part)
{
    int count = part_members(part, "rows", YAML_MAPPING_NODE, 0, SCENARIO_MAX_ROWS);

    if (count > 0) {
        scenario->rows_at = part_place(part, 0);
    }
    for (int i = 0; i < count; i++) {
        struct scenario_row *row = &scenario->row[i];

        if (!read_row(scenario, row, part_member(part, i)) ||
            !scenario_read_name(scenario, part_key(part, i), "a row's name", row->name)) {
            return false;
        }
    }
    scenario->rows = (unsigned)count;
    return count >= 0;
}
