/* The part of a search's graph in which a run that never ends is looked for, and who has to go on
 * in it: see fair.h. */
#ifndef TAPWEAVE_SIM_FAIR_PART_H
#define TAPWEAVE_SIM_FAIR_PART_H

#include "sim/actor.h"
#include "sim/found.h"

/* All states; or with `busy`, those in which a guest is in the middle of a command.  Within a round
 * a guest's commands only go forward.  So a run that comes back to such a state, and is not between
 * rounds on the way, has not ended the command. */
struct fair_part {
    struct found *found;
    const struct actor *actor;
    unsigned actors;
    uint8_t
        *busy; /* by state: 1 + the command that the guest is in the middle of, or 0; NULL: all */
};

void fair_unpack(const struct fair_part *part, uint32_t id, struct state *state);

/* True if the state is one of the part; and if the edge of one of its states is. */
bool fair_has_state(const struct fair_part *part, uint32_t id);
bool fair_has_edge(const struct fair_part *part, uint64_t edge);

/* True if the actor's step may not be put off for ever. */
bool fair_has_to_step(const struct fair_part *part, const struct state *state, unsigned number);

/* The edge of the state of that id that is the step of the actor, which may take one. */
uint64_t fair_edge_of(const struct fair_part *part, const struct state *state, uint32_t id,
                      unsigned number);

/* Ids in ascending order, of which there is one; its place, or FAIR_NOWHERE. */
uint32_t fair_place_of(const uint32_t *member, uint64_t members, uint32_t id);
void fair_sort(uint32_t *member, uint64_t members);

#define FAIR_NOWHERE UINT32_MAX

/* Actors: bit n. */
struct fair_actors {
    uint64_t bit[(MAX_ACTORS + 63) / 64];
};

static inline void
fair_add(struct fair_actors *set, unsigned number)
{
    set->bit[number / 64] |= UINT64_C(1) << number % 64;
}

static inline bool
fair_has(const struct fair_actors *set, unsigned number)
{
    return (set->bit[number / 64] >> number % 64 & 1) != 0;
}

#endif
