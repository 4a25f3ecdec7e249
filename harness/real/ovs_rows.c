/* What can be seen of a private Open vSwitch from outside: see ovs_rows.h. */
#include "harness/real/ovs_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The column of that name. */
static const json_t *
column(const json_t *row, const char *name)
{
    return json_object_get(row, name);
}

static const char *
text_column(const json_t *row, const char *name)
{
    const char *text = json_string_value(column(row, name));

    return text == NULL ? "" : text;
}

/* The row of that UUID; NULL if there is none. */
static const json_t *
find_row(const json_t *rows, const char *uuid)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (strcmp(ovsdb_uuid(column(row, "_uuid")), uuid) == 0) {
            return row;
        }
    }
    return NULL;
}

/* An external id of the port's interface: that of the same name, since a bond has several. */
static const char *
find_id(const json_t *port, const json_t *interfaces, const char *key)
{
    const json_t *members = column(port, "interfaces");
    const char *name = text_column(port, "name");

    for (size_t i = 0; i < ovsdb_set_size(members); i++) {
        const json_t *row = find_row(interfaces, ovsdb_uuid(ovsdb_set_member(members, i)));

        if (strcmp(text_column(row, "name"), name) == 0) {
            return ovsdb_map_value(column(row, "external_ids"), key);
        }
    }
    return "";
}

static bool
copy(char *to, size_t size, const char *from, struct diagnostic *diagnostic)
{
    size_t length = strlen(from);

    if (length >= size) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "OVSDB has '%s': too long", from);
    }
    memcpy(to, from, length + 1);
    return true;
}

#define COPY(field, text) copy(row->field, sizeof row->field, text, diagnostic)

/* Adds the ports of one bridge. */
static bool
add_ports(const json_t *tables, const json_t *bridge, struct ovs_rows *rows,
          struct diagnostic *diagnostic)
{
    const json_t *members = column(bridge, "ports"),
                 *interfaces = ovsdb_rows(tables, OVS_INTERFACES);
    const char *bridge_name = text_column(bridge, "name");

    for (size_t i = 0; i < ovsdb_set_size(members); i++) {
        const char *uuid = ovsdb_uuid(ovsdb_set_member(members, i));
        const json_t *port = find_row(ovsdb_rows(tables, OVS_PORTS), uuid);
        const char *name = text_column(port, "name");
        struct ovs_row *row = &rows->row[rows->count];

        if (strcmp(name, bridge_name) == 0) {
            continue;
        }
        if (rows->count == OVS_MAX_ROWS) {
            return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "OVSDB has more ports than the %d expected", OVS_MAX_ROWS);
        }
        if (!COPY(name, name) || !COPY(bridge, bridge_name) || !COPY(uuid, uuid) ||
            !COPY(owner, find_id(port, interfaces, "owner")) ||
            !COPY(start, find_id(port, interfaces, "start")) ||
            !COPY(iface, find_id(port, interfaces, "iface-id"))) {
            return false;
        }
        row->tag = (int)json_integer_value(column(port, "tag")); /* without one it is a set: 0 */
        rows->count++;
    }
    return true;
}

bool
ovs_rows_of(const json_t *tables, struct ovs_rows *rows, struct diagnostic *diagnostic)
{
    const json_t *bridges = ovsdb_rows(tables, OVS_BRIDGES);
    bool whole = true;

    rows->count = 0;
    for (size_t i = 0; i < json_array_size(bridges) && whole; i++) {
        whole = add_ports(tables, json_array_get(bridges, i), rows, diagnostic);
    }
    return whole;
}

bool
ovs_rows(struct ovs *ovs, struct ovs_rows *rows)
{
    json_t *tables = ovs_select(ovs);
    bool whole = tables != NULL && ovs_rows_of(tables, rows, ovs->diagnostic);

    json_decref(tables);
    return whole;
}

bool
ovs_set_tags(struct ovs *ovs, const struct ovs_rows *rows)
{
    json_t *operations = json_array();

    for (size_t i = 0; i < rows->count; i++) {
        json_array_append_new(operations,
                              json_pack("{s:s, s:s, s:[[s, s, [s, s]]], s:{s:i}}", "op", "update",
                                        "table", "Port", "where", "_uuid", "==", "uuid",
                                        rows->row[i].uuid, "row", "tag", rows->row[i].tag));
    }
    return ovsdb_commit(&ovs->database, operations);
}

bool
ovs_sockets(long *ifindex, size_t most, size_t *count, struct diagnostic *diagnostic)
{
    /* The thread's, not the process's: network namespaces belong to threads. */
    static const char path[] = "/proc/thread-self/net/packet";
    FILE *file = fopen(path, "re");
    char line[256];
    bool whole = true;

    *count = 0;
    if (file == NULL) {
        return diagnose(diagnostic, EXIT_MISSING, path, 0, 0, "%s", strerror(errno));
    }
    while (fgets(line, sizeof line, file) != NULL && whole) {
        char *end;
        int at = 0;
        long index;

        /* sk RefCnt Type Proto Iface ...: the fifth word; the first line is a heading. */
        (void)sscanf(line, "%*s %*s %*s %*s %n", &at);
        index = strtol(line + at, &end, 10);
        if (end == line + at || index == 0) {
            continue;
        }
        whole = *count < most || diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                                          "there are more packet sockets than %zu", most);
        if (whole) {
            ifindex[(*count)++] = index;
        }
    }
    fclose(file);
    return whole;
}
