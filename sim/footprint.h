/* Footprints: which parts of the state a step reads and writes, by a table.
 *
 * A part is coarser than a byte, and says what is meant, not how it is looked up: whoever closes a
 * descriptor looks through all others, but depends only on those of one device.  Two steps of which
 * neither writes what the other one reads or writes are independent: they can be taken in either
 * order, neither makes the other one possible or impossible, and the oracles say the same of each.
 * sim/order_audit.h holds the table to that in every state of a world. */
#ifndef TAPWEAVE_SIM_FOOTPRINT_H
#define TAPWEAVE_SIM_FOOTPRINT_H

#include "sim/actor.h"

/* Each part, and what it is. */
#define PARTS(X)                                                                          \
    X(THREAD, "a guest's thread, its process, and what the daemon remembers of its nics") \
    X(NAMES, "which names have devices, whose these are, and whether anybody holds them") \
    X(GONE, "that one of them goes, with its port")                                       \
    X(HOLDERS, "who it is that holds a device")                                           \
    X(MAC, "a device's MAC")                                                              \
    X(UP, "whether a device is up")                                                       \
    X(MASTER, "which Linux bridge a device is on")                                        \
    X(PERSIST, "IFF_PERSIST of a tap")                                                    \
    X(LIMIT, "a device's qdisc")                                                          \
    X(ROWS, "the rows of Open vSwitch's ports")                                           \
    X(QOS, "and those of their QoS")                                                      \
    X(ROW_TOKENS, "which row a guest's start was told of: it may be gone")                \
    X(PORTS, "ports, and what ovs-vswitchd remembers of them")                            \
    X(WAITS, "who waits for ovs-vswitchd")                                                \
    X(FILTERS, "packet filters")                                                          \
    X(BINDINGS, "Midonet's bindings")                                                     \
    X(BRIDGES, "which bridges are there")                                                 \
    X(OVSDB, "whether ovsdb-server is there")                                             \
    X(NUMBERS, "what an allocator hands out")                                             \
    X(LOCK, "the daemon's mutex")                                                         \
    X(LATE, "transactions that nobody waits for")                                         \
    X(BUDGETS, "how often faults may still strike")

enum state_part {
#define X(id, text) PART_##id,
    PARTS(X)
#undef X
        PART_COUNT,
};

/* A set of parts: bit n for part n. */
typedef uint32_t part_set;

_Static_assert(PART_COUNT <= 32, "a bit for every part");

#define PART_BIT(part) ((part_set)1 << PART_##part)

/* Of a guest's own: its thread, and devices that it holds, or what is filed under their names. */
struct footprint {
    part_set reads, writes;         /* of anybody */
    part_set own_reads, own_writes; /* of the guest's own alone */
    uint8_t guest;                  /* its index, or MAX_GUESTS: nothing is anybody's own */
    uint8_t op; /* enum op_kind: a thread's step, and the name in it; or OP_NONE */
    uint8_t about;
    uint8_t name; /* rows, and who was told of them: of this name alone, unless it is IFNAME_NONE */
};

/* True if the world has only taps that one guest holds, and that nobody else deletes or renames:
 * elsewhere "own" means nothing. */
bool footprint_knows_own(const struct world *world);

/* The footprint of a thread's step that is this operation. */
struct footprint footprint_of_operation(const struct world *world, unsigned guest,
                                        struct operation op);

/* Oracles of kind STATE whose violations may end with the operation: of a guest that does not run
 * any more, or of a name that nobody has any more. */
oracle_set footprint_hides(enum op_kind kind);

/* That of any step of such an actor, which is no thread. */
struct footprint footprint_of_actor(const struct world *world, struct actor actor);

/* That of the actor's step, which it may take in that state.  What an oracle of steps reads that is
 * in `decided` is left out: nobody asks for it any more. */
struct footprint footprint_of_step(const struct world *world, const struct state *state,
                                   struct actor actor, oracle_set decided);

/* True if one of them writes what the other one reads or writes. */
bool footprint_conflicts(const struct footprint *a, const struct footprint *b);

#endif
