/* QEMU's monitor: see monitor.h. */
#include "harness/real/monitor.h"

#include "harness/real/deadline.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MS = 10000 /* one that has not answered never will */ };

int
monitor_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, (socklen_t)sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool
monitor_tell(int monitor, const char *command, bool *ended, bool *refused,
             struct diagnostic *diagnostic)
{
    long long deadline = deadline_in(ANSWER_MS);
    char answer[4096] = "";
    size_t used = 0;
    ssize_t length = send(monitor, command, strlen(command), MSG_NOSIGNAL);

    *refused = false;
    while (length > 0 && strstr(answer, "\"return\"") == NULL && !*refused) {
        struct pollfd ready = {.fd = monitor, .events = POLLIN};

        if (used == sizeof answer - 1 || poll(&ready, 1, deadline_left(deadline)) != 1) {
            return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "QEMU: its monitor did not answer before the deadline");
        }
        length = recv(monitor, answer + used, sizeof answer - 1 - used, 0);
        used += length > 0 ? (size_t)length : 0;
        answer[used] = '\0';
        *refused = strstr(answer, "\"error\"") != NULL;
    }
    *ended = length <= 0;
    return true;
}
