/* Real network devices: see device.h. */
#define _DEFAULT_SOURCE /* struct ifreq */
#include "harness/real/device.h"

#include "harness/real/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static struct ifreq
request_for(const char *name)
{
    struct ifreq request;

    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return request;
}

/* An ioctl on a socket made for it. */
static int
socket_ioctl(unsigned long number, void *argument)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int error = fd < 0 || ioctl(fd, number, argument) != 0 ? errno : 0;

    if (fd >= 0) {
        close(fd);
    }
    return error;
}

int
device_open_tap(const char *name, bool multi, int *fd, char got[IFNAME_SIZE])
{
    struct ifreq request = request_for(name);
    int error;

    *fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        return errno;
    }
    request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | (multi ? IFF_MULTI_QUEUE : 0));
    if (ioctl(*fd, TUNSETIFF, &request) != 0) {
        error = errno;
        close(*fd);
        *fd = -1;
        return error;
    }
    memcpy(got, request.ifr_name, IFNAME_SIZE);
    return 0;
}

int
device_check_tap(int fd, bool *persistent)
{
    struct ifreq request = request_for("");
    struct sockaddr_ll socket = {0};
    socklen_t size = sizeof socket;
    int error;

    if (getsockname(fd, (struct sockaddr *)&socket, &size) == 0) {
        *persistent = false;
        return socket.sll_ifindex < 0 ? ENODEV : 0;
    }
    error = ioctl(fd, TUNGETIFF, &request) != 0 ? errno : 0;
    *persistent = error == 0 && (request.ifr_flags & IFF_PERSIST) != 0;
    return error;
}

int
device_set_persistent(int fd, bool persistent)
{
    return ioctl(fd, TUNSETPERSIST, persistent ? 1UL : 0UL) != 0 ? errno : 0;
}

int
device_set_mac(const char *name, const uint8_t mac[6])
{
    struct ifreq request = request_for(name);

    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    memcpy(request.ifr_hwaddr.sa_data, mac, 6);
    return socket_ioctl(SIOCSIFHWADDR, &request);
}

int
device_get_mac(const char *name, uint8_t mac[6])
{
    struct ifreq request = request_for(name);
    int error = socket_ioctl(SIOCGIFHWADDR, &request);

    memcpy(mac, request.ifr_hwaddr.sa_data, 6);
    return error;
}

int
device_set_up(const char *name, bool up)
{
    struct ifreq request = request_for(name);
    int error = socket_ioctl(SIOCGIFFLAGS, &request);

    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    return error != 0 ? error : socket_ioctl(SIOCSIFFLAGS, &request);
}

bool
device_is_up(const char *name)
{
    struct ifreq request = request_for(name);

    return socket_ioctl(SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) != 0;
}

int
device_add_bridge(const char *name)
{
    char copy[IFNAMSIZ] = "";

    strncpy(copy, name, sizeof copy - 1);
    return socket_ioctl(SIOCBRADDBR, copy);
}

static int
bridge_ioctl(unsigned long number, const char *bridge, int index)
{
    struct ifreq request = request_for(bridge);

    request.ifr_ifindex = index;
    return index == 0 ? ENODEV : socket_ioctl(number, &request);
}

int
device_bridge_add(const char *bridge, int index)
{
    return bridge_ioctl(SIOCBRADDIF, bridge, index);
}

int
device_bridge_del(const char *bridge, const char *name)
{
    return bridge_ioctl(SIOCBRDELIF, bridge, device_index(name));
}

int
device_index(const char *name)
{
    return (int)if_nametoindex(name);
}

static int
netlink(struct nlmsghdr *request, mnl_cb_t each, void *context)
{
    return netlink_ask(NETLINK_ROUTE, request, request->nlmsg_len, each, context);
}

static struct nlmsghdr *
begin(char *buffer, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    struct ifinfomsg *info = mnl_nlmsg_put_extra_header(header, sizeof *info);

    header->nlmsg_type = type;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    header->nlmsg_seq = 1;
    info->ifi_family = AF_UNSPEC;
    return header;
}

int
device_delete(const char *name, bool bulk)
{
    char buffer[256];
    struct nlmsghdr *header = begin(buffer, RTM_DELLINK, bulk ? NLM_F_ACK | NLM_F_EXCL : NLM_F_ACK);

    mnl_attr_put_strz(header, IFLA_IFNAME, name);
    return netlink(header, NULL, NULL);
}

bool
device_refuses_bulk(void)
{
    return device_delete("tapweave:none", true) == EOPNOTSUPP; /* nobody has such a name */
}

