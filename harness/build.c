/* Worlds of scenarios: see build.h. */
#include "harness/build.h"

#include "sim/initial.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* True if the text is a name of that family: its prefix and then a number. */
static bool
in_family(const char *text, const char *prefix)
{
    return ifname_number(text, prefix) >= 0;
}

/* How many devices of the family there are, or may be, that no guest's allocator has named: other
 * software's, and those whose names users fixed. */
static unsigned
named_by_others(const struct scenario *scenario, const char *prefix)
{
    unsigned named = 0;

    for (unsigned i = 0; i < scenario->devices; i++) {
        named += in_family(scenario->device[i].name, prefix);
    }
    for (unsigned i = 0; i < scenario->third_parties; i++) {
        const struct scenario_third_party *third_party = &scenario->third_party[i];

        for (unsigned command = 0; command < third_party->commands; command++) {
            named += third_party->command[command] == THIRD_PARTY_CREATE &&
                     in_family(third_party->name[command], prefix);
            named += in_family(third_party->to[command], prefix);
        }
    }
    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        named += !nic->is.template && in_family(nic->device, prefix);
        named += in_family(nic->carried, prefix);
    }
    return named;
}

/* How many numbers of the family there have to be for those that definitions carry. */
static unsigned
carried_numbers(const struct scenario *scenario, const char *prefix)
{
    unsigned numbers = 0;

    for (unsigned i = 0; i < scenario->nics; i++) {
        const char *carried = scenario->nic[i].carried;

        int64_t number = ifname_number(carried, prefix);

        if (number >= (int64_t)numbers) {
            numbers = number < IFNAME_MAX_NAMES ? (unsigned)number + 1 : IFNAME_MAX_NAMES + 1;
        }
    }
    return numbers;
}

/* The prefix of the family that the nic's template stands for, if it has one that is kept, or that
 * its generated names are of. */
static const char *
prefix_of(const struct scenario_nic *nic)
{
    return nic->is.kind == NIC_MACVTAP ? "macvtap" : nic->is.template ? nic->device : "vnet";
}

/* A counter that wraps has not got all numbers that it needs. */
static bool
limit_is_small(const struct scenario *scenario)
{
    unsigned most = scenario->nics + named_by_others(scenario, "vnet");

    for (unsigned i = 0; i < scenario->nics; i++) {
        const char *prefix = prefix_of(&scenario->nic[i]);
        unsigned running = 0, carried = carried_numbers(scenario, prefix);

        for (unsigned j = 0; j < scenario->nics; j++) {
            running += scenario->guest[scenario->nic[j].guest].running &&
                       strcmp(prefix_of(&scenario->nic[j]), prefix) == 0;
        }
        for (unsigned j = 0; j < scenario->devices; j++) {
            running += in_family(scenario->device[j].name, prefix);
        }
        most = running > most ? running : most;
        most = carried > most ? carried : most;
    }
    return scenario->limit != 0 && scenario->limit < most;
}

/* The nic may draw from the family: of one guest's own, a tap of that guest's. */
static bool
draws(const struct scenario_nic *nic, const struct policy *policy, const char *prefix,
      const struct scenario_guest *guest, const struct scenario_guest *only)
{
    if (only != NULL) {
        return guest == only && nic->is.kind == NIC_TAP;
    }
    if (policy->name_family == NAME_FAMILY_OWN && nic->is.kind == NIC_TAP && !nic->is.template) {
        return false;
    }
    return strcmp(prefix_of(nic), prefix) == 0 ||
           (nic->is.kind == NIC_TAP && strcmp(prefix, "vnet") == 0);
}

/* How many names a family begins with, before anybody knows how many it needs: any number will do
 * that gives those their names which run from the beginning, and one that is about right saves
 * searches.  One for each nic that may draw from it and each device that is there; where names do
 * not come back at once, one for each life that these ever have, and one counter counts for all
 * families.  `only`: the guest whose own family it is, NULL for all. */
static unsigned
names_at_first(const struct scenario *scenario, const struct policy *policy, const char *prefix,
               const struct scenario_guest *only)
{
    bool counts = policy->name == NAME_COUNTER, drawn = false;
    unsigned names = 1, least = carried_numbers(scenario, prefix);

    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];
        const struct scenario_guest *guest = &scenario->guest[nic->guest];
        bool mine = draws(nic, policy, prefix, guest, only);

        drawn = drawn || mine;
        if (counts || (mine && policy->name == NAME_QUARANTINE)) {
            names += guest->running;
            for (unsigned command = 0; command < guest->commands; command++) {
                names += guest->command[command] == COMMAND_START;
            }
        } else {
            names += mine;
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        names += in_family(scenario->device[i].name, prefix);
    }
    names = !drawn ? 1 : counts && scenario->limit != 0 ? scenario->limit : names;
    return names > least ? names : least;
}

