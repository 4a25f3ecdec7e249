/* Views of states: see view.h. */
#include "sim/view.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* ---- names ---- */

void
view_bytes(const struct world *world, struct view_bytes *bytes)
{
    struct renaming_bytes used;

    renaming_bytes(world, &used);
    bytes->count = used.count;
    for (unsigned i = 0; i < used.count; i++) {
        const struct field *field = field_at(used.byte[i].row);
        const uint8_t index = used.byte[i].index;

        bytes->byte[i] = (struct view_byte){field->offset,
                                            field->stride,
                                            (uint16_t)(field->offset + index * field->stride),
                                            (uint8_t)field->of,
                                            (uint8_t)field->means,
                                            index};
    }
}

static uint8_t
value_of(const struct state *state, const struct view_byte *byte)
{
    return ((const uint8_t *)state)[byte->offset];
}

void
view_names(const struct view_bytes *bytes, const struct state *state, struct view_names *names)
{
    *names = (struct view_names){0};
    for (unsigned i = 0; i < bytes->count; i++) {
        const struct view_byte *byte = &bytes->byte[i];
        const uint8_t value = value_of(state, byte);

        if (value != 0 && byte->of == OF_NAME) {
            names->used[byte->index] = true;
        } else if (value != 0 && byte->means == MEANS_NAME) {
            names->used[value] = true;
            names->guests[value] |= (uint8_t)(1u << byte->index);
        }
    }
}

unsigned
view_family(const struct world *world, uint8_t name)
{
    const struct ifname_family *families = world->names.family;
    unsigned i = 0;

    while (name >= families[i].first + families[i].count) { /* they follow each other */
        i++;
        assert(i < world->names.families);
    }
    return i;
}

unsigned
view_family_owner(const struct world *world, unsigned family)
{
    for (unsigned guest = 0; family != FAMILY_VNET && guest < world->guests; guest++) {
        if (world->nic[guest].own == family) {
            return guest;
        }
    }
    return MAX_GUESTS;
}

uint8_t
view_fresh(const struct world *world, const struct view_names *names, unsigned family)
{
    const struct ifname_family *members = &world->names.family[family];

    for (unsigned name = members->first; name < (unsigned)members->first + members->count; name++) {
        if (!names->used[name]) {
            return (uint8_t)name;
        }
    }
    return IFNAME_NONE;
}

/* ---- projection ---- */

/* From a state of some world to one of a world of views. */
struct projection {
    const struct view_space *space;
    const struct view_scene *scene;
    uint8_t place[MAX_GUESTS]; /* by guest; VIEW_ANON: it is no member */
    uint8_t members;           /* bit g */
    uint8_t name[IFNAME_MAX_NAMES + 1];
};

/* The names that are some member's. */
static enum view_end
project_names(struct projection *projection)
{
    const struct world *from = projection->scene->world, *to = &projection->space->world;
    uint8_t next[IFNAME_MAX_FAMILIES] = {0};

    for (uint8_t name = 1; name <= from->names.names; name++) {
        unsigned family, owner;

        if ((projection->scene->names.guests[name] & projection->members) == 0) {
            continue;
        }
        family = view_family(from, name);
        owner = view_family_owner(from, family);
        if (family != FAMILY_VNET &&
            (owner == MAX_GUESTS || projection->place[owner] == VIEW_ANON)) {
            return VIEW_STRANGE;
        }
        family = family == FAMILY_VNET ? family : to->nic[projection->place[owner]].own;
        if (next[family] == to->names.family[family].count) {
            return VIEW_LACKING;
        }
        projection->name[name] = (uint8_t)(to->names.family[family].first + next[family]++);
    }
    return VIEW_SEEN;
}

/* What is not kept: where a counter stands, and how many names a start has tried. */
static bool
is_left_out(const struct view_byte *byte)
{
    return byte->of == OF_POOL ||
           byte->first == offsetof(struct state, control.thread[0].machine.tries);
}

static void
project_byte(const struct projection *projection, const struct view_byte *byte, uint8_t value,
             struct state *view)
{
    unsigned index = view_is_guests(byte)  ? projection->place[byte->index]
                     : byte->of == OF_NAME ? projection->name[byte->index]
                                           : byte->index;

