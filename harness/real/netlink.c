/* Requests over netlink: see netlink.h. */
#include "harness/real/netlink.h"

#include <errno.h>
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
