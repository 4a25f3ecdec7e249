/* Numbers by chance: see chance.h. */
#include "sim/chance.h"

#include <assert.h>

/* splitmix64: the constants are those of Vigna's public domain code. */
static uint64_t
split(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

static uint64_t
rotate(uint64_t number, unsigned bits)
{
    return number << bits | number >> (64 - bits);
}

void
chance_begin(struct chance *chance, uint64_t seed, uint64_t stream)
{
    uint64_t state = seed;

    state = split(&state) + stream; /* so that seed 1 of stream 2 is not seed 2 of stream 1 */
    for (unsigned i = 0; i < 4; i++) {
        chance->word[i] = split(&state);
    }
}

uint64_t
chance_next(struct chance *chance)
{
    uint64_t *word = chance->word;
    const uint64_t result = rotate(word[1] * 5, 7) * 9, shifted = word[1] << 17;

    word[2] ^= word[0];
    word[3] ^= word[1];
    word[1] ^= word[2];
    word[0] ^= word[3];
    word[2] ^= shifted;
    word[3] = rotate(word[3], 45);
    return result;
}

uint64_t
chance_below(struct chance *chance, uint64_t limit)
{
    const uint64_t left_over = -limit % limit; /* of 2^64 numbers: those that would weigh more */
    uint64_t number;

    assert(limit > 0);
    do { /* ends: more than half of all numbers are taken */
        number = chance_next(chance);
    } while (number < left_over);
    return number % limit;
}

void
chance_shuffle(struct chance *chance, unsigned *number, unsigned count)
{
    for (unsigned left = count; left > 1; left--) {
        unsigned at = (unsigned)chance_below(chance, left), last = number[left - 1];

        number[left - 1] = number[at];
        number[at] = last;
    }
}
