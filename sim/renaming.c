/* Guests and names by other names: see renaming.h. */
#include "sim/renaming.h"

#include <assert.h>
#include <string.h>

void
renaming_bytes(const struct world *world, struct renaming_bytes *bytes)
{
    struct field_limits limits;
    const struct field *field;

    field_limits(world, &limits);
    bytes->count = 0;
    for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
        for (unsigned i = 0; i < field_room(field); i++) {
            if (limits.largest[field->offset + (size_t)i * field->stride] > 0) {
                bytes->byte[bytes->count++] = (struct renaming_byte){(uint16_t)row, (uint8_t)i};
            }
        }
    }
}

/* ---- which guests are alike ---- */

/* All that is not said here is nothing to the network, or the nic's own: its MAC and names. */
static bool
nics_are_alike(const struct nic *one, const struct nic *other)
{
    const struct nic a = *one, b = *other;

    return a.bridge == b.bridge && a.kind == b.kind && a.network == b.network && a.vlan == b.vlan &&
           a.multi_queue == b.multi_queue && a.unmanaged == b.unmanaged &&
           a.unfiltered == b.unfiltered &&
#define X(id, member, key, text, oracle) a.member == b.member &&
           NIC_PROPERTIES(X)
#undef X
               true;
}

/* The nic's MAC is its own, by its own number: so MACs are renamed as nics are. */
static bool
has_own_mac(const struct world *world, unsigned nic)
{
    for (unsigned other = 0; other < world_nics(world); other++) {
        if (other != nic && world->nic[other].mac == world->nic[nic].mac) {
            return false;
        }
    }
    return world->nic[nic].mac == nic + 1;
}

/* No other guest is a life of its VM: a row of the one is the other's to some deletions. */
static bool
has_own_vm(const struct world *world, unsigned guest)
{
    for (unsigned other = 0; other < world->guests; other++) {
        if (other != guest && world_vm(world, other) == world_vm(world, guest)) {
            return false;
        }
    }
    return true;
}

bool
renaming_are_alike(const struct world *world, unsigned one, unsigned other)
{
    struct context a = world_context(world, one), b = world_context(world, other);
    bool alike = world->daemon[one] == world->daemon[other] &&
                 world->leaked[one] == world->leaked[other] &&
                 world->ignores_sigterm[one] == world->ignores_sigterm[other] &&
                 world->ignores_sigkill[one] == world->ignores_sigkill[other] && a.nics == b.nics &&
                 has_own_vm(world, one) && has_own_vm(world, other);

    for (unsigned i = 0; alike && i < a.nics; i++) {
        alike = nics_are_alike(&world->nic[a.nic_at[i]], &world->nic[b.nic_at[i]]) &&
                has_own_mac(world, a.nic_at[i]) && has_own_mac(world, b.nic_at[i]);
    }
    return alike;
}

/* ---- permutations of them ---- */

static void
swap(uint8_t *one, uint8_t *other)
{
    uint8_t kept = *one;

    *one = *other;
    *other = kept;
}

/* The next permutation in lexicographic order; false, and unchanged, after the last one. */
static bool
next_permutation(uint8_t *guest, unsigned guests)
{
    unsigned from = guests == 0 ? 0 : guests - 1, last = from;

    while (from > 0 && guest[from - 1] > guest[from]) {
        from--;
    }
    if (from == 0) {
        return false;
    }
    while (guest[last] < guest[from - 1]) {
        last--;
    }
    swap(&guest[from - 1], &guest[last]);
    for (last = guests - 1; from < last; from++, last--) {
        swap(&guest[from], &guest[last]);
    }
    return true;
}

