/* What there is in a state, as the rows of a few tables: what a report shows beside a step. */
#ifndef TAPWEAVE_HARNESS_INVENTORY_H
#define TAPWEAVE_HARNESS_INVENTORY_H

#include "harness/narrate.h"

#include <jansson.h>

/* The tables.  Each row begins with a name, which tells it from the others of its table. */
enum inventory_table {
    INVENTORY_GUESTS,  /* its QEMU; its devices; what its thread in the daemon does */
    INVENTORY_DEVICES, /* its kind; owner; who holds it; MAC; Linux bridge; what else is so */
    INVENTORY_ROWS,    /* of OVSDB: the bridge; owner; what else is so */
    INVENTORY_PORTS,   /* of a datapath: the bridge; the device behind it; what else is so */
    INVENTORY_BRIDGES, /* its kind; "" or that it is gone */
    INVENTORY_OTHERS,  /* filters, QoS, Midonet's bindings, late transactions, ovsdb-server: a text
                        */
    INVENTORY_TABLES,
};

/* [[table, name, column...], ...], in the order of tables, and of names in the world.  `lives` are
 * those of the state.  NULL without memory. */
json_t *inventory_take(const struct scenario *scenario, const struct world *world,
                       const struct state *state, const struct lives *lives);

#endif
