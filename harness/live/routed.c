/* Whether a device is routed: see routed.h. */
#include "harness/live/routed.h"

#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct asked {
    uint32_t index;
    bool routed;
};

static int
take_address(const struct nlmsghdr *header, void *context)
{
    struct asked *asked = context;
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(header);

    asked->routed =
        asked->routed ||
        (header->nlmsg_type == RTM_NEWADDR && address->ifa_index == asked->index &&
         address->ifa_scope < RT_SCOPE_LINK && (address->ifa_flags & IFA_F_PERMANENT) != 0);
    return MNL_CB_OK;
}

static int
take_route(const struct nlmsghdr *header, void *context)
{
    struct asked *asked = context;
    const struct rtmsg *route = mnl_nlmsg_get_payload(header);
    const struct nlattr *to = netlink_attribute(header, sizeof *route, RTA_OIF);

    asked->routed = asked->routed ||
                    (header->nlmsg_type == RTM_NEWROUTE && route->rtm_type == RTN_UNICAST &&
                     route->rtm_protocol != RTPROT_KERNEL && route->rtm_protocol != RTPROT_RA &&
                     to != NULL && mnl_attr_get_u32(to) == asked->index);
    return MNL_CB_OK;
}

/* Has all messages of a kind looked at, as far as the kernel has them. */
static void
ask(int type, size_t size, mnl_cb_t each, struct asked *asked)
{
    enum { MOST_TRIES = 100 };
    char buffer[NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct rtmsg))];
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    int error = EINTR;

    header->nlmsg_type = (uint16_t)type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = 1;
    mnl_nlmsg_put_extra_header(header, size);
    for (int tries = 0; tries < MOST_TRIES && error == EINTR; tries++) { /* they have changed */
        error = netlink_ask(NETLINK_ROUTE, header, header->nlmsg_len, each, asked);
    }
}

bool
routed_is(uint32_t index)
{
    struct asked asked = {.index = index};

    ask(RTM_GETADDR, sizeof(struct ifaddrmsg), take_address, &asked);
    if (!asked.routed) { /* a router has many of these */
        ask(RTM_GETROUTE, sizeof(struct rtmsg), take_route, &asked);
    }
    return asked.routed;
}
