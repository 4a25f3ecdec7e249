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

/* How many taps the guest ever has, of one card. */
static unsigned
taps_of(const struct scenario_guest *guest)
{
    unsigned taps = guest->running;

    for (unsigned verb = 0; verb < guest->verbs; verb++) {
        taps += guest->verb[verb] == VERB_START;
    }
    return taps;
}

/* How many links of the family are left by starts that a restart of the daemon has cut off. */
static unsigned
links_cut_off(const struct scenario *scenario, const char *prefix)
{
    unsigned links = 0;

    for (unsigned i = 0; i < scenario->cards; i++) {
        const struct scenario_card *card = &scenario->card[i];
        const struct scenario_guest *guest = &scenario->guest[card->guest];
        const char *family = card->kind == NIC_MACVTAP ? "macvtap" : card->device;

        links +=
            card->kind != NIC_TAP && strcmp(family, prefix) == 0 && taps_of(guest) > guest->running;
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
    for (unsigned i = 0; i < scenario->outsiders; i++) {
        for (unsigned verb = 0; verb < scenario->outsider[i].verbs; verb++) {
            taken += scenario->outsider[i].verb[verb] == OUTSIDER_CREATE &&
                     in_family(scenario->outsider[i].name[verb], prefix);
            taken += in_family(scenario->outsider[i].to[verb], prefix);
        }
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        /* A descriptor that has leaked, or IFF_PERSIST, keeps a tap when its guest is gone. */
        if (only == NULL || guest == only) {
            taken += guest->leaked + guest->qemu_verbs;
            /* Where no tap goes by itself, each of its taps may stay. */
            taken += scenario->platform == PLATFORM_FREEBSD ? guest->cards * taps_of(guest) : 0;
        }
    }
    for (unsigned i = 0; i < scenario->cards; i++) {
        const struct scenario_card *card = &scenario->card[i];

        taken += !card->template && in_family(card->device, prefix);
        taken += in_family(card->carried, prefix);
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

    for (unsigned i = 0; i < scenario->cards; i++) {
        const char *carried = scenario->card[i].carried;

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
    bool small = scenario->limit < scenario->cards + taken_by_others(scenario, "vnet", NULL) ||
                 scenario->limit < carried_numbers(scenario, "macvtap");

    for (unsigned i = 0; i < scenario->cards; i++) {
        small = small || (scenario->card[i].template &&
                          scenario->limit < carried_numbers(scenario, scenario->card[i].device));
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

    for (unsigned i = 0; i < scenario->cards; i++) {
        const struct scenario_card *card = &scenario->card[i];

        count += card->kind == NIC_TAP && !card->unmanaged &&
                 (only == NULL || only == &scenario->guest[card->guest]) &&
                 (all || (policy->tap_delete == TAP_DELETE_ETHERNET && card->bridge == 0));
    }
    return count;
}

/* How many names a family needs so that no run is short of one.  Lowest free: each card has one,
 * and a retry may pass over all cards' once more.  Those held back, and those counted, are not
 * reused; there is one counter for all families.  `only` as above. */
static unsigned
names_needed(const struct scenario *scenario, const struct policy *policy, const char *prefix,
             const struct scenario_guest *only)
{
    unsigned taken = taken_by_others(scenario, prefix, only);
    unsigned carried = carried_numbers(scenario, prefix);
    unsigned cards = only == NULL ? scenario->cards : only->cards;
    unsigned starts = 0, running = 0, needed;

    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        if (only == NULL || guest == only || policy->name == NAME_COUNTER) {
            running += guest->running ? guest->cards : 0u;
            for (unsigned verb = 0; verb < guest->verbs; verb++) {
                starts += guest->verb[verb] == VERB_START ? guest->cards : 0u;
            }
        }
    }
    switch (policy->name) {
    case NAME_COUNTER: /* it may go on behind a name that was carried here */
        return scenario->limit != 0 ? scenario->limit : running + starts + taken + 1 + carried;
    case NAME_QUARANTINE:
        needed = (cards + starts) * (1 + taken) + taken;
        break;
    default:
        needed = cards * (1 + taken) + taken;
    }
    needed += made_to_be_deleted(scenario, policy, only);
    return needed > carried ? needed : carried;
}

static bool
too_many_names(const struct scenario *scenario, struct complaint *complaint)
{
    return complain(
        complaint, EXIT_BAD_INPUT, scenario->path, scenario->guests_at.line,
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
 * a name that leaves no room for two digits.  No guest's name begins with a digit.  All its cards
 * share it. */
static int
own_family(const struct scenario *scenario, const struct policy *policy, struct world *world,
           unsigned index)
{
    const struct scenario_card *card = &scenario->card[index];
    const struct scenario_guest *guest = &scenario->guest[card->guest];
    bool replaced = !card->template || policy->user_template == USER_TEMPLATE_REPLACE ||
                    (policy->xml_names == XML_NAMES_ALL && is_generated(card->device));
    const char *begin = replaced ? "tap" : card->device;
    char prefix[IFNAME_SIZE];

    if (snprintf(prefix, sizeof prefix, "%s-%s-", begin, guest->name) > IFNAME_SIZE - 3) {
        snprintf(prefix, sizeof prefix, "%s-%u-", begin, card->guest);
    }
    for (unsigned other = 0; other < index && guest->cards > 1; other++) {
        uint8_t family = world->nic[other].own;

        if (scenario->card[other].guest == card->guest && family != 0 &&
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
            struct complaint *complaint)
{
    bool own = policy->name_family == NAME_FAMILY_OWN;
    bool fits = own ? ifname_add_family(&world->names, "vnet", 1) == 0
                    : family_of(scenario, policy, world, "vnet") == 0;

    for (unsigned i = 0; i < scenario->cards && fits; i++) {
        const struct scenario_card *card = &scenario->card[i];

        if (card->template || card->kind == NIC_MACVTAP) {
            int family = family_of(scenario, policy, world,
                                   card->kind == NIC_MACVTAP ? "macvtap" : card->device);

            fits = family >= 0;
            world->nic[i].family = fits ? (uint8_t)family : 0;
        }
        if (own && card->kind == NIC_TAP && (card->template || card->device[0] == '\0')) {
            int family = own_family(scenario, policy, world, i);

            fits = fits && family >= 0;
            world->nic[i].own = fits ? (uint8_t)family : 0;
        }
    }
    for (unsigned i = 0; i < scenario->cards && fits; i++) {
        const struct scenario_card *card = &scenario->card[i];

        if (!card->template && card->device[0] != '\0') {
            world->nic[i].name = name_of(world, card->device);
            fits = world->nic[i].name != IFNAME_NONE;
        }
        if (card->carried[0] != '\0') {
            world->nic[i].carried = ifname_find(&world->names, card->carried);
            fits = fits && world->nic[i].carried != IFNAME_NONE;
        }
    }
    for (unsigned i = 0; i < scenario->devices && fits; i++) {
        uint8_t name = name_of(world, scenario->device[i].name);

        if (scenario->device[i].permanent.listed) {
            world->permanent[name] = scenario->device[i].permanent;
        } else {
            world->foreign[name] = (uint8_t)scenario->device[i].kind;
        }
        fits = name != IFNAME_NONE;
    }
    for (unsigned i = 0; i < scenario->rows && fits; i++) {
        uint8_t name = name_of(world, scenario->row[i].name);

        world->left[name] = (struct left_row){scenario->row[i].bridge, scenario->row[i].vlan};
        fits = name != IFNAME_NONE;
    }
    for (unsigned i = 0; i < scenario->outsiders; i++) {
        for (unsigned verb = 0; verb < scenario->outsider[i].verbs && fits; verb++) {
            if (scenario->outsider[i].verb[verb] == OUTSIDER_DELETE_BRIDGE) {
                continue;
            }
            world->outsider[i].name[verb] = name_of(world, scenario->outsider[i].name[verb]);
            fits = world->outsider[i].name[verb] != IFNAME_NONE;
            if (scenario->outsider[i].verb[verb] == OUTSIDER_RENAME) {
                world->outsider[i].to[verb] = name_of(world, scenario->outsider[i].to[verb]);
                fits = fits && world->outsider[i].to[verb] != IFNAME_NONE;
            }
        }
    }
    return fits || too_many_names(scenario, complaint);
}

static void
build_card(const struct scenario_card *card, struct world *world, unsigned index)
{
    world->holder[index] = card->guest;
    world->nic[index].bridge = card->bridge;
    world->nic[index].mac = card->mac;
    world->nic[index].kind = (uint8_t)card->kind;
    world->nic[index].network = card->network;
    world->nic[index].vlan = card->vlan;
    world->nic[index].limited = card->limited;
    world->nic[index].multi_queue = card->multi_queue;
    world->nic[index].unmanaged = card->unmanaged;
}

static void
build_guest(const struct scenario_guest *guest, struct world *world, unsigned index)
{
    world->daemon[index] = guest->daemon;
    world->running[index] = guest->running;
    world->ignores_sigterm[index] = guest->ignores_sigterm;
    world->leaked[index] = guest->leaked;
    world->helper_closes[index] = guest->helper_closes;
    world->qemu_verbs[index] = guest->qemu_verbs;
    memcpy(world->qemu_verb[index], guest->qemu_verb, sizeof guest->qemu_verb);
    world->verbs[index] = guest->verbs;
    memcpy(world->verb[index], guest->verb, sizeof guest->verb);
}

bool
build_world(const struct scenario *scenario, const struct policy *policy, struct world *world,
            struct complaint *complaint)
{
    char name[IFNAME_SIZE];
    struct state state;
    uint8_t conflict;

    *world = (struct world){
        .policy = *policy,
        .guests = (uint8_t)scenario->guests,
        .more = (uint8_t)(scenario->cards - scenario->guests),
        .bridges = (uint8_t)scenario->bridges,
        .outsiders = (uint8_t)scenario->outsiders,
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
    for (unsigned i = 0; i < scenario->cards; i++) {
        build_card(&scenario->card[i], world, i);
    }
    memcpy(world->faults, scenario->faults, sizeof world->faults);
    for (unsigned i = 0; i < scenario->outsiders; i++) {
        world->outsider[i].verbs = scenario->outsider[i].verbs;
        memcpy(world->outsider[i].verb, scenario->outsider[i].verb, sizeof world->outsider[i].verb);
        memcpy(world->outsider[i].bridge, scenario->outsider[i].bridge,
               sizeof world->outsider[i].bridge);
    }
    if (limit_is_small(scenario)) {
        return complain(complaint, EXIT_BAD_INPUT, scenario->path, scenario->limit_at.line,
                        scenario->limit_at.column,
                        "names: limit %d is too small for %u %s and what other software has",
                        scenario->limit, scenario->cards,
                        scenario->cards > scenario->guests ? "cards" : "guests");
    }
    if (!build_names(scenario, policy, world, complaint)) {
        return false;
    }
    conflict = initial_state(world, &state);
    if (world->left[conflict].bridge != 0) {
        return complain(complaint, EXIT_BAD_INPUT, scenario->path, scenario->rows_at.line,
                        scenario->rows_at.column,
                        "a row that was left behind has the name of a device that is there: '%s'",
                        ifname_text(&world->names, conflict, name));
    }
    return conflict == IFNAME_NONE ||
           complain(complaint, EXIT_BAD_INPUT, scenario->path, scenario->guests_at.line,
                    scenario->guests_at.column,
                    "two devices of the initial state would have the name '%s'",
                    ifname_text(&world->names, conflict, name));
}
