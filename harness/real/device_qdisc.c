/* The qdisc at the root of a device, which is what limits it: see device.h. */
#include "harness/real/device.h"
#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* RTM_NEWQDISC of that kind (`tc qdisc add`), which is EEXIST if there is an htb and it is one, or,
 * with NULL, RTM_DELQDISC. */
static int
change_qdisc(const char *name, const char *kind)
{
    /* A class is not needed: an htb without one passes everything on, and is there. */
    const struct tc_htb_glob options = {.version = TC_HTB_PROTOVER, .rate2quantum = 10};
    char buffer[256];
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    struct tcmsg *message = mnl_nlmsg_put_extra_header(header, sizeof *message);
    struct nlattr *nest;

    header->nlmsg_type = kind != NULL ? RTM_NEWQDISC : RTM_DELQDISC;
    header->nlmsg_flags =
        (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | (kind != NULL ? NLM_F_CREATE | NLM_F_EXCL : 0));
    header->nlmsg_seq = 1;
    message->tcm_ifindex = device_index(name);
    message->tcm_parent = TC_H_ROOT;
    if (message->tcm_ifindex == 0) {
        return ENODEV;
    }
    if (kind != NULL) {
        mnl_attr_put_strz(header, TCA_KIND, kind);
    }
    if (kind != NULL && strcmp(kind, "htb") == 0) {
        nest = mnl_attr_nest_start(header, TCA_OPTIONS);
        mnl_attr_put(header, TCA_HTB_INIT, sizeof options, &options);
        mnl_attr_nest_end(header, nest);
    }
    return netlink_ask(NETLINK_ROUTE, header, header->nlmsg_len, NULL, NULL);
}

int
device_default_qdisc(const char *name)
{
    return change_qdisc(name, "noqueue");
}

bool
device_is_limited(const char *name)
{
    struct device_link links[DEVICE_MAX_LINKS];
    size_t count = 0;
    bool limited = false;

    (void)device_list(links, DEVICE_MAX_LINKS, &count); /* none are listed if it fails */
    for (size_t i = 0; i < count && i < DEVICE_MAX_LINKS; i++) {
        limited = limited || (links[i].limit && strcmp(links[i].name, name) == 0);
    }
    return limited;
}

int
device_limit(const char *name, bool limit)
{
    bool limited = device_is_limited(name);
    int error = change_qdisc(name, NULL);

    if (limit) { /* virNetDevBandwidthSet: there may be none */
        return change_qdisc(name, "htb");
    }
    return error == 0 && !limited ? ENOENT : error; /* a default one was set by its name */
}
