/* A client of ovsdb-server: see ovsdb.h. */
#define _GNU_SOURCE /* accept4 */
#include "harness/real/ovsdb.h"

#include "harness/real/deadline.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A private database of a few bridges is far below this. */
enum { MAX_MESSAGE = 16 * 1024 * 1024, READ_SIZE = 16 * 1024, HOPE_MS = 1000 };

static bool
fail(const struct ovsdb *ovsdb, const char *what, const char *why)
{
    return diagnose(ovsdb->diagnostic, EXIT_INTERNAL, NULL, 0, 0, "ovsdb-server: %s: %s", what,
                    why);
}

static int
open_socket(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "%s", path);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int
ovsdb_listen(const char *path, struct diagnostic *diagnostic)
{
    struct sockaddr_un address;
    int fd = open_socket(path, &address);

    unlink(path);
    if (bind(fd, (const struct sockaddr *)&address, (socklen_t)sizeof address) == 0 &&
        listen(fd, 1) == 0) {
        return fd;
    }
    diagnostic_fill(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "cannot listen on %s: %s", path,
                    strerror(errno));
    close(fd);
    return -1;
}

int
ovsdb_connect(const char *path)
{
    struct sockaddr_un address;
    int fd = open_socket(path, &address);

    if (connect(fd, (const struct sockaddr *)&address, (socklen_t)sizeof address) == 0) {
        return fd;
    }
    close(fd);
    return -1;
}

bool
ovsdb_accept(struct ovsdb *ovsdb, int listening, int server, struct diagnostic *diagnostic)
{
    struct pollfd ready[] = {{.fd = listening, .events = POLLIN}, {.fd = server, .events = POLLIN}};

    *ovsdb = (struct ovsdb){.fd = -1, .diagnostic = diagnostic};
    if (deadline_poll(ready, 2, deadline_in(OVSDB_DEADLINE_MS)) <= 0) {
        return fail(ovsdb, "start", "it was not ready before the deadline");
    }
    if (ready[0].revents == 0) {
        return fail(ovsdb, "start", "it ended");
    }
    ovsdb->fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return ovsdb->fd >= 0 || fail(ovsdb, "accept", strerror(errno));
}

void
ovsdb_close(struct ovsdb *ovsdb)
{
    if (ovsdb->fd >= 0) {
        close(ovsdb->fd);
    }
    free(ovsdb->text);
    *ovsdb = (struct ovsdb){.fd = -1};
}

/* Sends a message, which is released. */
static bool
send_message(struct ovsdb *ovsdb, json_t *message, long long deadline)
{
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    size_t length = text == NULL ? 0 : strlen(text), sent = 0;
    bool whole = false;

    json_decref(message);
    if (text == NULL) {
        return fail(ovsdb, "request", "out of memory");
    }
    while (sent < length) {
        struct pollfd ready = {.fd = ovsdb->fd, .events = POLLOUT};
        ssize_t part = send(ovsdb->fd, text + sent, length - sent, MSG_NOSIGNAL);

        if (part >= 0) {
            sent += (size_t)part;
        } else if (errno == EAGAIN && deadline_poll(&ready, 1, deadline) == 0) {
            errno = ETIMEDOUT;
            break;
        } else if (errno != EAGAIN && errno != EINTR) {
            break;
        }
    }
    whole = sent == length || fail(ovsdb, "send", strerror(errno));
    free(text);
    return whole;
}

