/* The part of a scenario file that says what a guest's nic is. */
#include "harness/scenario.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* nic.name: a template, or a fixed name that libvirt would not take for one of its own. */
static bool
read_device_name(const struct scenario *scenario, struct scenario_nic *nic,
                 const struct document *document, yaml_node_t *node)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const char *text = document_text(document, node, "a device's name");

    if (text == NULL) {
        return false;
    }
    if (strchr(text, '%') != NULL) {
        if (!ifname_template(text, nic->device)) {
            return document_diagnose(
                document, node, 0,
                "'%s' is no template: it has to be a prefix of at most %d bytes with one %%d "
                "behind it",
                text, IFNAME_SIZE - 3);
        }
        nic->is.template = true;
        return scenario_check_template(scenario, document, node, nic->device);
    }
    if (!scenario_check_name(scenario, document, node, 0, text)) {
        return false;
    }
    for (size_t i = 0; i < sizeof generated / sizeof *generated && !nic->is.unmanaged; i++) {
        if (strncmp(text, generated[i], strlen(generated[i])) == 0) {
            return document_diagnose(
                document, node, 0,
                "a fixed name must not begin with '%s': libvirt takes it for one of its own",
                generated[i]);
        }
    }
    strcpy(nic->device, text);
    return true;
}

/* A MAC address, as six pairs of hexadecimal digits. */
static bool
read_mac(const struct document *document, yaml_node_t *node, char mac[18])
{
    const char *text = document_text(document, node, "a MAC address");
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
    if (!valid) {
        return document_diagnose(document, node, 0, "'%s' is not a MAC address", text);
    }
    /* eth_validate_addr() of the kernel's, and libvirt's virMacAddrIsMulticast(). */
    return (strchr("02468ace", mac[1]) != NULL && strcmp(mac, "00:00:00:00:00:00") != 0) ||
           document_diagnose(document, node, 0,
                             "'%s' is not the MAC address of one device: it is %s", text,
                             mac[1] == '0' ? "zero" : "a multicast address");
}

/* nic.queues, nic.managed: how the tap is opened, and whether libvirt may do more than that. */
static bool
read_opening(struct nic *nic, const struct document *document, yaml_node_t *queues,
             yaml_node_t *managed)
{
    int number = 1, managed_is = 1;

    if ((queues != NULL && (number = document_number(document, queues, "queues", 1, 2)) < 0) ||
        (managed != NULL && (managed_is = document_truth(document, managed, "managed")) < 0)) {
        return false;
    }
    nic->multi_queue = number == 2;
    nic->unmanaged = managed_is == 0;
    return true;
}

/* What its device is to be given, a key each.  *first is the first one that is there. */
static bool
read_properties(struct nic *nic, const struct document *document,
                yaml_node_t *const value[PROPERTIES], yaml_node_t **first)
{
    *first = NULL;
#define X(id, member, key, text, oracle)                               \
    if (value[PROPERTY_##id] != NULL) {                                \
        int has = document_truth(document, value[PROPERTY_##id], key); \
                                                                       \
        if (has < 0) {                                                 \
            return false;                                              \
        }                                                              \
        nic->member = has == 1;                                        \
        *first = *first == NULL ? value[PROPERTY_##id] : *first;       \
    }
    NIC_PROPERTIES(X)
#undef X
    return true;
}

static bool
read_vlan(const struct scenario *scenario, struct scenario_nic *nic,
          const struct document *document, yaml_node_t *node)
{
    int vlan = scenario_read_vlan(document, node);

    if (vlan >= 0 &&
        (nic->is.bridge == 0 || scenario->bridge[nic->is.bridge - 1].kind != BRIDGE_OVS)) {
        return document_diagnose(document, node, 0,
                                 "only a port of a bridge of kind ovs has a VLAN");
    }
    nic->is.vlan = (uint8_t)(vlan < 0 ? 0 : vlan);
    return vlan >= 0;
}

/* Its own address, or one that another nic may have as well. */
static bool
read_address(struct scenario *scenario, unsigned index, const struct document *document,
             yaml_node_t *node, struct scenario_macs *macs)
{
    struct nic *nic = &scenario->nic[index].is;

    nic->mac = (uint8_t)(index + 1);
    snprintf(macs->text[index], sizeof macs->text[index], "(nic %u's own)", index % MAX_NICS);
    if (node != NULL && !read_mac(document, node, macs->text[index])) {
        return false;
    }
    for (unsigned i = MAX_NICS; i-- > 0;) {
        if (i != index && strcmp(macs->text[i], macs->text[index]) == 0) {
            nic->mac = scenario->nic[i].is.mac;
        }
    }
    return true;
}

bool
scenario_read_nic(struct scenario *scenario, unsigned index, const struct document *document,
                  yaml_node_t *node, struct scenario_macs *macs)
{
    enum { BRIDGE, MAC, NAME, VLAN, QUEUES, MANAGED, KIND, XML, VIA, GIVEN };
    enum { KEYS = GIVEN + PROPERTIES };
    static const struct document_key keys[KEYS] = {
        {"bridge", false},  {"mac", false},  {"name", false}, {"vlan", false}, {"queues", false},
        {"managed", false}, {"kind", false}, {"xml", false},  {"via", false},
#define X(id, member, key, text, oracle) {key, false},
        NIC_PROPERTIES(X)
#undef X
    };
    struct scenario_nic *nic = &scenario->nic[index];
    yaml_node_t *value[KEYS], *given;
    int bridge = -1;

    if (!document_mapping(document, node, "a nic", keys, KEYS, value) ||
        !read_opening(&nic->is, document, value[QUEUES], value[MANAGED]) ||
        !read_properties(&nic->is, document, &value[GIVEN], &given)) {
        return false;
    }
    if ((value[BRIDGE] != NULL &&
         (bridge = scenario_read_bridge(scenario, document, value[BRIDGE])) < 0) ||
        !read_address(scenario, index, document, value[MAC], macs)) {
        return false;
    }
    nic->is.bridge = (uint8_t)(bridge + 1);
    if ((value[NAME] != NULL && !read_device_name(scenario, nic, document, value[NAME])) ||
        (value[VLAN] != NULL && !read_vlan(scenario, nic, document, value[VLAN]))) {
        return false;
    }
    if (nic->is.unmanaged && (nic->device[0] == '\0' || nic->is.template || nic->is.bridge != 0)) {
        return document_diagnose(
            document, value[MANAGED], 0,
            "managed: false is for a nic with a name and without a bridge: its "
            "device is there already, and is left where it is");
    }
    struct scenario_kind kind = {.kind = value[KIND],
                                 .xml = value[XML],
                                 .via = value[VIA],
                                 .bridge = value[BRIDGE],
                                 .name = value[NAME],
                                 .mac = value[MAC],
                                 .opening = value[QUEUES] != NULL    ? value[QUEUES]
                                            : value[MANAGED] != NULL ? value[MANAGED]
                                                                     : given};
    if (!scenario_read_kind(scenario, index, document, &kind)) {
        return false;
    }
    /* virNetDevTapCreateInBridgePort of libvirt's: a tap has its guest's address with fe in front.
     */
    return nic->is.kind != NIC_TAP || nic->is.bridge == 0 ||
           strncmp(macs->text[index], "fe:", 3) != 0 ||
           document_diagnose(document, value[MAC], 0,
                             "libvirt keeps MAC addresses that begin with fe for its taps");
}
