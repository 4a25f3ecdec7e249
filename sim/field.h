/* The fields of the state: one table of every byte in it, with what it holds in a given world.
 *
 * Packing (sim/layout.h), the check that no byte is forgotten, comparison and the list of
 * differences come from this table. */
#ifndef TAPWEAVE_SIM_FIELD_H
#define TAPWEAVE_SIM_FIELD_H

#include "sim/state.h"

#include <stddef.h>

/* What a field is one of several of, each `stride` bytes behind the last one. */
enum field_of {
    OF_WORLD,
    OF_POOL,
    OF_GUEST,
    OF_NIC,
    OF_NAME,
    OF_BRIDGE,
    OF_THIRD_PARTY,
    OF_FAULT,
    OF_LANDMARK
};

/* What a field's value means: what a renaming of guests, nics and names makes of it
 * (sim/renaming.h). */
enum field_means {
    MEANS_PLAIN,   /* nothing that has another name then */
    MEANS_NAME,    /* the id of a name, or IFNAME_NONE */
    MEANS_GUEST,   /* 1 + a guest, or 0 */
    MEANS_GUESTS,  /* guests: bit g */
    MEANS_NIC,     /* 1 + a nic, by itself or for its MAC, device or row; 0, or more than MAX_NICS:
                      none of a guest's */
    MEANS_FILTERS, /* packet filters: state_filter_bit */
};

/* What decides which values fields can have in a world.  Filled by field_traits. */
struct field_traits {
    const struct world *world;
    unsigned names, owners, daemons; /* how many; owners: of devices and rows, 1 + a nic */
    unsigned vlans;                  /* the largest tag; 0 in a world without */
    unsigned starts;                 /* the largest start_number; 0 where external ids say none */
    unsigned rounds;                 /* the largest struct thread.round */
    unsigned uuids;                  /* the largest UUID of a row that is left over; or 0 */
    bool third_parties;              /* devices that are no guest's */
    bool netdev;                     /* a bridge with a userspace datapath */
    bool persistent;                 /* taps that outlive their last descriptor */
    bool preset;                     /* an administrator's among them, from the beginning */
    bool multi;                      /* taps with several queues */
    bool spoils;                     /* stops whose status file does not outlive QEMU */
    bool templates;                  /* users give templates */
    bool unplugs;                    /* guests that lose their nic */
    unsigned properties;             /* that some nic has: bit n for enum nic_property n */
    bool qos;                        /* ports that are limited by QoS rows */
    bool renames;                    /* devices that get another name */
    bool promiscuous;                /* it matters which devices are */
    bool containers_end;             /* veths that go with their other end */
    bool reserves;                   /* allocators that reserve names */
    bool restarts;                   /* of the daemon */
    bool kept;                       /* guests that run on when they are to be started */
    bool late;                       /* transactions that are read later */
    bool orphans;                    /* ovs-vsctls that outlive their daemon */
    bool leaks;                      /* descriptors that helpers hold */
    bool outage;                     /* of ovsdb-server */
};

struct field {
    const char *name;
    uint16_t offset; /* in struct state, of the first one */
    uint16_t stride;
    enum field_of of;
    enum field_means means;
    /* The largest value that the one of that index can have in the world; 0: it is always 0. */
    unsigned (*largest)(const struct field_traits *traits, unsigned index);
};

/* The rows of the table, from 0; NULL past the last one. */
const struct field *field_at(unsigned row);

/* How many fields the row stands for in the state; and the indexes that the world uses of them:
 * from *first on, `*count`. */
unsigned field_room(const struct field *field);
void field_used(const struct field *field, const struct world *world, unsigned *first,
                unsigned *count);

struct field_traits field_traits(const struct world *world);

/* The largest value of each byte of the state in a world; 0 of what the world has no use for. */
struct field_limits {
    uint8_t largest[sizeof(struct state)];
};

void field_limits(const struct world *world, struct field_limits *limits);

/* The first field in which the states differ, with its index in *index; NULL if they are equal. */
const struct field *field_difference(const struct state *a, const struct state *b, unsigned *index);

#endif
