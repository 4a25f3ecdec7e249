/* Transactions that are delayed: see ovs_delay.h. */
#define _GNU_SOURCE /* accept4, pidfd_open */
#include "harness/real/ovs_delay.h"

#include "harness/real/deadline.h"
#include "harness/real/ovs_call.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET OVS_FOLDER "/late.sock"
#define ASIDE OVS_FOLDER "/aside.sock"

enum { MAX_MESSAGE = 1024 * 1024 /* a few bridges and ports: far below this */ };

/* The text of what is received, up to the end of its first whole message. */
struct buffer {
    char *text;
    size_t used;
};

static bool
receive(int fd, struct buffer *buffer)
{
    ssize_t part = recv(fd, buffer->text + buffer->used, MAX_MESSAGE - buffer->used, 0);

    buffer->used += part > 0 ? (size_t)part : 0;
    return part > 0;
}

static bool
pass_on(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t part = send(fd, text, length, MSG_NOSIGNAL);

        if (part < 0) {
            return false;
        }
        text += part;
        length -= (size_t)part;
    }
    return true;
}

static bool
is_transaction(const char *text, size_t length)
{
    json_t *message = json_loadb(text, length, 0, NULL);
    const char *method = json_string_value(json_object_get(message, "method"));
    bool is = method != NULL && strcmp(method, "transact") == 0;

    json_decref(message);
    return is;
}

int
ovs_delay_begin(struct ovs *ovs)
{
    int listening = ovsdb_listen(SOCKET, ovs->diagnostic);

    ovs->socket = listening < 0 ? OVS_SOCKET : SOCKET;
    return listening;
}

/* A socket goes on listening under another name. */
int
ovs_delay_stand_in(struct ovs *ovs)
{
    int listening;

    if (rename(OVS_SOCKET, ASIDE) != 0) {
        ovs_fail(ovs, "ovsdb-server", strerror(errno));
        return -1;
    }
    listening = ovsdb_listen(OVS_SOCKET, ovs->diagnostic);
    if (listening < 0) {
        rename(ASIDE, OVS_SOCKET);
    }
    return listening;
}

/* Waits until the one or the other has something to say, unless `call` ends.  -1: it has, or the
 * deadline passes. */
static int
await_one(const int fd[2], int call, long long deadline)
{
    struct pollfd ready[] = {{.fd = fd[0], .events = POLLIN},
                             {.fd = fd[1], .events = POLLIN},
                             {.fd = call, .events = POLLIN}};

    return deadline_poll(ready, 3, deadline) <= 0 ? -1
           : ready[0].revents != 0                ? 0
           : ready[1].revents != 0                ? 1
                                                  : -1;
}

/* Passes on messages both ways up to the client's transaction, which is left in `kept`. */
static bool
relay(int client, int server, int call, struct buffer *kept, long long deadline)
{
    const int fd[] = {client, server};
    char answer[4096];

    for (;;) {
        size_t length = ovsdb_message_length(kept->text, kept->used);
        int from;

        if (length > 0 && is_transaction(kept->text, length)) {
            kept->used = length;
            return true;
        }
        if (length > 0) {
            if (!pass_on(server, kept->text, length)) {
                return false;
            }
            kept->used -= length;
            memmove(kept->text, kept->text + length, kept->used);
            continue;
        }
        from = await_one(fd, call, deadline);
        if (from == 1) {
            ssize_t part = recv(server, answer, sizeof answer, 0);

            if (part <= 0 || !pass_on(client, answer, (size_t)part)) {
                return false;
            }
        } else if (from < 0 || !receive(client, kept)) {
            return false;
        }
    }
}

