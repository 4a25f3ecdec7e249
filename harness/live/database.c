/* The ports of a live database: see database.h. */
#include "harness/live/database.h"

#include "harness/real/ovsdb.h"
#include "harness/record/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_SIZE = 64 << 10, MOST_BYTES = 64 << 20 /* of a message: 100000 ports are fewer */ };

void
database_close(struct database *database)
{
    if (database->connected) {
        close(database->fd);
    }
    free(database->text);
    journal_close(database->journal);
    record_free(&database->events);
    database->journal = NULL;
    database->text = NULL;
    database->used = database->room = 0;
    database->connected = false;
    database->fd = -1;
}

static bool
lose(struct database *database, const char *why)
{
    database_close(database);
    snprintf(database->why, sizeof database->why, "%s", why);
    return false;
}

/* Sends a message, which is released.  All that is sent is short, so that there is room for it. */
static bool
send_message(struct database *database, json_t *message)
{
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    const size_t length = text == NULL ? 0 : strlen(text);
    const ssize_t sent = send(database->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    const int error = errno;

    json_decref(message);
    free(text);
    if (text == NULL) {
        return lose(database, "out of memory");
    }
    return sent == (ssize_t)length ||
           lose(database, sent < 0 ? strerror(error) : "it does not take what is sent to it");
}

bool
database_connect(struct database *database)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    database_close(database);
    if (strlen(database->path) >= sizeof address.sun_path) {
        return lose(database, strerror(ENAMETOOLONG));
    }
    strcpy(address.sun_path, database->path);
    database->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    database->connected = database->fd >= 0;
    if (!database->connected ||
        connect(database->fd, (const struct sockaddr *)&address, (socklen_t)sizeof address) != 0) {
        return lose(database, strerror(errno));
    }
    database->journal = journal_open(&database->events);
    if (database->journal == NULL) {
        return lose(database, "out of memory");
    }
    return send_message(database, json_pack("{s:s, s:i, s:[s, n, {s:{s:[s, s]}, s:{s:[s, s, s]}}]}",
                                            "method", "monitor", "id", 1, "params", "Open_vSwitch",
                                            "Port", "columns", "name", "interfaces", "Interface",
                                            "columns", "name", "type", "external_ids"));
}

bool
database_receive(struct database *database)
{
    ssize_t got = 1;

    while (database->connected && got > 0) {
        if (database->room - database->used < READ_SIZE) {
            const size_t room = database->room * 2 + READ_SIZE;
            char *text = room > MOST_BYTES ? NULL : realloc(database->text, room);

            if (text == NULL) {
                return lose(database, "a message of it is too long");
            }
            database->text = text;
            database->room = room;
        }
        got = recv(database->fd, database->text + database->used, READ_SIZE, MSG_DONTWAIT);
        if (got == 0) {
            return lose(database, "it has closed the connection");
        }
        if (got < 0 && errno != EAGAIN && errno != EINTR) {
            return lose(database, strerror(errno));
        }
        database->used += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* What a monitor says of tables, {"old": ..., "new": ...} for each row, as a transaction has it:
 * the row as it is now, or null.  NULL if there is no memory. */
static json_t *
as_transaction(const json_t *updates, int64_t at)
{
    json_t *transaction = json_pack("{s:I}", "_date", (json_int_t)(at / 1000)), *table;
    const char *name;

    json_object_foreach((json_t *)updates, name, table)
    {
        json_t *rows = json_object(), *row;
        const char *uuid;

        json_object_foreach(table, uuid, row)
        {
            json_t *now = json_object_get(row, "new");

            json_object_set(rows, uuid, now == NULL ? json_null() : now);
        }
        json_object_set_new(transaction, name, rows);
    }
    return transaction;
}

static enum database_took
take_tables(struct database *database, const json_t *updates, int64_t at, struct record *record)
{
    json_t *transaction = as_transaction(updates, at);
    bool whole = transaction != NULL && journal_take(database->journal, transaction);

    json_decref(transaction);
    for (size_t i = 0; whole && i < database->events.count; i++) {
        database->events.event[i].at = at; /* a transaction's time is in milliseconds */
        whole = record_add(record, &database->events.event[i]);
    }
    database->events.count = 0;
    return whole || lose(database, "out of memory") ? DATABASE_CHANGE : DATABASE_LOST;
}

/* The answer to `monitor`. */
static enum database_took
take_answer(struct database *database, const json_t *message, int64_t at, struct record *record)
{
    const json_t *error = json_object_get(message, "error");
    const json_t *result = json_object_get(message, "result");

    if (!json_is_object(result)) {
        char *text = json_dumps(error, JSON_ENCODE_ANY);

        lose(database, text == NULL ? "it does not tell of ports" : text);
        free(text);
        return DATABASE_LOST;
    }
    return take_tables(database, result, at, record) == DATABASE_LOST ? DATABASE_LOST
                                                                      : DATABASE_LIST;
}

enum database_took
database_take(struct database *database, int64_t at, struct record *record)
{
    json_t *message =
        database->connected ? ovsdb_take_message(database->text, &database->used) : NULL;
    const json_t *params = json_object_get(message, "params");
    const char *method = json_string_value(json_object_get(message, "method"));
    enum database_took took = DATABASE_CHANGE;

    if (message == NULL) {
        return DATABASE_NOTHING;
    }
    if (method == NULL) {
        took = take_answer(database, message, at, record);
    } else if (strcmp(method, "update") == 0) {
        took = take_tables(database, json_array_get(params, 1), at, record);
    } else if (strcmp(method, "echo") == 0 && /* it asks whether we live */
               !send_message(database,
                             json_pack("{s:O, s:O, s:n}", "id", json_object_get(message, "id"),
                                       "result", params, "error"))) {
        took = DATABASE_LOST;
    }
    json_decref(message);
    return took;
}
