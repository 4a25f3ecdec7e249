/* The kernel's own Open vSwitch datapath: see datapath.h. */
#include "harness/real/datapath.h"

#include "harness/real/netlink.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST = 256 };

/* A request of a generic netlink family, with room for more behind it. */
static struct nlmsghdr *
begin(char bytes[REQUEST], uint16_t family, uint16_t flags, uint8_t command)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(bytes);
    struct genlmsghdr *message = mnl_nlmsg_put_extra_header(header, sizeof *message);

    header->nlmsg_type = family;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
    header->nlmsg_seq = 1;
    message->cmd = command;
    message->version = 1;
    return header;
}

static int
take_number(const struct nlmsghdr *header, void *number)
{
    const struct nlattr *id =
        netlink_attribute(header, sizeof(struct genlmsghdr), CTRL_ATTR_FAMILY_ID);

    if (id != NULL) {
        *(uint16_t *)number = mnl_attr_get_u16(id);
    }
    return MNL_CB_OK;
}

/* The number that a family has in this boot; 0 or an errno. */
static int
find_family(const char *name, uint16_t *number)
{
    char bytes[REQUEST] = "";
    struct nlmsghdr *header = begin(bytes, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);

    mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, name);
    return netlink_ask(NETLINK_GENERIC, header, header->nlmsg_len, take_number, number);
}

int
datapath_probe(void)
{
    uint16_t number = 0;

    return find_family(OVS_DATAPATH_FAMILY, &number);
}

/* A list of names, as far as it has come. */
struct list {
    char (*names)[IFNAME_SIZE];
    size_t most, count;
};

/* Behind the generic header there is Open vSwitch's own, of the datapath. */
enum { OFFSET = sizeof(struct genlmsghdr) + sizeof(struct ovs_header) };

static int
take_vport(const struct nlmsghdr *header, void *context)
{
    struct list *list = context;
    const struct nlattr *name = netlink_attribute(header, OFFSET, OVS_VPORT_ATTR_NAME);
    const struct nlattr *type = netlink_attribute(header, OFFSET, OVS_VPORT_ATTR_TYPE);

    if (name == NULL || type == NULL || mnl_attr_get_u32(type) != OVS_VPORT_TYPE_NETDEV) {
        return MNL_CB_OK;
    }
    if (list->count == list->most) {
        errno = ENOBUFS;
        return MNL_CB_ERROR;
    }
    snprintf(list->names[list->count++], IFNAME_SIZE, "%s", mnl_attr_get_str(name));
    return MNL_CB_OK;
}

int
datapath_vports(char names[][IFNAME_SIZE], size_t most, size_t *count)
{
    struct list list = {names, most, 0};
    char bytes[REQUEST] = "";
    struct nlmsghdr *header;
    struct ovs_header *datapath;
    uint16_t family = 0;
    int error = find_family(OVS_VPORT_FAMILY, &family);

    *count = 0;
    if (error != 0) {
        return error;
    }
    header = begin(bytes, family, NLM_F_DUMP, OVS_VPORT_CMD_GET);
    datapath = mnl_nlmsg_put_extra_header(header, sizeof *datapath);
    datapath->dp_ifindex = device_index(DATAPATH_DEVICE);
    if (datapath->dp_ifindex == 0) {
        return 0;
    }
    error = netlink_ask(NETLINK_GENERIC, header, header->nlmsg_len, take_vport, &list);
    *count = list.count;
    return error;
}