/* Accepts the call's connection and relays it. */
static bool
take(struct ovs *ovs, const char *socket, int listening, int call, struct ovs_delay *delayed)
{
    long long deadline = deadline_in(OVSDB_DEADLINE_MS);
    struct buffer kept = {malloc(MAX_MESSAGE), 0};
    const int only[] = {listening, -1};
    int client = -1, server = ovsdb_connect(socket);
    bool taken;

    if (kept.text != NULL && server >= 0 && await_one(only, call, deadline) == 0) {
        client = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    }
    taken = client >= 0 && relay(client, server, call, &kept, deadline);
    if (client >= 0) {
        close(client);
    }
    *delayed = (struct ovs_delay){server, kept.text, kept.used};
    if (kept.text == NULL && server >= 0) {
        close(server);
    }
    if (!taken) {
        ovs_delay_drop(delayed);
    }
    return taken || ovs_fail(ovs, "ovs-vsctl by way of us", "it has sent no transaction");
}

bool
ovs_delay_take(struct ovs *ovs, int listening, struct child *call, struct ovs_delay *delayed,
               int *status)
{
    bool taken;

    *delayed = (struct ovs_delay){0};
    ovs->socket = OVS_SOCKET;
    taken = call != NULL && take(ovs, OVS_SOCKET, listening, call->pidfd, delayed);
    close(listening);
    if (call == NULL) {
        return false;
    }
    /* lib/fatal-signal.c: at the end of --timeout it sends itself this signal (rc 142). */
    kill(call->pid, SIGALRM);
    *status = ovs_reap(ovs, call);
    return taken;
}

bool
ovs_delay_take_from(struct ovs *ovs, int listening, pid_t process, struct ovs_delay *delayed)
{
    int call = pidfd_open(process, 0);
    bool taken;

    *delayed = (struct ovs_delay){0};
    taken = call >= 0 ? take(ovs, ASIDE, listening, call, delayed)
                      : ovs_fail(ovs, "ovs-vsctl", strerror(errno));
    if (call >= 0) {
        close(call);
    }
    close(listening);
    if (rename(ASIDE, OVS_SOCKET) != 0) {
        return ovs_fail(ovs, "ovsdb-server", strerror(errno));
    }
    return taken;
}

/* Whether an operation of the transaction has an error: a "wait" that was not met. */
static bool
has_error(const json_t *reply)
{
    const json_t *result = json_object_get(reply, "result");

    for (size_t i = 0; i < json_array_size(result); i++) {
        if (json_object_get(json_array_get(result, i), "error") != NULL) {
            return true;
        }
    }
    return !json_is_array(result);
}

bool
ovs_delay_commit(struct ovs *ovs, struct ovs_delay *delayed, bool *applied)
{
    long long deadline = deadline_in(OVSDB_DEADLINE_MS);
    const int only[] = {delayed->server, -1};
    json_t *request = json_loadb(delayed->text, delayed->length, 0, NULL), *reply = NULL;
    struct buffer answer = {delayed->text, 0};
    bool sent = pass_on(delayed->server, delayed->text, delayed->length);

    while (sent && reply == NULL) {
        size_t length = ovsdb_message_length(answer.text, answer.used);

        if (length == 0) {
            if (await_one(only, -1, deadline) != 0 || !receive(delayed->server, &answer)) {
                break;
            }
            continue;
        }
        reply = json_loadb(answer.text, length, 0, NULL);
        answer.used -= length;
        memmove(answer.text, answer.text + length, answer.used);
        /* Updates of what its sender has asked to be told come first. */
        if (!json_equal(json_object_get(reply, "id"), json_object_get(request, "id"))) {
            json_decref(reply);
            reply = NULL;
        }
    }
    sent = reply != NULL;
    *applied = sent && !has_error(reply);
    json_decref(request);
    json_decref(reply);
    ovs_delay_drop(delayed);
    return sent || ovs_fail(ovs, "ovs-vsctl by way of us",
                            "its transaction was not answered before the deadline");
}

void
ovs_delay_drop(struct ovs_delay *delayed)
{
    if (delayed->text != NULL) {
        close(delayed->server);
    }
    free(delayed->text);
    *delayed = (struct ovs_delay){0};
}
