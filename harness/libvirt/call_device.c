/* Watched calls about devices: see call_device.h. */
#define _DEFAULT_SOURCE /* struct ifreq */
#include "harness/libvirt/call_device.h"

#include "harness/libvirt/call_memory.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { MESSAGE = 4096 };

/* ---- ioctl(2) ---- */

/* The requests that are about devices.  TUNSETPERSIST has a number; all others have a struct ifreq.
 */
static const struct {
    uint32_t request;
    enum call_kind kind;
} requests[] = {
    {TUNSETIFF, CALL_TUNSETIFF},       {TUNSETPERSIST, CALL_TUNSETPERSIST},
    {SIOCGIFFLAGS, CALL_GET_FLAGS},    {SIOCSIFFLAGS, CALL_SET_FLAGS},
    {SIOCGIFHWADDR, CALL_GET_MAC},     {SIOCSIFHWADDR, CALL_SET_MAC},
    {SIOCGIFINDEX, CALL_GET_INDEX},    {SIOCSIFMTU, CALL_SET_MTU},
    {SIOCSIFNAME, CALL_SET_NAME},      {SIOCBRADDIF, CALL_BRIDGE_ADD},
    {SIOCBRDELIF, CALL_BRIDGE_DELETE},
};
enum { REQUESTS = sizeof requests / sizeof *requests };

static void
add_ifreq(struct call *call, const struct ifreq *request)
{
    const uint8_t *mac = (const uint8_t *)request->ifr_hwaddr.sa_data;
    char device[IF_NAMESIZE] = "?";

    call_add(call, "%.*s", IFNAMSIZ, request->ifr_name);
    if (call->kind == CALL_SET_FLAGS) {
        call_add(call, "%s", (request->ifr_flags & IFF_UP) != 0 ? " up" : " down");
    } else if (call->kind == CALL_SET_MAC) {
        call_add(call, " %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
                 mac[5]);
    } else if (call->kind == CALL_SET_NAME) {
        call_add(call, " %.*s", IFNAMSIZ, request->ifr_newname);
    } else if (call->kind == CALL_BRIDGE_ADD || call->kind == CALL_BRIDGE_DELETE) {
        if_indextoname((unsigned)request->ifr_ifindex, device);
        call_add(call, " %s", device);
    }
}

bool
call_read_ioctl(const struct call_site *site, struct call *call)
{
    struct ifreq request = {0};

    for (size_t i = 0; i < REQUESTS; i++) {
        if (requests[i].request == (uint32_t)site->argument[1]) {
            call->kind = (uint8_t)requests[i].kind;
        }
    }
    if (call->kind == CALL_TUNSETPERSIST) {
        call_add(call, "%s", site->argument[2] != 0 ? "on" : "off");
    } else if (call->kind != CALL_NONE) {
        call_memory(site->thread, site->argument[2], &request, sizeof request);
        add_ifreq(call, &request);
    }
    return call->kind != CALL_NONE;
}

uint32_t
call_request(size_t index)
{
    return index < REQUESTS ? requests[index].request : 0;
}

void
call_read_device(const struct call_site *site, struct call *call)
{
    struct ifreq request = {0};

    if (call->kind == CALL_TUNSETIFF &&
        call_memory(site->thread, site->argument[2], &request, sizeof request) > 0) {
        call->text[0] = '\0';
        call_add(call, "%.*s", IFNAMSIZ, request.ifr_name);
    }
}

/* ---- netlink ---- */

static int
read_attribute(const struct nlattr *attribute, void *data)
{
    struct call *call = data;

    if (mnl_attr_get_type(attribute) == IFLA_IFNAME) {
        call_add(call, "%s%s", call->text[0] == '\0' ? "" : " ", mnl_attr_get_str(attribute));
    }
    return MNL_CB_OK;
}

/* A message of rtnetlink about a link: its name, or the name of its index. */
static bool
read_link_message(struct call *call, const struct nlmsghdr *message, size_t size)
{
    static const struct {
        uint16_t type;
        enum call_kind kind;
    } types[] = {{RTM_NEWLINK, CALL_NEW_LINK},
                 {RTM_DELLINK, CALL_DELETE_LINK},
                 {RTM_GETLINK, CALL_GET_LINK},
                 {RTM_SETLINK, CALL_SET_LINK}};
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
    char device[IF_NAMESIZE];

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == message->nlmsg_type) {
            call->kind = (uint8_t)types[i].kind;
        }
    }
    if (call->kind == CALL_NONE || size < sizeof *message + sizeof *link ||
        message->nlmsg_len > size) {
        return false;
    }
    if (link->ifi_index != 0 && if_indextoname((unsigned)link->ifi_index, device) != NULL) {
        call_add(call, "%s", device);
    }
    mnl_attr_parse(message, sizeof *link, read_attribute, call);
    if (call->kind == CALL_DELETE_LINK && (message->nlmsg_flags & NLM_F_EXCL) != 0) {
        call_add(call, "%s", CALL_IN_BULK);
    }
    return true;
}

bool
call_read_sendmsg(const struct call_site *site, struct call *call)
{
    uint8_t text[MESSAGE] __attribute__((aligned(NLMSG_ALIGNTO)));
    sa_family_t family = AF_UNSPEC;
    struct iovec part = {0};
    struct msghdr header;
    size_t got;

    if (call_memory(site->thread, site->argument[1], &header, sizeof header) != sizeof header ||
        call_memory(site->thread, (uintptr_t)header.msg_name, &family, sizeof family) == 0 ||
        family != AF_NETLINK ||
        call_memory(site->thread, (uintptr_t)header.msg_iov, &part, sizeof part) == 0) {
        return false;
    }
    got = call_memory(site->thread, (uintptr_t)part.iov_base, text,
                      part.iov_len < sizeof text ? part.iov_len : sizeof text);
    return got >= sizeof(struct nlmsghdr) && read_link_message(call, (struct nlmsghdr *)text, got);
}
