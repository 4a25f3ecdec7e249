/* The part of a scenario file that says which bridges there are. */
#include "harness/scenario.h"

#include <string.h>

const char *const scenario_datapaths[2] = {"system", "netdev"};

void
scenario_use_datapath(struct scenario *scenario, const char *datapath)
{
    scenario->datapath = datapath;
    for (unsigned i = 0; i < scenario->bridges && datapath != NULL; i++) {
        scenario->bridge[i].datapath =
            strcmp(datapath, "netdev") == 0 ? DATAPATH_NETDEV : DATAPATH_SYSTEM;
    }
}

/* What an Open vSwitch bridge alone has: the other keys of a bridge. */
static bool
read_switch(struct scenario_bridge *bridge, const struct document *document, yaml_node_t *datapath,
            yaml_node_t *wiring)
{
    static const char *const wirings[] = {"bridge", "iface-id"};
    int word = DATAPATH_SYSTEM, wired = 0;

    if (bridge->kind != BRIDGE_OVS && (datapath != NULL || wiring != NULL)) {
        return document_diagnose(document, datapath != NULL ? datapath : wiring, 0,
                                 "only a bridge of kind ovs has a %s to choose",
                                 datapath != NULL ? "datapath" : "wiring");
    }
    if ((datapath != NULL &&
         (word = document_word(document, datapath, "datapath", scenario_datapaths, 2)) < 0) ||
        (wiring != NULL && (wired = document_word(document, wiring, "wiring", wirings, 2)) < 0)) {
        return false;
    }
    bridge->datapath = (enum datapath)word;
    bridge->wired = wired == 1;
    return true;
}

bool
scenario_read_network(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    static const char *const kinds[] = {"linux", "ovs", "midonet"};
    static const enum bridge_kind kind_of[] = {BRIDGE_LINUX, BRIDGE_OVS, BRIDGE_MIDONET};
    static const struct document_key keys[] = {
        {"kind", true}, {"datapath", false}, {"wiring", false}};
    size_t count;

    if (!document_members(document, node, "network", YAML_MAPPING_NODE, 0, MAX_BRIDGES, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct scenario_bridge *bridge = &scenario->bridge[i];
        yaml_node_t *value[3];
        int kind;

        if (!scenario_read_word(document, document_key_at(document, node, i), "a bridge's name",
                                bridge->name) ||
            !scenario_check_bridge(document, document_key_at(document, node, i), bridge->name) ||
            !document_mapping(document, document_value_at(document, node, i), "a bridge", keys, 3,
                              value) ||
            (kind = document_word(document, value[0], "kind of bridge", kinds, 3)) < 0) {
            return false;
        }
        bridge->kind = kind_of[kind];
        if (!read_switch(bridge, document, value[1], value[2])) {
            return false;
        }
    }
    scenario->bridges = (unsigned)count;
    return true;
}

int
scenario_read_bridge(const struct scenario *scenario, const struct document *document,
                     yaml_node_t *node)
{
    const char *names[MAX_BRIDGES];

    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    return document_word(document, node, "bridge", names, scenario->bridges);
}

bool
scenario_has_ovs(const struct scenario *scenario)
{
    for (unsigned bridge = 0; bridge < scenario->bridges; bridge++) {
        if (scenario->bridge[bridge].kind == BRIDGE_OVS) {
            return true;
        }
    }
    return false;
}
