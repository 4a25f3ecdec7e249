/* The part of a scenario file that says which guests are lives of one VM.
 *
 * A VM has one definition, and its ids (vm-id, iface-id) are the same in each life (facts 3).  What
 * runs beside the next life is the clean-up of the one before; the two QEMUs never do. */
#include "harness/scenario.h"

#include <string.h>

/* The life before it, in the order of the file; MAX_GUESTS of a first one. */
static unsigned
life_before(const struct scenario *scenario, unsigned guest)
{
    const char *vm = scenario->guest[guest].vm;
    unsigned before = MAX_GUESTS;

    for (unsigned other = 0; other < guest && vm[0] != '\0'; other++) {
        before = strcmp(scenario->guest[other].vm, vm) == 0 ? other : before;
    }
    return before;
}

/* Their nics are one: it says the same in both definitions, and has one MAC. */
static bool
shares_nic(struct scenario *scenario, unsigned one, unsigned other)
{
    static const char unsaid[] = "(nic ";
    const struct scenario_nic *known = &scenario->nic[one];
    struct scenario_nic *nic = &scenario->nic[other];

    if (strncmp(nic->mac, unsaid, strlen(unsaid)) == 0) {
        memcpy(nic->mac, known->mac, sizeof nic->mac);
        scenario->world.nic[other].mac = scenario->world.nic[one].mac;
    }
    return memcmp(&scenario->world.nic[one], &scenario->world.nic[other], sizeof(struct nic)) ==
               0 &&
           strcmp(known->device, nic->device) == 0 && strcmp(known->carried, nic->carried) == 0;
}

bool
scenario_read_vm(struct scenario *scenario, unsigned guest, struct part part)
{
    struct world *world = &scenario->world;
    unsigned before;

    if (!scenario_read_word(part, "a VM's name", scenario->guest[guest].vm)) {
        return false;
    }
    if (scenario->guest[guest].nics > 1 || world->nic[guest].kind != NIC_TAP) {
        return refuse(part, "a VM of several lives is modelled with one nic, a tap");
    }
    if (scenario_bridge_kind(scenario, world->nic[guest].bridge) == BRIDGE_MIDONET) {
        return refuse(part, "a VM of several lives is not modelled on a bridge of kind midonet");
    }
    before = life_before(scenario, guest);
    if (before == MAX_GUESTS) {
        return true;
    }
    world->vm[guest] = (uint8_t)(world_vm(world, before) + 1);
    if (world->daemon[before] != world->daemon[guest]) {
        return refuse(part, "one VM has one daemon: '%s' and '%s' have two",
                      scenario->guest[before].name, scenario->guest[guest].name);
    }
    return shares_nic(scenario, before, guest) ||
           refuse(part, "one VM has one definition: the nics of '%s' and '%s' differ",
                  scenario->guest[before].name, scenario->guest[guest].name);
}

/* It is started again when it has ended. */
static bool
comes_back(const struct world *world, unsigned guest)
{
    bool ended = false, back = false;

    for (unsigned i = 0; i < world->commands[guest]; i++) {
        const enum command command = (enum command)world->command[guest][i];

        back = back || (ended && command == COMMAND_START);
        ended = ended || command == COMMAND_STOP || command == COMMAND_CRASH;
    }
    return back;
}

/* Its first command waits for the end of that guest's process. */
static bool
begins_after(const struct world *world, unsigned guest, unsigned before)
{
    const unsigned after = world->commands[guest] == 0 ? 0 : world->turn[guest][0].after;

    return !world->running[guest] && after != 0 &&
           world->landmark[after - 1].step == LANDMARK_EXIT &&
           world->landmark[after - 1].guest == before;
}

bool
scenario_check_lives(const struct scenario *scenario, struct part part)
{
    const struct world *world = &scenario->world;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        const struct part life = part_key(part, (int)guest);
        const char *name = scenario->guest[guest].name;
        const unsigned before = life_before(scenario, guest);

        if (scenario->guest[guest].vm[0] != '\0' && comes_back(world, guest)) {
            return refuse(life, "'%s' is one life of '%s', and is started once", name,
                          scenario->guest[guest].vm);
        }
        if (before == MAX_GUESTS) {
            continue;
        }
        if (!begins_after(world, guest, before)) {
            return refuse(life,
                          "'%s' is the next life of '%s': its entry has to begin with its start, "
                          "and with 'after: exit %s'",
                          name, scenario->guest[guest].vm, scenario->guest[before].name);
        }
        if (world_restarts(world)) {
            return refuse(life, "daemon-restart is not modelled beside two lives of one VM, which "
                                "has one status file");
        }
    }
    return true;
}
