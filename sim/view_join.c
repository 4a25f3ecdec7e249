/* Views put together: see view_join.h. */
#include "sim/view_join.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { SHARED, SECOND, THIRD }; /* the places of the three */

struct join {
    const struct view_space *space;
    const struct state *one, *other;
    struct view_names names, others;  /* of the one, and of the other */
    uint8_t to[IFNAME_MAX_NAMES + 1]; /* which name a name of the other one is */
    bool met[IFNAME_MAX_NAMES + 1];   /* some name of the other one is that one */
    view_taker *take;
    void *context;
    bool lacking;
};

static uint8_t *
place_at(struct state *state, const struct view_byte *byte, unsigned index)
{
    return &((uint8_t *)state)[byte->first + index * byte->stride];
}

/* A guest's number in the other view, plus one, as that of one of the three. */
static uint8_t
place_of(uint8_t number)
{
    return number == SECOND + 1 ? THIRD + 1 : number;
}

static uint8_t
value_of_other(const struct join *join, const struct view_byte *field, uint8_t value)
{
    return field->means == MEANS_NAME ? join->to[value]
           : view_says_guest(field)   ? place_of(value)
                                      : value;
}

/* What both views say of one thing: a guest that is in one of them is nobody in particular to the
 * other.  False if that cannot be. */
static bool
agree(const struct view_byte *field, uint8_t one, uint8_t other, uint8_t *both)
{
    const uint8_t anon = VIEW_ANON + 1;
    bool guests = view_says_guest(field);

    if (guests && one == anon && other == THIRD + 1) {
        *both = other;
        return true;
    }
    *both = one;
    return one == other || (guests && one == SECOND + 1 && other == anon);
}

/* ---- one name in both views ---- */

static bool
is_start_number(const struct view_byte *field)
{
    return field->first == offsetof(struct state, network.row[0].start_number);
}

/* What is under a name of the one and under a name of the other is the same; it becomes what is
 * under the first one in `joined`, which may be NULL. */
static bool
merge_name(const struct join *join, uint8_t one, uint8_t other, struct state *joined)
{
    for (unsigned i = 0; i < join->space->fields; i++) {
        const struct view_byte *field = &join->space->field[i];
        uint8_t a, b, both;
        bool fits;

        a = view_at(join->one, field, one);
        b = value_of_other(join, field, view_at(join->other, field, other));
        fits = agree(field, a, b, &both);
        if (is_start_number(field)) { /* that of a start which is anybody's is not known: 0 */
            both = join->one->network.row[one].owner == VIEW_ANON + 1 ? b : a;
            fits = both == b || b == 0;
        }
        if (!fits) {
            return false;
        }
        if (joined != NULL) {
            *place_at(joined, field, one) = both;
        }
    }
    return true;
}

static bool
is_shared(const struct view_names *names, uint8_t name)
{
    return (names->guests[name] >> SHARED & 1) != 0;
}

/* The family that a name of the other one is of, as one of the three's. */
static unsigned
family_of_other(const struct join *join, uint8_t name)
{
    const struct world *world = &join->space->world;
    unsigned family = view_family(world, name), owner = view_family_owner(world, family);

    return owner == SECOND ? world->nic[THIRD].own : family;
}

/* ---- all of it ---- */

/* The fields that are no name's. */
static bool
merge_rest(const struct join *join, struct state *joined)
{
    for (unsigned i = 0; i < join->space->bytes.count; i++) {
        const struct view_byte *field = &join->space->bytes.byte[i];
        const bool guests = view_is_guests(field);
        const unsigned index = field->index, from = index == THIRD ? SECOND : index;
        uint8_t a = view_at(join->one, field, index), b, *to = place_at(joined, field, index);

        if (field->of == OF_NAME) {
            continue;
        }
        b = value_of_other(join, field, view_at(join->other, field, guests ? from : index));
        if (guests && (index == SECOND || index == THIRD)) {
            *to = index == THIRD ? b : a;
        } else if (!agree(field, a, b, to)) {
            return false;
        }
    }
    return true;
}

/* A row that a guest has been told of may be a guest's that its own view does not have. */
static void
tell_rows(struct state *joined)
{
    for (unsigned place = 0; place < VIEW_MEMBERS; place++) {
        struct nic_record *record = &joined->control.daemon.record[place];
        struct thread *thread = &joined->control.thread[place];
        uint8_t uuid = joined->network.row[record->name].uuid;

        record->port = record->port != 0 && record->port != ROW_GONE ? uuid : record->port;
        thread->answer = thread->answer != 0 && thread->answer != ROW_GONE ? uuid : thread->answer;
    }
}

