/* What can be seen of the real world, and whether frames pass: see real.h. */
#include "harness/real/real.h"

#include "harness/real/guest_kinds.h"
#include "harness/real/real_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_ovs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

enum {
    MAX_ROWS = 64,
    MAX_SOCKETS = 64,
    FRAME = 64,
    ADDRESSES = 12,
    TAG = 4,
    QUEUED_MS = 10, /* to read what is there */
    PROBE = 0xee,   /* MACs of no guest, by their numbers */
    SPOOFED = 0xdd
};

static bool
observe_devices(const struct real *real, struct observation *seen, struct diagnostic *diagnostic)
{
    struct device_link links[DEVICE_MAX_LINKS];
    int bridge[MAX_BRIDGES] = {0}, error;
    size_t count;

    error = device_list(links, DEVICE_MAX_LINKS, &count);
    if (error != 0) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot list the devices: %s",
                        strerror(error));
    }
    for (unsigned i = 0; i < real->world->bridges; i++) {
        bridge[i] = device_index(real->scenario->bridge[i].name);
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
                                       .limited = links[i].limited,
                                       .index = links[i].index,
                                       .mac = real_mac_number(links[i].mac)};
        for (unsigned j = 0; j < real->world->bridges; j++) {
            if (links[i].master != 0 && links[i].master == bridge[j]) {
                device->master = (uint8_t)(j + 1);
            }
        }
    }
    return true;
}

/* Notes that the process holds the device that its descriptor leads to, if there is one: the tun
 * driver names it in fdinfo.  A zombie has no descriptors any more. */
static void
add_holder(const struct real *real, const char *process, const char *fd, enum holder holder,
           struct observation *seen)
{
    char text[IFNAME_SIZE];
    uint8_t name =
        guest_names_tap(process, fd, text) ? ifname_find(&real->world->names, text) : IFNAME_NONE;

    if (name != IFNAME_NONE) {
        seen->device[name].holders |= (uint8_t)holder;
    }
}

/* A macvtap's driver says nothing in fdinfo; a copy of the descriptor can be asked. */
static void
add_link_holder(const struct real *real, int fd, enum holder holder, struct observation *seen)
{
    char text[IFNAME_SIZE];
    uint8_t name =
        real_link_of(fd, text) ? ifname_find(&real->world->names, text) : (uint8_t)IFNAME_NONE;

    if (name != IFNAME_NONE && seen->device[name].kind == DEVICE_MACVTAP) {
        seen->device[name].holders |= (uint8_t)holder;
    }
}

static void
add_links(const struct real *real, const struct guest *guest, const char *fd, enum holder holder,
          struct observation *seen)
{
    int process = real->wire < 0 ? -1 : pidfd_open(guest->pid, 0);
    int copy = process < 0 ? -1 : pidfd_getfd(process, (int)strtol(fd, NULL, 10), 0);

    if (copy >= 0) {
        add_link_holder(real, copy, holder, seen);
        close(copy);
    }
    if (process >= 0) {
        close(process);
    }
}

/* The same for all descriptors of a guest's process, or a helper's. */
static void
add_process(const struct real *real, const struct guest *guest, enum holder holder,
            struct observation *seen)
{
    char path[64], process[16];
    DIR *folder;

    snprintf(process, sizeof process, "%d", guest->number);
    snprintf(path, sizeof path, "/proc/%s/fdinfo", process);
    folder = guest->pid == 0 ? NULL : opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.') {
            add_holder(real, process, entry->d_name, holder, seen);
            add_links(real, guest, entry->d_name, holder, seen);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

/* Of this process, which is more than the daemon, only the daemon's descriptors count. */
static void
observe_holders(const struct real *real, struct observation *seen)
{
    char fd[16];

    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (real->tap[nic] >= 0) {
            snprintf(fd, sizeof fd, "%d", real->tap[nic]);
            add_holder(real, "self", fd, HOLDER_DAEMON, seen);
            add_link_holder(real, real->tap[nic], HOLDER_DAEMON, seen);
        }
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        add_process(real, &real->guest[guest], HOLDER_QEMU, seen);
        add_process(real, &real->helper[guest], HOLDER_HELPER, seen);
    }
}

/* The number, plus one, of the bridge of that name; 0 for none. */
static uint8_t
find_bridge(const struct scenario *scenario, const char *name)
{
    for (unsigned bridge = 0; bridge < scenario->bridges; bridge++) {
        if (strcmp(scenario->bridge[bridge].name, name) == 0) {
            return (uint8_t)(bridge + 1);
        }
    }
    return 0;
}

