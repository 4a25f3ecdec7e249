/* Packed states: see layout.h. */
#include "sim/layout.h"

#include "sim/field.h"

#include <assert.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define BMI2 __attribute__((target("bmi2")))
#define AVX2 __attribute__((target("avx2")))
#endif

/* ---- what is packed ---- */

/* Eight bytes of the state, or those that are left at its end, as a number. */
static uint64_t
load(const struct state *state, unsigned offset)
{
    const size_t left = sizeof *state - offset;
    uint64_t value = 0;

    if (left >= sizeof value) {
        memcpy(&value, (const uint8_t *)state + offset, sizeof value);
    } else {
        memcpy(&value, (const uint8_t *)state + offset, left);
    }
    return value;
}

static void
save(struct state *state, unsigned offset, uint64_t value)
{
    const size_t left = sizeof *state - offset;

    if (left >= sizeof value) {
        memcpy((uint8_t *)state + offset, &value, sizeof value);
    } else {
        memcpy((uint8_t *)state + offset, &value, left);
    }
}

static void
add_chunks(struct layout *layout)
{
    for (unsigned offset = 0; offset < sizeof layout->masks;) {
        const uint64_t mask = load(&layout->masks, offset);

        if ((mask & UINT8_MAX) == 0) {
            offset++; /* a chunk begins with a field */
            continue;
        }
        layout->chunk[layout->chunks++] =
            (struct layout_chunk){mask, (uint16_t)offset, (uint8_t)__builtin_popcountll(mask)};
        offset += (unsigned)sizeof mask;
    }
}

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
            ((uint8_t *)&layout->masks)[offset] = (uint8_t)((1u << bits) - 1);
        }
    }
    layout->words = (layout->bits + 63) / 64;
    assert(layout->words <= LAYOUT_MAX_WORDS);
    add_chunks(layout);
#if defined(__x86_64__)
    __builtin_cpu_init();
    layout->wide = __builtin_cpu_supports("avx2");
    layout->fast = __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("znver1") &&
                   !__builtin_cpu_is("znver2"); /* these take hundreds of cycles for it */
#endif
}

static bool
fits(const struct layout *layout, const struct state *state)
{
    typedef uint64_t pair __attribute__((vector_size(16)));
    enum { WHOLE = sizeof *state - sizeof *state % sizeof(pair) };
    const uint8_t *bytes = (const uint8_t *)state, *masks = (const uint8_t *)&layout->masks;
    unsigned last = 0;
    pair beyond = {0};

    for (unsigned offset = 0; offset < WHOLE; offset += sizeof(pair)) {
        pair value, mask;

        memcpy(&value, bytes + offset, sizeof value);
        memcpy(&mask, masks + offset, sizeof mask);
        beyond |= value & ~mask;
    }
    for (unsigned offset = WHOLE; offset < sizeof *state; offset++) {
        last |= bytes[offset] & (unsigned)~masks[offset];
    }
    return (beyond[0] | beyond[1] | last) == 0;
}

/* ---- one field after the other ---- */

static void
pack(const struct layout *layout, const struct state *state, uint64_t *words)
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

static void
unpack(const struct layout *layout, const uint64_t *words, struct state *state)
{
    uint8_t *bytes = (uint8_t *)state;
    unsigned at = 0;

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

/* ---- more at a time, where the processor can ---- */

#if defined(__x86_64__)
static AVX2 bool
fits_fast(const struct layout *layout, const struct state *state)
{
    enum { WIDE = sizeof(__m256i), LAST = sizeof *state - WIDE };
    const uint8_t *bytes = (const uint8_t *)state, *masks = (const uint8_t *)&layout->masks;
    __m256i beyond = _mm256_setzero_si256();

    for (unsigned offset = 0; offset < LAST + WIDE; offset += WIDE) {
        const unsigned at = offset < LAST ? offset : LAST; /* the last one looks at some again */
        const __m256i value = _mm256_loadu_si256((const void *)(bytes + at));

        beyond = _mm256_or_si256(
            beyond, _mm256_andnot_si256(_mm256_loadu_si256((const void *)(masks + at)), value));
    }
    return _mm256_testz_si256(beyond, beyond) != 0;
}

/* Eight bytes: it gathers and scatters their bits. */
static BMI2 void
pack_fast(const struct layout *layout, const struct state *state, uint64_t *words)
{
    uint64_t word = 0;
    unsigned used = 0;

    for (unsigned i = 0; i < layout->chunks; i++) {
        const struct layout_chunk *chunk = &layout->chunk[i];
        const uint64_t value = _pext_u64(load(state, chunk->offset), chunk->mask);

        word |= value << used;
        used += chunk->bits;
        if (used >= 64) {
            *words++ = word;
            used -= 64;
            word = used == 0 ? 0 : value >> (chunk->bits - used);
        }
    }
    if (used > 0) {
        *words = word;
    }
}

static BMI2 void
unpack_fast(const struct layout *layout, const uint64_t *words, struct state *state)
{
    unsigned at = 0;

    for (unsigned i = 0; i < layout->chunks; i++) {
        const struct layout_chunk *chunk = &layout->chunk[i];
        const unsigned shift = at % 64;
        uint64_t value = words[at / 64] >> shift;

        if (shift + chunk->bits > 64) {
            value |= words[at / 64 + 1] << (64 - shift);
        }
        save(state, chunk->offset, _pdep_u64(value, chunk->mask));
        at += chunk->bits;
    }
    assert(at == layout->bits);
}
#endif

bool
layout_fits(const struct layout *layout, const struct state *state)
{
#if defined(__x86_64__)
    if (layout->wide) {
        return fits_fast(layout, state);
    }
#endif
    return fits(layout, state);
}

void
layout_pack(const struct layout *layout, const struct state *state, uint64_t *words)
{
#if defined(__x86_64__)
    if (layout->fast) {
        pack_fast(layout, state, words);
        return;
    }
#endif
    pack(layout, state, words);
}

void
layout_unpack(const struct layout *layout, const uint64_t *words, struct state *state)
{
    memset(state, 0, sizeof *state);
#if defined(__x86_64__)
    if (layout->fast) {
        unpack_fast(layout, words, state);
        return;
    }
#endif
    unpack(layout, words, state);
}
