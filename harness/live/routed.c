/* Whether a device is routed: see routed.h. */
#include "harness/live/routed.h"

#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

struct asked {
    struct routed *device;
    unsigned count;
};

static void
note(const struct asked *asked, uint32_t index)
{
    for (unsigned i = 0; i < asked->count; i++) {
        asked->device[i].is = asked->device[i].is || asked->device[i].index == index;
    }
}

static int
take_address(const struct nlmsghdr *header, void *context)
{
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(header);

    if (header->nlmsg_type == RTM_NEWADDR && address->ifa_scope < RT_SCOPE_LINK &&
        (address->ifa_flags & IFA_F_PERMANENT) != 0) {
        note(context, address->ifa_index);
    }
    return MNL_CB_OK;
}

/* The devices of a route with several ways, which may be in that attribute. */
static void
note_ways(const struct asked *asked, const struct nlattr *ways)
{
    size_t left = ways == NULL ? 0 : mnl_attr_get_payload_len(ways);
    const struct rtnexthop *way = left == 0 ? NULL : mnl_attr_get_payload(ways);

    while (left >= sizeof *way && way->rtnh_len >= sizeof *way && way->rtnh_len <= left) {
        const size_t length = NLMSG_ALIGN(way->rtnh_len);

        note(asked, (uint32_t)way->rtnh_ifindex);
        left = length < left ? left - length : 0;
        way = (const void *)((const char *)way + length);
    }
}

static int
take_route(const struct nlmsghdr *header, void *context)
{
    const struct rtmsg *route = mnl_nlmsg_get_payload(header);
    const struct nlattr *to = netlink_attribute(header, sizeof *route, RTA_OIF);

    if (header->nlmsg_type == RTM_NEWROUTE && route->rtm_type == RTN_UNICAST &&
        route->rtm_protocol != RTPROT_KERNEL && route->rtm_protocol != RTPROT_RA) {
        note_ways(context, netlink_attribute(header, sizeof *route, RTA_MULTIPATH));
        if (to != NULL) {
            note(context, mnl_attr_get_u32(to));
        }
    }
    return MNL_CB_OK;
}

/* Has all messages of a kind looked at.  False if the kernel does not have them. */
static bool
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
    return error == 0;
}

bool
routed_ask(struct routed *device, unsigned count)
{
    struct asked asked = {device, count};
    bool all = true, answered;

    for (unsigned i = 0; i < count; i++) {
        device[i].is = false;
    }
    answered = ask(RTM_GETADDR, sizeof(struct ifaddrmsg), take_address, &asked);
    for (unsigned i = 0; i < count; i++) {
        all = all && device[i].is;
    }
    if (!all) { /* a router has many of these */
        answered = ask(RTM_GETROUTE, sizeof(struct rtmsg), take_route, &asked) && answered;
    }
    return answered;
}
