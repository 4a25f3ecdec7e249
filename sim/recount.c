/* Numbers that nothing has any more: see recount.h. */
#include "sim/recount.h"

#include <assert.h>
#include <stddef.h>

/* ---- where numbers may go ---- */

/* The scenario speaks of that name: it is not another one's to have. */
static bool
is_spoken_of(const struct world *world, uint8_t name)
{
    bool spoken = world->third_party_device[name] != DEVICE_NONE ||
                  world->preset[name].present != 0 || world->leftover[name].bridge != 0;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        spoken = spoken || world->nic[nic].name == name || world->nic[nic].carried == name;
    }
    for (unsigned i = 0; i < world->third_parties; i++) {
        const struct third_party *other = &world->third_party[i];

        for (unsigned command = 0; command < other->commands; command++) {
            spoken = spoken || other->name[command] == name || other->to[command] == name;
        }
    }
    return spoken;
}

/* The number of a name, as one of some family's, or -1: the family may have to grow until it has
 * that name, and it is a single one until then. */
static int64_t
number_of(const struct world *world, uint8_t name)
{
    char text[IFNAME_SIZE];

    ifname_text(&world->names, name, text);
    for (unsigned i = 0; i < world->names.families; i++) {
        const struct ifname_family *family = &world->names.family[i];
        int64_t number = family->numbered ? ifname_number(text, family->prefix) : -1;

        if (number >= 0) {
            return number;
        }
    }
    return -1;
}

/* One more than the highest number in a name that the scenario speaks of. */
static unsigned
find_floor(const struct world *world)
{
    int64_t floor = 0;

    for (uint8_t name = 1; name <= world->names.names; name++) {
        int64_t number = is_spoken_of(world, name) ? number_of(world, name) : -1;

        floor = number >= floor ? number + 1 : floor;
    }
    return floor > IFNAME_MAX_NAMES ? IFNAME_MAX_NAMES : (unsigned)floor;
}

/* The counter that hands out the nic's name. */
static void
add_counter(struct recount *recount, const struct context *context)
{
    const uint8_t daemon = context->daemon, pool = (uint8_t)daemon_pool(context);
    unsigned i = 0;

    while (i < recount->counters &&
           (recount->counter[i].daemon != daemon || recount->counter[i].pool != pool)) {
        i++;
    }
    recount->counters += i == recount->counters;
    recount->counter[i].daemon = daemon;
    recount->counter[i].pool = pool;
    recount->counter[i].families |= (uint16_t)(1u << daemon_family(context));
}

/* Counters are those of guests that are started.  True if nobody looks for low numbers. */
static bool
find_counters(struct recount *recount)
{
    const struct world *world = recount->world;
    bool alone = true;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);
        bool counts = daemon_strategy(&context) == NAME_COUNTER;

        if (daemon_names(&context) && world->commands[world_guest(world, nic)] > 0) {
            alone = alone && counts;
            if (counts) {
                add_counter(recount, &context);
            }
        }
    }
    return alone;
}

/* Two counters hand out names of one family. */
static bool
shares_family(const struct recount *recount)
{
    unsigned families = 0, shared = 0;

    for (unsigned i = 0; i < recount->counters; i++) {
        shared |= families & recount->counter[i].families;
        families |= recount->counter[i].families;
    }
    return shared != 0;
}

/* A counter comes to the end of the numbers that fit behind a prefix, and starts fail then. */
static bool
has_few_numbers(const struct recount *recount)
{
    enum { FEW = 100 };

    for (unsigned i = 0; i < recount->world->names.families; i++) {
        for (unsigned counter = 0; counter < recount->counters; counter++) {
            if ((recount->counter[counter].families >> i & 1) != 0 &&
                ifname_largest_number(recount->world->names.family[i].prefix) < FEW) {
                return true;
            }
        }
    }
    return false;
}

static enum recount_end
find_end(const struct recount *recount, bool alone)
{
    if (recount->counters == 0 || recount->world->names.limit != 0) {
        return RECOUNT_FINITE;
    }
    if (!alone || world_restarts(recount->world)) {
        return RECOUNT_MIXED;
    }
    if (shares_family(recount)) {
        return RECOUNT_SHARED;
    }
    return has_few_numbers(recount) ? RECOUNT_FEW : RECOUNT_FINITE;
}

void
recount_open(struct recount *recount, const struct world *world)
{
    uint8_t guests[MAX_GUESTS];
    bool alone;

    *recount = (struct recount){.world = world};
    if (world->unbounded == 0) {
        return;
    }
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        guests[guest] = (uint8_t)guest;
    }
    alone = find_counters(recount);
    recount->end = find_end(recount, alone);
    recount->names =
        recount->counters > 0 && recount->end == RECOUNT_FINITE && world->names.limit == 0;
    recount->rounds = WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_PORT_OWNER);
    recount->nobody = renaming_by_guests(world, guests);
    recount->floor = find_floor(world);
    renaming_bytes(world, &recount->bytes);
}

bool
recount_changes(const struct recount *recount)
{
    return recount->names || recount->rounds;
}

/* ---- names ---- */

_Static_assert(IFNAME_MAX_NAMES < 64, "a bit for each name");

/* The names that something has: bit n.  A QoS row that was left behind has none: whoever looks for
 * it has the name (facts 1f), and of a counter nobody will. */
static uint64_t
names_in(const struct recount *recount, const struct state *state)
{
    uint64_t names = 0;

    for (unsigned i = 0; i < recount->bytes.count; i++) {
        const struct renaming_byte byte = recount->bytes.byte[i];
        const struct field *field = field_at(byte.row);
        uint8_t value =
            ((const uint8_t *)state)[field->offset + (size_t)byte.index * field->stride];

        if (field->offset != offsetof(struct state, network.qos)) {
            names |= value != 0 && field->of == OF_NAME ? UINT64_C(1) << byte.index : 0;
        }
        names |= field->means == MEANS_NAME ? UINT64_C(1) << value : 0;
    }
    return names;
}

