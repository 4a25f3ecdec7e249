/* The transactions of a database of Open vSwitch: see journal.h.
 *
 * `_comment` is what ovs-vsctl says of itself: who has called it, and how.  What ovs-vswitchd says
 * of devices (ifindex, error) is ephemeral, and in no transaction (vswitch.ovsschema).  libvirt
 * says whose an Interface is: its external_ids have the guest's UUID as vm-id. */
#include "harness/record/journal.h"

#include "harness/record/ledger_text.h"
#include "harness/record/tag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of Port, Interface or Bridge, as it is known so far. */
struct known {
    char row[LEDGER_ROW_SIZE], name[LEDGER_NAME_SIZE];
    char guest[LEDGER_GUEST_SIZE]; /* of an Interface: its vm-id; or "" */
    bool netdev;                   /* of a Bridge: its datapath is the userspace one */
    uint16_t tag;                  /* of a Port, as in struct ledger_event */
};

/* All of one table. */
struct table {
    size_t count;
    struct known *known;
};

struct journal {
    struct record *record;
    struct table ports, interfaces, bridges;
    /* Of the transaction: */
    int64_t at;
    const char *who;
    bool whole; /* there has been memory */
};

struct journal *
journal_open(struct record *record)
{
    struct journal *journal = calloc(1, sizeof *journal);

    if (journal != NULL) {
        journal->record = record;
        journal->whole = true;
    }
    return journal;
}

void
journal_close(struct journal *journal)
{
    if (journal != NULL) {
        free(journal->ports.known);
        free(journal->interfaces.known);
        free(journal->bridges.known);
        free(journal);
    }
}

static void
copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

static struct known *
known_of(const struct table *table, const char *uuid)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->known[i].row, uuid) == 0) {
            return &table->known[i];
        }
    }
    return NULL;
}

/* Another row; NULL if there is no memory. */
static struct known *
add(struct journal *journal, struct table *table, const char *uuid, const char *name)
{
    struct known *grown = realloc(table->known, (table->count + 1) * sizeof *grown);

    if (grown == NULL) {
        journal->whole = false;
        return NULL;
    }
    table->known = grown;
    grown += table->count++;
    *grown = (struct known){0};
    copy(grown->row, sizeof grown->row, uuid);
    copy(grown->name, sizeof grown->name, name);
    return grown;
}

static void
forget(struct table *table, struct known *known)
{
    *known = table->known[--table->count];
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

/* What a column that is a map has for a key; NULL if it has not. */
static const char *
map_value(const json_t *map, const char *key)
{
    const json_t *pairs = json_array_get(map, 1);

    for (size_t i = 0; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        const char *its = json_string_value(json_array_get(pair, 0));

        if (its != NULL && strcmp(its, key) == 0) {
            return json_string_value(json_array_get(pair, 1));
        }
    }
    return NULL;
}

static void
say(struct journal *journal, enum ledger_kind kind, const struct known *row,
    const struct known *bridge)
{
    struct ledger_event event = {.at = journal->at,
                                 .kind = kind,
                                 .netdev = bridge != NULL && bridge->netdev,
                                 .tag = row->tag,
                                 .asked = tag_asked(journal->who, row->name)};

    copy(event.name, sizeof event.name, row->name);
    copy(event.row, sizeof event.row, row->row);
    copy(event.bridge, sizeof event.bridge, bridge == NULL ? NULL : bridge->name);
    ledger_sign(&event, journal->who);
    copy(event.guest, sizeof event.guest, row->guest);
    journal->whole = journal->whole && record_add(journal->record, &event);
}

/* The port of that Interface is whose it is. */
static void
note_port(struct journal *journal, const struct known *interface)
{
    for (size_t i = 0; i < journal->ports.count; i++) {
        struct known *port = &journal->ports.known[i];

        if (strcmp(port->name, interface->name) == 0) {
            memcpy(port->guest, interface->guest, sizeof port->guest);
        }
    }
}

/* Whose an Interface is, if its row says so: that is another one than before. */
static bool
note_guest(struct known *interface, const json_t *row)
{
    const char *guest = map_value(json_object_get(row, "external_ids"), "vm-id");
    char before[LEDGER_GUEST_SIZE];

    if (guest == NULL) {
        return false;
    }
    memcpy(before, interface->guest, sizeof before);
    copy(interface->guest, sizeof interface->guest, guest);
    return strcmp(interface->guest, before) != 0;
}

/* Interfaces, which are the devices' names, and whose they are.  One that is inserted is said of
 * with its port. */
static void
note_interfaces(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        struct known *known = known_of(&journal->interfaces, uuid);

        if (known == NULL) {
            const char *name = json_string_value(json_object_get(row, "name"));

            known = name == NULL ? NULL : add(journal, &journal->interfaces, uuid, name);
            if (known != NULL) {
                note_guest(known, row);
            }
        } else if (!json_is_null(row) && note_guest(known, row)) {
            note_port(journal, known);
            if (known->guest[0] != '\0') {
                say(journal, LEDGER_OWNER, known, NULL);
            }
        }
    }
}

