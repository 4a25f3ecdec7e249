/* The part of a scenario file that says which bridges there are. */
#include "harness/scenario.h"

#include <string.h>

const char *const scenario_datapaths[3] = {
    [DATAPATH_SYSTEM] = "system", [DATAPATH_NETDEV] = "netdev"};

void
scenario_use_datapath(struct scenario *scenario, const char *datapath)
{
    const uint8_t given =
        datapath != NULL && strcmp(datapath, "netdev") == 0 ? DATAPATH_NETDEV : DATAPATH_SYSTEM;

    scenario->datapath = datapath;
    for (unsigned i = 0; i < scenario->world.bridges && datapath != NULL; i++) {
        if (scenario->world.bridge_kind[i] == BRIDGE_OVS && scenario->world.datapath[i] != given) {
            scenario->datapath_is_other = true;
        }
        scenario->world.datapath[i] = given;
    }
}

bool
scenario_read_network(struct scenario *scenario, struct part part)
{
    enum { KIND, DATAPATH, WIRING, KEYS };
    static const char *const kinds[] = {"linux", "ovs", "midonet", NULL}; /* from BRIDGE_LINUX on */
    static const char *const wirings[] = {"bridge", "iface-id", NULL};
    static const struct document_key keys[KEYS] = {
        [KIND] = {.name = "kind", .required = true, .what = "kind of bridge", .words = kinds},
        [DATAPATH] = {.name = "datapath", .words = scenario_datapaths},
        [WIRING] = {.name = "wiring", .words = wirings},
    };
    struct world *world = &scenario->world;
    int count = part_members(part, "network", YAML_MAPPING_NODE, 0, MAX_BRIDGES);

    for (int i = 0; i < count; i++) {
        struct part key = part_key(part, i), in[KEYS];
        char *name = scenario->bridge[i].name;

        if (!scenario_read_word(key, "a bridge's name", name) ||
            !scenario_check_bridge(key, name) ||
            !part_mapping(part_member(part, i), "a bridge", keys, KEYS, in)) {
            return false;
        }
        world->bridge_kind[i] = (uint8_t)(BRIDGE_LINUX + in[KIND].value);
        world->datapath[i] = (uint8_t)in[DATAPATH].value;
        world->wired[i] = (uint8_t)in[WIRING].value;
        for (int k = DATAPATH; k < KEYS && world->bridge_kind[i] != BRIDGE_OVS; k++) {
            if (in[k].node != NULL) {
                return refuse(in[k], "only a bridge of kind ovs has a %s to choose", keys[k].name);
            }
        }
    }
    world->bridges = (uint8_t)count;
    return count >= 0;
}

bool
scenario_read_bridge(const struct scenario *scenario, struct part part, uint8_t *bridge)
{
    const char *names[MAX_BRIDGES];
    int index = -1;

    for (unsigned i = 0; i < scenario->world.bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if (part.node != NULL) {
        index = part_word(part, "bridge", names, scenario->world.bridges);
    }
    *bridge = (uint8_t)(index + 1);
    return index >= 0 || part.node == NULL;
}

enum bridge_kind
scenario_bridge_kind(const struct scenario *scenario, unsigned bridge)
{
    return bridge == 0 ? BRIDGE_NONE : (enum bridge_kind)scenario->world.bridge_kind[bridge - 1];
}

bool
scenario_has_ovs(const struct scenario *scenario)
{
    return memchr(scenario->world.bridge_kind, BRIDGE_OVS, scenario->world.bridges) != NULL;
}

bool
scenario_check_vlan(const struct scenario *scenario, struct part vlan, unsigned bridge)
{
    return vlan.node == NULL || scenario_bridge_kind(scenario, bridge) == BRIDGE_OVS ||
           refuse(vlan, "only a port of a bridge of kind ovs has a VLAN");
}
