/* One state for all that exchanges of guests lead to each other: see symmetry.h.
 *
 * Guests that are alike are put in the order of what the state says of each: its own fields, and
 * which of the shared ones refer to it.  If two are equal in that, it makes no difference which of
 * them comes first, unless a guest's own fields refer to another guest that can be exchanged: then
 * all exchanges are tried. */
#include "sim/symmetry.h"

#include "sim/alike.h"

#include <assert.h>
#include <string.h>

/* The exchange of no guests. */
static struct exchange
nobody(void)
{
    struct exchange exchange;

    for (unsigned i = 0; i < MAX_GUESTS; i++) {
        exchange.to[i] = (uint8_t)i;
    }
    return exchange;
}

/* ---- which fields say something of guests ---- */

static void
add_own(struct symmetry *symmetry, const struct field *field, unsigned nic)
{
    struct symmetry_field *own = &symmetry->own_field[symmetry->own++];

    assert(field->means == MEANS_PLAIN || field->means == MEANS_NAME || field->means == MEANS_NIC);
    own->means = (uint8_t)field->means;
    for (unsigned guest = 0; guest < symmetry->world->guests; guest++) {
        const struct context context = world_context(symmetry->world, guest);
        unsigned index = field->of == OF_GUEST ? guest : context.nic_at[nic];

        own->offset[guest] = field->of == OF_GUEST || nic < context.nics
                                 ? (uint16_t)(field->offset + index * field->stride)
                                 : (uint16_t)SYMMETRY_NOWHERE;
    }
}

static void
add_shared(struct symmetry *symmetry, const struct field *field, unsigned index)
{
    struct symmetry_field *shared = &symmetry->shared_field[symmetry->shared++];

    shared->offset[0] = (uint16_t)(field->offset + index * field->stride);
    shared->means = (uint8_t)field->means;
}

/* Values of that meaning say of guests who they are. */
static bool
refers_to_guests(const struct world *world, enum field_means means)
{
    return means == MEANS_FILTERS ? WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME_MAC)
                                  : means != MEANS_PLAIN && means != MEANS_NAME;
}

/* The table's row, of those of its fields that are not always 0. */
static void
add_fields(struct symmetry *symmetry, const struct field *field, const struct field_limits *limits)
{
    bool owned = field->of == OF_GUEST || field->of == OF_NIC;
    unsigned first, count, largest = 0, each = field->of == OF_GUEST ? 1 : MAX_NICS;

    field_used(field, symmetry->world, &first, &count);
    for (unsigned i = first; i < first + count; i++) {
        unsigned most = limits->largest[field->offset + (size_t)i * field->stride];

        largest |= most;
        if (!owned && most > 0 && refers_to_guests(symmetry->world, field->means)) {
            add_shared(symmetry, field, i);
        }
    }
    for (unsigned nic = 0; owned && largest > 0 && nic < each; nic++) {
        add_own(symmetry, field, nic);
    }
}

void
symmetry_none(struct symmetry *symmetry, const struct world *world)
{
    memset(symmetry, 0, sizeof *symmetry);
    symmetry->world = world;
    symmetry->exchanges = 1;
}

static void
find_nics(struct symmetry *symmetry)
{
    for (unsigned guest = 0; guest < symmetry->world->guests; guest++) {
        const struct context context = world_context(symmetry->world, guest);

        for (unsigned place = 0; place < context.nics; place++) {
            symmetry->owner[context.nic_at[place]] = (uint8_t)guest;
            symmetry->place[context.nic_at[place]] = (uint8_t)place;
            symmetry->nic[guest][place] = context.nic_at[place];
        }
    }
}

void
symmetry_open(struct symmetry *symmetry, const struct world *world)
{
    unsigned members[MAX_GUESTS] = {0};
    const struct field *field;
    struct field_limits limits;

    symmetry_none(symmetry, world);
    alike_classes(world, symmetry->class_of);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        symmetry->exchanges *= ++members[symmetry->class_of[guest]];
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        symmetry->exchanged[guest] = members[symmetry->class_of[guest]] > 1;
    }
    if (symmetry->exchanges > 1) {
        find_nics(symmetry);
        symmetry->nobody = renaming_by_guests(world, nobody().to);
        field_limits(world, &limits);
        for (unsigned row = 0; (field = field_at(row)) != NULL; row++) {
            add_fields(symmetry, field, &limits);
        }
    }
}

