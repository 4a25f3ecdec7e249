/* The states that a search has found: see found.h. */
#include "sim/found.h"

#include <assert.h>
#include <stdlib.h>

void
found_open(struct found *found, const struct world *world, size_t max_memory, bool exchange)
{
    *found = (struct found){
        .world = *world, .allowance = {max_memory}, .lacking = -1, .order = {.none = true}};
    world_prepare(&found->world);
    layout_make(&found->layout, &found->world);
    if (exchange) {
        symmetry_open(&found->symmetry, &found->world);
    } else {
        symmetry_none(&found->symmetry, &found->world);
    }
    recount_open(&found->recount, &found->world);
    store_open(&found->store, &found->allowance, found->layout.words);
}

void
found_reduce(struct found *found, oracle_set decided, bool awake)
{
    order_open(&found->order, &found->world, decided);
    found->order.awake = awake || found->world.unbounded; /* for want of circles (docs/proof.md) */
}

void
found_close(struct found *found)
{
    store_close(&found->store);
    free(found->asleep);
    found->asleep = NULL;
}

bool
found_stand_for_others(const struct found *found)
{
    return found->symmetry.exchanges > 1 || recount_changes(&found->recount);
}

unsigned
found_settle(const struct found *found, struct state *state, struct exchange *applied)
{
    recount_numbers(&found->recount, state);
    return symmetry_settle(&found->symmetry, state, applied);
}

unsigned
found_pack(const struct found *found, struct state *state, uint64_t *packed)
{
    return found_pack_by(found, state, packed, NULL);
}

unsigned
found_pack_by(const struct found *found, struct state *state, uint64_t *packed,
              struct exchange *applied)
{
    const unsigned alike = found_settle(found, state, applied);

    assert(layout_fits(&found->layout, state));
    layout_pack(&found->layout, state, packed);
    return alike;
}

unsigned
found_unpack(const struct found *found, const uint64_t *packed, struct state *state)
{
    layout_unpack(&found->layout, packed, state);
    return symmetry_settle(&found->symmetry, state, NULL);
}

bool
found_wake(struct found *found, uint32_t id)
{
    void *grown;

    if (found->order.none) {
        return true;
    }
    grown = allowance_grow(&found->allowance, found->asleep, &found->asleep_capacity, id + 1u,
                           sizeof *found->asleep);
    found->asleep = grown == NULL ? found->asleep : grown;
    if (grown != NULL) {
        found->asleep[id] = 0;
    }
    return grown != NULL;
}

uint32_t
found_id(struct found *found, const struct state *state)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    struct state settled = *state;
    uint32_t id = 0;
    int added;

    found_pack(found, &settled, packed);
    added = store_add(&found->store, packed, &id);
    assert(added == STORE_OLD);
    (void)added;
    return id;
}