static bool
too_many_names(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    return diagnose(
        diagnostic, EXIT_BAD_INPUT, scenario->path, scenario->guests_at.line,
        scenario->guests_at.column,
        "the world is too large: it needs more than %d device names, or its templates' names "
        "collide",
        IFNAME_MAX_NAMES);
}

/* What names are made of. */
struct builder {
    const struct scenario *scenario;
    const struct policy *policy;
    const struct growth *growth;
    struct world *world;
};

/* Adds a family; -1 if there is no room. */
static int
add_family(const struct builder *builder, const char *prefix, const struct scenario_guest *only)
{
    unsigned names = names_at_first(builder->scenario, builder->policy, prefix, only);
    unsigned index = builder->world->names.families;

    return index == IFNAME_MAX_FAMILIES ? -1
                                        : ifname_add_family(&builder->world->names, prefix,
                                                            names + builder->growth->more[index]);
}

/* The family of a prefix, added if it is new; -1 if there is no room. */
static int
family_of(const struct builder *builder, const char *prefix)
{
    int family = ifname_find_family(&builder->world->names, prefix);

    return family >= 0 ? family : add_family(builder, prefix, NULL);
}

/* libvirt takes it for one of its own macvtaps', and drops it (mail 003). */
static bool
is_generated(const char *prefix)
{
    return strncmp(prefix, "macvtap", 7) == 0 || strncmp(prefix, "macvlan", 7) == 0;
}

/* The family that is the guest's alone (scenario_own_prefix).  All its nics share it. */
static int
own_family(const struct builder *builder, unsigned index)
{
    const struct scenario *scenario = builder->scenario;
    const struct policy *policy = builder->policy;
    const struct world *world = builder->world;
    const struct scenario_nic *nic = &scenario->nic[index];
    const struct scenario_guest *guest = &scenario->guest[nic->guest];
    bool replaced = !nic->is.template || policy->user_template == USER_TEMPLATE_REPLACE ||
                    (policy->xml_names == XML_NAMES_ALL && is_generated(nic->device));
    const char *begin = replaced ? "tap" : nic->device;
    char prefix[IFNAME_SIZE];

    scenario_own_prefix(scenario, nic->guest, begin, prefix);
    for (unsigned other = 0; other < index && guest->nics > 1; other++) {
        uint8_t family = world->nic[other].own;

        if (scenario->nic[other].guest == nic->guest && family != FAMILY_VNET &&
            strcmp(world->names.family[family].prefix, prefix) == 0) {
            return family;
        }
    }
    return add_family(builder, prefix, guest);
}

static uint8_t
name_of(struct world *world, const char *text)
{
    uint8_t name = ifname_find(&world->names, text);

    return name != IFNAME_NONE ? name : ifname_add_single(&world->names, text);
}

/* Families come before single names, which may be members of one. */
static bool
build_names(const struct builder *builder, struct diagnostic *diagnostic)
{
    const struct scenario *scenario = builder->scenario;
    struct world *world = builder->world;
    bool own = builder->policy->name_family == NAME_FAMILY_OWN;
    bool fits = family_of(builder, "vnet") == FAMILY_VNET;

    for (unsigned i = 0; i < scenario->nics && fits; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (nic->is.template || nic->is.kind == NIC_MACVTAP) {
            int family = family_of(builder, prefix_of(nic));

            fits = family >= 0;
            world->nic[i].family = fits ? (uint8_t)family : FAMILY_VNET;
        }
        if (own && nic->is.kind == NIC_TAP && (nic->is.template || nic->device[0] == '\0')) {
            int family = own_family(builder, i);

            assert(family != FAMILY_VNET); /* its prefix ends in '-' */
            fits = fits && family >= 0;
            world->nic[i].own = fits ? (uint8_t)family : FAMILY_VNET;
        }
    }
    for (unsigned i = 0; i < scenario->nics && fits; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (!nic->is.template && nic->device[0] != '\0') {
            world->nic[i].name = name_of(world, nic->device);
            fits = world->nic[i].name != IFNAME_NONE;
        }
        if (nic->carried[0] != '\0') {
            world->nic[i].carried = ifname_find(&world->names, nic->carried);
            fits = fits && world->nic[i].carried != IFNAME_NONE;
        }
    }
    for (unsigned i = 0; i < scenario->devices && fits; i++) {
        uint8_t name = name_of(world, scenario->device[i].name);

        if (scenario->device[i].preset.present) {
            world->preset[name] = scenario->device[i].preset;
        } else {
            world->third_party_device[name] = (uint8_t)scenario->device[i].kind;
        }
        fits = name != IFNAME_NONE;
    }
    for (unsigned i = 0; i < scenario->rows && fits; i++) {
        uint8_t name = name_of(world, scenario->row[i].name);

        world->leftover[name] =
            (struct leftover_row){scenario->row[i].bridge, scenario->row[i].vlan};
        fits = name != IFNAME_NONE;
    }
    for (unsigned i = 0; i < scenario->third_parties; i++) {
        for (unsigned command = 0; command < scenario->third_party[i].commands && fits; command++) {
            if (scenario->third_party[i].command[command] == THIRD_PARTY_DELETE_BRIDGE) {
                continue;
            }
            world->third_party[i].name[command] =
                name_of(world, scenario->third_party[i].name[command]);
            fits = world->third_party[i].name[command] != IFNAME_NONE;
            if (scenario->third_party[i].command[command] == THIRD_PARTY_RENAME) {
                world->third_party[i].to[command] =
                    name_of(world, scenario->third_party[i].to[command]);
                fits = fits && world->third_party[i].to[command] != IFNAME_NONE;
            }
        }
    }
    return fits || too_many_names(scenario, diagnostic);
}

