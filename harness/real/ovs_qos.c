/* QoS rows of a private Open vSwitch: see ovs_qos.h. */
#include "harness/real/ovs_qos.h"

#include <stdio.h>
#include <string.h>

/* "" if the row has none. */
static const char *
external_id(const json_t *row, const char *key)
{
    const char *value = ovsdb_map_value(json_object_get(row, "external_ids"), key);

    return value == NULL ? "" : value;
}

static void
copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

/* The queue with the row's external ids. */
static void
find_queue(const json_t *queues, struct ovs_qos_row *row)
{
    for (size_t i = 0; i < json_array_size(queues); i++) {
        const json_t *queue = json_array_get(queues, i);

        if (strcmp(external_id(queue, "vm-id"), row->vm) == 0 &&
            strcmp(external_id(queue, "ifname"), row->ifname) == 0) {
            copy(row->queue, sizeof row->queue, ovsdb_uuid(json_object_get(queue, "_uuid")));
        }
    }
}

static void
find_port(const json_t *ports, struct ovs_qos_row *row)
{
    for (size_t i = 0; i < json_array_size(ports); i++) {
        const json_t *port = json_array_get(ports, i), *qos = json_object_get(port, "qos");

        if (ovsdb_set_size(qos) == 1 &&
            strcmp(ovsdb_uuid(ovsdb_set_member(qos, 0)), row->uuid) == 0) {
            copy(row->port, sizeof row->port, json_string_value(json_object_get(port, "name")));
        }
    }
}

bool
ovs_qos_rows(struct ovs *ovs, struct ovs_qos_rows *rows)
{
    json_t *results = ovs_select(
        ovs, OVS_QOS_TABLE,
        json_pack("[{s:s, s:s, s:[], s:[s, s]}, {s:s, s:s, s:[], s:[s, s]},"
                  " {s:s, s:s, s:[], s:[s, s]}]",
                  "op", "select", "table", "QoS", "where", "columns", "_uuid", "external_ids", "op",
                  "select", "table", "Queue", "where", "columns", "_uuid", "external_ids", "op",
                  "select", "table", "Port", "where", "columns", "name", "qos"));

    rows->count = 0;
    if (results == NULL) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(ovsdb_rows(results, 0)); i++) {
        const json_t *qos = json_array_get(ovsdb_rows(results, 0), i);
        struct ovs_qos_row *row = &rows->row[rows->count];

        if (rows->count == OVS_MAX_ROWS) {
            json_decref(results);
            return diagnose(ovs->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "OVSDB has more QoS than the %d expected", OVS_MAX_ROWS);
        }
        *row = (struct ovs_qos_row){0};
        copy(row->vm, sizeof row->vm, external_id(qos, "vm-id"));
        copy(row->ifname, sizeof row->ifname, external_id(qos, "ifname"));
        copy(row->uuid, sizeof row->uuid, ovsdb_uuid(json_object_get(qos, "_uuid")));
        find_queue(ovsdb_rows(results, 1), row);
        find_port(ovsdb_rows(results, 2), row);
        rows->count++;
    }
    json_decref(results);
    return true;
}
