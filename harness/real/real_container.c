/* Containers on a real kernel: see real_container.h.
 *
 * The kernel takes a namespace down some time after its last user has gone, when it likes
 * (cleanup_net): by holding one more reference it is kept from that until its turn comes. */
#define _GNU_SOURCE /* unshare, setns */
#include "harness/real/real_container.h"

#include "harness/real/deadline.h"
#include "harness/real/device.h"
#include "harness/real/real_terms.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

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
    error = device_set_up(OTHER_END);
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

bool
real_open_container(struct real *real, unsigned guest, const char *name, int *fd, int *error)
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
