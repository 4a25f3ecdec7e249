/* How a state is packed: to the bits that this world needs, in whole 64-bit words.
 *
 * Fields are bytes of struct state, each with the number of bits that its largest value in this
 * world takes; a field that is always 0 here takes none.  Packing is exact: equal packed words,
 * equal states. */
#ifndef TAPWEAVE_SIM_LAYOUT_H
#define TAPWEAVE_SIM_LAYOUT_H

#include "sim/state.h"

#include <stddef.h>

enum {
    LAYOUT_MAX_FIELDS = sizeof(struct state),
    LAYOUT_MAX_WORDS = (sizeof(struct state) + 7) / 8
};

struct layout_field {
    uint16_t offset; /* in struct state */
    uint8_t bits;    /* 1..8 */
};

/* Eight bytes of struct state, and which of their bits are packed. */
struct layout_chunk {
    uint64_t mask;   /* of the bytes as one number */
    uint16_t offset; /* in struct state */
    uint8_t bits;    /* how many */
};

struct layout {
    unsigned fields;
    unsigned bits;  /* of a packed state, all fields together */
    unsigned words; /* 64-bit words of a packed state */
    struct layout_field field[LAYOUT_MAX_FIELDS];
    unsigned chunks; /* with a field in them */
    struct layout_chunk chunk[LAYOUT_MAX_WORDS];
    struct state masks; /* of each byte, the bits that it may have */
    bool fast;          /* the processor gathers bits itself */
    bool wide;          /* it has registers of 32 bytes */
};

void layout_make(struct layout *layout, const struct world *world);

/* True if no byte of the state holds more than its bits.  The explorer asserts it of every
 * state that a step leads to. */
bool layout_fits(const struct layout *layout, const struct state *state);

/* Packs into layout->words words a state that fits. */
void layout_pack(const struct layout *layout, const struct state *state, uint64_t *words);
void layout_unpack(const struct layout *layout, const uint64_t *words, struct state *state);

#endif
