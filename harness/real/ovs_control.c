/* Requests to a private ovs-vswitchd itself: see ovs_control.h. */
#include "harness/real/ovs_control.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
request(const struct ovs *ovs, const char *text)
{
    int fd = ovsdb_connect(OVS_CONTROL);

    if (fd >= 0 && send(fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
        close(fd);
        fd = -1;
    }
    if (fd < 0) {
        ovs_fail(ovs, "ovs-vswitchd", "its control socket takes no request");
    }
    return fd;
}

int
ovs_ask(const struct ovs *ovs)
{
    return request(ovs, "{\"id\":0,\"method\":\"version\",\"params\":[]}");
}

/* Eight seconds are the longest that it waits (reconnect.c, RECONNECT_DEFAULT_MAX_BACKOFF). */
int
ovs_ask_to_connect(const struct ovs *ovs)
{
    return request(ovs, "{\"id\":0,\"method\":\"time/warp\",\"params\":[\"8000\"]}");
}
