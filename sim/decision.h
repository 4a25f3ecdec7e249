/* Functions of a state as trees: which byte is read first, what is read next if it has this value
 * or that, and in the end what is said and what is written.
 *
 * Nobody writes that down.  A function is watched (sim/access.h) in one state after the other, and
 * what it does in one, it does in every state that agrees with that one in all that it has read. */
#ifndef TAPWEAVE_SIM_DECISION_H
#define TAPWEAVE_SIM_DECISION_H

#include "sim/access.h"
#include "sim/field.h"

/* A byte of struct state that is set, by its offset. */
struct decision_write {
    uint16_t offset;
    uint8_t value;
};

/* The end of a path: what the function has said, whatever that means to the caller, and its writes,
 * in the order of their offsets. */
struct decision_leaf {
    uint32_t said;
    uint32_t first; /* in decisions->write */
    uint16_t writes;
};

/* A byte that is read, and what follows by its value: 0, nothing is known; n + 1, node n; or -1 -
 * n, leaf n. */
struct decision_node {
    uint16_t offset;
    uint16_t values;
    uint32_t first; /* in decisions->child */
};

/* To be read; owned by the functions below. */
struct decisions {
    struct field_limits limits; /* of the world: what cannot be but 0 is not read */
    unsigned functions;
    int32_t *root; /* by function; as a child */
    struct decision_node *node;
    struct decision_leaf *leaf;
    struct decision_write *write;
    int32_t *child;
    uint32_t nodes, leaves, writes, children;
    size_t node_room, leaf_room, write_room, child_room;
};

enum { DECISION_MOST = 1 << 20 /* leaves: a model that has more is too large to be compiled */ };

/* False if there is no memory. */
bool decisions_open(struct decisions *decisions, const struct world *world, unsigned functions);
void decisions_close(struct decisions *decisions);

/* True if it is known what the function does in that state. */
bool decisions_know(const struct decisions *decisions, unsigned function,
                    const struct state *state);

/* Adds what the function has done, which was not known: it has made `after` of `before`, and was
 * watched.  False if there are DECISION_MOST leaves, or no memory. */
bool decisions_learn(struct decisions *decisions, unsigned function, const struct state *before,
                     const struct state *after, const struct access *access, uint32_t said);

#endif
