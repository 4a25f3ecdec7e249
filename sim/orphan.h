/* What is left behind under names that are no guest's any more: rows, for instance.
 *
 * Views do not have such names.  What has ever been left behind may be there still, and as often as
 * anybody likes; a name under which it is may be taken again. */
#ifndef TAPWEAVE_SIM_ORPHAN_H
#define TAPWEAVE_SIM_ORPHAN_H

#include "sim/view.h"

enum { MAX_ORPHANS = 32 };

/* All that is under a name, by the fields of a name.  Of a guest it says 1: some guest. */
struct orphan {
    uint8_t value[VIEW_MAX_FIELDS];
};

struct orphans {
    unsigned count;
    struct orphan orphan[MAX_ORPHANS]; /* all different */
};

/* Adds what the state has under names that are nobody's, and what a run of ovs-vswitchd makes of
 * that.  `bytes` is of the state's world.  False if there are too many. */
bool orphans_add(struct orphans *orphans, const struct view_space *space, const struct world *world,
                 const struct view_bytes *bytes, const struct state *state);

/* The same without adding anything: true if all are there. */
bool orphans_have(const struct orphans *orphans, const struct view_space *space,
                  const struct world *world, const struct view_bytes *bytes,
                  const struct state *state);

/* A row is left behind by a guest, and has been inserted by one: how many guests these may be, and
 * which they are in the n-th case, is for orphan_place. */
unsigned orphan_cases(const struct view_space *space, const struct orphan *orphan);

/* Puts it under a name that nobody has. */
void orphan_place(const struct view_space *space, const struct orphan *orphan, unsigned n,
                  uint8_t name, struct state *state);

/* True if it has a row. */
bool orphan_has_row(const struct view_space *space, const struct orphan *orphan);

#endif
