/* What can be seen of the real world: see real_observe.h. */
#include "harness/real/real_observe.h"

#include "harness/real/datapath.h"
#include "harness/real/device.h"
#include "harness/real/guest_descriptor.h"
#include "harness/real/ovs_rows.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_qos.h"
#include "harness/real/real_terms.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SOCKETS = 64 };

static bool
observe_devices(const struct real *real, struct observation *seen)
{
    struct device_link links[DEVICE_MAX_LINKS];
    int bridge[MAX_BRIDGES] = {0}, error, system = device_index(DATAPATH_DEVICE);
    size_t count;

    error = device_list(links, DEVICE_MAX_LINKS, &count);
    if (error != 0) {
        return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot list the devices: %s",
                        strerror(error));
    }
    for (uint8_t i = 0; i < real->world->bridges; i++) {
        bridge[i] = device_index(real_bridge_name(real, (uint8_t)(i + 1)));
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t name = ifname_find(&real->world->names, links[i].name);
        struct real_device *device = &seen->device[name];

        if (name == IFNAME_NONE) {
            continue;
        }
        *device = (struct real_device){.exists = true,
                                       .kind = links[i].tun       ? DEVICE_TAP
                                               : links[i].macvtap ? DEVICE_MACVTAP
                                                                  : DEVICE_VETH,
                                       .up = links[i].up,
                                       .persistent = links[i].persistent,
                                       .system = system != 0 && links[i].master == system,
                                       .index = links[i].index,
                                       .mac = real_mac_number(links[i].mac)};
#define X(id, member, key, text, oracle) device->member = links[i].member;
        NIC_PROPERTIES(X)
#undef X
        for (unsigned j = 0; j < real->world->bridges; j++) {
            if (links[i].master != 0 && links[i].master == bridge[j]) {
                device->master = (uint8_t)(j + 1);
            }
        }
    }
    return true;
}

/* Notes who holds the device that a descriptor leads to, if there is one; a copy of the descriptor
 * is needed for a macvtap, whose driver says nothing in fdinfo. */
static void
add_holder(const struct real *real, int process, int fd, int copy, enum holder holder,
           struct observation *seen)
{
    char text[IFNAME_SIZE];
    bool tap = guest_names_tap(process, fd, text);
    bool leads = tap || (copy >= 0 && real_link_of(copy, text));
    uint8_t name = leads ? ifname_find(&real->world->names, text) : (uint8_t)IFNAME_NONE;

    if (name != IFNAME_NONE && (tap || seen->device[name].kind == DEVICE_MACVTAP)) {
        seen->device[name].holders |= (uint8_t)holder;
    }
}

/* The same for all descriptors of a guest's process, or a helper's. */
static void
add_process(const struct real *real, const struct guest *guest, enum holder holder,
            struct observation *seen)
{
    int fds[GUEST_MAX_DESCRIPTORS];
    unsigned count = guest_descriptors(guest, fds);

    for (unsigned i = 0; i < count; i++) {
        int copy = real->wire < 0 ? -1 : guest_copy_descriptor(guest, fds[i]);

        add_holder(real, guest->number, fds[i], copy, holder, seen);
        if (copy >= 0) {
            close(copy);
        }
    }
}

static void
add_number(const struct real *real, pid_t process, enum holder holder, struct observation *seen)
{
    struct guest guest = {.pid = process, .number = process};

    add_process(real, &guest, holder, seen);
}

/* Of this process, which is more than the daemon, only the daemon's descriptors count. */
static void
observe_holders(const struct real *real, struct observation *seen)
{
    for (unsigned daemon = 0; daemon < MAX_DAEMONS && real->daemon != NULL; daemon++) {
        add_number(real, real->process[daemon], HOLDER_DAEMON, seen);
    }
    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (real->tap[nic] >= 0) {
            add_holder(real, 0, real->tap[nic], real->tap[nic], HOLDER_DAEMON, seen);
        }
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        add_process(real, &real->guest[guest], HOLDER_QEMU, seen);
        add_process(real, &real->helper[guest], HOLDER_HELPER, seen);
        if (real->forked[guest] != 0) {
            add_number(real, real->forked[guest], HOLDER_DAEMON, seen);
        }
    }
}

/* Vports of which no device has the name: each has that of its device, also of one that is gone. */
static bool
observe_vports(const struct real *real, struct observation *seen)
{
    char names[DEVICE_MAX_LINKS][IFNAME_SIZE];
    size_t count;
    int error = real->ovs->system ? datapath_vports(names, DEVICE_MAX_LINKS, &count) : 0;

    if (error != 0) {
        return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot list the vports: %s",
                        strerror(error));
    }
    for (size_t i = 0; real->ovs->system && i < count; i++) {
        seen->stale += device_index(names[i]) == 0;
    }
    return true;
}

/* Which of its owner's starts has written a row.  A daemon that does not say that leaves what
 * another one has said before. */
static uint8_t
start_of(const struct real *real, uint8_t owner, const char *text)
{
    const struct world *world = real->world;

    return owner != 0 && world_policy(world, world_guest(world, owner - 1u))->port_guard ==
                             PORT_GUARD_PORT_OWNER
               ? (uint8_t)strtoul(text, NULL, 10)
               : 0;
}

static bool
observe_rows(const struct real *real, const json_t *tables, struct observation *seen)
{
    struct ovs_rows rows;
    long sockets[MAX_SOCKETS];
    size_t listening;

    if (!ovs_rows_of(tables, &rows, real->diagnostic) ||
        !ovs_sockets(sockets, MAX_SOCKETS, &listening, real->diagnostic)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        uint8_t name = ifname_find(&real->world->names, rows.row[i].name);

        if (name != IFNAME_NONE) {
            seen->row[name].bridge = real_find_bridge(real, rows.row[i].bridge);
            /* A libvirtd writes an owner that is a guest's, and an iface-id with it. */
            seen->row[name].owner =
                real_find_nic(real, real->daemon == NULL ? rows.row[i].owner : rows.row[i].iface);
            seen->row[name].start_number = start_of(real, seen->row[name].owner, rows.row[i].start);
            seen->row[name].iface = real_find_nic(real, rows.row[i].iface);
            seen->row[name].vlan = real_vlan(rows.row[i].tag);
        }
    }
    for (size_t i = 0; i < listening; i++) {
        seen->stale += sockets[i] == -1;
        for (unsigned name = 1; name <= real->world->names.names; name++) {
            if (seen->device[name].exists && sockets[i] == seen->device[name].index) {
                seen->row[name].bound++;
            }
        }
    }
    return true;
}

static bool
observe_ovs(const struct real *real, struct observation *seen)
{
    json_t *tables = ovs_select(real->ovs);
    bool whole = tables != NULL && observe_rows(real, tables, seen) && observe_vports(real, seen) &&
                 real_observe_qos(real, tables, seen);

    json_decref(tables);
    return whole;
}

bool
real_observe(const struct real *real, struct observation *seen)
{
    *seen = (struct observation){0};
    if (!observe_devices(real, seen)) {
        return false;
    }
    observe_holders(real, seen);
    if (!real_observe_filters(real, seen)) {
        return false;
    }
    return real->ovs == NULL || observe_ovs(real, seen);
}