static void
copy_name(const struct join *join, uint8_t name, uint8_t to, struct state *joined)
{
    for (unsigned i = 0; i < join->space->fields; i++) {
        const struct view_byte *field = &join->space->field[i];

        *place_at(joined, field, to) =
            value_of_other(join, field, view_at(join->other, field, name));
    }
}

/* Rows that are somebody's, under names that one view alone has: they may be the other one's third
 * guest's, who has forgotten their names. */
struct somebodys {
    unsigned count;
    struct {
        uint8_t *value, guest;
    } row[2 * IFNAME_MAX_NAMES];
};

static void
find_somebodys(const struct join *join, struct state *joined, struct somebodys *somebodys)
{
    bool others[IFNAME_MAX_NAMES + 1] = {false};

    for (unsigned name = 1; name <= join->space->world.names.names; name++) {
        others[join->to[name]] = true;
    }
    for (unsigned name = 1; name <= join->space->world.names.names; name++) {
        struct row *row = &joined->network.row[name];
        uint8_t *values[] = {&row->uuid, &row->owner};
        bool both = join->names.used[name] && others[name];

        for (unsigned i = 0; i < 2 && !both; i++) {
            if (*values[i] == VIEW_ANON + 1) {
                somebodys->row[somebodys->count].value = values[i];
                somebodys->row[somebodys->count++].guest = others[name] ? SECOND : THIRD;
            }
        }
    }
}

/* Hands over the configuration, for each way in which that can be. */
static bool
take_all(const struct join *join, struct state *joined)
{
    struct somebodys somebodys = {0};

    find_somebodys(join, joined, &somebodys);
    assert(somebodys.count < 32);
    for (uint32_t n = 0; n < UINT32_C(1) << somebodys.count; n++) {
        struct state state;

        for (unsigned i = 0; i < somebodys.count; i++) {
            *somebodys.row[i].value = (n >> i & 1) != 0 ? (uint8_t)(somebodys.row[i].guest + 1)
                                                        : (uint8_t)(VIEW_ANON + 1);
        }
        state = *joined;
        tell_rows(&state);
        if (!join->take(join->context, &state)) {
            return false;
        }
    }
    return true;
}

/* All names of the other view have been given one. */
static bool
finish(struct join *join)
{
    struct state joined = *join->one;

    for (uint8_t name = 1; name <= join->space->world.names.names; name++) {
        if (join->to[name] == IFNAME_NONE) {
            continue;
        }
        if (join->names.used[join->to[name]]) {
            bool merged = merge_name(join, join->to[name], name, &joined);

            assert(merged); /* give_names has asked */
            (void)merged;
        } else {
            copy_name(join, name, join->to[name], &joined);
        }
    }
    if (!merge_rest(join, &joined)) {
        return true;
    }
    return take_all(join, &joined);
}

/* Gives each name of the other one from that one on a name of the three. */
static bool
give_names(struct join *join, uint8_t name) /* NOLINT(misc-no-recursion): as deep as names */
{
    const uint8_t names = join->space->world.names.names;
    struct view_names used = join->names;
    bool shared;
    unsigned family;

    while (name <= names && !join->others.used[name]) {
        name++;
    }
    if (name > names) {
        return finish(join);
    }
    shared = is_shared(&join->others, name);
    family = family_of_other(join, name);
    for (uint8_t to = 1; to <= names; to++) {
        used.used[to] = used.used[to] || join->met[to];
        if (!join->names.used[to] || join->met[to] || is_shared(&join->names, to) != shared ||
            view_family(&join->space->world, to) != family || !merge_name(join, to, name, NULL)) {
            continue;
        }
        join->met[to] = true;
        join->to[name] = to;
        if (!give_names(join, (uint8_t)(name + 1))) {
            return false;
        }
        join->met[to] = false;
    }
    if (!shared) {
        uint8_t to = view_fresh(&join->space->world, &used, family);

        if (to == IFNAME_NONE) {
            join->lacking = true;
            return false;
        }
        join->met[to] = true;
        join->to[name] = to;
        if (!give_names(join, (uint8_t)(name + 1))) {
            return false;
        }
        join->met[to] = false;
    }
    join->to[name] = IFNAME_NONE;
    return true;
}

bool
view_join(const struct view_space *space, const struct state *one, const struct state *other,
          view_taker *take, void *context, bool *lacking)
{
    struct join join = {
        .space = space, .one = one, .other = other, .take = take, .context = context};
    bool went_on;

    view_names(&space->bytes, one, &join.names);
    view_names(&space->bytes, other, &join.others);
    went_on = give_names(&join, 1);
    *lacking = join.lacking;
    return went_on;
}
