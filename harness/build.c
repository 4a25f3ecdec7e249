/* Worlds of scenarios: see build.h. */
#include "harness/build.h"

#include "sim/initial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True if the text is a name of that family: its prefix and then a number. */
static bool
in_family(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 && text[length] >= '0' && text[length] <= '9' &&
           text[length + 1 + strspn(text + length + 1, "0123456789")] == '\0';
}

/* How many taps the guest ever has, of one nic. */
static unsigned
taps_of(const struct scenario_guest *guest)
{
    unsigned taps = guest->running;

    for (unsigned command = 0; command < guest->commands; command++) {
        taps += guest->command[command] == COMMAND_START;
    }
    return taps;
}

/* How many links of the family are left by starts that a restart of the daemon has cut off. */
static unsigned
links_cut_off(const struct scenario *scenario, const char *prefix)
{
    unsigned links = 0;

    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];
        const struct scenario_guest *guest = &scenario->guest[nic->guest];
        const char *family = nic->kind == NIC_MACVTAP ? "macvtap" : nic->device;

        links +=
            nic->kind != NIC_TAP && strcmp(family, prefix) == 0 && taps_of(guest) > guest->running;
    }
    return links * scenario->faults[FAULT_DAEMON_RESTART];
}

/* How many device names of the family are, or come to be, somebody else's:
 * other software's, fixed by a user, those of leaked taps, or passed over because of a fault.
 * `only`: the guest whose own family it is, NULL for all. */
static unsigned
taken_by_others(const struct scenario *scenario, const char *prefix,
                const struct scenario_guest *only)
{
    unsigned taken = 0;

    for (unsigned i = 0; i < scenario->devices; i++) {
        taken += in_family(scenario->device[i].name, prefix);
    }
    for (unsigned i = 0; i < scenario->third_parties; i++) {
        for (unsigned command = 0; command < scenario->third_party[i].commands; command++) {
            taken += scenario->third_party[i].command[command] == THIRD_PARTY_CREATE &&
                     in_family(scenario->third_party[i].name[command], prefix);
            taken += in_family(scenario->third_party[i].to[command], prefix);
        }
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        /* A descriptor that has leaked, or IFF_PERSIST, keeps a tap when its guest is gone. */
        if (only == NULL || guest == only) {
            taken += guest->leaked + guest->qemu_commands;
            /* Where no tap goes by itself, each of its taps may stay. */
            taken += scenario->platform == PLATFORM_FREEBSD ? guest->nics * taps_of(guest) : 0;
        }
    }
    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        taken += !nic->template && in_family(nic->device, prefix);
        taken += in_family(nic->carried, prefix);
    }
    /* EBUSY without a device of that name: it is passed over as if there were one. */
    return taken + links_cut_off(scenario, prefix) + scenario->faults[FAULT_START_FAILS] +
           scenario->faults[FAULT_FD_LEAK];
}

/* How many numbers of the family there have to be for those that definitions carry. */
static unsigned
carried_numbers(const struct scenario *scenario, const char *prefix)
{
    unsigned numbers = 0;

    for (unsigned i = 0; i < scenario->nics; i++) {
        const char *carried = scenario->nic[i].carried;

        if (in_family(carried, prefix)) {
            unsigned long number = strtoul(carried + strlen(prefix), NULL, 10);

            numbers = number >= IFNAME_MAX_NAMES ? IFNAME_MAX_NAMES + 1
                      : number >= numbers        ? (unsigned)number + 1
                                                 : numbers;
        }
    }
    return numbers;
}

/* A counter that wraps has not got all numbers that it needs. */
static bool
limit_is_small(const struct scenario *scenario)
{
    bool small = scenario->limit < scenario->nics + taken_by_others(scenario, "vnet", NULL) ||
                 scenario->limit < carried_numbers(scenario, "macvtap");

    for (unsigned i = 0; i < scenario->nics; i++) {
        small = small || (scenario->nic[i].template &&
                          scenario->limit < carried_numbers(scenario, scenario->nic[i].device));
    }
    return scenario->limit != 0 && small;
}

/* How many taps of a name that somebody else may have by then a stop may make for a moment, to
 * delete them (facts 1b: it CREATES the device if missing). */
static unsigned
made_to_be_deleted(const struct scenario *scenario, const struct policy *policy,
                   const struct scenario_guest *only)
{
    bool all = policy->tap_delete == TAP_DELETE_ALL || policy->tap_delete == TAP_DELETE_RESTORE;
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        count += nic->kind == NIC_TAP && !nic->unmanaged &&
                 (only == NULL || only == &scenario->guest[nic->guest]) &&
                 (all || (policy->tap_delete == TAP_DELETE_ETHERNET && nic->bridge == 0));
    }
    return count;
}

/* How many names a family needs so that no run is short of one.  Lowest free: each nic has one,
 * and a retry may pass over all nics' once more.  Those held back, and those counted, are not
 * reused; there is one counter for all families.  `only` as above. */
