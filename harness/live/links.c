/* The devices of this network namespace: see links.h. */
#include "harness/live/links.h"

#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BUFFER_SIZE = 32 << 10 /* a message of the kernel's is shorter */ };

/* Where events go. */
struct sink {
    struct record *record;
    int64_t at;
};

static const char *
text_of(const struct nlattr *attribute)
{
    return attribute == NULL ? "" : mnl_attr_get_str(attribute);
}

/* A tap that has a carrier has a process that holds it: so the kernel's driver tun has it.  What is
 * on Open vSwitch has its datapath as its master. */
static bool
wants_port(const struct nlmsghdr *header)
{
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(header);
    const unsigned used = IFF_UP | IFF_LOWER_UP;
    const struct nlattr *info = netlink_attribute(header, sizeof *link, IFLA_LINKINFO);
    const bool elsewhere =
        netlink_attribute(header, sizeof *link, IFLA_MASTER) != NULL &&
        strcmp(text_of(netlink_nested(info, IFLA_INFO_SLAVE_KIND)), "openvswitch") != 0;

    return link->ifi_type == ARPHRD_ETHER && (link->ifi_flags & used) == used && !elsewhere &&
           strcmp(text_of(netlink_nested(info, IFLA_INFO_KIND)), "tun") == 0;
}

/* A message of a bridge (AF_BRIDGE) is about its port, and not about the device. */
static int
take_message(const struct nlmsghdr *header, void *context)
{
    const struct sink *sink = context;
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(header);
    struct ledger_event event = {.at = sink->at, .kind = LEDGER_DEVICE};

    if ((header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK) ||
        link->ifi_family != AF_UNSPEC) {
        return MNL_CB_OK;
    }
    event.index = (uint32_t)link->ifi_index;
    strncpy(event.name, text_of(netlink_attribute(header, sizeof *link, IFLA_IFNAME)),
            sizeof event.name - 1);
    if (header->nlmsg_type == RTM_DELLINK) {
        event.kind = LEDGER_DEVICE_GONE;
    } else {
        event.wants_port = wants_port(header);
    }
    if (!record_add(sink->record, &event)) {
        errno = ENOMEM;
        return MNL_CB_ERROR;
    }
    return MNL_CB_OK;
}

bool
links_open(struct links *links, struct diagnostic *diagnostic)
{
    links->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    links->buffer = malloc(BUFFER_SIZE);
    if (links->socket != NULL && links->buffer != NULL &&
        mnl_socket_bind(links->socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID) == 0) {
        return true;
    }
    diagnostic_fill(diagnostic, EXIT_MISSING, NULL, 0, 0,
                    "needs rtnetlink's messages about devices: %s", strerror(errno));
    links_close(links);
    return false;
}

void
links_close(struct links *links)
{
    if (links->socket != NULL) {
        mnl_socket_close(links->socket);
    }
    free(links->buffer);
    *links = (struct links){.socket = NULL};
}

int
links_descriptor(const struct links *links)
{
    return mnl_socket_get_fd(links->socket);
}

int
links_read(struct links *links, int64_t at, struct record *record)
{
    struct sink sink = {record, at};
    int lost = 0;

    for (;;) {
        const ssize_t got = mnl_socket_recvfrom(links->socket, links->buffer, BUFFER_SIZE);

        if (got < 0 && errno == EAGAIN) {
            return lost;
        }
        if (got < 0 && errno != ENOBUFS && errno != ENOSPC && errno != EINTR) {
            return errno;
        }
        if (got < 0 && errno != EINTR) { /* or one that is longer than the buffer */
            lost = ENOBUFS;
            record->count = 0;
        }
        if (got > 0 && lost == 0 &&
            mnl_cb_run(links->buffer, (size_t)got, 0, 0, take_message, &sink) == MNL_CB_ERROR) {
            return errno;
        }
    }
}

int
links_list(int64_t at, struct record *record)
{
    enum { MOST_TRIES = 100 };
    char buffer[NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg))];
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    struct sink sink = {record, at};
    int error = EINTR;

    header->nlmsg_type = RTM_GETLINK;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = 1;
    mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
    for (int tries = 0; tries < MOST_TRIES && error == EINTR; tries++) { /* devices have changed */
        record->count = 0;
        error = netlink_ask(NETLINK_ROUTE, header, header->nlmsg_len, take_message, &sink);
    }
    return error;
}
