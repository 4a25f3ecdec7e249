/* What `ovsdb-tool show-log -mm` has printed of a database of Open vSwitch: see format.h.
 *
 *     record 7: 2026-11-30 22:00:55.750 "ovs-vsctl (invoked by ...): ovs-vsctl ... add-port ..."
 *       table Port insert row "vnet0" (9aad3d13):
 *         name=vnet0
 *         interfaces=[2f5dab5f-f9a2-4d36-a49b-d96d90beebbb]
 *       table Port row "vnet7" (015ca6b5) diff:
 *         delete row
 *
 * With one -m there are no columns, without it there are no tables; a third -m adds nothing.  Times
 * are in UTC.  Where a row is told of, only the first eight digits of its UUID are.  A comment
 * stands there as it is, with its newlines.  (Seen, ovsdb-tool 3.1.0.)  Each record is made into
 * the transaction that it was printed of.
 *
 * Of a clustered database, lines like " term: 1" stand between a record's number and its time, if
 * it has a time; what the records then say of a row is the same. */
#include "harness/record/format.h"
#include "harness/record/journal.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TABLE "  table "

enum { DIGITS = 8 };

struct reader {
    struct record *record;
    struct diagnostic *diagnostic;
    struct journal *journal;
    json_t *transaction; /* NULL before the first one */
    json_t *table;       /* of it, that rows are read for */
    char row[DIGITS + 1];
    bool in_comment;      /* it has not ended yet */
    bool tables, columns; /* some record has one */
    size_t first;         /* the line of the first transaction; 0: there is none yet */
};

/* "record 7: "; of a clustered database, "record 7:" */
static bool
take_record(const char **line)
{
    const char *text = *line;

    if (strncmp(text, "record ", strlen("record ")) != 0) {
        return false;
    }
    text += strlen("record ");
    text += strspn(text, "0123456789");
    if (strncmp(text, ": ", 2) != 0 && strcmp(text, ":") != 0) {
        return false;
    }
    *line = text + (text[1] == '\0' ? 1 : 2);
    return true;
}

bool
show_log_has(const char *line)
{
    int64_t at;

    return take_record(&line) && (*line == '"' || *line == '\0' || moment_take(&line, &at));
}

/* A word, or a string as JSON has it, at the beginning of a text, which is then behind it: a new
 * string. */
static json_t *
take_atom(char **text)
{
    char *from = *text, *to = *text;
    const char *const begin = *text;

    if (*from != '"') {
        const size_t length = strcspn(from, ",=]}");

        *text += length;
        return json_stringn_nocheck(begin, length);
    }
    for (from++; *from != '\0' && *from != '"'; from++) {
        from += *from == '\\' && from[1] != '\0';
        *to++ = *from;
    }
    *text = *from == '"' ? from + 1 : from;
    return json_stringn_nocheck(begin, (size_t)(to - begin));
}

static void
skip(char **text, const char *bytes)
{
    *text += strspn(*text, bytes);
}

/* "[uuid, uuid]", as the journal has a set of rows, but by the first digits of their UUIDs. */
static json_t *
take_set(char **text)
{
    json_t *members = json_array();

    for (skip(text, "[ "); **text != '\0' && **text != ']'; skip(text, ", =}")) {
        json_t *atom = take_atom(text);

        json_array_append_new(
            members,
            json_pack("[s, s#]", "uuid", json_string_value(atom),
                      json_string_length(atom) < DIGITS ? (int)json_string_length(atom) : DIGITS));
        json_decref(atom);
    }
    return json_pack("[s, o]", "set", members);
}

/* "{key=value, key=value}" */
static json_t *
take_map(char **text)
{
    json_t *pairs = json_array();

    for (skip(text, "{ "); **text != '\0' && **text != '}'; skip(text, ", ]")) {
        json_t *key = take_atom(text);

        skip(text, "=");
        json_array_append_new(pairs, json_pack("[o, o]", key, take_atom(text)));
    }
    return json_pack("[s, o]", "map", pairs);
}

/* "    name=vnet0" of a row */
static void
take_column(struct reader *reader, char *text)
{
    static const char *const wanted[] = {"name",         "type", "interfaces",   "ports",
                                         "external_ids", "tag",  "datapath_type"};
    json_t *row = json_object_get(reader->table, reader->row);
    char *value = strchr(text, '=');

    if (strcmp(text, "delete row") == 0 && reader->table != NULL) {
        json_object_set_new(reader->table, reader->row, json_null());
    }
    reader->columns = reader->columns || value != NULL;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && value != NULL; i++) {
        const size_t length = strlen(wanted[i]);

        if (length == (size_t)(value - text) && strncmp(text, wanted[i], length) == 0) {
            value++;
            json_object_set_new(row, wanted[i],
                                *value == '['   ? take_set(&value)
                                : *value == '{' ? take_map(&value)
                                                : take_atom(&value));
            return;
        }
    }
}

/* "  table Port insert row "vnet0" (9aad3d13):", or without a name and parentheses.  False if it is
 * not one. */
