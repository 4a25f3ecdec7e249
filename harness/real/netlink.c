/* Requests over netlink: see netlink.h. */
#include "harness/real/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

int
netlink_ask(int bus, const struct nlmsghdr *request, size_t length, mnl_cb_t each, void *context)
{
    struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
    size_t size = (size_t)MNL_SOCKET_BUFFER_SIZE;
    char *buffer = malloc(size);
    int error = 0, more = MNL_CB_OK;

    if (socket == NULL || buffer == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) != 0 ||
        mnl_socket_sendto(socket, request, length) < 0) {
        error = errno;
        more = MNL_CB_STOP;
    }
    while (more > MNL_CB_STOP) {
        ssize_t got = mnl_socket_recvfrom(socket, buffer, size);

        more = got <= 0 ? MNL_CB_ERROR
                        : mnl_cb_run(buffer, (size_t)got, request->nlmsg_seq,
                                     mnl_socket_get_portid(socket), each, context);
        error = more == MNL_CB_ERROR ? errno : 0;
    }
    free(buffer);
    if (socket != NULL) {
        mnl_socket_close(socket);
    }
    return error;
}

/* The attribute itself if it lies in front of the end, or NULL. */
static const struct nlattr *
in_front_of(const char *end, const void *attribute)
{
    ptrdiff_t left = end - (const char *)attribute;

    return mnl_attr_ok(attribute, (int)left) ? attribute : NULL;
}

struct nlmsghdr *
netlink_put_netfilter(char *buffer, int type, int flags, uint8_t family, int resource)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    struct nfgenmsg *message = mnl_nlmsg_put_extra_header(header, sizeof *message);

    header->nlmsg_type = (uint16_t)type;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    header->nlmsg_seq = 1;
    message->nfgen_family = family;
    message->res_id = htons((uint16_t)resource);
    return header;
}

const struct nlattr *
netlink_attribute(const struct nlmsghdr *header, size_t offset, int type)
{
    const char *end = mnl_nlmsg_get_payload_tail(header);
    const struct nlattr *attribute = in_front_of(end, mnl_nlmsg_get_payload_offset(header, offset));

    while (attribute != NULL && mnl_attr_get_type(attribute) != type) {
        attribute = in_front_of(end, mnl_attr_next(attribute));
    }
    return attribute;
}

const struct nlattr *
netlink_next(const struct nlattr *nest, const struct nlattr *attribute)
{
    const char *payload = mnl_attr_get_payload(nest);

    return in_front_of(payload + mnl_attr_get_payload_len(nest),
                       attribute == NULL ? (const void *)payload : mnl_attr_next(attribute));
}

const struct nlattr *
netlink_nested(const struct nlattr *nest, int type)
{
    const struct nlattr *attribute = nest == NULL ? NULL : netlink_next(nest, NULL);

    while (attribute != NULL && mnl_attr_get_type(attribute) != type) {
        attribute = netlink_next(nest, attribute);
    }
    return attribute;
}