/* Something has the number, in a name of one of the counter's families. */
static bool
has_number(const struct world *world, unsigned families, uint64_t names, unsigned number)
{
    for (unsigned i = 0; i < world->names.families; i++) {
        const struct ifname_family *family = &world->names.family[i];

        if ((families >> i & 1) != 0 && number < family->count &&
            (names >> (family->first + number) & 1) != 0) {
            return true;
        }
    }
    return false;
}

/* The number goes, and with it what was left behind under its names. */
static void
leave_out(const struct ifname_table *names, unsigned families, unsigned number, struct state *state)
{
    for (unsigned i = 0; i < names->families; i++) {
        const struct ifname_family *family = &names->family[i];

        if ((families >> i & 1) != 0 && number < family->count) {
            state->network.qos[family->first + number] = 0;
        }
    }
}

static void
move_down(const struct ifname_table *names, unsigned families, unsigned number, unsigned by,
          struct renaming *renaming)
{
    for (unsigned i = 0; i < names->families; i++) {
        const struct ifname_family *family = &names->family[i];

        if ((families >> i & 1) != 0 && number < family->count) {
            renaming->name[family->first + number] = (uint8_t)(family->first + number - by);
        }
    }
}

/* Of the names of one counter's families, which no other one hands out.  Returns how many numbers
 * go. */
static unsigned
leave_out_of(const struct recount *recount, unsigned counter, uint64_t names, struct state *state,
             struct renaming *renaming)
{
    const struct world *world = recount->world;
    const unsigned families = recount->counter[counter].families;
    uint8_t *last = &state->control.daemon.allocator[recount->counter[counter].daemon]
                         .last[recount->counter[counter].pool];
    unsigned out = 0;

    for (unsigned number = recount->floor; number < IFNAME_MAX_NAMES; number++) {
        if (number < *last && !has_number(world, families, names, number)) {
            leave_out(&world->names, families, number, state);
            out++;
        } else {
            move_down(&world->names, families, number, out, renaming);
        }
    }
    assert(out == 0 || *last >= recount->floor + out);
    *last = (uint8_t)(*last - out);
    return out;
}

static void
leave_out_names(const struct recount *recount, struct state *state)
{
    struct renaming renaming = recount->nobody;
    const uint64_t names = names_in(recount, state);
    struct state before;
    unsigned out = 0;

    for (unsigned i = 0; i < recount->counters; i++) {
        out += leave_out_of(recount, i, names, state, &renaming);
    }
    if (out > 0) {
        before = *state;
        renaming_state(&recount->bytes, &renaming, &before, state);
    }
}

/* ---- rounds ---- */

/* What an incarnation's number becomes when its round does (thread_incarnation). */
struct rounds {
    unsigned commands;          /* of each round */
    bool spoken[UINT8_MAX + 1]; /* by round: something speaks of it */
    uint8_t now[UINT8_MAX + 1];
};

static void
hear(struct rounds *rounds, uint8_t incarnation)
{
    if (incarnation != 0) { /* which is before all rounds */
        rounds->spoken[(incarnation - 1) / rounds->commands] = true;
    }
}

static void
tell(const struct rounds *rounds, uint8_t *incarnation)
{
    if (*incarnation != 0) {
        unsigned before = *incarnation - 1u, round = before / rounds->commands;

        *incarnation =
            (uint8_t)(1 + before % rounds->commands + rounds->commands * rounds->now[round]);
    }
}

/* Whatever has an incarnation's number of the guest, but for the thread itself: that one's follows
 * from its round. */
static void
visit_incarnations(const struct recount *recount, struct state *state, unsigned guest,
                   struct rounds *rounds, bool tells)
{
    const struct world *world = recount->world;
    struct thread *thread = &state->control.thread[guest];
    uint8_t kept = (uint8_t)(thread->kept - 1);

    for (unsigned name = 1; name <= world->names.names; name++) {
        struct row *row = &state->network.row[name];

        if (row->owner != 0 && world_guest(world, row->owner - 1u) == guest) {
            tells ? tell(rounds, &row->start_number) : hear(rounds, row->start_number);
        }
    }
    tells ? tell(rounds, &state->network.delayed[guest].op.start_number)
          : hear(rounds, state->network.delayed[guest].op.start_number);
    if (thread->kept != 0) {
        tells ? tell(rounds, &kept) : hear(rounds, kept);
        thread->kept = (uint8_t)(kept + 1);
    }
}

static void
leave_out_rounds(const struct recount *recount, struct state *state, unsigned guest)
{
    struct thread *thread = &state->control.thread[guest];
    struct rounds rounds = {.commands = recount->world->commands[guest]};
    unsigned left = 0;

    if (thread->round == 0) {
        return;
    }
    visit_incarnations(recount, state, guest, &rounds, false);
    hear(&rounds, thread_incarnation(thread, world_program(recount->world, guest)));
    for (unsigned round = 0; round < thread->round; round++) {
        rounds.now[round] = (uint8_t)left;
        left += rounds.spoken[round];
    }
    if (left < thread->round) {
        rounds.now[thread->round] = (uint8_t)left;
        visit_incarnations(recount, state, guest, &rounds, true);
        thread->round = (uint8_t)left;
    }
}

void
recount_numbers(const struct recount *recount, struct state *state)
{
    if (recount->names) {
        leave_out_names(recount, state);
    }
    for (unsigned guest = 0; recount->rounds && guest < recount->world->guests; guest++) {
        leave_out_rounds(recount, state, guest);
    }
}
