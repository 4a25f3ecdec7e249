/* The states that a search has found: see found.h. */
#include "sim/found.h"

#include <assert.h>

void
found_open(struct found *found, const struct world *world, size_t max_memory, bool exchange)
{
    *found = (struct found){.world = *world, .allowance = {max_memory}};
    world_settle(&found->world);
    layout_make(&found->layout, &found->world);
    if (exchange) {
        symmetry_open(&found->symmetry, &found->world);
    } else {
        symmetry_none(&found->symmetry, &found->world);
    }
    store_open(&found->store, &found->allowance, found->layout.words);
}

void
found_close(struct found *found)
{
    store_close(&found->store);
}

int
found_add(struct found *found, struct state *state, uint32_t *id, unsigned *alike)
{
    uint64_t packed[LAYOUT_MAX_WORDS];
    int added;

    *alike = symmetry_settle(&found->symmetry, state, NULL);
    layout_pack(&found->layout, state, packed);
    added = store_add(&found->store, packed, id);
    assert(added != STORE_NEW || layout_fits(&found->layout, state));
    return added;
}

uint32_t
found_id(struct found *found, const struct state *state)
{
    struct state settled = *state;
    uint32_t id = 0;
    unsigned alike;
    int added = found_add(found, &settled, &id, &alike);

    assert(added == STORE_OLD);
    (void)added;
    return id;
}

unsigned
found_state(const struct found *found, uint32_t id, struct state *state)
{
    layout_unpack(&found->layout, store_get(&found->store, id), state);
    return symmetry_settle(&found->symmetry, state, NULL);
}