static bool
observe_ovs(const struct real *real, struct observation *seen, struct diagnostic *diagnostic)
{
    struct ovs_row rows[MAX_ROWS];
    long sockets[MAX_SOCKETS];
    size_t count, listening;

    if (!ovs_rows(real->ovs, rows, MAX_ROWS, &count, diagnostic) ||
        !ovs_sockets(sockets, MAX_SOCKETS, &listening, diagnostic)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t name = ifname_find(&real->world->names, rows[i].name);

        if (name != IFNAME_NONE) {
            seen->row[name].bridge = find_bridge(real->scenario, rows[i].bridge);
            seen->row[name].owner = real_find_nic(real, rows[i].owner);
            seen->row[name].start_number = (uint8_t)strtoul(rows[i].start, NULL, 10);
            seen->row[name].iface = real_find_nic(real, rows[i].iface);
            seen->row[name].vlan = real_vlan(rows[i].tag);
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

bool
real_observe(const struct real *real, struct observation *seen, struct diagnostic *diagnostic)
{
    *seen = (struct observation){0};
    if (!observe_devices(real, seen, diagnostic)) {
        return false;
    }
    observe_holders(real, seen);
    if (!real_observe_filters(real, seen, diagnostic)) {
        return false;
    }
    return real->ovs == NULL || observe_ovs(real, seen, diagnostic);
}

/* A broadcast of a type that nobody else sends (0x88b5, for experiments), with a number of its
 * own. */
static void
make_frame(struct real *real, uint8_t source, uint8_t frame[FRAME])
{
    memset(frame, 0, FRAME);
    memset(frame, 0xff, 6);
    real_source(source, frame + 6);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    snprintf((char *)frame + 14, FRAME - 14, "frame %u", ++real->frames);
}

/* The same as a bridge's own port has it, which is a trunk: with its VLAN's tag (IEEE 802.1Q)
 * behind the addresses.  Returns its length. */
static size_t
tag_frame(const uint8_t frame[FRAME], uint8_t vlan, uint8_t tagged[FRAME + TAG])
{
    const uint8_t tag[TAG] = {0x81, 0x00, 0, vlan};
    size_t length = vlan == VLAN_NONE ? 0 : TAG;

    memcpy(tagged, frame, ADDRESSES);
    memcpy(tagged + ADDRESSES, tag, length);
    memcpy(tagged + ADDRESSES + length, frame + ADDRESSES, FRAME - ADDRESSES);
    return FRAME + length;
}

bool
real_filters_frames(const struct real *real, unsigned nic)
{
    uint8_t bridge = real->world->nic[nic].bridge;

    return real->has_filters && bridge != 0 && real->world->bridge_kind[bridge - 1] == BRIDGE_LINUX;
}

bool
real_frames(struct real *real, unsigned nic, int milliseconds, bool passed[FRAME_WAYS],
            struct diagnostic *diagnostic)
{
    const struct nic *definition = &real->world->nic[nic];
    int probe = definition->kind == NIC_MACVTAP ? real->wire : real->probe[definition->bridge - 1];
    uint8_t there[FRAME], back[FRAME], tagged_there[FRAME + TAG], tagged_back[FRAME + TAG];
    struct context context = world_context(real->world, nic);
    struct guest *guest = &real->guest[context.guest];
    uint8_t spoofed[FRAME];
    size_t length;
    unsigned tap = 0;

    while (context.nic_at[tap] != nic) {
        tap++;
    }
    make_frame(real, SPOOFED, spoofed);
    make_frame(real, definition->mac, there);
    make_frame(real, PROBE, back);
    length = tag_frame(there, definition->vlan, tagged_there);
    tag_frame(back, definition->vlan, tagged_back);
    /* Nothing overtakes on its way: if the other one comes first, this one has been dropped. */
    if ((real_filters_frames(real, nic) && !guest_send(guest, tap, spoofed, FRAME, diagnostic)) ||
        !guest_send(guest, tap, there, FRAME, diagnostic)) {
        return false;
    }
    if (write(probe, tagged_back, length) != (ssize_t)length) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot write to a bridge's tap: %s",
                        strerror(errno));
    }
    passed[FRAME_OUT] = guest_await_frame(probe, tagged_there, length, milliseconds, spoofed,
                                          &passed[FRAME_SPOOFED]);
    /* If that took all the time, what comes back has had it as well, and is there or lost. */
    return guest_expect(guest, tap, back, FRAME, passed[FRAME_OUT] ? milliseconds : QUEUED_MS,
                        &passed[FRAME_IN], diagnostic);
}
