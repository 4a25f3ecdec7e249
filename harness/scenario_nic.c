/* The part of a scenario file that says what a guest's network card is. */
#include "harness/scenario.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* nic.name: a template, or a fixed name that libvirt would not take for one of its own. */
static bool
read_device_name(struct scenario_card *card, const struct tree *tree, yaml_node_t *node,
                 struct complaint *complaint)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const char *text = tree_text(tree, node, "a device's name", complaint);

    if (text == NULL) {
        return false;
    }
    if (strchr(text, '%') != NULL) {
        if (!ifname_template(text, card->device)) {
            return tree_complain(
                tree, node, 0, complaint,
                "'%s' is no template: it has to be a prefix of at most %d bytes with one %%d "
                "behind it",
                text, IFNAME_SIZE - 3);
        }
        card->template = true;
        return true;
    }
    if (!ifname_valid(text)) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is not a name that the kernel gives a device", text);
    }
    for (size_t i = 0; i < sizeof generated / sizeof *generated && !card->unmanaged; i++) {
        if (strncmp(text, generated[i], strlen(generated[i])) == 0) {
            return tree_complain(
                tree, node, 0, complaint,
                "a fixed name must not begin with '%s': libvirt takes it for one of its own",
                generated[i]);
        }
    }
    strcpy(card->device, text);
    return true;
}

/* A MAC address, as six pairs of hexadecimal digits. */
static bool
read_mac(const struct tree *tree, yaml_node_t *node, char mac[18], struct complaint *complaint)
{
    const char *text = tree_text(tree, node, "a MAC address", complaint);
    bool valid;

    if (text == NULL) {
        return false;
    }
    valid = strlen(text) == 17;
    for (size_t i = 0; i < 17 && valid; i++) {
        valid = i % 3 == 2 ? text[i] == ':' : strchr("0123456789abcdefABCDEF", text[i]) != NULL;
        mac[i] = (char)tolower((unsigned char)text[i]);
    }
    mac[17] = '\0';
    return valid || tree_complain(tree, node, 0, complaint, "'%s' is not a MAC address", text);
}

/* nic.queues, nic.managed, nic.limit: how the tap is opened, whether libvirt may do more than that,
 * and whether its bandwidth has a limit. */
static bool
read_opening(struct scenario_card *card, const struct tree *tree, yaml_node_t *queues,
             yaml_node_t *managed, yaml_node_t *limit, struct complaint *complaint)
{
    int number = 1, truth = 1, limited = 0;

    if ((queues != NULL && (number = tree_number(tree, queues, "queues", 1, 2, complaint)) < 0) ||
        (managed != NULL && (truth = tree_truth(tree, managed, "managed", complaint)) < 0) ||
        (limit != NULL && (limited = tree_truth(tree, limit, "limit", complaint)) < 0)) {
        return false;
    }
    card->multi_queue = number == 2;
    card->unmanaged = truth == 0;
    card->limited = limited == 1;
    return true;
}

static bool
read_vlan(const struct scenario *scenario, struct scenario_card *card, const struct tree *tree,
          yaml_node_t *node, struct complaint *complaint)
{
    int vlan = scenario_read_vlan(tree, node, complaint);

    if (vlan >= 0 && (card->bridge == 0 || scenario->bridge[card->bridge - 1].kind != BRIDGE_OVS)) {
        return tree_complain(tree, node, 0, complaint,
                             "only a port of a bridge of kind ovs has a VLAN");
    }
    card->vlan = (uint8_t)(vlan < 0 ? 0 : vlan);
    return vlan >= 0;
}

bool
scenario_read_nic(struct scenario *scenario, unsigned index, const struct tree *tree,
                  yaml_node_t *node, struct scenario_macs *macs, struct complaint *complaint)
{
    enum { BRIDGE, MAC, NAME, VLAN, QUEUES, MANAGED, KIND, XML, VIA, LIMIT, KEYS };
    static const struct tree_key keys[KEYS] = {
        {"bridge", false},  {"mac", false},  {"name", false}, {"vlan", false}, {"queues", false},
        {"managed", false}, {"kind", false}, {"xml", false},  {"via", false},  {"limit", false}};
    struct scenario_card *card = &scenario->card[index];
    const char *names[MAX_BRIDGES];
    yaml_node_t *value[KEYS];
    int bridge = -1;

    if (!tree_mapping(tree, node, "a nic", keys, KEYS, value, complaint) ||
        !read_opening(card, tree, value[QUEUES], value[MANAGED], value[LIMIT], complaint)) {
        return false;
    }
    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if (value[BRIDGE] != NULL && (bridge = tree_word(tree, value[BRIDGE], "bridge", names,
                                                     scenario->bridges, complaint)) < 0) {
        return false;
    }
    card->bridge = (uint8_t)(bridge + 1);
    card->mac = (uint8_t)(index + 1);
    snprintf(macs->text[index], sizeof macs->text[index], "(card %u's own)", index % MAX_CARDS);
    if (value[MAC] != NULL && !read_mac(tree, value[MAC], macs->text[index], complaint)) {
        return false;
    }
    for (unsigned i = MAX_CARDS; i-- > 0;) {
        if (i != index && strcmp(macs->text[i], macs->text[index]) == 0) {
            card->mac = scenario->card[i].mac;
        }
    }
    if ((value[NAME] != NULL && !read_device_name(card, tree, value[NAME], complaint)) ||
        (value[VLAN] != NULL && !read_vlan(scenario, card, tree, value[VLAN], complaint))) {
        return false;
    }
    if (card->unmanaged && (card->device[0] == '\0' || card->template || card->bridge != 0)) {
        return tree_complain(tree, value[MANAGED], 0, complaint,
                             "managed: false is for a nic with a name and without a bridge: its "
                             "device is there already, and is left where it is");
    }
    return scenario_read_kind(
        scenario, index, tree,
        &(struct scenario_kind){.kind = value[KIND],
                                .xml = value[XML],
                                .via = value[VIA],
                                .bridge = value[BRIDGE],
                                .name = value[NAME],
                                .mac = value[MAC],
                                .opening = value[QUEUES] != NULL    ? value[QUEUES]
                                           : value[MANAGED] != NULL ? value[MANAGED]
                                                                    : value[LIMIT]},
        complaint);
}
