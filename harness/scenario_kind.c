/* The part of a nic that says what its device is: a tap, or a link, and which name its definition
 * has from elsewhere. */
#include "harness/scenario.h"

#include <string.h>

/* nic.xml: a name that a macvtap, or a device of the nic's own template, had elsewhere. */
static bool
read_carried(struct scenario_card *card, const struct tree *tree, yaml_node_t *node,
             struct complaint *complaint)
{
    const char *text = tree_text(tree, node, "the name in a definition", complaint);
    const char *prefix = card->kind == NIC_MACVTAP ? "macvtap" : card->device;
    size_t length = strlen(prefix), digits;

    if (text == NULL) {
        return false;
    }
    if (card->kind == NIC_VETH || card->template != (card->kind == NIC_TAP)) {
        return tree_complain(tree, node, 0, complaint,
                             "only a generated name can be kept by a definition: of a macvtap "
                             "without a name, or by the template of a tap");
    }
    digits = strncmp(text, prefix, length) == 0 ? strspn(text + length, "0123456789") : 0;
    if (digits == 0 || text[length + digits] != '\0' || (text[length] == '0' && digits > 1) ||
        !ifname_valid(text)) {
        return tree_complain(tree, node, 0, complaint, "'%s' is not '%s' with a number behind it",
                             text, prefix);
    }
    strcpy(card->carried, text);
    return true;
}

static bool
check_macvtap(const struct scenario *scenario, unsigned index, const struct tree *tree,
              const struct scenario_kind *nodes, struct complaint *complaint)
{
    const struct scenario_card *card = &scenario->card[index];

    if (nodes->bridge != NULL) {
        return tree_complain(tree, nodes->bridge, 0, complaint,
                             "a macvtap is on its parent device, and on no bridge");
    }
    if (card->template) {
        return tree_complain(tree, nodes->name, 0, complaint,
                             "the name of a macvtap is fixed, or generated as macvtap%%d");
    }
    /* The kernel does not set up two of one parent with one address (macvlan_addr_busy). */
    for (unsigned i = 0; i < MAX_CARDS; i++) {
        if (i != index && scenario->card[i].kind == NIC_MACVTAP &&
            scenario->card[i].mac == card->mac) {
            return tree_complain(tree, nodes->mac, 0, complaint,
                                 "two macvtaps of one parent cannot have one MAC address");
        }
    }
    return true;
}

static bool
check_veth(const struct scenario *scenario, unsigned index, const struct tree *tree,
           const struct scenario_kind *nodes, struct complaint *complaint)
{
    const struct scenario_card *card = &scenario->card[index];

    if (card->bridge != 0 && scenario->bridge[card->bridge - 1].kind != BRIDGE_LINUX) {
        return tree_complain(tree, nodes->bridge, 0, complaint,
                             "a veth is modelled on a Linux bridge alone");
    }
    if (card->device[0] == '\0') {
        return tree_complain(tree, nodes->kind, 0, complaint,
                             "a veth needs a name, fixed or a template such as veth%%d");
    }
    return true;
}

bool
scenario_read_kind(struct scenario *scenario, unsigned index, const struct tree *tree,
                   const struct scenario_kind *nodes, struct complaint *complaint)
{
    static const char *const kinds[] = {"tap", "macvtap", "veth"};
    static const enum nic_kind of[] = {NIC_TAP, NIC_MACVTAP, NIC_VETH};
    static const char *const ways[] = {"direct", "network"};
    struct scenario_card *card = &scenario->card[index];
    int kind = 0, way = 0;

    if (nodes->kind != NULL &&
        (kind = tree_word(tree, nodes->kind, "kind of nic", kinds, 3, complaint)) < 0) {
        return false;
    }
    card->kind = of[kind];
    if (nodes->via != NULL && card->kind != NIC_MACVTAP) {
        return tree_complain(tree, nodes->via, 0, complaint,
                             "only a macvtap comes by type='direct' or by type='network'");
    }
    if ((nodes->via != NULL &&
         (way = tree_word(tree, nodes->via, "via", ways, 2, complaint)) < 0) ||
        (card->kind == NIC_MACVTAP && !check_macvtap(scenario, index, tree, nodes, complaint)) ||
        (card->kind == NIC_VETH && !check_veth(scenario, index, tree, nodes, complaint))) {
        return false;
    }
    card->network = way == 1;
    if (nodes->opening != NULL && card->kind != NIC_TAP) {
        return tree_complain(tree, nodes->opening, 0, complaint,
                             "only a tap has queues or a limit, and is managed or not");
    }
    if (nodes->xml != NULL && card->kind == NIC_MACVTAP && nodes->name != NULL) {
        return tree_complain(tree, nodes->xml, 0, complaint,
                             "the user's own name is what its definition carries");
    }
    return nodes->xml == NULL || read_carried(card, tree, nodes->xml, complaint);
}
