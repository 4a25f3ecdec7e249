/* The part of a scenario file that says which guests there are. */
#include "harness/scenario.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool
scenario_read_word(const struct tree *tree, yaml_node_t *node, const char *what,
                   char word[SCENARIO_MAX_WORD], struct complaint *complaint)
{
    static const char *const reserved[] = {"ovs-vswitchd", "clock",  "other",   "other2",
                                           "kernel",       "helper", "timeout", "agent",
                                           "qemu",         "ovsdb",  "netns"};
    const char *text = tree_text(tree, node, what, complaint);
    bool own = false;

    if (text == NULL) {
        return false;
    }
    if (strlen(text) >= SCENARIO_MAX_WORD ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text) || text[0] < 'a') {
        return tree_complain(
            tree, node, 0, complaint,
            "%s '%s' has to be 1 to %d small letters, digits and dashes, a letter first", what,
            text, SCENARIO_MAX_WORD - 1);
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        own = own || strcmp(text, reserved[i]) == 0;
    }
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        const char *actor = fault_actor((enum fault)fault);

        own = own || (actor != NULL && strcmp(text, actor) == 0);
    }
    if (own) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is the name of an actor of tapweave's own", text);
    }
    strcpy(word, text);
    return true;
}

/* nic.name: a template, or a fixed name that libvirt would not take for one of its own. */
static bool
read_device_name(struct scenario_guest *guest, const struct tree *tree, yaml_node_t *node,
                 struct complaint *complaint)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const char *text = tree_text(tree, node, "a device's name", complaint);

    if (text == NULL) {
        return false;
    }
    if (strchr(text, '%') != NULL) {
        if (!ifname_template(text, guest->device)) {
            return tree_complain(
                tree, node, 0, complaint,
                "'%s' is no template: it has to be a prefix of at most %d bytes with one %%d "
                "behind it",
                text, IFNAME_SIZE - 3);
        }
        guest->template = true;
        return true;
    }
    if (!ifname_valid(text)) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is not a name that the kernel gives a device", text);
    }
    for (size_t i = 0; i < sizeof generated / sizeof *generated && !guest->unmanaged; i++) {
        if (strncmp(text, generated[i], strlen(generated[i])) == 0) {
            return tree_complain(
                tree, node, 0, complaint,
                "a fixed name must not begin with '%s': libvirt takes it for one of its own",
                generated[i]);
        }
    }
    strcpy(guest->device, text);
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

/* What the guests' MACs are as text while they are read, to tell equal ones. */
struct macs {
    char text[MAX_GUESTS][18];
};

/* nic.queues, nic.managed, nic.limit: how the tap is opened, whether libvirt may do more than that,
 * and whether its bandwidth has a limit. */
static bool
read_opening(struct scenario_guest *guest, const struct tree *tree, yaml_node_t *queues,
             yaml_node_t *managed, yaml_node_t *limit, struct complaint *complaint)
{
    int number = 1, truth = 1, limited = 0;

    if ((queues != NULL && (number = tree_number(tree, queues, "queues", 1, 2, complaint)) < 0) ||
        (managed != NULL && (truth = tree_truth(tree, managed, "managed", complaint)) < 0) ||
        (limit != NULL && (limited = tree_truth(tree, limit, "limit", complaint)) < 0)) {
        return false;
    }
    guest->multi_queue = number == 2;
    guest->unmanaged = truth == 0;
    guest->limited = limited == 1;
    return true;
}

static bool
read_vlan(const struct scenario *scenario, struct scenario_guest *guest, const struct tree *tree,
          yaml_node_t *node, struct complaint *complaint)
{
    int vlan = scenario_read_vlan(tree, node, complaint);

    if (vlan >= 0 &&
        (guest->bridge == 0 || scenario->bridge[guest->bridge - 1].kind != BRIDGE_OVS)) {
        return tree_complain(tree, node, 0, complaint,
                             "only a port of a bridge of kind ovs has a VLAN");
    }
    guest->vlan = (uint8_t)(vlan < 0 ? 0 : vlan);
    return vlan >= 0;
}

