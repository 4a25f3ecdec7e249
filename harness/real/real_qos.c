/* The limits of Open vSwitch's ports in the real world: see real_qos.h. */
#include "harness/real/real_qos.h"

#include "harness/real/ovs_call.h"
#include "harness/real/ovs_qos.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTING = 96 };

/* For a vm-id: two lives of one VM have that of the first. */
static const char *
guest_name(const struct real *real, unsigned nic)
{
    return real->scenario->guest[world_vm(real->world, world_guest(real->world, nic))].name;
}

/* The guest's QoS for that name; NULL without one. */
static const struct ovs_qos_row *
find_row(const struct ovs_qos_rows *rows, const char *vm, const char *name)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->row[i].vm, vm) == 0 && strcmp(rows->row[i].ifname, name) == 0) {
            return &rows->row[i];
        }
    }
    return NULL;
}

/* `set queue` of one that is there, or `set port NAME qos=@qos1` with what makes it. */
static struct child *
call_set(struct real *real, const char *vm, const char *name, const struct ovs_qos_row *row)
{
    char of[SETTING], ifname[SETTING];
    const char *const again[] = {"--",         "set", "queue", row == NULL ? "" : row->queue,
                                 OVS_QOS_RATE, NULL};
    const char *const first[] = {"--",         "set",
                                 "port",       name,
                                 "qos=@qos1",  "--",
                                 "--id=@qos1", "create",
                                 "qos",        "type=linux-htb",
                                 OVS_QOS_RATE, "queues:0=@queue0",
                                 of,           ifname,
                                 "--",         "--id=@queue0",
                                 "create",     "queue",
                                 OVS_QOS_RATE, of,
                                 ifname,       NULL};

    snprintf(of, sizeof of, "external-ids:vm-id=\"%s\"", vm);
    snprintf(ifname, sizeof ifname, "external-ids:ifname=\"%s\"", name);
    return ovs_call(real->ovs, row == NULL ? first : again);
}

/* `remove port` if it refers to it, and `destroy`; without one, libvirt does no more than ask. */
static struct child *
call_clear(struct real *real, const char *name, const struct ovs_qos_row *row)
{
    const char *const nothing[] = {"--", "--if-exists", "list", "port", name, NULL};
    const char *const own[] = {"--",    "destroy",
                               "qos",   row == NULL ? "" : row->uuid,
                               "--",    "destroy",
                               "queue", row == NULL ? "" : row->queue,
                               "--",    "remove",
                               "port",  name,
                               "qos",   row == NULL ? "" : row->uuid,
                               NULL};
    const char *unreferred[sizeof own / sizeof *own];

    if (row == NULL || row->port[0] != '\0') {
        return ovs_call(real->ovs, row == NULL ? nothing : own);
    }
    memcpy(unreferred, own, sizeof own);
    unreferred[8] = NULL;
    return ovs_call(real->ovs, unreferred);
}

struct child *
real_call_qos(struct real *real, unsigned nic, struct operation op, const char *name)
{
    const char *vm = guest_name(real, nic);
    const struct ovs_qos_row *row;
    struct ovs_qos_rows rows;

    assert(op.kind == OP_SET_QOS || op.kind == OP_CLEAR_QOS);
    if (!ovs_qos_rows(real->ovs, &rows)) {
        return NULL;
    }
    row = find_row(&rows, vm, name);
    return op.kind == OP_SET_QOS ? call_set(real, vm, name, row) : call_clear(real, name, row);
}

bool
real_add_qos(struct real *real, unsigned nic, const char *name)
{
    return ovs_insert_qos(real->ovs, guest_name(real, nic), name);
}

/* Whose QoS it is, by its vm-id; there may be others.  A libvirtd writes a UUID, the last part of
 * which is the guest's number from 1 (harness/libvirt/definition.c). */
static bool
find_guest(const struct real *real, const char *vm, unsigned *guest)
{
    if (real->daemon != NULL) {
        const char *number = strrchr(vm, '-');

        *guest = number == NULL ? MAX_GUESTS : (unsigned)strtoul(number + 1, NULL, 16) - 1;
        return *guest < real->world->guests;
    }
    for (*guest = 0; *guest < real->world->guests; ++*guest) {
        if (strcmp(real->scenario->guest[*guest].name, vm) == 0) {
            return true;
        }
    }
    return false;
}

/* Its removal has begun, and takes several calls, of which the model has the first alone. */
static bool
is_being_removed(const struct real *real, unsigned guest)
{
    return real->daemon != NULL && control_waits_for_vswitchd(&real->control, guest) &&
           control_want(real->world, &real->control, guest).kind == OP_CLEAR_QOS;
}

bool
real_observe_qos(const struct real *real, const json_t *tables, struct observation *seen)
{
    struct ovs_qos_rows rows;

    if (!ovs_qos_rows_of(tables, &rows, real->diagnostic)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        uint8_t name = ifname_find(&real->world->names, rows.row[i].ifname);
        uint8_t port = ifname_find(&real->world->names, rows.row[i].port);
        unsigned guest;

        if (!find_guest(real, rows.row[i].vm, &guest) || rows.row[i].queue[0] == '\0') {
            return diagnose(real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "OVSDB has QoS of nobody: vm-id '%s'", rows.row[i].vm);
        }
        if (is_being_removed(real, guest)) {
            continue;
        }
        seen->qos[name] |= (uint8_t)(1u << guest);
        if (port != IFNAME_NONE) {
            seen->row[port].qos = (uint8_t)(guest + 1);
        }
    }
    return true;
}
