/* What there is in a state: see inventory.h. */
#include "harness/html/inventory.h"

#include "harness/print.h"

#include <stdio.h>

enum { TEXT_SIZE = 160, NAMED_SIZE = IFNAME_SIZE + 16 };

/* An inventory in the making. */
struct taking {
    const struct scenario *scenario;
    const struct world *world;
    const struct state *state;
    const struct lives *lives;
    json_t *rows;
};

/* Adds a row; its columns end with a NULL. */
static void
add(struct taking *taking, enum inventory_table table, const char *name, const char *const *columns)
{
    json_t *row = json_pack("[i, s]", (int)table, name);

    for (unsigned i = 0; columns[i] != NULL; i++) {
        json_array_append_new(row, json_string(columns[i]));
    }
    json_array_append_new(taking->rows, row);
}

/* Adds a word to a list of words. */
static void
word(char text[TEXT_SIZE], const char *word)
{
    print_append(text, TEXT_SIZE, "%s%s", text[0] == '\0' ? "" : ", ", word);
}

static const char *
bridge_name(const struct taking *taking, uint8_t bridge)
{
    return bridge == 0 ? "" : taking->scenario->bridge[bridge - 1].name;
}

/* "a", "a's nic 2", "other software", "nobody". */
static const char *
owner_name(const struct taking *taking, uint8_t owner, char text[TEXT_SIZE])
{
    const struct world *world = taking->world;

    if (owner == 0 || owner == THIRD_PARTY || owner == ADMINISTRATOR) {
        return owner == 0 ? "nobody" : owner == THIRD_PARTY ? "other software" : "administrator";
    }
    snprintf(text, TEXT_SIZE, "%s", taking->scenario->guest[world_guest(world, owner - 1u)].name);
    if (world_context(world, owner - 1u).nics > 1) {
        print_append(text, TEXT_SIZE, "'s nic %u", narrate_nic_number(world, owner - 1u));
    }
    return text;
}

/* "vnet0#2": the device that has the name now. */
static const char *
device_name(const struct taking *taking, uint8_t name, char text[NAMED_SIZE])
{
    char ifname[IFNAME_SIZE];

    snprintf(text, NAMED_SIZE, "%s#%u", ifname_text(&taking->world->names, name, ifname),
             taking->lives->of[name]);
    return text;
}

/* "VLAN 2", "parked", or "". */
static const char *
vlan_name(uint8_t vlan, char text[NARRATE_VLAN_SIZE])
{
    const char *said = narrate_vlan(vlan, text);

    return said[0] == '\0' ? "" : said + 2; /* behind the comma */
}

/* ---- guests ---- */

static const char *
thread_text(const struct thread *thread, char text[TEXT_SIZE])
{
    static const char *const does[MACHINE_KINDS] = {
        [MACHINE_IDLE] = "",
        [MACHINE_START] = "starts it",
        [MACHINE_STOP] = "stops it",
        [MACHINE_CLEAN_UP] = "takes a failed start back",
        [MACHINE_RECONNECT] = "finds it again",
        [MACHINE_UNPLUG] = "unplugs its nic",
    };

    snprintf(text, TEXT_SIZE, "%s", does[thread->machine.kind]);
    if (thread->waits != WAIT_NONE) {
        word(text, thread->waits == WAIT_EXIT ? "waits for QEMU's end" : "waits for ovs-vswitchd");
    }
    return text;
}

static void
add_guests(struct taking *taking)
{
    static const char *const phases[] = {"none", "runs", "is dying", "has closed its descriptors"};
    const struct state *state = taking->state;
    char devices[TEXT_SIZE], thread[TEXT_SIZE], name[NAMED_SIZE];

    for (unsigned guest = 0; guest < taking->world->guests; guest++) {
        devices[0] = '\0';
        for (unsigned nic = 0; nic < world_nics(taking->world); nic++) {
            const uint8_t tap = state->network.tap[nic];

            if (world_guest(taking->world, nic) == guest && tap != IFNAME_NONE) {
                word(devices, device_name(taking, tap, name));
            }
        }
        add(taking, INVENTORY_GUESTS, taking->scenario->guest[guest].name,
            (const char *[]){phases[state->control.phase[guest]], devices,
                             thread_text(&state->control.thread[guest], thread), NULL});
    }
}

/* ---- devices, rows, ports ---- */

static const char *
mac_text(const struct taking *taking, uint8_t mac, char text[TEXT_SIZE])
{
    char owner[TEXT_SIZE];

    text[0] = '\0';
    for (unsigned nic = 0; nic < world_nics(taking->world) && mac != 0; nic++) {
        if (taking->world->nic[nic].mac == mac) {
            word(text, owner_name(taking, (uint8_t)(nic + 1), owner));
            print_append(text, TEXT_SIZE, "'s");
        }
    }
    return text[0] == '\0' ? "random" : text;
}

static void
add_device(struct taking *taking, uint8_t name)
{
    static const char *const kinds[] = {"", "tap", "veth", "macvtap"};
    const struct device *device = &taking->state->network.device[name];
    char text[NAMED_SIZE], owner[TEXT_SIZE], mac[TEXT_SIZE], held[TEXT_SIZE] = "", more[TEXT_SIZE];

    if (device->kind == DEVICE_NONE) {
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        static const char *const holders[] = {"daemon", "QEMU", "helper"};

        if ((device->holders >> i & 1) != 0) {
            word(held, holders[i]);
        }
    }
    snprintf(more, sizeof more, "%s", device->up ? "up" : "down");
#define FLAG(is, what)    \
    if (is) {             \
        word(more, what); \
    }
    FLAG(device->persist, "persistent")
    FLAG(device->multi, "several queues")
    FLAG(device->promiscuous, "promiscuous")
    FLAG(device->stuck != 0, "stuck to ovs-system")
    FLAG(device->orphan, "its container is dead")
#define X(id, member, key, text, oracle) FLAG(device->member, text)
    NIC_PROPERTIES(X)
#undef X
#undef FLAG
    add(taking, INVENTORY_DEVICES, device_name(taking, name, text),
        (const char *[]){kinds[device->kind], owner_name(taking, device->owner, owner), held,
                         mac_text(taking, device->mac, mac), bridge_name(taking, device->master),
                         more, NULL});
}

