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
    for (unsigned i = 0; i < scenario->commands; i++) {
        const struct scenario_command *command = &scenario->command[i];

        named += command->command == THIRD_PARTY_CREATE && in_family(command->name, prefix);
        named += in_family(command->to, prefix);
    }
    for (unsigned i = 0; i < world_nics(&scenario->world); i++) {
        named += !scenario->world.nic[i].template && in_family(scenario->nic[i].device, prefix);
        named += in_family(scenario->nic[i].carried, prefix);
    }
    return named;
}

/* How many numbers of the family there have to be for those that definitions carry. */
static unsigned
carried_numbers(const struct scenario *scenario, const char *prefix)
{
    int64_t numbers = 0;

    for (unsigned i = 0; i < world_nics(&scenario->world); i++) {
        int64_t number = ifname_number(scenario->nic[i].carried, prefix);

        numbers = number >= numbers ? number + 1 : numbers;
    }
    return numbers > IFNAME_MAX_NAMES ? IFNAME_MAX_NAMES + 1 : (unsigned)numbers;
}

/* The prefix of the family that the nic's template stands for, if it has one that is kept, or that
 * its generated names are of. */
static const char *
prefix_of(const struct scenario *scenario, unsigned nic)
{
    const struct nic *is = &scenario->world.nic[nic];

    return is->kind == NIC_MACVTAP ? "macvtap" : is->template ? scenario->nic[nic].device : "vnet";
}

/* A counter that wraps has not got all numbers that it needs. */
static bool
limit_is_small(const struct scenario *scenario)
{
    const struct world *world = &scenario->world;
    unsigned most = world_nics(world) + named_by_others(scenario, "vnet");

    for (unsigned i = 0; i < world_nics(world); i++) {
        const char *prefix = prefix_of(scenario, i);
        unsigned running = 0, carried = carried_numbers(scenario, prefix);

        for (unsigned j = 0; j < world_nics(world); j++) {
            running += world->running[world_guest(world, j)] &&
                       strcmp(prefix_of(scenario, j), prefix) == 0;
        }
        for (unsigned j = 0; j < scenario->devices; j++) {
            running += in_family(scenario->device[j].name, prefix);
        }
        most = running > most ? running : most;
        most = carried > most ? carried : most;
    }
    return scenario->limit != 0 && scenario->limit < most;
}

/* What names are made of. */
struct builder {
    const struct scenario *scenario;
    const struct growth *growth;
    struct world *world;
};

static const struct policy *
policy_of(const struct world *world, unsigned nic)
{
    return world_policy(world, world_guest(world, nic));
}

/* Whose own names the nic's are: its guest's, which a VM's lives share. */
static unsigned
vm_of(const struct world *world, unsigned nic)
{
    return world_vm(world, world_guest(world, nic));
}

/* The nic may draw from the family: of one guest's own, a tap of that guest's. */
static bool
draws(const struct builder *builder, unsigned index, const char *prefix, int only)
{
    const struct nic *nic = &builder->world->nic[index];

    if (only >= 0) {
        return vm_of(builder->world, index) == (unsigned)only && nic->kind == NIC_TAP;
    }
    if (policy_of(builder->world, index)->name_family == NAME_FAMILY_OWN && nic->kind == NIC_TAP &&
        !nic->template) {
        return false;
    }
    return strcmp(prefix_of(builder->scenario, index), prefix) == 0 ||
           (nic->kind == NIC_TAP && strcmp(prefix, "vnet") == 0);
}

/* How many names a family begins with, before anybody knows how many it needs: any number will do
 * that gives those their names which run from the beginning, and one that is about right saves
 * searches.  One for each nic that may draw from it and each device that is there; where names do
 * not come back at once, one for each life that these ever have, and one counter counts for all
 * families.  `only`: the guest whose own family it is, -1 for all. */
