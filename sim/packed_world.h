/* A world for a model checker that keeps its states itself: a state is its packed words
 * (sim/layout.h), and nothing else.
 *
 * What `tapweave export promela` writes calls these functions from SPIN's embedded C: the steps are
 * the very ones that the explorer takes, and the search is SPIN's. */
#ifndef TAPWEAVE_SIM_PACKED_WORLD_H
#define TAPWEAVE_SIM_PACKED_WORLD_H

#include "sim/layout.h"
#include "sim/oracle.h"

struct packed_world {
    struct world world;
    struct layout layout;
    unsigned actors;
    /* The state that was unpacked last: each actor is asked about the same one. */
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct state state;
    bool is_unpacked;
};

/* What a state violates, a bit for each oracle: that it does, and in the upper half, of
 * ORACLES_THAT_LAST, that it is a last state and does. */
typedef uint32_t packed_violations;
enum { PACKED_LASTING = 16 };
_Static_assert(ORACLE_COUNT <= (int)PACKED_LASTING, "half the bits for each");

/* `world` is a struct world of that many bytes.  It is a bug if they are not as many as one has:
 * the model was exported by another tapweave. */
void packed_world_open(struct packed_world *world, const void *bytes, size_t size);

/* Fills `packed`, layout.words long, with the initial state. */
void packed_world_begin(struct packed_world *world, uint64_t *packed);

/* True if the actor has a step to take. */
bool packed_world_enabled(struct packed_world *world, const uint64_t *packed, unsigned actor);

/* Takes the actor's step, which must be enabled.  The result is what of `wanted` objects to the
 * step, or to the state that it leads to. */
packed_violations packed_world_step(struct packed_world *world, uint64_t *packed, unsigned actor,
                                    packed_violations wanted);

/* What of `wanted` objects to a state, whoever has made it. */
packed_violations packed_world_judge(struct packed_world *world, const uint64_t *packed,
                                     packed_violations wanted);

/* The bit that is asked for by an oracle's name, or by that and "-lasting"; 0 for NULL.  All bits
 * for "any".  It is a bug if there is no such oracle. */
packed_violations packed_world_wanted(const char *name);

#endif