static void
forget_interfaces(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        struct known *known = json_is_null(row) ? known_of(&journal->interfaces, uuid) : NULL;

        if (known != NULL) {
            forget(&journal->interfaces, known);
        }
    }
}

static void
note_bridges(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        const char *datapath = json_string_value(json_object_get(row, "datapath_type"));
        struct known *known = known_of(&journal->bridges, uuid);

        if (name != NULL && known == NULL) {
            known = add(journal, &journal->bridges, uuid, name);
        }
        if (datapath != NULL && known != NULL) {
            known->netdev = strcmp(datapath, "netdev") == 0;
        }
    }
}

/* The bridge that gets the port in this transaction; NULL if none does, or it is not known. */
static const struct known *
bridge_with(const struct journal *journal, const json_t *table, const char *port)
{
    for (size_t i = 0; i < journal->bridges.count; i++) {
        const struct known *bridge = &journal->bridges.known[i];
        const json_t *ports = json_object_get(json_object_get(table, bridge->row), "ports");
        const char *uuid;

        for (size_t n = 0; (uuid = uuid_at(ports, n)) != NULL; n++) {
            if (strcmp(uuid, port) == 0) {
                return bridge;
            }
        }
    }
    return NULL;
}

static void
delete_ports(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        struct known *port = json_is_null(row) ? known_of(&journal->ports, uuid) : NULL;

        if (port != NULL) {
            say(journal, LEDGER_ROW_GONE, port, NULL);
            forget(&journal->ports, port);
        }
    }
}

static void
set_tags(struct journal *journal, const json_t *table)
{
    const char *uuid;
    json_t *row;

    json_object_foreach((json_t *)table, uuid, row)
    {
        const json_t *column = json_object_get(row, "tag");
        struct known *port = column == NULL ? NULL : known_of(&journal->ports, uuid);

        if (port != NULL && tag_of_column(column) != port->tag) {
            port->tag = tag_of_column(column);
            say(journal, LEDGER_TAG, port, NULL);
        }
    }
}

/* The port is for a device that somebody else makes: Open vSwitch makes those of other types
 * (internal, patch, vxlan), among them that of each bridge. */
static bool
is_for_device(const struct journal *journal, const char *name, const json_t *interface)
{
    const char *type = json_string_value(json_object_get(interface, "type"));

    for (size_t i = 0; i < journal->bridges.count; i++) {
        if (strcmp(journal->bridges.known[i].name, name) == 0) {
            return false;
        }
    }
    return type == NULL || type[0] == '\0' || strcmp(type, "system") == 0;
}

static void
insert_ports(struct journal *journal, const json_t *transaction)
{
    const json_t *interfaces = json_object_get(transaction, "Interface");
    const char *uuid;
    json_t *row;

    json_object_foreach(json_object_get(transaction, "Port"), uuid, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        const char *interface = uuid_at(json_object_get(row, "interfaces"), 0);
        struct known *known, *port;

        if (name == NULL || known_of(&journal->ports, uuid) != NULL ||
            uuid_at(json_object_get(row, "interfaces"), 1) != NULL || /* a bond, of several */
            !is_for_device(journal, name,
                           interface == NULL ? NULL : json_object_get(interfaces, interface))) {
            continue;
        }
        port = add(journal, &journal->ports, uuid, name);
        known = interface == NULL ? NULL : known_of(&journal->interfaces, interface);
        if (port != NULL) {
            copy(port->guest, sizeof port->guest, known == NULL ? "" : known->guest);
            port->tag = interface == NULL ? 0 : tag_of_column(json_object_get(row, "tag"));
            say(journal, LEDGER_ROW, port,
                bridge_with(journal, json_object_get(transaction, "Bridge"), uuid));
        }
    }
}

bool
journal_take(struct journal *journal, const json_t *transaction)
{
    const json_t *date = json_object_get(transaction, "_date");
    const json_t *interfaces = json_object_get(transaction, "Interface");
    const json_int_t at = json_integer_value(date), year_9999 = INT64_C(253402300800000);

    if (!json_is_integer(date) || at < 0 || at >= year_9999) {
        if (json_object_get(transaction, "tables") != NULL) { /* the schema */
            journal->record->understood++;
        } else {
            journal->record->left_out++;
        }
        return true;
    }
    journal->record->understood++;
    journal->at = at * 1000;
    journal->who = json_string_value(json_object_get(transaction, "_comment"));
    note_bridges(journal, json_object_get(transaction, "Bridge"));
    note_interfaces(journal, interfaces);
    delete_ports(journal, json_object_get(transaction, "Port"));
    set_tags(journal, json_object_get(transaction, "Port"));
    insert_ports(journal, transaction);
    forget_interfaces(journal, interfaces);
    return journal->whole;
}
