/* The part of a scenario file that says what a guest's nic is: a tap, or a link; what it is called,
 * or was called elsewhere; and where it is. */
#include "harness/scenario.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { BRIDGE, MAC, NAME, VLAN, QUEUES, MANAGED, KIND, XML, VIA, FILTER, GIVEN };
enum { KEYS = GIVEN + PROPERTIES };

/* A template, or a fixed name that libvirt would not take for one of its own. */
static bool
read_device_name(struct scenario *scenario, unsigned index, struct part part)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const char *text = part_text(part, "a device's name");
    struct nic *nic = &scenario->world.nic[index];
    char *device = scenario->nic[index].device;

    if (text == NULL) {
        return false;
    }
    if (strchr(text, '%') != NULL) {
        nic->template = ifname_template(text, device);
        return nic->template
                   ? scenario_check_template(scenario, part, device)
                   : refuse(part,
                            "'%s' is no template: it has to be a prefix of at most %d bytes with "
                            "one %%d behind it",
                            text, IFNAME_SIZE - 2);
    }
    if (!scenario_read_name(scenario, part, "a device's name", device)) {
        return false;
    }
    for (size_t i = 0; i < sizeof generated / sizeof *generated && !nic->unmanaged; i++) {
        if (strncmp(text, generated[i], strlen(generated[i])) == 0) {
            return refuse(
                part, "a fixed name must not begin with '%s': libvirt takes it for one of its own",
                generated[i]);
        }
    }
    return true;
}

/* A MAC address, as six pairs of hexadecimal digits. */
static bool
read_mac(struct part part, char mac[18])
{
    const char *text = part_text(part, "a MAC address");
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
        return refuse(part, "'%s' is not a MAC address", text);
    }
    /* eth_validate_addr() of the kernel's, and libvirt's virMacAddrIsMulticast(). */
    return (strchr("02468ace", mac[1]) != NULL && strcmp(mac, "00:00:00:00:00:00") != 0) ||
           refuse(part, "'%s' is not the MAC address of one device: it is %s", text,
                  mac[1] == '0' ? "zero" : "a multicast address");
}

/* Its own address, or one that another nic may have as well. */
static bool
read_address(struct scenario *scenario, unsigned index, struct part part)
{
    struct nic *nic = scenario->world.nic;
    char *mac = scenario->nic[index].mac;

    nic[index].mac = (uint8_t)(index + 1);
    snprintf(mac, sizeof scenario->nic[index].mac, "(nic %u's own)", index % MAX_NICS);
    if (part.node != NULL && !read_mac(part, mac)) {
        return false;
    }
    for (unsigned i = MAX_NICS; i-- > 0;) {
        if (i != index && strcmp(scenario->nic[i].mac, mac) == 0) {
            nic[index].mac = nic[i].mac;
        }
    }
    return true;
}

/* A name that a macvtap, or a device of the nic's own template, had elsewhere. */
static bool
read_carried(struct scenario *scenario, unsigned index, struct part part)
{
    const struct nic *nic = &scenario->world.nic[index];
    struct scenario_nic *names = &scenario->nic[index];
    const char *text = part_text(part, "the name in a definition");
    const char *prefix = nic->kind == NIC_MACVTAP ? "macvtap" : names->device;

    if (text == NULL) {
        return false;
    }
    if (nic->kind == NIC_VETH || nic->template != (nic->kind == NIC_TAP)) {
        return refuse(part, "only a generated name can be kept by a definition: of a macvtap "
                            "without a name, or by the template of a tap");
    }
    if (!scenario_is_made_of(text, prefix) || !ifname_valid(text)) {
        return refuse(part, "'%s' is not '%s' with a number behind it", text, prefix);
    }
    strcpy(names->carried, text);
    return true;
}

static bool
check_macvtap(const struct scenario *scenario, unsigned index, const struct part in[KEYS])
{
    const struct nic *nic = scenario->world.nic;

    if (in[BRIDGE].node != NULL) {
        return refuse(in[BRIDGE], "a macvtap is on its parent device, and on no bridge");
    }
    if (nic[index].template) {
        return refuse(in[NAME], "the name of a macvtap is fixed, or generated as macvtap%%d");
    }
    /* The kernel does not set up two of one parent with one address (macvlan_addr_busy). */
    for (unsigned i = 0; i < MAX_NICS; i++) {
        if (i != index && nic[i].kind == NIC_MACVTAP && nic[i].mac == nic[index].mac) {
            return refuse(in[MAC], "two macvtaps of one parent cannot have one MAC address");
        }
    }
    if (!nic[index].unfiltered) {
        return refuse(in[FILTER], "a macvtap has no packet filter");
    }
    return in[XML].node == NULL || in[NAME].node == NULL ||
           refuse(in[XML], "the user's own name is what its definition carries");
}