    if ((view_is_guests(byte) && index == VIEW_ANON) ||
        (byte->of == OF_NAME && index == IFNAME_NONE) || is_left_out(byte)) {
        return;
    }
    if (view_says_guest(byte) && value <= MAX_NICS) {
        value = (uint8_t)(projection->place[value - 1] + 1);
    } else if (byte->means == MEANS_NAME) {
        value = projection->name[value];
    }
    ((uint8_t *)view)[byte->first + index * byte->stride] = value;
}

/* A token of a row is that of the row which is there. */
static bool
is_present(const struct state *state, uint8_t name, uint8_t token)
{
    return token == 0 || token == ROW_GONE || name == IFNAME_NONE ||
           token == state->network.row[name].uuid;
}

/* The guest's descriptor leads to the device of that name; of ANON nobody knows it. */
static bool
has_open(const struct world *world, const struct state *state, unsigned guest, uint8_t name)
{
    return world->commands[guest] == 0 || state->network.opened[guest] == name ||
           state->network.tap[guest] == name;
}

/* What views rely upon, and what only worlds have which are refused. */
static bool
is_strange(const struct world *world, const struct state *state)
{
    for (uint8_t name = 1; name <= world->names.names; name++) {
        const struct device *device = &state->network.device[name];
        const struct port *port = &state->network.port[name];
        const struct row *row = &state->network.row[name];

        if ((device->kind != DEVICE_NONE && !has_open(world, state, device->owner - 1u, name)) ||
            (device->mac != 0 && device->mac != device->owner) ||
            (row->start_number != 0 &&
             (row->owner == 0 || state->control.daemon.record[row->owner - 1].name != name))) {
            return true;
        }
        if (device->maker != 0 || device->persist != 0 || device->multi != 0 ||
            device->stuck != 0 || port->receives_from != 0 || port->sends_to != 0 ||
            state->network.filter[name] != 0 || state->network.qos[name] != 0) {
            return true;
        }
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        const struct nic_record *record = &state->control.daemon.record[guest];

        if (!is_present(state, record->name, record->port) ||
            !is_present(state, record->name, state->control.thread[guest].answer) ||
            (record->tap != 0 && record->tap != guest + 1)) {
            return true;
        }
    }
    return false;
}

/* Where nobody can look it up, it is left out: which start of ANON's has written a row, and which
 * row was that of a name that is forgotten. */
static void
leave_out(struct state *view, const struct world *world)
{
    for (unsigned name = 1; name <= world->names.names; name++) {
        struct row *row = &view->network.row[name];

        row->start_number = row->owner == VIEW_ANON + 1 ? 0 : row->start_number;
    }
    for (unsigned place = 0; place < VIEW_MEMBERS; place++) {
        struct nic_record *record = &view->control.daemon.record[place];

        record->port = record->name == IFNAME_NONE ? 0 : record->port;
    }
}

enum view_end
view_look(struct view_scene *scene, const struct world *world, const struct view_bytes *bytes,
          const struct state *state)
{
    if (is_strange(world, state)) {
        return VIEW_STRANGE;
    }
    scene->world = world;
    scene->bytes = bytes;
    view_names(bytes, state, &scene->names);
    scene->count = 0;
    for (unsigned i = 0; i < bytes->count; i++) {
        uint8_t value = value_of(state, &bytes->byte[i]);

        if (value != 0) {
            scene->at[scene->count].byte = &bytes->byte[i];
            scene->at[scene->count++].value = value;
        }
    }
    return VIEW_SEEN;
}

enum view_end
view_project(const struct view_space *space, const struct view_scene *scene, const uint8_t *member,
             unsigned members, struct state *view)
{
    struct projection projection = {.space = space, .scene = scene};
    enum view_end end;

    assert(members <= VIEW_MEMBERS);
    memset(projection.place, VIEW_ANON, sizeof projection.place);
    for (unsigned place = 0; place < members; place++) {
        projection.place[member[place]] = (uint8_t)place;
        projection.members |= (uint8_t)(1u << member[place]);
    }
    end = project_names(&projection);
    if (end != VIEW_SEEN) {
        return end;
    }
    memset(view, 0, sizeof *view);
    for (unsigned i = 0; i < scene->count; i++) {
        project_byte(&projection, scene->at[i].byte, scene->at[i].value, view);
    }
    leave_out(view, &space->world);
    recount_numbers(&space->recount, view);
    return VIEW_SEEN;
}
