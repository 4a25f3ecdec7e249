/* An ovsdb-server that goes down, and comes up again: see ovs_outage.h. */
#include "harness/real/ovs_outage.h"

#include "harness/real/ovs_call.h"
#include "harness/real/ovs_control.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Between its loss of the server and its first attempt: an ovs-vsctl's clock has stood still. */
enum { RECONNECT_SECONDS = 2 };

/* What the database is, for as long as nobody can be asked. */
static bool
keep_tables(struct ovs *ovs)
{
    json_t *tables = ovs_select(ovs);

    json_decref(tables);
    return tables != NULL;
}

bool
ovs_stop_server(struct ovs *ovs)
{
    bool connected = !ovs->parted;

    /* When it has answered us, it has sent what was committed to ovs-vswitchd as well (ovs.c). */
    if (!keep_tables(ovs)) {
        return false;
    }
    child_kill(&ovs->server);
    ovsdb_close(&ovs->database);
    ovs->away = ovs->parted = true;
    for (size_t i = 0; i < OVS_MAX_CALLS; i++) {
        ovs->cut_off[i] = ovs->call[i].pid != 0;
    }
    return !connected || ovs_turn(ovs);
}

bool
ovs_start_server_again(struct ovs *ovs)
{
    if (!ovs_start_server(ovs)) {
        return false;
    }
    ovs->away = false;
    return true;
}

/* Waits for the first bytes of the answer. */
static bool
is_answered(const struct ovs *ovs, int fd)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
                           {.fd = ovs->vswitchd.pidfd, .events = POLLIN}};

    return poll(fds, 2, OVSDB_DEADLINE_MS) > 0 && (fds[0].revents & POLLIN) != 0;
}

/* Its main loop looks at the database, then at what it is asked, then at link events: the second
 * answer comes when it has looked at all of them since it was let go. */
bool
ovs_turn(struct ovs *ovs)
{
    bool answered = true;

    for (int i = 0; i < 2 && answered; i++) {
        int fd = ovs_ask(ovs);

        if (fd < 0) {
            return false;
        }
        if (ovs->held && kill(ovs->vswitchd.pid, SIGCONT) != 0) {
            close(fd);
            return ovs_fail(ovs, "ovs-vswitchd: SIGCONT", strerror(errno));
        }
        ovs->held = false;
        answered = is_answered(ovs, fd);
        close(fd);
    }
    return (answered || ovs_fail(ovs, "ovs-vswitchd", "it did not answer before the deadline")) &&
           ovs_hold(ovs);
}

bool
ovs_call_reconnects(struct ovs *ovs, const struct child *call)
{
    return !ovs->cut_off[call - ovs->call] || ovs_call_passes(ovs, call, RECONNECT_SECONDS);
}
