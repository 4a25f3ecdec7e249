/* Who has changed the row of a port: see authors.h. */
#include "harness/live/authors.h"

#include "harness/record/ledger_text.h"
#include "harness/record/ovsdb_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 64 << 20 /* of what is read at a time: it grows from event to event */ };

/* Opens it, and sees whether it is the file that it was.  -1 with errno. */
static int
open_file(struct authors *authors, struct stat *now)
{
    const int fd = open(authors->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0 && (fstat(fd, now) != 0 || !S_ISREG(now->st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

int
authors_open(struct authors *authors, const char *path)
{
    struct stat now = {0};
    int fd, error;

    *authors = (struct authors){.path = path, .transactions = json_array()};
    fd = open_file(authors, &now);
    error = fd < 0 ? errno : authors->transactions == NULL ? ENOMEM : 0;
    if (fd >= 0) {
        close(fd);
    }
    if (error != 0) {
        authors_close(authors);
        return error;
    }
    authors->device = now.st_dev;
    authors->inode = now.st_ino;
    authors->read = now.st_size;
    return 0;
}

void
authors_close(struct authors *authors)
{
    json_decref(authors->transactions);
    *authors = (struct authors){.path = NULL};
}

static void
remember(struct authors *authors, json_t *record)
{
    const json_t *ports = json_object_get(record, "Port");

    if (!json_is_integer(json_object_get(record, "_date"))) {
        authors->snapshot = true; /* what stands behind the schema */
    } else if (authors->snapshot) {
        authors->snapshot = false;
    } else if (ports != NULL) {
        if (json_array_size(authors->transactions) == AUTHORS_MOST) {
            json_array_remove(authors->transactions, 0);
        }
        json_array_append_new(authors->transactions,
                              json_pack("{s:O, s:O?}", "Port", ports, "_comment",
                                        json_object_get(record, "_comment")));
    }
}

/* Takes the records that are whole, and notes how far they reach. */
static void
take_bytes(struct authors *authors, const char *bytes, size_t size)
{
    const char *text = bytes, *behind = bytes;
    json_t *record;
    bool clustered;

    while ((record = ovsdb_file_next(&text, bytes + size, &clustered)) != NULL) {
        behind = text;
        if (json_is_object(record) && !clustered) {
            remember(authors, record);
        }
        json_decref(record);
    }
    authors->read += behind - bytes;
}

/* Reads what has been written since. */
static void
read_on(struct authors *authors)
{
    struct stat now;
    const int fd = open_file(authors, &now);
    char *bytes = NULL;
    ssize_t got = 0;

    if (fd < 0) {
        return;
    }
    if (now.st_dev != authors->device || now.st_ino != authors->inode ||
        now.st_size < authors->read) { /* it has been compacted, or is another one */
        authors->device = now.st_dev;
        authors->inode = now.st_ino;
        authors->read = 0;
        authors->snapshot = false;
    }
    if (now.st_size - authors->read > MOST_BYTES) {
        authors->read = now.st_size;
    }
    if (now.st_size > authors->read) {
        bytes = malloc((size_t)(now.st_size - authors->read) + 1);
        got = bytes == NULL
                  ? -1
                  : pread(fd, bytes, (size_t)(now.st_size - authors->read), authors->read);
    }
    if (got > 0) {
        bytes[got] = '\0';
        take_bytes(authors, bytes, (size_t)got);
    }
    free(bytes);
    close(fd);
}

void
authors_sign(struct authors *authors, struct ledger_event *event)
{
    size_t left;

    if (authors->path == NULL || (event->kind != LEDGER_ROW && event->kind != LEDGER_ROW_GONE)) {
        return;
    }
    read_on(authors);
    left = json_array_size(authors->transactions);
    while (left-- > 0) {
        const json_t *transaction = json_array_get(authors->transactions, left);
        const json_t *row = json_object_get(json_object_get(transaction, "Port"), event->row);
        const char *who = json_string_value(json_object_get(transaction, "_comment"));

        if (row != NULL && json_is_null(row) == (event->kind == LEDGER_ROW_GONE)) {
            ledger_sign(event, who);
            return;
        }
    }
}
