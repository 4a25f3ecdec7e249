/* A database of Open vSwitch, the file of a standalone ovsdb-server: see format.h.
 *
 * It is a log of JSON records, each with its length and its SHA-1 before it (ovsdb(5)).  The first
 * one is the schema, the others are transactions. */
#define _GNU_SOURCE /* memmem */
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

bool
ovsdb_file_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct journal *journal = journal_open(record);
    const char *rest = text, *const end = text + size;
    bool whole = journal != NULL;

    (void)diagnostic;
    while (whole && (rest = memmem(rest, (size_t)(end - rest), HEAD, strlen(HEAD))) != NULL) {
        const char *body = memchr(rest, '\n', (size_t)(end - rest));
        json_t *transaction;
        size_t length;

        rest += strlen(HEAD);
        length = strtoul(rest, NULL, 10);
        if (body == NULL || length == 0) {
            continue;
        }
        body++;
        if (length > (size_t)(end - body)) {
            record->cut = true;
            break;
        }
        transaction = json_loadb(body, length, 0, NULL);
        whole = journal_take(journal, transaction);
        json_decref(transaction);
        rest = body + length;
    }
    journal_close(journal);
    return whole;
}