/* Messages are objects, and follow each other with nothing between them (RFC 7047, 4.1). */
size_t
ovsdb_message_length(const char *text, size_t used)
{
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < used; i++) {
        if (quoted) {
            if (text[i] == '\\') {
                i++;
            } else if (text[i] == '"') {
                quoted = false;
            }
        } else if (text[i] == '"') {
            quoted = true;
        } else if (text[i] == '{' || text[i] == '[') {
            depth++;
        } else if ((text[i] == '}' || text[i] == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

json_t *
ovsdb_take_message(char *text, size_t *used)
{
    const size_t length = ovsdb_message_length(text, *used);
    json_t *message;

    if (length == 0) {
        return NULL;
    }
    message = json_loadb(text, length, 0, NULL);
    *used -= length;
    memmove(text, text + length, *used);
    return message == NULL ? json_null() : message;
}

/* Receives what there is; nothing is no error. */
static bool
receive(struct ovsdb *ovsdb)
{
    ssize_t part;

    if (ovsdb->room - ovsdb->used < READ_SIZE) {
        size_t room = ovsdb->room * 2 + READ_SIZE;
        char *text = room > MAX_MESSAGE ? NULL : realloc(ovsdb->text, room);

        if (text == NULL) {
            return fail(ovsdb, "receive", "a message is too long");
        }
        ovsdb->text = text;
        ovsdb->room = room;
    }
    part = recv(ovsdb->fd, ovsdb->text + ovsdb->used, ovsdb->room - ovsdb->used, 0);
    if (part == 0) {
        return fail(ovsdb, "receive", "it closed the connection");
    }
    if (part < 0) {
        return errno == EAGAIN || errno == EINTR || fail(ovsdb, "receive", strerror(errno));
    }
    ovsdb->used += (size_t)part;
    return true;
}

/* Checks the reply to the transaction: any operation of it may have an error; that of a `wait` is
 * "timed out" (RFC 7047, 5.2.6). */
static enum ovsdb_event
take_reply(const struct ovsdb *ovsdb, json_t *message, json_t **results)
{
    json_t *error = json_object_get(message, "error"), *result = json_object_get(message, "result");
    const char *details = "";
    json_t *operation;
    size_t i;

    json_array_foreach(result, i, operation)
    {
        if (json_object_get(operation, "error") != NULL) {
            error = json_object_get(operation, "error");
            details = json_string_value(json_object_get(operation, "details"));
        }
    }
    if (json_is_string(error) && strcmp(json_string_value(error), "timed out") == 0) {
        return OVSDB_UNMET;
    }
    if (json_is_string(error) || !json_is_array(result)) {
        diagnostic_fill(ovsdb->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                        "ovsdb-server: transaction: %s (%s)",
                        json_is_string(error) ? json_string_value(error) : "not understood",
                        details == NULL ? "" : details);
        return OVSDB_FAILED;
    }
    *results = json_incref(result);
    return OVSDB_REPLIED;
}

/* Deals with the messages that have arrived.  OVSDB_LATE: the reply is not among them. */
static enum ovsdb_event
take_messages(struct ovsdb *ovsdb, long long deadline, json_t **results)
{
    enum ovsdb_event event = OVSDB_LATE;
    json_t *message;

    while (event == OVSDB_LATE &&
           (message = ovsdb_take_message(ovsdb->text, &ovsdb->used)) != NULL) {
        const char *method = json_string_value(json_object_get(message, "method"));
        json_t *id = json_object_get(message, "id");

        if (!json_is_object(message)) {
            fail(ovsdb, "receive", "this is no message");
            event = OVSDB_FAILED;
        } else if (method == NULL && json_integer_value(id) == ovsdb->id) {
            event = take_reply(ovsdb, message, results);
        } else if (method != NULL && strcmp(method, "echo") == 0) {
            /* It asks whether we live.  Everything else is the answer to what was cancelled. */
            json_t *answer = json_pack("{s:O, s:O, s:n}", "id", id, "result",
                                       json_object_get(message, "params"), "error");

            event = send_message(ovsdb, answer, deadline) ? event : OVSDB_FAILED;
        }
        json_decref(message);
    }
    return event;
}

/* Waits until one of the two has something to say.  False: not before the deadline, or there is no
 * hope of it. */
static bool
await(const struct ovsdb *ovsdb, struct pollfd ready[2], long long deadline)
{
    do {
        long long soon = deadline_in(HOPE_MS);

        if (deadline_poll(ready, 2, soon < deadline ? soon : deadline) > 0) {
            return true;
        }
    } while (deadline_left(deadline) > 0 && (ovsdb->hopeless == NULL || !ovsdb->hopeless()));
    return false;
}

enum ovsdb_event
ovsdb_race(struct ovsdb *ovsdb, json_t *operations, int other, json_t **results)
{
    struct pollfd ready[] = {{.fd = ovsdb->fd, .events = POLLIN}, {.fd = other, .events = POLLIN}};
    enum ovsdb_event event = OVSDB_LATE;
    long long deadline = deadline_in(OVSDB_DEADLINE_MS);
    json_int_t id = ++ovsdb->id;

    if (operations == NULL || json_array_insert_new(operations, 0, json_string("Open_vSwitch"))) {
        json_decref(operations);
        fail(ovsdb, "request", "out of memory");
        return OVSDB_FAILED;
    }
    if (!send_message(
            ovsdb,
            json_pack("{s:s, s:o, s:I}", "method", "transact", "params", operations, "id", id),
            deadline)) {
        return OVSDB_FAILED;
    }
    while (event == OVSDB_LATE && await(ovsdb, ready, deadline)) {
        /* First the reply: of what it races against, the end may be its consequence. */
        if (ready[0].revents != 0) {
            event = receive(ovsdb) ? take_messages(ovsdb, deadline, results) : OVSDB_FAILED;
        }
        if (event == OVSDB_LATE && ready[1].revents != 0) {
            event = OVSDB_OTHER;
        }
    }
    if ((event == OVSDB_LATE || event == OVSDB_OTHER) &&
        !send_message(ovsdb, json_pack("{s:s, s:[I], s:n}", "method", "cancel", "params", id, "id"),
                      deadline_in(1000))) {
        event = OVSDB_FAILED;
    }
    return event;
}

json_t *
ovsdb_transact(struct ovsdb *ovsdb, json_t *operations)
{
    json_t *results;

    switch (ovsdb_race(ovsdb, operations, -1, &results)) {
    case OVSDB_REPLIED:
        return results;
    case OVSDB_UNMET:
        fail(ovsdb, "transaction", "a condition of it does not hold");
        break;
    case OVSDB_OTHER:
    case OVSDB_LATE:
        fail(ovsdb, "transaction", "it did not answer before the deadline");
        break;
    case OVSDB_FAILED:
        break;
    }
    return NULL;
}

bool
ovsdb_commit(struct ovsdb *ovsdb, json_t *operations)
{
    json_t *results = ovsdb_transact(ovsdb, operations);

    json_decref(results);
    return results != NULL;
}

const json_t *
ovsdb_rows(const json_t *results, size_t index)
{
    return json_object_get(json_array_get(results, index), "rows");
}

/* What follows a tag, as in ["set", ...]; NULL if this is not so tagged. */
static const json_t *
tagged(const json_t *value, const char *tag)
{
    const char *has = json_string_value(json_array_get(value, 0));

    return has != NULL && strcmp(has, tag) == 0 ? json_array_get(value, 1) : NULL;
}

const char *
ovsdb_uuid(const json_t *value)
{
    const char *text = json_string_value(tagged(value, "uuid"));

    return text == NULL ? "" : text;
}

size_t
ovsdb_set_size(const json_t *value)
{
    const json_t *members = tagged(value, "set");

    return members == NULL ? value != NULL : json_array_size(members);
}

const json_t *
ovsdb_set_member(const json_t *value, size_t index)
{
    const json_t *members = tagged(value, "set");

    return members == NULL ? value : json_array_get(members, index);
}

const char *
ovsdb_map_value(const json_t *value, const char *key)
{
    const json_t *pairs = tagged(value, "map");

    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        const char *text = json_string_value(json_array_get(pair, 1));

        if (name != NULL && text != NULL && strcmp(name, key) == 0) {
            return text;
        }
    }
    return "";
}
