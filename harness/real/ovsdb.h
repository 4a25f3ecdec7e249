/* A client of one ovsdb-server, as far as tests on a real kernel need one: transactions, one at a
 * time, over a unix socket (RFC 7047, sections 4 and 5).
 *
 * The server connects to us (its active remote "unix:FILE") when it is ready, so its being ready is
 * an event, and there is nothing to try again. */
#ifndef TAPWEAVE_HARNESS_REAL_OVSDB_H
#define TAPWEAVE_HARNESS_REAL_OVSDB_H

#include "harness/diagnostic.h"

#include <jansson.h>

enum { OVSDB_DEADLINE_MS = 120000 /* of every wait; a busy virtual machine has taken 30 s */ };

/* A connection; fd -1: there is none. */
struct ovsdb {
    int fd;
    struct diagnostic *diagnostic; /* not owned: what every function on this that fails fills in */
    json_int_t id;                 /* of the last request */
    char *text;                    /* bytes of a message that is not whole yet */
    size_t used, room;
    bool (*hopeless)(void); /* asked each second of a wait, which ends if it is true; or NULL */
};

/* Listens on a unix socket of that path, in place of what is there.  The descriptor, which is
 * closed on exec, or -1 with a diagnostic. */
int ovsdb_listen(const char *path, struct diagnostic *diagnostic);

/* Connects to such a socket; -1 if nobody takes it. */
int ovsdb_connect(const char *path);

/* Waits until the server connects to the socket that is listened on.  False with a diagnostic if it
 * does not before the deadline, or ends: `server` is its pidfd. */
bool ovsdb_accept(struct ovsdb *ovsdb, int listening, int server, struct diagnostic *diagnostic);

void ovsdb_close(struct ovsdb *ovsdb);

/* What a transaction came to. */
enum ovsdb_event {
    OVSDB_REPLIED, /* it is committed */
    OVSDB_OTHER,   /* not by the time that the other descriptor became readable */
    OVSDB_LATE,    /* not before the deadline, or it is hopeless */
    OVSDB_UNMET,   /* an operation `wait` found otherwise than it wants: nothing is changed */
    OVSDB_FAILED,  /* there is a diagnostic */
};

/* Requests one transaction on the database Open_vSwitch.  `operations` is an array (RFC 7047, 5.2),
 * released in any case; NULL, as json_pack has it without memory, fails.  `other` is a descriptor
 * to watch meanwhile, or -1.  Once committed, *results is the array of results, to be released with
 * json_decref.  If not in time, the transaction is cancelled: it is not committed later, but it may
 * have been just now. */
enum ovsdb_event ovsdb_race(struct ovsdb *ovsdb, json_t *operations, int other, json_t **results);

/* The same with nothing to watch: the results, or NULL with a diagnostic if it is not committed in
 * time; and without the results: whether it is. */
json_t *ovsdb_transact(struct ovsdb *ovsdb, json_t *operations);
bool ovsdb_commit(struct ovsdb *ovsdb, json_t *operations);

/* The length of the first message in `used` bytes, 0 if it is not whole. */
size_t ovsdb_message_length(const char *text, size_t used);

/* Takes the first message off what was received: `*used` bytes, of which those behind it move to
 * the front.  NULL if it is not whole, JSON's null if it is no JSON; to be given to json_decref. */
json_t *ovsdb_take_message(char *text, size_t *used);

/* The rows of the result of a `select`, the operation of that index; NULL if there is no such. */
const json_t *ovsdb_rows(const json_t *results, size_t index);

/* The text after a tag in a notation such as ["uuid", "TEXT"] (RFC 7047, 5.1); "" if it is none. */
const char *ovsdb_uuid(const json_t *value);

/* A column that holds a set: the number of its members, and each one.  A set of one is written as
 * its only member. */
size_t ovsdb_set_size(const json_t *value);
const json_t *ovsdb_set_member(const json_t *value, size_t index);

/* A column that holds a map of texts: the value of the key, "" if it has none. */
const char *ovsdb_map_value(const json_t *value, const char *key);

#endif