static bool
read_nic(struct scenario *scenario, unsigned index, const struct tree *tree, yaml_node_t *node,
         struct macs *macs, struct complaint *complaint)
{
    enum { BRIDGE, MAC, NAME, VLAN, QUEUES, MANAGED, KIND, XML, VIA, LIMIT, KEYS };
    static const struct tree_key keys[KEYS] = {
        {"bridge", false},  {"mac", false},  {"name", false}, {"vlan", false}, {"queues", false},
        {"managed", false}, {"kind", false}, {"xml", false},  {"via", false},  {"limit", false}};
    struct scenario_guest *guest = &scenario->guest[index];
    const char *names[MAX_BRIDGES];
    yaml_node_t *value[KEYS];
    int bridge = -1;

    if (!tree_mapping(tree, node, "a nic", keys, KEYS, value, complaint) ||
        !read_opening(guest, tree, value[QUEUES], value[MANAGED], value[LIMIT], complaint)) {
        return false;
    }
    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
    }
    if (value[BRIDGE] != NULL && (bridge = tree_word(tree, value[BRIDGE], "bridge", names,
                                                     scenario->bridges, complaint)) < 0) {
        return false;
    }
    guest->bridge = (uint8_t)(bridge + 1);
    guest->mac = (uint8_t)(index + 1);
    snprintf(macs->text[index], sizeof macs->text[index], "(guest %u's own)", index % MAX_GUESTS);
    if (value[MAC] != NULL && !read_mac(tree, value[MAC], macs->text[index], complaint)) {
        return false;
    }
    for (unsigned i = index; i-- > 0;) {
        if (strcmp(macs->text[i], macs->text[index]) == 0) {
            guest->mac = scenario->guest[i].mac;
        }
    }
    if ((value[NAME] != NULL && !read_device_name(guest, tree, value[NAME], complaint)) ||
        (value[VLAN] != NULL && !read_vlan(scenario, guest, tree, value[VLAN], complaint))) {
        return false;
    }
    if (guest->unmanaged && (guest->device[0] == '\0' || guest->template || guest->bridge != 0)) {
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

bool
scenario_read_guests(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     struct complaint *complaint)
{
    static const struct tree_key keys[] = {
        {"nic", true}, {"state", false}, {"leaked", false}, {"sigterm", false}, {"daemon", false}};
    static const char *const states[] = {"stopped", "running"};
    static const char *const sigterms[] = {"obeyed", "ignored"};
    struct macs macs = {0};
    size_t count;

    if (!tree_members(tree, node, "guests", YAML_MAPPING_NODE, 1, MAX_GUESTS, &count, complaint)) {
        return false;
    }
    scenario->guests_at =
        (struct scenario_place){node->start_mark.line + 1, node->start_mark.column + 1};
    for (size_t i = 0; i < count; i++) {
        struct scenario_guest *guest = &scenario->guest[i];
        yaml_node_t *value[5];
        int running = 0, leaked = 0, sigterm = 0, daemon = 1;

        if (!scenario_read_word(tree, tree_key_at(tree, node, i), "a guest's name", guest->name,
                                complaint) ||
            !tree_mapping(tree, tree_value_at(tree, node, i), "a guest", keys, 5, value,
                          complaint) ||
            !read_nic(scenario, (unsigned)i, tree, value[0], &macs, complaint) ||
            (value[1] != NULL &&
             (running = tree_word(tree, value[1], "state", states, 2, complaint)) < 0) ||
            (value[2] != NULL && (leaked = tree_truth(tree, value[2], "leaked", complaint)) < 0) ||
            (value[3] != NULL &&
             (sigterm = tree_word(tree, value[3], "sigterm", sigterms, 2, complaint)) < 0) ||
            (value[4] != NULL &&
             (daemon = tree_number(tree, value[4], "daemon", 1, MAX_DAEMONS, complaint)) < 0)) {
            return false;
        }
        guest->running = running == 1;
        guest->leaked = leaked == 1;
        guest->daemon = (uint8_t)(daemon - 1);
        guest->ignores_sigterm = sigterm == 1;
        if (guest->leaked && guest->kind != NIC_TAP) {
            return tree_complain(tree, value[2], 0, complaint,
                                 "only a tap lives as long as somebody has a descriptor of it");
        }
        if (guest->running && guest->carried[0] != '\0') {
            return tree_complain(tree, value[1], 0, complaint,
                                 "what its definition carried ('xml') does not matter any more");
        }
        if (guest->leaked && !guest->running) {
            return tree_complain(tree, value[2], 0, complaint,
                                 "only a running guest has a tap whose descriptor could be leaked");
        }
    }
    scenario->guests = (unsigned)count;
    return true;
}
