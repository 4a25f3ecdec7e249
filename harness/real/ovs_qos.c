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
ovs_qos_rows_of(const json_t *tables, struct ovs_qos_rows *rows, struct diagnostic *diagnostic)
{
    const json_t *all = ovsdb_rows(tables, OVS_QOS);

    rows->count = 0;
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *qos = json_array_get(all, i);
        struct ovs_qos_row *row = &rows->row[rows->count];

        if (rows->count == OVS_MAX_ROWS) {
            return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "OVSDB has more QoS than the %d expected", OVS_MAX_ROWS);
        }
        *row = (struct ovs_qos_row){0};
        copy(row->vm, sizeof row->vm, external_id(qos, "vm-id"));
        copy(row->ifname, sizeof row->ifname, external_id(qos, "ifname"));
        copy(row->uuid, sizeof row->uuid, ovsdb_uuid(json_object_get(qos, "_uuid")));
        find_queue(ovsdb_rows(tables, OVS_QUEUES), row);
        find_port(ovsdb_rows(tables, OVS_PORTS), row);
        rows->count++;
    }
    return true;
}

bool
ovs_qos_rows(struct ovs *ovs, struct ovs_qos_rows *rows)
{
    json_t *tables = ovs_select(ovs);
    bool whole = tables != NULL && ovs_qos_rows_of(tables, rows, ovs->diagnostic);

    json_decref(tables);
    return whole;
}