static bool
take_table(struct reader *reader, char *text)
{
    const size_t length = strcspn(text, " ");
    char *rest = text + length;
    json_t *row = json_object(), *name = NULL;
    const bool insert = strncmp(rest, " insert row ", strlen(" insert row ")) == 0;

    if (!insert && strncmp(rest, " row ", strlen(" row ")) != 0) {
        json_decref(row);
        return false;
    }
    rest += strlen(insert ? " insert row " : " row ");
    if (*rest == '"') {
        name = take_atom(&rest);
        skip(&rest, " ");
    }
    skip(&rest, "(");
    *reader->row = '\0';
    strncat(reader->row, rest, DIGITS);
    if (insert && name != NULL) {
        json_object_set(row, "name", name);
    }
    json_decref(name);
    text[length] = '\0';
    if (json_object_get(reader->transaction, text) == NULL) {
        json_object_set_new_nocheck(reader->transaction, text, json_object());
    }
    reader->table = json_object_get(reader->transaction, text);
    json_object_set_new_nocheck(reader->table, reader->row, row);
    reader->tables = true;
    return true;
}

/* The transaction that was read is whole. */
static bool
end_transaction(struct reader *reader)
{
    const bool whole =
        reader->transaction == NULL || journal_take(reader->journal, reader->transaction);

    json_decref(reader->transaction);
    reader->transaction = reader->table = NULL;
    return whole;
}

/* False with a diagnostic if the database's name, which stands there in quotation marks, is another
 * one.  Of a cluster, an apostrophe ends it (ovsdb-tool 3.1.0). */
static bool
take_name(struct reader *reader, char *text)
{
    text[strcspn(text, "\"'")] = '\0';
    return record_is_of_switch(reader->record, text, reader->diagnostic);
}

/* The same of what is behind "record 0: ", if that is a schema. */
static bool
take_schema(struct reader *reader, char *text)
{
    static const char schema[] = "\" schema";
    char *name = text + (*text == '"');

    return *text != '"' || strncmp(name + strcspn(name, "\""), schema, strlen(schema)) != 0 ||
           take_name(reader, name);
}

/* What is behind "record 7: ": a date and a comment, or the schema. */
static bool
begin_transaction(struct reader *reader, char *line, size_t number)
{
    const char *rest = line;
    size_t length;
    int64_t at;

    if (!end_transaction(reader)) {
        return false;
    }
    if (!moment_take(&rest, &at)) {
        reader->record->understood += *rest == '"' || *rest == '\0';
        reader->record->left_out += *rest != '"' && *rest != '\0';
        return take_schema(reader, line);
    }
    reader->first = reader->first == 0 ? number : reader->first;
    rest += *rest == ' ';
    length = strlen(rest);
    reader->in_comment = *rest == '"';
    reader->transaction = json_pack("{s:I}", "_date", (json_int_t)(at / 1000));
    if (*rest == '"' && length > 1) {
        json_object_set_new(reader->transaction, "_comment",
                            json_stringn_nocheck(rest + 1, length - 1 - (rest[length - 1] == '"')));
    }
    return reader->transaction != NULL;
}

static bool
is_table(const char *line)
{
    return strncmp(line, TABLE, strlen(TABLE)) == 0;
}

/* " term: 1", or " 2026-11-30 22:00:55.750 ..." */
static bool
is_of_raft(const char *line)
{
    return line[0] == ' ' && line[1] != ' ' && line[1] != '\0';
}

static bool
take_raft(struct reader *reader, char *text, size_t number)
{
    static const char name[] = "name: \"";
    const char *rest = text;
    int64_t at;

    if (strncmp(text, name, strlen(name)) == 0) {
        return take_name(reader, text + strlen(name));
    }
    return !moment_take(&rest, &at) || begin_transaction(reader, text, number);
}

static bool
take_line(void *context, char *line, size_t number)
{
    struct reader *reader = context;
    const size_t length = strlen(line);
    const char *rest = line;

    reader->in_comment = reader->in_comment && length > 0 && !is_table(line);
    if (reader->in_comment) {
        return true;
    }
    if (take_record(&rest)) {
        return begin_transaction(reader, line + (rest - line), number);
    }
    if (is_of_raft(line)) {
        return take_raft(reader, line + 1, number);
    }
    if (reader->transaction != NULL && strncmp(line, "    ", 4) == 0) {
        take_column(reader, line + 4);
    } else if (length > 0 &&
               (reader->transaction == NULL || strncmp(line, "  table ", strlen("  table ")) != 0 ||
                !take_table(reader, line + strlen("  table ")))) {
        reader->record->left_out++;
    }
    return true;
}

bool
show_log_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct reader reader = {
        .record = record, .diagnostic = diagnostic, .journal = journal_open(record)};
    const bool whole = reader.journal != NULL &&
                       record_lines(record, text, size, take_line, &reader) &&
                       end_transaction(&reader);

    record->lacks = reader.columns ? NULL
                                   : "bridges, guests and kinds of ports ('ovsdb-tool show-log "
                                     "-mm' has them)";
    json_decref(reader.transaction);
    journal_close(reader.journal);
    if (whole && reader.first != 0 && !reader.tables) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, record->path, reader.first, 1,
                        "it says nothing of rows: 'ovsdb-tool show-log -mm' does");
    }
    return whole;
}