int
device_rename(const char *name, const char *to)
{
    char buffer[256];
    struct nlmsghdr *header = begin(buffer, RTM_NEWLINK, NLM_F_ACK);
    struct ifinfomsg *message = mnl_nlmsg_get_payload(header);

    message->ifi_index = device_index(name);
    mnl_attr_put_strz(header, IFLA_IFNAME, to);
    return message->ifi_index == 0 ? ENODEV : netlink(header, NULL, NULL);
}

int
device_add_veth(const char *name, const char *peer, int netns)
{
    char buffer[512];
    struct nlmsghdr *header = begin(buffer, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    struct nlattr *info, *data, *other;

    mnl_attr_put_strz(header, IFLA_IFNAME, name);
    info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
    data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    other = mnl_attr_nest_start(header, VETH_INFO_PEER);
    mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(header, IFLA_IFNAME, peer);
    if (netns >= 0) {
        mnl_attr_put_u32(header, IFLA_NET_NS_FD, (uint32_t)netns);
    }
    mnl_attr_nest_end(header, other);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, info);
    return netlink(header, NULL, NULL);
}

int
device_add_macvtap(const char *name, int parent, int index, const uint8_t *mac)
{
    char buffer[512];
    struct nlmsghdr *header = begin(buffer, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg *message = mnl_nlmsg_get_payload(header);
    struct nlattr *info, *data;

    message->ifi_index = index;
    mnl_attr_put_strz(header, IFLA_IFNAME, name);
    mnl_attr_put_u32(header, IFLA_LINK, (uint32_t)parent);
    if (mac != NULL) {
        mnl_attr_put(header, IFLA_ADDRESS, 6, mac);
    }
    info = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "macvtap");
    data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    mnl_attr_put_u32(header, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, info);
    return netlink(header, NULL, NULL);
}

/* True if the attribute is there and has this text. */
static bool
says(const struct nlattr *attribute, const char *text)
{
    return attribute != NULL && strcmp(mnl_attr_get_str(attribute), text) == 0;
}

/* Where device_list's answers go. */
struct listing {
    struct device_link *links;
    size_t most, count;
};

static int
read_link(const struct nlmsghdr *header, void *context)
{
    const struct ifinfomsg *info = mnl_nlmsg_get_payload(header);
    const struct nlattr *name = netlink_attribute(header, sizeof *info, IFLA_IFNAME),
                        *mac = netlink_attribute(header, sizeof *info, IFLA_ADDRESS),
                        *master = netlink_attribute(header, sizeof *info, IFLA_MASTER),
                        *about = netlink_attribute(header, sizeof *info, IFLA_LINKINFO),
                        *kind = netlink_nested(about, IFLA_INFO_KIND), *persist;
    struct device_link link = {
        .index = info->ifi_index,
        .up = (info->ifi_flags & IFF_UP) != 0,
        .limit = says(netlink_attribute(header, sizeof *info, IFLA_QDISC), "htb"),
        .tun = says(kind, "tun"),
        .macvtap = says(kind, "macvtap"),
    };
    struct listing *listing = context;

    if ((info->ifi_flags & IFF_LOOPBACK) != 0) {
        return MNL_CB_OK;
    }
    link.master = master == NULL ? 0 : (int)mnl_attr_get_u32(master);
    if (name != NULL) {
        strncpy(link.name, mnl_attr_get_str(name), IFNAME_SIZE - 1);
    }
    if (mac != NULL && mnl_attr_get_payload_len(mac) == sizeof link.mac) {
        memcpy(link.mac, mnl_attr_get_payload(mac), sizeof link.mac);
    }
    if (link.tun) { /* the attributes of the data mean something else for each kind */
        persist = netlink_nested(netlink_nested(about, IFLA_INFO_DATA), IFLA_TUN_PERSIST);
        link.persistent = persist != NULL && mnl_attr_get_u8(persist) != 0;
    }
    if (listing->count < listing->most) {
        listing->links[listing->count] = link;
    }
    listing->count++;
    return MNL_CB_OK;
}

int
device_list(struct device_link *links, size_t most, size_t *count)
{
    struct listing listing = {links, most, 0};
    char buffer[256];
    struct nlmsghdr *header = begin(buffer, RTM_GETLINK, NLM_F_DUMP);
    int error;

    mnl_attr_put_u32(header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS); /* they cost half of it */
    error = netlink(header, read_link, &listing);

    *count = listing.count;
    return error == 0 && listing.count > most ? E2BIG : error;
}

int
device_open_packets(const char *name, int *fd)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                  .sll_protocol = htons(ETH_P_ALL),
                                  .sll_ifindex = device_index(name)};

    *fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd >= 0 && bind(*fd, (struct sockaddr *)&address, sizeof address) == 0) {
        return 0;
    }
    return errno;
}