static unsigned
names_at_first(const struct builder *builder, const char *prefix, int only)
{
    const struct scenario *scenario = builder->scenario;
    const struct world *world = builder->world;
    bool counts = WORLD_HAS_POLICY(world, name, NAME_COUNTER), drawn = false;
    unsigned names = 1, least = carried_numbers(scenario, prefix);

    for (unsigned i = 0; i < world_nics(world); i++) {
        unsigned guest = world_guest(world, i);
        bool mine = draws(builder, i, prefix, only);

        drawn = drawn || mine;
        if (counts || (mine && policy_of(world, i)->name == NAME_QUARANTINE)) {
            names += world->running[guest];
            for (unsigned command = 0; command < world->commands[guest]; command++) {
                names += world->command[guest][command] == COMMAND_START;
            }
        } else {
            names += mine;
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        names += in_family(scenario->device[i].name, prefix);
    }
    names += counts ? world->next_number : 0;
    names = !drawn ? 1 : counts && scenario->limit != 0 ? scenario->limit : names;
    return names > least ? names : least;
}

/* Adds a family; -1 if there is no room. */
static int
add_family(const struct builder *builder, const char *prefix, int only)
{
    struct ifname_table *names = &builder->world->names;
    unsigned index = names->families, count = names_at_first(builder, prefix, only);
    unsigned room = strlen(prefix) < IFNAME_SIZE - 1 ? (unsigned)ifname_largest_number(prefix) : 0;

    if (index == IFNAME_MAX_FAMILIES) {
        return -1;
    }
    count += builder->growth->more[index];
    return ifname_add_family(names, prefix, count <= room ? count : room + 1);
}

/* The family of a prefix, added if it is new; -1 if there is no room. */
static int
family_of(const struct builder *builder, const char *prefix)
{
    int family = ifname_find_family(&builder->world->names, prefix);

    return family >= 0 ? family : add_family(builder, prefix, -1);
}

/* libvirt takes it for one of its own, and drops it: of a macvtap's under xml-names=all (mail 003).
 */
static bool
is_dropped(const char *prefix, const struct policy *policy)
{
    return strncmp(prefix, "vnet", 4) == 0 ||
           (policy->xml_names == XML_NAMES_ALL &&
            (strncmp(prefix, "macvtap", 7) == 0 || strncmp(prefix, "macvlan", 7) == 0));
}

/* The family that is the guest's alone (scenario_own_prefix).  All its nics share it. */
static int
own_family(const struct builder *builder, unsigned index)
{
    const struct scenario *scenario = builder->scenario;
    const struct world *world = builder->world;
    const struct policy *policy = policy_of(world, index);
    const char *device = scenario->nic[index].device;
    unsigned guest = vm_of(world, index);
    bool replaced = !world->nic[index].template || policy->user_template == USER_TEMPLATE_REPLACE ||
                    is_dropped(device, policy);
    char prefix[IFNAME_SIZE];

    scenario_own_prefix(scenario, guest, replaced ? "tap" : device, prefix);
    for (unsigned other = 0; other < index; other++) {
        uint8_t family = world->nic[other].own;

        if (vm_of(world, other) == guest && family != FAMILY_VNET &&
            strcmp(world->names.family[family].prefix, prefix) == 0) {
            return family;
        }
    }
    return add_family(builder, prefix, (int)guest);
}

/* The families of the nics; false if there is no room. */
static bool
build_families(const struct builder *builder)
{
    struct world *world = builder->world;

    if (family_of(builder, "vnet") != FAMILY_VNET) {
        return false;
    }
    for (unsigned i = 0; i < world_nics(world); i++) {
        struct nic *nic = &world->nic[i];
        bool fixed = !nic->template && builder->scenario->nic[i].device[0] != '\0';
        int family = FAMILY_VNET, own = FAMILY_VNET;

        if (nic->template || nic->kind == NIC_MACVTAP) {
            family = family_of(builder, prefix_of(builder->scenario, i));
        }
        if (policy_of(world, i)->name_family == NAME_FAMILY_OWN && nic->kind == NIC_TAP && !fixed) {
            own = own_family(builder, i);
            assert(own != FAMILY_VNET); /* its prefix ends in '-' */
        }
        if (family < 0 || own < 0) {
            return false;
        }
        nic->family = (uint8_t)family;
        nic->own = (uint8_t)own;
    }
    return true;
}

/* Stores the id of a name, which is added if it is new; of "", IFNAME_NONE.  False if there is no
 * room. */
static bool
build_name(struct world *world, const char *text, uint8_t *id)
{
    *id = text[0] == '\0' ? IFNAME_NONE : ifname_find(&world->names, text);
    if (*id == IFNAME_NONE && text[0] != '\0') {
        *id = ifname_add_single(&world->names, text);
    }
    return *id != IFNAME_NONE || text[0] == '\0';
}

/* Families come before single names, which may be members of one. */
static bool
build_names(const struct builder *builder)
{
    const struct scenario *scenario = builder->scenario;
    struct world *world = builder->world;
    uint8_t commands[MAX_THIRD_PARTIES] = {0}, id;

    if (!build_families(builder)) {
        return false;
    }
    for (unsigned i = 0; i < world_nics(world); i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (!build_name(world, world->nic[i].template ? "" : nic->device, &world->nic[i].name)) {
            return false;
        }
        world->nic[i].carried = ifname_find(&world->names, nic->carried);
        if (nic->carried[0] != '\0' && world->nic[i].carried == IFNAME_NONE) {
            return false;
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (!build_name(world, scenario->device[i].name, &id)) {
            return false;
        }
        if (scenario->device[i].preset.present) {
            world->preset[id] = scenario->device[i].preset;
        } else {
            world->third_party_device[id] = (uint8_t)scenario->device[i].kind;
        }
    }
    for (unsigned i = 0; i < scenario->rows; i++) {
        if (!build_name(world, scenario->row[i].name, &id)) {
            return false;
        }
        world->leftover[id] = scenario->row[i].is;
    }
    for (unsigned i = 0; i < scenario->commands; i++) {
        const struct scenario_command *command = &scenario->command[i];
        struct third_party *third_party = &world->third_party[command->third_party];
        unsigned at = commands[command->third_party]++;

        if (!build_name(world, command->name, &third_party->name[at]) ||
            !build_name(world, command->to, &third_party->to[at])) {
            return false;
        }
    }
    return true;
}

/* The kernel is handed a template in the place of a name. */
static bool
hands_too_long_template(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct context context = world_context(world, nic);
        const char *prefix = world->names.family[daemon_family(&context)].prefix;

        if (daemon_names(&context) && daemon_strategy(&context) == NAME_KERNEL &&
            strlen(prefix) + strlen("%d") >= IFNAME_SIZE) {
            return true;
        }
    }
    return false;
}

bool
build_world(const struct scenario *scenario, const struct policy *policy,
            const struct growth *growth, struct world *world, struct diagnostic *diagnostic)
{
    unsigned nics = world_nics(&scenario->world);
    char name[IFNAME_SIZE];
    const char *refusal;
    struct state state;
    uint8_t conflict;

    *world = scenario->world;
    world->policy = *policy;
    if (limit_is_small(scenario)) {
        return diagnose_at(diagnostic, scenario->limit_at,
                           "names: limit %d is too small for %u %s%s and what other software has",
                           scenario->limit, nics, nics > world->guests ? "nic" : "guest",
                           nics == 1 ? "" : "s");
    }
    if (!build_names(&(struct builder){scenario, growth, world})) {
        return diagnose_at(diagnostic, scenario->guests_at,
                           "the world is too large: it needs more than %d device names, or its "
                           "templates' names collide",
                           IFNAME_MAX_NAMES);
    }
    if (hands_too_long_template(world)) {
        return diagnose_at(diagnostic, scenario->guests_at,
                           "under this policy the kernel expands a template, and a prefix of %d "
                           "bytes leaves it no room for the %%d",
                           IFNAME_SIZE - 2);
    }
    for (unsigned nic = 0; nic < nics; nic++) {
        uint8_t bridge = world->nic[nic].bridge;

        world->nic[nic].contested = world->platform == PLATFORM_LINUX && bridge != 0 &&
                                    world->bridge_kind[bridge - 1] == BRIDGE_LINUX &&
                                    world_contests(world, nic);
        world->nic[nic].exposed = world->platform == PLATFORM_LINUX && world_exposes(world, nic);
    }
    world->names.limit = WORLD_HAS_POLICY(world, name, NAME_COUNTER) ? scenario->limit : 0;
    refusal = scenario_refuse_rounds(world);
    if (refusal != NULL) {
        return diagnose_at(diagnostic, scenario->guests_at, "%s", refusal);
    }
    conflict = initial_state(world, &state);
    if (world->leftover[conflict].bridge != 0) {
        return diagnose_at(
            diagnostic, scenario->rows_at,
            "a row that was left behind has the name of a device that is there: '%s'",
            ifname_text(&world->names, conflict, name));
    }
    return conflict == IFNAME_NONE ||
           diagnose_at(diagnostic, scenario->guests_at,
                       "two devices of the initial state would have the name '%s'",
                       ifname_text(&world->names, conflict, name));
}