static void
add_row(struct taking *taking, uint8_t name)
{
    const struct row *row = &taking->state->network.row[name];
    char ifname[IFNAME_SIZE], owner[TEXT_SIZE], vlan[NARRATE_VLAN_SIZE], more[TEXT_SIZE], qos[64];

    if (row->bridge == 0) {
        return;
    }
    snprintf(more, sizeof more, "%s", vlan_name(row->vlan, vlan));
    if (row->qos != 0) {
        snprintf(qos, sizeof qos, "QoS of %s", taking->scenario->guest[row->qos - 1].name);
        word(more, qos);
    }
    add(taking, INVENTORY_ROWS, ifname_text(&taking->world->names, name, ifname),
        (const char *[]){bridge_name(taking, row->bridge), owner_name(taking, row->owner, owner),
                         more, NULL});
}

static void
add_port(struct taking *taking, uint8_t name)
{
    const struct port *port = &taking->state->network.port[name];
    char ifname[IFNAME_SIZE], device[NAMED_SIZE], vlan[NARRATE_VLAN_SIZE];

    if (port->life == PORT_NONE) {
        return;
    }
    add(taking, INVENTORY_PORTS, ifname_text(&taking->world->names, name, ifname),
        (const char *[]){bridge_name(taking, port->bridge),
                         port->life == PORT_LIVE    ? device_name(taking, name, device)
                         : port->life == PORT_STALE ? "stale: its device is gone"
                                                    : "its device has another name",
                         vlan_name(port->vlan, vlan), NULL});
}

/* ---- the rest ---- */

static void
add_bridges(struct taking *taking)
{
    static const char *const kinds[] = {"", "Linux bridge", "Open vSwitch", "Midonet"};

    for (unsigned i = 0; i < taking->world->bridges; i++) {
        const uint8_t kind = taking->world->bridge_kind[i];
        const char *switched = taking->world->datapath[i] == DATAPATH_NETDEV
                                   ? "Open vSwitch, userspace datapath"
                                   : "Open vSwitch, kernel's datapath";

        add(taking, INVENTORY_BRIDGES, taking->scenario->bridge[i].name,
            (const char *[]){kind == BRIDGE_OVS ? switched : kinds[kind],
                             taking->state->network.bridge_gone[i] ? "deleted" : "", NULL});
    }
}

static void
add_other(struct taking *taking, const char *name, const char *text)
{
    add(taking, INVENTORY_OTHERS, name, (const char *[]){text, NULL});
}

static void
add_filter(struct taking *taking, uint8_t name)
{
    const struct network *network = &taking->state->network;
    char ifname[IFNAME_SIZE], text[TEXT_SIZE] = "";

    ifname_text(&taking->world->names, name, ifname);
    if (network->filter[name] != 0) {
        snprintf(text, sizeof text, "filter of %s", ifname);
        add_other(taking, text, "set");
    }
    for (unsigned guest = 0; guest < taking->world->guests; guest++) {
        if ((network->qos[name] >> guest & 1) != 0) {
            snprintf(text, sizeof text, "QoS row of %s for %s", taking->scenario->guest[guest].name,
                     ifname);
            add_other(taking, text, "there");
        }
    }
}

static void
add_late(struct taking *taking)
{
    const struct network *network = &taking->state->network;
    char name[TEXT_SIZE], ifname[IFNAME_SIZE];

    for (unsigned nic = 0; nic < world_nics(taking->world); nic++) {
        if (network->binding[nic] != IFNAME_NONE) {
            char owner[TEXT_SIZE];

            snprintf(name, sizeof name, "Midonet port of %s",
                     owner_name(taking, (uint8_t)(nic + 1), owner));
            add_other(taking, name,
                      ifname_text(&taking->world->names, network->binding[nic], ifname));
        }
    }
    for (unsigned guest = 0; guest < taking->world->guests; guest++) {
        const struct delayed *delayed = &network->delayed[guest];

        if (delayed->op.kind != OP_NONE) {
            snprintf(name, sizeof name, "%s of %s", delayed->orphan ? "ovs-vsctl" : "transaction",
                     taking->scenario->guest[guest].name);
            add_other(taking, name,
                      delayed->orphan ? "has outlived its daemon" : "is not read yet");
        }
    }
    if (network->ovsdb != OVSDB_UP) {
        add_other(taking, "ovsdb-server",
                  network->ovsdb == OVSDB_DOWN ? "is down"
                                               : "is back, ovs-vswitchd is not with it");
    }
}

json_t *
inventory_take(const struct scenario *scenario, const struct world *world,
               const struct state *state, const struct lives *lives)
{
    struct taking taking = {scenario, world, state, lives, json_array()};
    void (*const each[])(struct taking *, uint8_t) = {add_device, add_row, add_port};

    add_guests(&taking);
    for (unsigned i = 0; i < sizeof each / sizeof *each; i++) {
        for (uint8_t name = 1; name <= world->names.names; name++) {
            each[i](&taking, name);
        }
    }
    add_bridges(&taking);
    for (uint8_t name = 1; name <= world->names.names; name++) {
        add_filter(&taking, name);
    }
    add_late(&taking);
    return taking.rows;
}
