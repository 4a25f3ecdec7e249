/* What is left behind: see orphan.h. */
#include "sim/orphan.h"

#include "sim/ovs.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static struct orphan
orphan_at(const struct view_space *space, const struct state *state, uint8_t name)
{
    struct orphan orphan = {{0}};

    for (unsigned i = 0; i < space->fields; i++) {
        const struct view_byte *field = &space->field[i];
        uint8_t value = view_at(state, field, name);

        orphan.value[i] = view_says_guest(field) && value != 0 ? 1 : value;
    }
    return orphan;
}

static bool
is_there(const struct orphans *orphans, const struct orphan *orphan)
{
    for (unsigned i = 0; i < orphans->count; i++) {
        if (memcmp(&orphans->orphan[i], orphan, sizeof *orphan) == 0) {
            return true;
        }
    }
    return false;
}

static bool
add(struct orphans *orphans, const struct orphan *orphan)
{
    if (is_there(orphans, orphan)) {
        return true;
    }
    if (orphans->count == MAX_ORPHANS) {
        return false;
    }
    orphans->orphan[orphans->count++] = *orphan;
    return true;
}

/* The name is nobody's: whose device has it has it open.  Of ANON nobody knows whether it has
 * forgotten the name of its row, so a row of ANON's is one only where that guest is a member. */
static bool
is_left(const struct world *world, const struct view_names *names, const struct state *state,
        uint8_t name)
{
    const struct row *row = &state->network.row[name];

    if ((row->owner != 0 && world->commands[row->owner - 1] == 0) ||
        (row->uuid != 0 && world->commands[row->uuid - 1] == 0)) {
        return false;
    }
    return names->used[name] && names->guests[name] == 0 &&
           state->network.device[name].kind == DEVICE_NONE;
}

static bool
is_empty(const struct orphan *orphan)
{
    static const struct orphan empty;

    return memcmp(orphan, &empty, sizeof empty) == 0;
}

bool
orphans_add(struct orphans *orphans, const struct view_space *space, const struct world *world,
            const struct view_bytes *bytes, const struct state *state)
{
    struct view_names names;
    struct state run;
    bool ran = false;

    view_names(bytes, state, &names);
    for (uint8_t name = 1; name <= world->names.names; name++) {
        struct orphan orphan;

        if (!is_left(world, &names, state, name)) {
            continue;
        }
        orphan = orphan_at(space, state, name);
        if (!add(orphans, &orphan)) {
            return false;
        }
        if (!ran) {
            run = *state;
            ovs_vswitchd_run(world, &run);
            ran = true;
        }
        orphan = orphan_at(space, &run, name);
        if (!is_empty(&orphan) && !add(orphans, &orphan)) {
            return false;
        }
    }
    return true;
}

bool
orphans_have(const struct orphans *orphans, const struct view_space *space,
             const struct world *world, const struct view_bytes *bytes, const struct state *state)
{
    struct view_names names;

    view_names(bytes, state, &names);
    for (uint8_t name = 1; name <= world->names.names; name++) {
        if (is_left(world, &names, state, name)) {
            struct orphan orphan = orphan_at(space, state, name);

            if (!is_there(orphans, &orphan)) {
                return false;
            }
        }
    }
    return true;
}

/* How many fields say a guest. */
static unsigned
guests_in(const struct view_space *space, const struct orphan *orphan)
{
    unsigned guests = 0;

    for (unsigned i = 0; i < space->fields; i++) {
        guests += view_says_guest(&space->field[i]) && orphan->value[i] != 0;
    }
    return guests;
}

unsigned
orphan_cases(const struct view_space *space, const struct orphan *orphan)
{
    unsigned cases = 1;

    for (unsigned guests = guests_in(space, orphan); guests > 0; guests--) {
        cases *= VIEW_PLACES;
    }
    return cases;
}

void
orphan_place(const struct view_space *space, const struct orphan *orphan, unsigned n, uint8_t name,
             struct state *state)
{
    for (unsigned i = 0; i < space->fields; i++) {
        const struct view_byte *field = &space->field[i];
        uint8_t *to = &((uint8_t *)state)[field->first + (unsigned)name * field->stride];

        assert(*to == 0); /* nobody has the name */
        *to = orphan->value[i];
        if (view_says_guest(field) && orphan->value[i] != 0) {
            *to = (uint8_t)(1 + n % VIEW_PLACES);
            n /= VIEW_PLACES;
        }
    }
}

bool
orphan_has_row(const struct view_space *space, const struct orphan *orphan)
{
    for (unsigned i = 0; i < space->fields; i++) {
        if (space->field[i].first == offsetof(struct state, network.row[0].bridge)) {
            return orphan->value[i] != 0;
        }
    }
    return false;
}
