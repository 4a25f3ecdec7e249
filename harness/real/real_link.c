/* Macvtaps and veths on a real kernel: see real_link.h.
 *
 * The kernel puts the node of a macvtap, tap and its interface index, into the one /dev that all
 * namespaces of the machine share: it may be another device's there, and is never opened.  What it
 * would lead to is read in a sysfs of the sandbox's own, and opened by a node in a folder of its
 * own.  Interface indexes are chosen so high that nobody else's node is in the way of ours, or ours
 * in the way of theirs. */
#define _DEFAULT_SOURCE /* makedev, struct ifreq */
#include "harness/real/real_link.h"

#include "harness/real/child.h"
#include "harness/real/device.h"
#include "harness/real/real_container.h"
#include "harness/real/real_terms.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PARENT "probe-parent"
#define WIRE "probe-wire"
#define SYSFS SANDBOX_FOLDER "/sysfs"
#define NODES SANDBOX_FOLDER "/nodes"

enum { FIRST_INDEX = 1 << 30 };

static bool
has_macvtap(const struct world *world)
{
    bool has = false;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        has = has || world->nic[nic].kind == NIC_MACVTAP;
    }
    for (unsigned name = 1; name <= world->names.names; name++) {
        has = has || world->third_party_device[name] == DEVICE_MACVTAP;
    }
    return has;
}

/* A folder for nodes, which a user's namespace cannot have. */
static bool
open_folders(struct diagnostic *diagnostic)
{
    bool made =
        (mkdir(SYSFS, 0700) == 0 || errno == EEXIST) &&
        (mkdir(NODES, 0700) == 0 || errno == EEXIST) &&
        mount("sysfs", SYSFS, "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 &&
        mount("tapweave", NODES, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0700") == 0 &&
        mknod(NODES "/null", S_IFCHR | 0600, makedev(1, 3)) == 0;

    return made || diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "needs %s: %s",
                            errno == EPERM || errno == EACCES
                                ? "root, to open macvtaps by device nodes of its own"
                                : "folders of its own, for macvtaps' device nodes",
                            strerror(errno));
}

bool
real_open_parent(struct real *real)
{
    int error;

    if (!has_macvtap(real->world)) {
        return true;
    }
    if (!open_folders(real->diagnostic)) {
        return false;
    }
    if ((error = device_add_veth(PARENT, WIRE, -1)) != 0 || (error = device_set_up(PARENT)) != 0 ||
        (error = device_set_up(WIRE)) != 0 ||
        (error = device_open_packets(WIRE, &real->wire)) != 0) {
        return real_fail(real, "cannot make the parent", PARENT, error);
    }
    return true;
}

/* The node's numbers, as sysfs has them: "240:1". */
static bool
read_numbers(const char *name, unsigned *major_number, unsigned *minor_number)
{
    char text[32], *colon;

    child_read(text, sizeof text, SYSFS "/class/net/%s/macvtap/tap%d/dev", name,
               device_index(name));
    colon = strchr(text, ':');
    if (colon == NULL) {
        return false;
    }
    *major_number = (unsigned)strtoul(text, NULL, 10);
    *minor_number = (unsigned)strtoul(colon + 1, NULL, 10);
    return true;
}

/* Opens the macvtap.  It begins with a header before each frame, which is taken from it here. */
static bool
open_macvtap(const char *name, int *fd, struct diagnostic *diagnostic)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    unsigned major_number, minor_number;

    unlink(NODES "/macvtap");
    *fd = -1;
    if (read_numbers(name, &major_number, &minor_number) &&
        mknod(NODES "/macvtap", S_IFCHR | 0600, makedev(major_number, minor_number)) == 0) {
        *fd = open(NODES "/macvtap", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    }
    return (*fd >= 0 && ioctl(*fd, TUNSETIFF, &request) == 0) ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot open the macvtap %s: %s", name,
                    strerror(errno));
}

int
real_make_macvtap(struct real *real, const char *name)
{
    return device_add_macvtap(name, device_index(PARENT), FIRST_INDEX + (int)++real->links, NULL);
}

bool
real_make_link(struct real *real, unsigned nic, const char *name, int *fd, int *error)
{
    uint8_t mac[6];

    *fd = -1;
    if (real->world->nic[nic].kind == NIC_MACVTAP) {
        real_mac(real->world->nic[nic].mac, mac);
        *error =
            device_add_macvtap(name, device_index(PARENT), FIRST_INDEX + (int)++real->links, mac);
        return *error != 0 || open_macvtap(name, fd, real->diagnostic);
    }
    return real_open_container(real, nic, name, fd, error);
}

bool
real_link_of(int fd, char name[IFNAME_SIZE])
{
    struct ifreq request;

    memset(&request, 0, sizeof request);
    if (ioctl(fd, TUNGETIFF, &request) != 0) {
        return false;
    }
    memcpy(name, request.ifr_name, IFNAME_SIZE);
    name[IFNAME_SIZE - 1] = '\0';
    return true;
}