static bool
check_veth(const struct scenario *scenario, unsigned index, const struct part in[KEYS])
{
    if (in[BRIDGE].node != NULL &&
        scenario_bridge_kind(scenario, scenario->world.nic[index].bridge) != BRIDGE_LINUX) {
        return refuse(in[BRIDGE], "a veth is modelled on a Linux bridge alone");
    }
    return scenario->nic[index].device[0] != '\0' ||
           refuse(in[KIND], "a veth needs a name, fixed or a template such as veth%%d");
}

/* virNetDevTapCreateInBridgePort of libvirt's: a tap has its guest's address with fe in front. */
static bool
check_tap(const struct scenario *scenario, unsigned index, const struct part in[KEYS])
{
    return scenario->world.nic[index].bridge == 0 ||
           strncmp(scenario->nic[index].mac, "fe:", 3) != 0 ||
           refuse(in[MAC], "libvirt keeps MAC addresses that begin with fe for its taps");
}

/* What goes with a kind of nic, and what does not. */
static bool
check_kind(const struct scenario *scenario, unsigned index, const struct part in[KEYS])
{
    static bool (*const check[])(const struct scenario *, unsigned, const struct part *) = {
        [NIC_TAP] = check_tap, [NIC_MACVTAP] = check_macvtap, [NIC_VETH] = check_veth};
    enum nic_kind kind = (enum nic_kind)scenario->world.nic[index].kind;

    if (in[VIA].node != NULL && kind != NIC_MACVTAP) {
        return refuse(in[VIA], "only a macvtap comes by type='direct' or by type='network'");
    }
    if (!check[kind](scenario, index, in)) {
        return false;
    }
    for (int key = 0; key < KEYS && kind != NIC_TAP; key++) {
        if (in[key].node != NULL && (key == QUEUES || key == MANAGED || key >= GIVEN)) {
            return refuse(in[key], "only a tap has queues or a limit, and is managed or not");
        }
    }
    return true;
}

bool
scenario_read_nic(struct scenario *scenario, unsigned index, struct part part)
{
    static const char *const kinds[] = {
        [NIC_TAP] = "tap", [NIC_MACVTAP] = "macvtap", [NIC_VETH] = "veth", NULL};
    static const char *const ways[] = {"direct", "network", NULL};
    static const struct document_key keys[KEYS] = {
        [BRIDGE] = {.name = "bridge"},
        [MAC] = {.name = "mac"},
        [NAME] = {.name = "name"},
        [VLAN] = {.name = "vlan", .least = 1, .most = VLAN_MAX},
        [QUEUES] = {.name = "queues", .least = 1, .most = 2},
        [MANAGED] = {.name = "managed", .words = document_truths},
        [KIND] = {.name = "kind", .words = kinds, .what = "kind of nic"},
        [XML] = {.name = "xml"},
        [VIA] = {.name = "via", .words = ways},
        [FILTER] = {.name = "filter", .words = document_truths},
#define X(id, member, key, text, oracle) \
    [GIVEN + PROPERTY_##id] = {.name = (key), .words = document_truths},
        NIC_PROPERTIES(X)
#undef X
    };
    struct nic *nic = &scenario->world.nic[index];
    struct part in[KEYS];

    if (!part_mapping(part, "a nic", keys, KEYS, in)) {
        return false;
    }
    nic->vlan = (uint8_t)in[VLAN].value;
    nic->multi_queue = in[QUEUES].value == 2;
    nic->unmanaged = in[MANAGED].node != NULL && in[MANAGED].value == 0;
    nic->unfiltered = in[FILTER].value == 0; /* scenario_filters.c */
    scenario->says_filter |= in[FILTER].node != NULL;
    nic->kind = (uint8_t)in[KIND].value;
    nic->network = (uint8_t)in[VIA].value;
#define X(id, member, key, text, oracle) nic->member = (uint8_t)in[GIVEN + PROPERTY_##id].value;
    NIC_PROPERTIES(X)
#undef X
    if (!scenario_read_bridge(scenario, in[BRIDGE], &nic->bridge) ||
        !read_address(scenario, index, in[MAC]) ||
        (in[NAME].node != NULL && !read_device_name(scenario, index, in[NAME])) ||
        !scenario_check_vlan(scenario, in[VLAN], nic->bridge)) {
        return false;
    }
    if (nic->unmanaged &&
        (scenario->nic[index].device[0] == '\0' || nic->template || nic->bridge != 0)) {
        return refuse(in[MANAGED],
                      "managed: false is for a nic with a name and without a bridge: its device is "
                      "there already, and is left where it is");
    }
    return check_kind(scenario, index, in) &&
           (in[XML].node == NULL || read_carried(scenario, index, in[XML]));
}