/* ---- what the state says of a guest ---- */

/* The nic that a field of that guest names, in words that fit whoever takes its place: which of its
 * own nics, or of which guests that can be exchanged. */
static unsigned
view_nic(const struct symmetry *symmetry, unsigned guest, uint8_t value)
{
    enum { ITS_OWN = 256, OF_OTHERS = 512 };
    unsigned nic = value - 1u;

    if (value == 0 || nic >= world_nics(symmetry->world)) {
        return value;
    }
    if (symmetry->owner[nic] == guest) {
        return ITS_OWN + symmetry->place[nic];
    }
    return symmetry->exchanged[symmetry->owner[nic]]
               ? OF_OTHERS + symmetry->class_of[symmetry->owner[nic]]
               : value;
}

/* What of a shared field that is not 0 is the guest's.  Of a nic it is not said which one: the
 * field refers to no other guest then, and tells this one from all. */
static unsigned
view_shared(const struct symmetry *symmetry, unsigned guest, uint8_t means, uint8_t value)
{
    const struct world *world = symmetry->world;
    unsigned seen = 0;

    if (means == MEANS_GUEST) {
        return value == guest + 1;
    }
    if (means == MEANS_GUESTS) {
        return value >> guest & 1;
    }
    if (means == MEANS_NIC) { /* or who is no guest */
        return value <= world_nics(world) && symmetry->owner[value - 1] == guest;
    }
    assert(means == MEANS_FILTERS);
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        if ((value >> nic & 1) != 0 && symmetry->owner[nic] == guest) {
            seen |= 1u << symmetry->place[nic];
        }
    }
    return seen;
}

