/* The part of a nic that says what its device is: a tap, or a link, and which name its definition
 * has from elsewhere. */
#include "harness/scenario.h"

#include <string.h>

/* nic.xml: a name that a macvtap, or a device of the nic's own template, had elsewhere. */
static bool
read_carried(struct scenario_nic *nic, const struct document *document, yaml_node_t *node)
{
    const char *text = document_text(document, node, "the name in a definition");
    const char *prefix = nic->is.kind == NIC_MACVTAP ? "macvtap" : nic->device;

    if (text == NULL) {
        return false;
    }
    if (nic->is.kind == NIC_VETH || nic->is.template != (nic->is.kind == NIC_TAP)) {
        return document_diagnose(document, node, 0,
                                 "only a generated name can be kept by a definition: of a macvtap "
                                 "without a name, or by the template of a tap");
    }
    if (!scenario_is_made_of(text, prefix) || !ifname_valid(text)) {
        return document_diagnose(document, node, 0, "'%s' is not '%s' with a number behind it",
                                 text, prefix);
    }
    strcpy(nic->carried, text);
    return true;
}

static bool
check_macvtap(const struct scenario *scenario, unsigned index, const struct document *document,
              const struct scenario_kind *nodes)
{
    const struct scenario_nic *nic = &scenario->nic[index];

    if (nodes->bridge != NULL) {
        return document_diagnose(document, nodes->bridge, 0,
                                 "a macvtap is on its parent device, and on no bridge");
    }
    if (nic->is.template) {
        return document_diagnose(document, nodes->name, 0,
                                 "the name of a macvtap is fixed, or generated as macvtap%%d");
    }
    /* The kernel does not set up two of one parent with one address (macvlan_addr_busy). */
    for (unsigned i = 0; i < MAX_NICS; i++) {
        if (i != index && scenario->nic[i].is.kind == NIC_MACVTAP &&
            scenario->nic[i].is.mac == nic->is.mac) {
            return document_diagnose(document, nodes->mac, 0,
                                     "two macvtaps of one parent cannot have one MAC address");
        }
    }
    return true;
}

static bool
check_veth(const struct scenario *scenario, unsigned index, const struct document *document,
           const struct scenario_kind *nodes)
{
    const struct scenario_nic *nic = &scenario->nic[index];

    if (nic->is.bridge != 0 && scenario->bridge[nic->is.bridge - 1].kind != BRIDGE_LINUX) {
        return document_diagnose(document, nodes->bridge, 0,
                                 "a veth is modelled on a Linux bridge alone");
    }
    if (nic->device[0] == '\0') {
        return document_diagnose(document, nodes->kind, 0,
                                 "a veth needs a name, fixed or a template such as veth%%d");
    }
    return true;
}

bool
scenario_read_kind(struct scenario *scenario, unsigned index, const struct document *document,
                   const struct scenario_kind *nodes)
{
    static const char *const kinds[] = {"tap", "macvtap", "veth"};
    static const enum nic_kind of[] = {NIC_TAP, NIC_MACVTAP, NIC_VETH};
    static const char *const ways[] = {"direct", "network"};
    struct scenario_nic *nic = &scenario->nic[index];
    int kind = 0, way = 0;

    if (nodes->kind != NULL &&
        (kind = document_word(document, nodes->kind, "kind of nic", kinds, 3)) < 0) {
        return false;
    }
    nic->is.kind = (uint8_t)of[kind];
    if (nodes->via != NULL && nic->is.kind != NIC_MACVTAP) {
        return document_diagnose(document, nodes->via, 0,
                                 "only a macvtap comes by type='direct' or by type='network'");
    }
    if ((nodes->via != NULL && (way = document_word(document, nodes->via, "via", ways, 2)) < 0) ||
        (nic->is.kind == NIC_MACVTAP && !check_macvtap(scenario, index, document, nodes)) ||
        (nic->is.kind == NIC_VETH && !check_veth(scenario, index, document, nodes))) {
        return false;
    }
    nic->is.network = way == 1;
    if (nodes->opening != NULL && nic->is.kind != NIC_TAP) {
        return document_diagnose(document, nodes->opening, 0,
                                 "only a tap has queues or a limit, and is managed or not");
    }
    if (nodes->xml != NULL && nic->is.kind == NIC_MACVTAP && nodes->name != NULL) {
        return document_diagnose(document, nodes->xml, 0,
                                 "the user's own name is what its definition carries");
    }
    return nodes->xml == NULL || read_carried(nic, document, nodes->xml);
}