struct renaming
renaming_by_guests(const struct world *world, const uint8_t guest[MAX_GUESTS])
{
    struct renaming renaming = {.filter_by_mac =
                                    WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME_MAC)};

    memcpy(renaming.guest, guest, sizeof renaming.guest);
    for (unsigned i = 0; i <= IFNAME_MAX_NAMES; i++) {
        renaming.name[i] = (uint8_t)i;
    }
    for (unsigned i = 0; i < MAX_NICS; i++) {
        renaming.nic[i] = (uint8_t)i;
    }
    for (unsigned i = 0; i < world->guests; i++) {
        struct context from = world_context(world, i), to = world_context(world, guest[i]);

        for (unsigned nic = 0; nic < from.nics; nic++) {
            renaming.nic[from.nic_at[nic]] = to.nic_at[nic];
        }
    }
    return renaming;
}

unsigned
renaming_of_guests(const struct world *world, struct renaming all[MAX_RENAMINGS])
{
    uint8_t guest[MAX_GUESTS];
    unsigned count = 0;

    for (unsigned i = 0; i < MAX_GUESTS; i++) {
        guest[i] = (uint8_t)i;
    }
    do {
        bool alike = true;

        for (unsigned i = 0; alike && i < world->guests; i++) {
            alike = guest[i] == i || renaming_are_alike(world, i, guest[i]);
        }
        if (alike && count == MAX_RENAMINGS) {
            return 1;
        }
        if (alike) {
            all[count++] = renaming_by_guests(world, guest);
        }
    } while (next_permutation(guest, world->guests));
    return count;
}

/* ---- what becomes of a state ---- */

static uint8_t
rename_bits(const uint8_t *to, unsigned count, uint8_t bits)
{
    uint8_t renamed = (uint8_t)(bits >> count << count); /* what stands for none of them */

    for (unsigned i = 0; i < count; i++) {
        renamed |= (uint8_t)((bits >> i & 1) << to[i]);
    }
    return renamed;
}

uint8_t
renaming_value(const struct renaming *renaming, enum field_means means, uint8_t value)
{
    switch (means) {
    case MEANS_PLAIN:
        return value;
    case MEANS_NAME:
        assert(value <= IFNAME_MAX_NAMES);
        return renaming->name[value];
    case MEANS_GUEST:
        return value == 0 ? value : (uint8_t)(1 + renaming->guest[value - 1]);
    case MEANS_GUESTS:
        return rename_bits(renaming->guest, MAX_GUESTS, value);
    case MEANS_NIC:
        return value == 0 || value > MAX_NICS ? value : (uint8_t)(1 + renaming->nic[value - 1]);
    case MEANS_FILTERS:
        return renaming->filter_by_mac ? rename_bits(renaming->nic, MAX_NICS, value) : value;
    }
    assert(false);
    return value;
}

unsigned
renaming_index(const struct renaming *renaming, enum field_of of, unsigned index)
{
    return of == OF_GUEST  ? renaming->guest[index]
           : of == OF_NIC  ? renaming->nic[index]
           : of == OF_NAME ? renaming->name[index]
                           : index;
}

void
renaming_state(const struct renaming_bytes *bytes, const struct renaming *renaming,
               const struct state *from, struct state *to)
{
    memset(to, 0, sizeof *to);
    for (unsigned i = 0; i < bytes->count; i++) {
        const struct field *field = field_at(bytes->byte[i].row);
        unsigned index = bytes->byte[i].index;
        uint8_t value = ((const uint8_t *)from)[field->offset + (size_t)index * field->stride];

        if (value != 0) {
            index = renaming_index(renaming, field->of, index);
            ((uint8_t *)to)[field->offset + (size_t)index * field->stride] =
                renaming_value(renaming, field->means, value);
        }
    }
}

struct operation
renaming_operation(const struct renaming *renaming, struct operation op)
{
    op.name = renaming_value(renaming, MEANS_NAME, op.name);
    op.preferred = renaming_value(renaming, MEANS_NAME, op.preferred);
    op.asked = renaming_value(renaming, MEANS_NAME, op.asked);
    op.mac = renaming_value(renaming, MEANS_NIC, op.mac);
    op.row = renaming_value(renaming, MEANS_NIC, op.row);
    return op;
}
