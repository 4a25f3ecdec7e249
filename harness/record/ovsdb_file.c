/* A database of Open vSwitch as a journal: see format.h.
 *
 * The file is a log of JSON records, each with its length and its SHA-1 before it (ovsdb(5)).  The
 * first one is the schema, the others are transactions: for each table the rows that change, null
 * for one that is deleted.  `_date` is in milliseconds, and `_comment` is what ovs-vsctl says of
 * itself: who has called it, and how.  What ovs-vswitchd says of devices (ifindex, error) is
 * ephemeral, and in no file (vswitch.ovsschema). */
#include "harness/record/format.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of Port, as it is known so far. */
struct port {
    char row[LEDGER_ROW_SIZE], name[LEDGER_NAME_SIZE];
};

struct journal {
    struct record *record;
    size_t ports, bridges;
    struct port *port;
    struct { /* by its UUID */
        char row[LEDGER_ROW_SIZE], name[LEDGER_NAME_SIZE];
    } bridge[64];
    /* Of the transaction: */
    int64_t at;
    const char *who;
    bool whole; /* there has been memory */
};

static void
copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

/* The n-th UUID of a column: one, or a set of several; NULL past the last one. */
static const char *
uuid_at(const json_t *value, size_t n)
{
    const char *tag = json_string_value(json_array_get(value, 0));
    const json_t *second = json_array_get(value, 1);

    if (tag != NULL && strcmp(tag, "set") == 0) {
        return json_string_value(json_array_get(json_array_get(second, n), 1));
    }
    return n == 0 && tag != NULL && strcmp(tag, "uuid") == 0 ? json_string_value(second) : NULL;
}

static void
say(struct journal *journal, const struct port *port, enum ledger_kind kind, const char *bridge)
{
    struct ledger_event event = {.at = journal->at, .kind = kind};

    copy(event.name, sizeof event.name, port->name);
    copy(event.row, sizeof event.row, port->row);
    copy(event.bridge, sizeof event.bridge, bridge);
    copy(event.who, sizeof event.who, journal->who);
    journal->whole = journal->whole && record_add(journal->record, &event);
}

static struct port *
port_of(struct journal *journal, const char *uuid)
{
    for (size_t i = 0; i < journal->ports; i++) {
        if (strcmp(journal->port[i].row, uuid) == 0) {
            return &journal->port[i];
        }
    }
    return NULL;
}

static void
note_bridges(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));

        if (name != NULL && journal->bridges < sizeof journal->bridge / sizeof *journal->bridge) {
            copy(journal->bridge[journal->bridges].row, LEDGER_ROW_SIZE, uuid);
            copy(journal->bridge[journal->bridges++].name, LEDGER_NAME_SIZE, name);
        }
    }
}

/* The bridge that gets the port in this transaction; "" if none does, or its name is not known. */
static const char *
bridge_with(const struct journal *journal, const json_t *table, const char *port)
{
    for (size_t i = 0; i < journal->bridges; i++) {
        const json_t *ports =
            json_object_get(json_object_get(table, journal->bridge[i].row), "ports");
        const char *uuid;

        for (size_t n = 0; (uuid = uuid_at(ports, n)) != NULL; n++) {
            if (strcmp(uuid, port) == 0) {
                return journal->bridge[i].name;
            }
        }
    }
    return "";
}

static void
delete_ports(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        struct port *port = json_is_null(row) ? port_of(journal, uuid) : NULL;

        if (port != NULL) {
            say(journal, port, LEDGER_ROW_GONE, "");
            *port = journal->port[--journal->ports];
        }
    }
}

/* The port is for a device that somebody else makes: Open vSwitch makes those of other types
 * (internal, patch, vxlan), among them that of each bridge. */
static bool
is_for_device(const json_t *port, const json_t *interfaces)
{
    const char *interface = uuid_at(json_object_get(port, "interfaces"), 0);
    const char *type =
        interface == NULL
            ? NULL
            : json_string_value(json_object_get(json_object_get(interfaces, interface), "type"));

    return type == NULL || type[0] == '\0' || strcmp(type, "system") == 0;
}

static void
insert_ports(struct journal *journal, const json_t *table, const json_t *interfaces,
             const json_t *bridges)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        struct port *grown;

        if (name == NULL || port_of(journal, uuid) != NULL || !is_for_device(row, interfaces)) {
            continue;
        }
        grown = realloc(journal->port, (journal->ports + 1) * sizeof *grown);
        if (grown == NULL) {
            journal->whole = false;
            return;
        }
        journal->port = grown;
        grown += journal->ports++;
        copy(grown->row, sizeof grown->row, uuid);
        copy(grown->name, sizeof grown->name, name);
        say(journal, grown, LEDGER_ROW, bridge_with(journal, bridges, uuid));
    }
}

static bool
take_transaction(struct journal *journal, const json_t *transaction)
{
    const json_t *date = json_object_get(transaction, "_date");
    const json_t *ports = json_object_get(transaction, "Port");
    const json_t *bridges = json_object_get(transaction, "Bridge");

    if (!json_is_integer(date)) {
        return json_object_get(transaction, "tables") != NULL; /* the schema */
    }
    journal->at = json_integer_value(date) * 1000;
    journal->who = json_string_value(json_object_get(transaction, "_comment"));
    note_bridges(journal, bridges);
    delete_ports(journal, ports);
    insert_ports(journal, ports, json_object_get(transaction, "Interface"), bridges);
    return true;
}

/* Reads records from a text on. */
static void
read_records(struct journal *journal, const char *text, const char *end)
{
    static const char head[] = "OVSDB JSON ";

    while ((text = strstr(text, head)) != NULL) {
        const char *body = strchr(text, '\n');
        json_t *transaction;
        size_t length;

        text += strlen(head);
        length = strtoul(text, NULL, 10);
        if (body == NULL || length == 0) {
            continue;
        }
        body++;
        if (length > (size_t)(end - body)) {
            journal->record->cut = true;
            break;
        }
        transaction = json_loadb(body, length, 0, NULL);
        if (transaction == NULL || !take_transaction(journal, transaction)) {
            journal->record->left_out++;
        } else {
            journal->record->understood++;
        }
        json_decref(transaction);
        text = body + length;
    }
}

bool
ovsdb_file_has(const char *line)
{
    return strncmp(line, "OVSDB JSON ", strlen("OVSDB JSON ")) == 0;
}

bool
ovsdb_file_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct journal journal = {.record = record, .whole = true};

    (void)diagnostic;
    read_records(&journal, text, text + size);
    free(journal.port);
    return journal.whole;
}