/* Compares what the state says of the two.  Most fields are 0 in both, and say the same of all. */
static int
compare(const struct symmetry *symmetry, const struct state *state, unsigned one, unsigned other)
{
    const uint8_t *bytes = (const uint8_t *)state;

    for (unsigned i = 0; i < symmetry->own; i++) {
        const struct symmetry_field *field = &symmetry->own_field[i];
        unsigned a, b;

        if (field->offset[one] == SYMMETRY_NOWHERE) {
            assert(field->offset[other] == SYMMETRY_NOWHERE);
            continue;
        }
        a = bytes[field->offset[one]];
        b = bytes[field->offset[other]];
        if (field->means == MEANS_NIC && (a | b) != 0) {
            a = view_nic(symmetry, one, (uint8_t)a);
            b = view_nic(symmetry, other, (uint8_t)b);
        }
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    for (unsigned i = 0; i < symmetry->shared; i++) {
        const struct symmetry_field *field = &symmetry->shared_field[i];
        uint8_t value = bytes[field->offset[0]];
        unsigned a = value == 0 ? 0 : view_shared(symmetry, one, field->means, value);
        unsigned b = value == 0 ? 0 : view_shared(symmetry, other, field->means, value);

        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    return 0;
}

/* Some guest's own field refers to another guest that can be exchanged. */
static bool
refers_to_others(const struct symmetry *symmetry, const struct state *state)
{
    const struct world *world = symmetry->world;

    for (unsigned i = 0; i < symmetry->own; i++) {
        const struct symmetry_field *field = &symmetry->own_field[i];

        for (unsigned guest = 0; field->means == MEANS_NIC && guest < world->guests; guest++) {
            unsigned nic = world_nics(world);

            if (field->offset[guest] != SYMMETRY_NOWHERE) {
                nic = ((const uint8_t *)state)[field->offset[guest]] - 1u;
            }
            if (nic < world_nics(world) && symmetry->owner[nic] != guest &&
                symmetry->exchanged[symmetry->owner[nic]] != 0) {
                return true;
            }
        }
    }
    return false;
}

/* ---- exchanges ---- */

static void
apply(const struct symmetry *symmetry, const struct exchange *exchange, struct state *state)
{
    struct renaming renaming = symmetry->nobody;
    const struct state before = *state;
    const unsigned guests = symmetry->world->guests;
    const uint8_t *from = (const uint8_t *)&before;
    uint8_t *to = (uint8_t *)state;

    memcpy(renaming.guest, exchange->to, sizeof renaming.guest);
    for (unsigned nic = 0; nic < world_nics(symmetry->world); nic++) {
        renaming.nic[nic] = symmetry->nic[exchange->to[symmetry->owner[nic]]][symmetry->place[nic]];
    }
    for (unsigned i = 0; i < symmetry->own; i++) {
        const struct symmetry_field *field = &symmetry->own_field[i];

        for (unsigned guest = 0; guest < guests; guest++) {
            const uint16_t offset = field->offset[guest];

            if (offset != SYMMETRY_NOWHERE) {
                to[field->offset[exchange->to[guest]]] =
                    field->means == MEANS_NIC && from[offset] != 0
                        ? renaming_value(&renaming, (enum field_means)field->means, from[offset])
                        : from[offset];
            }
        }
    }
    for (unsigned i = 0; i < symmetry->shared; i++) {
        const struct symmetry_field *field = &symmetry->shared_field[i];

        const uint8_t value = from[field->offset[0]];

        if (value != 0) {
            to[field->offset[0]] = renaming_value(&renaming, (enum field_means)field->means, value);
        }
    }
}

/* All exchanges, one after the other, and the least of the states that they lead to. */
struct trial {
    const struct symmetry *symmetry;
    const struct state *state;
    struct state least;
    struct exchange exchange, best;
    unsigned equal; /* exchanges that lead to `least` */
};

static void
try_exchange(struct trial *trial)
{
    struct state exchanged = *trial->state;
    int order;

    apply(trial->symmetry, &trial->exchange, &exchanged);
    order = trial->equal == 0 ? -1 : memcmp(&exchanged, &trial->least, sizeof exchanged);
    if (order < 0) {
        trial->least = exchanged;
        trial->best = trial->exchange;
        trial->equal = 0;
    }
    trial->equal += order <= 0;
}

/* Each guest from `from` on takes the place of each one that it is like. */
static void
try_all(struct trial *trial, unsigned from)
{
    const struct symmetry *symmetry = trial->symmetry;
    uint8_t *to = trial->exchange.to;

    if (from == symmetry->world->guests) {
        try_exchange(trial);
        return;
    }
    for (unsigned other = from; other < symmetry->world->guests; other++) {
        uint8_t kept = to[from];

        if (symmetry->class_of[to[other]] == symmetry->class_of[from]) {
            to[from] = to[other];
            to[other] = kept;
            try_all(trial, from + 1);
            to[other] = to[from];
            to[from] = kept;
        }
    }
}

/* ---- settling ---- */

/* Inserts the guest into `at`, which has those before it, each class by itself in the order of
 * compare().  Returns with how many it is equal, itself included. */
static unsigned
insert(const struct symmetry *symmetry, const struct state *state, unsigned guest,
       uint8_t at[MAX_GUESTS])
{
    unsigned place = guest, equal = 1;

    at[place] = (uint8_t)guest;
    for (unsigned before = guest; before-- > 0;) {
        int order;

        if (symmetry->class_of[before] != symmetry->class_of[guest]) {
            continue;
        }
        order = compare(symmetry, state, guest, at[before]);
        if (order > 0) {
            break;
        }
        equal += order == 0;
        if (order < 0) {
            at[place] = at[before];
            at[before] = (uint8_t)guest;
            place = before;
        }
    }
    return equal;
}

unsigned
symmetry_settle(const struct symmetry *symmetry, struct state *state, struct exchange *applied)
{
    struct exchange exchange = nobody();
    unsigned equal = 1; /* exchanges that leave the state as it is */
    uint8_t at[MAX_GUESTS];
    bool in_order = true;

    if (applied != NULL) {
        *applied = exchange;
    }
    if (symmetry->exchanges == 1) {
        return 1;
    }
    for (unsigned guest = 0; guest < symmetry->world->guests; guest++) {
        equal *= insert(symmetry, state, guest, at);
    }
    for (unsigned guest = 0; guest < symmetry->world->guests; guest++) {
        exchange.to[at[guest]] = (uint8_t)guest;
        in_order = in_order && at[guest] == guest;
    }
    if (equal > 1 && refers_to_others(symmetry, state)) {
        struct trial trial = {.symmetry = symmetry, .state = state, .exchange = nobody()};

        try_all(&trial, 0);
        exchange = trial.best;
        equal = trial.equal;
        in_order = false;
    }
    if (!in_order) {
        apply(symmetry, &exchange, state);
    }
    if (applied != NULL) {
        *applied = exchange;
    }
    assert(equal > 0); /* the one that changes nothing is among them */
    return symmetry->exchanges / equal;
}