static unsigned
names_needed(const struct scenario *scenario, const struct policy *policy, const char *prefix,
             const struct scenario_guest *only)
{
    unsigned taken = taken_by_others(scenario, prefix, only);
    unsigned carried = carried_numbers(scenario, prefix);
    unsigned nics = only == NULL ? scenario->nics : only->nics;
    unsigned starts = 0, running = 0, needed;

    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        if (only == NULL || guest == only || policy->name == NAME_COUNTER) {
            running += guest->running ? guest->nics : 0u;
            for (unsigned command = 0; command < guest->commands; command++) {
                starts += guest->command[command] == COMMAND_START ? guest->nics : 0u;
            }
        }
    }
    if (policy->name == NAME_COUNTER) { /* it may go on behind a name that was carried here */
        return scenario->limit != 0 ? scenario->limit : running + starts + taken + 1 + carried;
    }
    needed = (policy->name == NAME_QUARANTINE ? nics + starts : nics) * (1 + taken) + taken;
    needed += made_to_be_deleted(scenario, policy, only);
    return needed > carried ? needed : carried;
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

/* The family of a prefix, added if it is new; -1 if there is no room. */
static int
family_of(const struct scenario *scenario, const struct policy *policy, struct world *world,
          const char *prefix)
{
    int family = ifname_find_family(&world->names, prefix);

    return family >= 0 ? family
                       : ifname_add_family(&world->names, prefix,
                                           names_needed(scenario, policy, prefix, NULL));
}

/* libvirt takes it for one of its own macvtaps', and drops it (mail 003). */
static bool
is_generated(const char *prefix)
{
    return strncmp(prefix, "macvtap", 7) == 0 || strncmp(prefix, "macvlan", 7) == 0;
}

/* The family that is the guest's alone: PREFIX-GUEST-0, ..., or with the guest's number in place of
 * a name that leaves no room for two digits.  No guest's name begins with a digit.  All its nics
 * share it. */
static int
own_family(const struct scenario *scenario, const struct policy *policy, struct world *world,
           unsigned index)
{
    const struct scenario_nic *nic = &scenario->nic[index];
    const struct scenario_guest *guest = &scenario->guest[nic->guest];
    bool replaced = !nic->template || policy->user_template == USER_TEMPLATE_REPLACE ||
                    (policy->xml_names == XML_NAMES_ALL && is_generated(nic->device));
    const char *begin = replaced ? "tap" : nic->device;
    char prefix[IFNAME_SIZE];

    if (snprintf(prefix, sizeof prefix, "%s-%s-", begin, guest->name) > IFNAME_SIZE - 3) {
        snprintf(prefix, sizeof prefix, "%s-%u-", begin, nic->guest);
    }
    for (unsigned other = 0; other < index && guest->nics > 1; other++) {
        uint8_t family = world->nic[other].own;

        if (scenario->nic[other].guest == nic->guest && family != FAMILY_VNET &&
            strcmp(world->names.family[family].prefix, prefix) == 0) {
            return family;
        }
    }
    return ifname_add_family(&world->names, prefix, names_needed(scenario, policy, prefix, guest));
}

static uint8_t
name_of(struct world *world, const char *text)
{
    uint8_t name = ifname_find(&world->names, text);

    return name != IFNAME_NONE ? name : ifname_add_single(&world->names, text);
}

/* Families come before single names, which may be members of one. */
static bool
build_names(const struct scenario *scenario, const struct policy *policy, struct world *world,
            struct diagnostic *diagnostic)
{
    bool own = policy->name_family == NAME_FAMILY_OWN;
    bool fits = own ? ifname_add_family(&world->names, "vnet", 1) == FAMILY_VNET
                    : family_of(scenario, policy, world, "vnet") == FAMILY_VNET;

    for (unsigned i = 0; i < scenario->nics && fits; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (nic->template || nic->kind == NIC_MACVTAP) {
            int family = family_of(scenario, policy, world,
                                   nic->kind == NIC_MACVTAP ? "macvtap" : nic->device);

            fits = family >= 0;
            world->nic[i].family = fits ? (uint8_t)family : FAMILY_VNET;
        }
        if (own && nic->kind == NIC_TAP && (nic->template || nic->device[0] == '\0')) {
            int family = own_family(scenario, policy, world, i);

            fits = fits && family >= 0;
            world->nic[i].own = fits ? (uint8_t)family : FAMILY_VNET;
        }
    }
    for (unsigned i = 0; i < scenario->nics && fits; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (!nic->template && nic->device[0] != '\0') {
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
build_nic(const struct scenario_nic *nic, struct world *world, unsigned index)
{
    world->nic_guest[index] = nic->guest;
    world->nic[index].bridge = nic->bridge;
    world->nic[index].mac = nic->mac;
    world->nic[index].kind = (uint8_t)nic->kind;
    world->nic[index].network = nic->network;
    world->nic[index].vlan = nic->vlan;
    world->nic[index].limited = nic->limited;
    world->nic[index].multi_queue = nic->multi_queue;
    world->nic[index].unmanaged = nic->unmanaged;
    world->nic[index].template = nic->template;
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
build_world(const struct scenario *scenario, const struct policy *policy, struct world *world,
            struct diagnostic *diagnostic)
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
        build_nic(&scenario->nic[i], world, i);
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
                        "names: limit %d is too small for %u %s and what other software has",
                        scenario->limit, scenario->nics,
                        scenario->nics > scenario->guests ? "nics" : "guests");
    }
    if (!build_names(scenario, policy, world, diagnostic)) {
        return false;
    }
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
