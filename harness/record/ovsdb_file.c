/* A database of Open vSwitch, the file of a standalone ovsdb-server: see ovsdb_file.h, format.h. */
#define _GNU_SOURCE /* memmem */
#include "harness/record/ovsdb_file.h"

#include "harness/record/format.h"
#include "harness/record/journal.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "OVSDB JSON "

bool
ovsdb_file_has(const char *line)
{
    return strncmp(line, HEAD, strlen(HEAD)) == 0;
}

json_t *
ovsdb_file_next(const char **text, const char *end)
{
    while ((*text = memmem(*text, (size_t)(end - *text), HEAD, strlen(HEAD))) != NULL) {
        const char *body = memchr(*text, '\n', (size_t)(end - *text));
        const size_t length = body == NULL ? 1 : strtoul(*text + strlen(HEAD), NULL, 10);

        if (body == NULL || length > (size_t)(end - body - 1)) {
            return NULL;
        }
        if (length > 0) {
            json_t *record = json_loadb(body + 1, length, 0, NULL);

            *text = body + 1 + length;
            return record == NULL ? json_null() : record;
        }
        *text += strlen(HEAD);
    }
    return NULL;
}

bool
ovsdb_file_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct journal *journal = journal_open(record);
    const char *rest = text;
    bool whole = journal != NULL;
    json_t *next;

    (void)diagnostic;
    while (whole && (next = ovsdb_file_next(&rest, text + size)) != NULL) {
        whole = journal_take(journal, next);
        json_decref(next);
    }
    record->cut = whole && rest != NULL;
    journal_close(journal);
    return whole;
}
