/* Worlds that views are taken of, and worlds of views: see view.h. */
#include "sim/alike.h"
#include "sim/view.h"

#include <assert.h>
#include <stddef.h>

/* Fewer would do; a view with more names ends the search. */
enum { SHARED_NAMES = 9, OWN_NAMES = 6 };

/* world_most_rounds of a world of views. */
enum { MOST_ROUNDS = 1 + VIEW_MEMBERS * OWN_NAMES + 4 };

/* ---- which worlds ---- */

static bool
has_faults(const struct world *world)
{
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        if (world->faults[fault] > 0) {
            return true;
        }
    }
    return false;
}

/* Something is there, or is done, besides guests. */
static bool
has_others(const struct world *world)
{
    bool others = world->third_parties > 0 || world->platform != PLATFORM_LINUX;

    for (unsigned name = 1; name <= world->names.names; name++) {
        others = others || world->third_party_device[name] != DEVICE_NONE ||
                 world->preset[name].present != 0 || world->leftover[name].bridge != 0;
    }
    return others;
}

static bool
is_plain(const struct nic *nic)
{
    return nic->kind == NIC_TAP && nic->name == IFNAME_NONE && nic->carried == IFNAME_NONE &&
           nic->template == 0 && nic->multi_queue == 0 && nic->unmanaged == 0 &&
           nic->unfiltered != 0 && nic->limit == 0;
}

static bool
acts_by_itself(const struct world *world, unsigned guest)
{
    return world->leaked[guest] != 0 || world->qemu_commands[guest] > 0 ||
           world->ignores_sigkill[guest] != 0;
}

/* Each may have a family of names of its own. */
static bool
are_alike(const struct world *world)
{
    struct world shared = *world;
    uint8_t class_of[MAX_GUESTS];
    bool alike = world->guests > 0;

    shared.prepared = NULL;
    for (unsigned guest = 0; guest < world->guests; guest++) {
        shared.nic[guest].own = FAMILY_VNET;
    }
    alike_classes(&shared, class_of);
    for (unsigned guest = 0; guest < world->guests; guest++) {
        alike = alike && class_of[guest] == 0 && world->running[guest] == 0;
    }
    return alike;
}

const char *
view_refuses(const struct world *world)
{
    if (world->unbounded == 0) {
        return "its rounds have a bound";
    }
    if (has_faults(world)) {
        return "it has faults";
    }
    if (has_others(world)) {
        return "something besides its guests has devices or rows, or acts";
    }
    if (world->more > 0 || world->next_number != 0) {
        return "a guest has several nics, or a counter has a beginning";
    }
    if (!are_alike(world)) {
        return "its guests are not alike, or run from the beginning";
    }
    if (world->commands[0] * (2u + MOST_ROUNDS) > UINT8_MAX) {
        return "a guest has too many commands in a round";
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (!is_plain(&world->nic[guest]) || acts_by_itself(world, guest)) {
            return "a guest's nic is no tap that the daemon or the kernel names, or has a filter "
                   "or a limit, or its QEMU acts by itself";
        }
    }
    return NULL;
}

const char *
view_refuses_policy(const struct world *world)
{
    if (world_holds_names(world)) {
        return "names are held back for a time, and a view does not say how long ago other guests "
               "have released theirs";
    }
    if (world->names.limit != 0) {
        return "a counter has an end, and a view does not say how far it has come";
    }
    return world_has_agent(world) ? "an agent sets tags, of all guests' rows at once" : NULL;
}

/* ---- the world of views ---- */

/* Nobody gives ANON any commands. */
static void
make_guests(const struct world *world, struct world *views)
{
    views->guests = VIEW_PLACES;
    for (unsigned place = 0; place < VIEW_PLACES; place++) {
        views->nic[place] = world->nic[0];
        views->nic[place].mac = (uint8_t)(place + 1);
        views->nic_guest[place] = (uint8_t)place;
        views->daemon[place] = world->daemon[0];
        views->ignores_sigterm[place] = world->ignores_sigterm[0];
        views->commands[place] = place == VIEW_ANON ? 0 : world->commands[0];
        for (unsigned i = 0; i < MAX_COMMANDS; i++) {
            views->command[place][i] = world->command[0][i];
        }
    }
}

/* A family that all draw from, or one for each member. */
static void
make_names(const struct world *world, struct world *views)
{
    struct context context = world_context(world, 0);
    bool own = daemon_family(&context) != FAMILY_VNET;
    int family;

    views->names = (struct ifname_table){0};
    family = ifname_add_family(&views->names, "vnet", own ? 1 : SHARED_NAMES);
    assert(family == FAMILY_VNET);
    for (unsigned place = 0; place < VIEW_PLACES; place++) {
        char prefix[] = {'t', 'a', 'p', '-', (char)('x' + place), '-', '\0'};

        family = own && place != VIEW_ANON ? ifname_add_family(&views->names, prefix, OWN_NAMES)
                                           : FAMILY_VNET;
        assert(family >= 0);
        views->nic[place].own = (uint8_t)family;
    }
}

void
view_open(struct view_space *space, const struct world *world)
{
    assert(view_refuses(world) == NULL && view_refuses_policy(world) == NULL);
    space->world = *world;
    space->world.prepared = NULL;
    make_guests(world, &space->world);
    make_names(world, &space->world);
    world_prepare(&space->world);
    view_bytes(&space->world, &space->bytes);
    space->fields = 0;
    for (unsigned i = 0; i < space->bytes.count; i++) {
        if (space->bytes.byte[i].of == OF_NAME && space->bytes.byte[i].index == 1) {
            assert(space->fields < VIEW_MAX_FIELDS);
            space->field[space->fields++] = space->bytes.byte[i];
        }
    }
    for (uint8_t name = 1; name <= space->world.names.names; name++) {
        space->family[name] = (uint8_t)view_family(&space->world, name);
        space->owner[name] = (uint8_t)view_family_owner(&space->world, space->family[name]);
    }
    layout_make(&space->layout, &space->world);
    recount_open(&space->recount, &space->world);
    space->recount.names = false; /* of names no number is kept at all */
}
