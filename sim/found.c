/* The states that a search has found: see found.h. */
#include "sim/found.h"

#include <assert.h>

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
found_reduce(struct found *found)
{
    order_open(&found->order, &found->world);
}

void
found_close(struct found *found)
{
    store_close(&found->store);
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
    const unsigned alike = found_settle(found, state, NULL);

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

void
found_decide(struct found *found, uint32_t from, oracle_set decided)
{
    if (found->layers < FOUND_LAYERS) {
        found->layer[found->layers++] = (struct found_layer){from, decided};
    }
}

oracle_set
found_decided(const struct found *found, uint32_t id)
{
    for (unsigned layer = found->layers; layer-- > 0;) {
        if (found->layer[layer].from <= id) {
            return found->layer[layer].decided;
        }
    }
    return 0;
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