static void
build_guest(const struct scenario_guest *guest, struct world *world, unsigned index)
{
    world->daemon[index] = guest->daemon;
    world->running[index] = guest->running;
    world->ignores_sigterm[index] = guest->ignores_sigterm;
    world->leaked[index] = guest->leaked;
    world->helper_closes[index] = guest->helper_closes;
    world->qemu_commands[index] = guest->qemu_commands;
    memcpy(world->qemu_command[index], guest->qemu_command, sizeof guest->qemu_command);
    world->commands[index] = guest->commands;
    memcpy(world->command[index], guest->command, sizeof guest->command);
}

bool
build_world(const struct scenario *scenario, const struct policy *policy,
            const struct growth *growth, struct world *world, struct diagnostic *diagnostic)
{
    char name[IFNAME_SIZE];
    struct state state;
    uint8_t conflict;

    *world = (struct world){
        .policy = *policy,
        .guests = (uint8_t)scenario->guests,
        .more = (uint8_t)(scenario->nics - scenario->guests),
        .bridges = (uint8_t)scenario->bridges,
        .third_parties = (uint8_t)scenario->third_parties,
        .platform = (uint8_t)scenario->platform,
        .clean_up_seconds = scenario->clean_up_seconds,
    };
    for (unsigned i = 0; i < scenario->bridges; i++) {
        world->bridge_kind[i] = (uint8_t)scenario->bridge[i].kind;
        world->datapath[i] = (uint8_t)scenario->bridge[i].datapath;
        world->wired[i] = scenario->bridge[i].wired;
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        build_guest(&scenario->guest[i], world, i);
    }
    for (unsigned i = 0; i < scenario->nics; i++) {
        world->nic[i] = scenario->nic[i].is;
        world->nic_guest[i] = scenario->nic[i].guest;
    }
    memcpy(world->faults, scenario->faults, sizeof world->faults);
    for (unsigned i = 0; i < scenario->third_parties; i++) {
        world->third_party[i].commands = scenario->third_party[i].commands;
        memcpy(world->third_party[i].command, scenario->third_party[i].command,
               sizeof world->third_party[i].command);
        memcpy(world->third_party[i].bridge, scenario->third_party[i].bridge,
               sizeof world->third_party[i].bridge);
    }
    if (limit_is_small(scenario)) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, scenario->limit_at.line,
                        scenario->limit_at.column,
                        "names: limit %d is too small for %u %s%s and what other software has",
                        scenario->limit, scenario->nics,
                        scenario->nics > scenario->guests ? "nic" : "guest",
                        scenario->nics == 1 ? "" : "s");
    }
    if (!build_names(&(struct builder){scenario, policy, growth, world}, diagnostic)) {
        return false;
    }
    world->names.limit = policy->name == NAME_COUNTER ? scenario->limit : 0;
    conflict = initial_state(world, &state);
    if (world->leftover[conflict].bridge != 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, scenario->rows_at.line,
                        scenario->rows_at.column,
                        "a row that was left behind has the name of a device that is there: '%s'",
                        ifname_text(&world->names, conflict, name));
    }
    return conflict == IFNAME_NONE ||
           diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, scenario->guests_at.line,
                    scenario->guests_at.column,
                    "two devices of the initial state would have the name '%s'",
                    ifname_text(&world->names, conflict, name));
}
