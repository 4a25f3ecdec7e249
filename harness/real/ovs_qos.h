/* QoS rows of a private Open vSwitch, as libvirt has them: one for a guest's port, with a queue. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_QOS_H
#define TAPWEAVE_HARNESS_REAL_OVS_QOS_H

#include "harness/real/ovs.h"

/* A row of the table QoS. */
struct ovs_qos_row {
    char vm[OVS_NAME_SIZE];     /* external_ids:vm-id, or "" */
    char ifname[OVS_NAME_SIZE]; /* external_ids:ifname, or "" */
    char uuid[OVS_UUID_SIZE];
    char queue[OVS_UUID_SIZE]; /* of the Queue with the same external ids, or "" */
    char port[OVS_NAME_SIZE];  /* the name of the Port that refers to it, or "" */
};

struct ovs_qos_rows {
    struct ovs_qos_row row[OVS_MAX_ROWS];
    size_t count;
};

/* All of them, in one transaction; needs no ovs-vswitchd.  A diagnostic if there are more than
 * OVS_MAX_ROWS. */
bool ovs_qos_rows(struct ovs *ovs, struct ovs_qos_rows *rows);

/* The same, of what ovs_select has got. */
bool ovs_qos_rows_of(const json_t *tables, struct ovs_qos_rows *rows,
                     struct diagnostic *diagnostic);

#endif
