/* Packed states: see layout.h. */
#include "sim/layout.h"

#include "sim/field.h"

#include <assert.h>
#include <string.h>

void
layout_make(struct layout *layout, const struct world *world)
{
    struct field_limits limits;

    field_limits(world, &limits);
    *layout = (struct layout){0};
    for (size_t offset = 0; offset < sizeof limits.largest; offset++) {
        uint8_t bits = 0;

        while (limits.largest[offset] >> bits != 0) {
            bits++;
        }
        if (bits > 0) {
            layout->field[layout->fields++] = (struct layout_field){(uint16_t)offset, bits};
            layout->bits += bits;
        }
    }
    layout->words = (layout->bits + 63) / 64;
    assert(layout->words <= LAYOUT_MAX_WORDS);
}

void
layout_pack(const struct layout *layout, const struct state *state, uint64_t *words)
{
    const uint8_t *bytes = (const uint8_t *)state;
    uint64_t word = 0;
    unsigned used = 0;

    for (unsigned i = 0; i < layout->fields; i++) {
        uint64_t value = bytes[layout->field[i].offset];
        unsigned bits = layout->field[i].bits;

        word |= value << used;
        used += bits;
        if (used >= 64) {
            *words++ = word;
            used -= 64;
            word = used == 0 ? 0 : value >> (bits - used);
        }
    }
    if (used > 0) {
        *words = word;
    }
}

void
layout_unpack(const struct layout *layout, const uint64_t *words, struct state *state)
{
    uint8_t *bytes = (uint8_t *)state;
    unsigned at = 0;

    memset(state, 0, sizeof *state);
    for (unsigned i = 0; i < layout->fields; i++) {
        unsigned bits = layout->field[i].bits, shift = at % 64;
        uint64_t value = words[at / 64] >> shift;

        if (shift + bits > 64) {
            value |= words[at / 64 + 1] << (64 - shift);
        }
        bytes[layout->field[i].offset] = (uint8_t)(value & ((1u << bits) - 1));
        at += bits;
    }
    assert(at == layout->bits);
}
