/* Macvtaps and veths on a real kernel: see real_link.h.
 *
 * The kernel puts the node of a macvtap, tap and its interface index, into the one /dev that all
 * namespaces of the machine share: it may be another device's there, and is never opened.  What it
 * would lead to is read in a sysfs of the sandbox's own, and opened by a node in a folder of its
 * own.  Interface indexes are chosen so high that nobody else's node is in the way of ours, or ours
 * in the way of theirs.
 *
 * The other end of a container's veth is in a namespace, which the kernel takes down some time
 * after its last user has gone, when it likes (cleanup_net): by holding one more reference it is
 * kept from that until its turn comes. */
#define _GNU_SOURCE /* makedev, struct ifreq, unshare, setns */
#include "harness/real/real_link.h"

#include "harness/real/child.h"
#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/real_terms.h"
#include "harness/real/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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
    if ((error = device_add_veth(REAL_PARENT, WIRE, -1)) != 0 ||
        (error = device_set_up(REAL_PARENT, true)) != 0 ||
        (error = device_set_up(WIRE, true)) != 0 ||
        (error = device_open_packets(WIRE, &real->wire)) != 0) {
        return real_fail(real, "cannot make the parent", REAL_PARENT, error);
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

bool
real_make_node(const char *name, const char *path, struct diagnostic *diagnostic)
{
    unsigned major_number, minor_number;

    unlink(path);
    return (read_numbers(name, &major_number, &minor_number) &&
            mknod(path, S_IFCHR | 0600, makedev(major_number, minor_number)) == 0) ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot make a node for %s: %s", name,
                    strerror(errno));
}

/* Opens the macvtap.  It begins with a header before each frame, which is taken from it here. */
static bool
open_macvtap(const char *name, int *fd, struct diagnostic *diagnostic)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};

    *fd = -1;
    if (!real_make_node(name, NODES "/macvtap", diagnostic)) {
        return false;
    }
    *fd = open(NODES "/macvtap", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    return (*fd >= 0 && ioctl(*fd, TUNSETIFF, &request) == 0) ||
           diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot open the macvtap %s: %s", name,
                    strerror(errno));
}

int
real_make_macvtap(struct real *real, const char *name)
{
    return device_add_macvtap(name, device_index(REAL_PARENT), FIRST_INDEX + (int)++real->links,
                              NULL);
}

/* ---- containers ---- */

#define OTHER_END "eth0"

enum { CLEAN_MS = 60000, BUFFER = 16384 };

static int
open_netns(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static bool
fail(const struct real *real, const char *what)
{
    return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "a container's namespace: %s: %s",
                    what, strerror(errno));
}

/* A new namespace, and our own one, in which we are again afterwards. */
static bool
make_netns(const struct real *real, int *own, int *fresh)
{
    *fresh = -1;
    *own = open_netns();
    if (*own < 0 || unshare(CLONE_NEWNET) != 0) {
        return fail(real, "unshare");
    }
    *fresh = open_netns();
    return (*fresh >= 0 && setns(*own, CLONE_NEWNET) == 0) || fail(real, "setns");
}

/* Its end is set up, and a socket opened on it, from inside. */
static bool
open_other_end(const struct real *real, int own, int fresh, int *fd)
{
    int error;

    if (setns(fresh, CLONE_NEWNET) != 0) {
        return fail(real, "setns");
    }
    error = device_set_up(OTHER_END, true);
    if (error == 0) {
        error = device_open_packets(OTHER_END, fd);
    }
    if (setns(own, CLONE_NEWNET) != 0) {
        return fail(real, "setns");
    }
    return error == 0 || real_fail(real, "cannot open a container's", OTHER_END, error);
}

static void
give_up(struct real *real, unsigned guest)
{
    if (real->netns[guest] >= 0) {
        close(real->netns[guest]);
    }
    real->netns[guest] = -1;
    real->orphan[guest] = 0;
}

/* A veth whose other end is in a new namespace, and up there; *fd is a socket on that end, which is
 * the guest's and holds the namespace.  A reference of our own holds it, too, until
 * real_clean_netns. */
static bool
open_container(struct real *real, unsigned guest, const char *name, int *fd, int *error)
{
    int own, fresh;
    bool opened = make_netns(real, &own, &fresh);

    *error = 0;
    if (opened) {
        *error = device_add_veth(name, OTHER_END, fresh);
        opened = *error != 0 || open_other_end(real, own, fresh, fd);
    }
    if (own >= 0) {
        close(own);
    }
    if (opened && *error == 0) {
        give_up(real, guest); /* what an earlier veth has left */
        real->netns[guest] = fresh;
    } else if (fresh >= 0) {
        close(fresh);
    }
    return opened;
}

void
real_leave_container(struct real *real, unsigned guest)
{
    real->orphan[guest] = real->netns[guest] >= 0 ? real->index[guest] : 0;
}

bool
real_has_orphan(const struct real *real, unsigned guest)
{
    char name[IF_NAMESIZE];

    return real->orphan[guest] != 0 && if_indextoname((unsigned)real->orphan[guest], name) != NULL;
}

/* RTM_DELLINK of that index. */
static int
look_for_deletion(const struct nlmsghdr *header, void *index)
{
    const struct ifinfomsg *message = mnl_nlmsg_get_payload(header);

    return header->nlmsg_type == RTM_DELLINK && message->ifi_index == *(int *)index ? MNL_CB_STOP
                                                                                    : MNL_CB_OK;
}

/* Reads what the socket is told of links until one of that index is deleted. */
static bool
await_deletion(struct mnl_socket *socket, int index)
{
    struct pollfd ready = {.fd = mnl_socket_get_fd(socket), .events = POLLIN};
    long long deadline = deadline_in(CLEAN_MS);
    char buffer[BUFFER];
    int state = MNL_CB_OK;

    while (state == MNL_CB_OK && poll(&ready, 1, deadline_left(deadline)) == 1) {
        ssize_t length = mnl_socket_recvfrom(socket, buffer, sizeof buffer);

        state = length < 0 ? MNL_CB_ERROR
                           : mnl_cb_run(buffer, (size_t)length, 0, 0, look_for_deletion, &index);
    }
    return state == MNL_CB_STOP;
}

bool
real_clean_netns(struct real *real, unsigned guest)
{
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    int index = real->orphan[guest];
    bool gone = false;

    if (socket == NULL || mnl_socket_bind(socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID) != 0) {
        fail(real, "netlink");
    } else {
        give_up(real, guest);
        gone = await_deletion(socket, index) ||
               diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                        "a container's namespace: its veth is there after %d seconds",
                        CLEAN_MS / 1000);
    }
    if (socket != NULL) {
        mnl_socket_close(socket);
    }
    return gone;
}

void
real_close_containers(struct real *real)
{
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        give_up(real, guest);
    }
}

/* ---- both ---- */

bool
real_make_link(struct real *real, unsigned nic, const char *name, int *fd, int *error)
{
    uint8_t mac[6];

    *fd = -1;
    if (real->world->nic[nic].kind == NIC_MACVTAP) {
        real_mac(real->world->nic[nic].mac, mac);
        *error = device_add_macvtap(name, device_index(REAL_PARENT),
                                    FIRST_INDEX + (int)++real->links, mac);
        return *error != 0 || open_macvtap(name, fd, real->diagnostic);
    }
    return open_container(real, nic, name, fd, error);
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
