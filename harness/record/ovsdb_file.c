/* A database of Open vSwitch, the file of its server: see ovsdb_file.h, format.h. */
#define _GNU_SOURCE /* memmem */
#include "harness/record/ovsdb_file.h"

#include "harness/record/format.h"
#include "harness/record/journal.h"
#include "harness/record/raft_log.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "OVSDB "
static const char standalone[] = HEAD "JSON ", cluster[] = HEAD "CLUSTER ";

/* How long the words are with which a record begins; 0 if none does there. */
static size_t
head_of(const char *text, bool *clustered)
{
    *clustered = strncmp(text, cluster, strlen(cluster)) == 0;
    if (*clustered) {
        return strlen(cluster);
    }
    return strncmp(text, standalone, strlen(standalone)) == 0 ? strlen(standalone) : 0;
}

bool
ovsdb_file_has(const char *line)
{
    bool clustered;

    return head_of(line, &clustered) > 0;
}

json_t *
ovsdb_file_next(const char **text, const char *end, bool *clustered)
{
    while ((*text = memmem(*text, (size_t)(end - *text), HEAD, strlen(HEAD))) != NULL) {
        const size_t head = head_of(*text, clustered);
        const char *body = memchr(*text, '\n', (size_t)(end - *text));
        const size_t length = head == 0 ? 0 : body == NULL ? 1 : strtoul(*text + head, NULL, 10);

        if (head > 0 && (body == NULL || length > (size_t)(end - body - 1))) {
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

/* A schema and the header of a clustered file have a name; a transaction has none. */
static bool
is_of_switch(const struct record *record, const json_t *next, struct diagnostic *diagnostic)
{
    const char *name = json_string_value(json_object_get(next, "name"));

    return name == NULL || record_is_of_switch(record, name, diagnostic);
}

/* False with a diagnostic, at the line on which the record ends. */
static bool
is_sound(const struct record *record, const json_t *next, const char *text, const char *end,
         struct diagnostic *diagnostic)
{
    size_t line = 1;

    if (raft_log_is_sound(next)) {
        return true;
    }
    while ((text = memchr(text, '\n', (size_t)(end - 1 - text))) != NULL) {
        line++;
        text++;
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, record->path, line, 1,
                    "it is damaged: an index of the cluster's log is not above 0");
}

bool
ovsdb_file_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct journal *journal = journal_open(record);
    struct raft_log raft = {.record = record, .journal = journal};
    const char *rest = text;
    bool whole = journal != NULL, clustered = false;
    json_t *next;

    while (whole && (next = ovsdb_file_next(&rest, text + size, &clustered)) != NULL) {
        whole = is_of_switch(record, next, diagnostic) &&
                (!clustered || is_sound(record, next, text, rest, diagnostic)) &&
                (clustered ? raft_log_take(&raft, next) : journal_take(journal, next));
        json_decref(next);
    }
    whole = raft_log_end(&raft) && whole;
    record->cut = whole && rest != NULL;
    journal_close(journal);
    return whole;
}
