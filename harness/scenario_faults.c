/* The part of a scenario file that says what may go wrong: budgets of faults (core/fault.h). */
#include "harness/scenario.h"

#include <string.h>

/* What a fault needs to be able to strike at all. */
enum need { NOTHING, A_SWITCH, A_QEMU, A_TAP, A_START, NEEDS };

/* And what it means that a scenario lacks it. */
static const struct {
    enum need need;
    const char *unsupported;
} faults[FAULT_COUNT] = {
    [FAULT_OVS_TIMEOUT] = {A_SWITCH,
                           "no ovs-vsctl can run out of time: there is no bridge of kind ovs"},
    [FAULT_QEMU_CRASH] = {A_QEMU, "no QEMU can crash: no guest runs, and none is started"},
    [FAULT_START_FAILS] = {A_START, "no start can fail: no guest is started"},
    [FAULT_OVS_LIE] = {A_SWITCH, "no ovs-vsctl can lie: there is no bridge of kind ovs"},
    [FAULT_OVS_LATE] = {A_SWITCH, "no ovs-vsctl can be late: there is no bridge of kind ovs"},
    [FAULT_VSWITCHD_RESTART] = {A_SWITCH, "there is no ovs-vswitchd: no bridge is of kind ovs"},
    [FAULT_FD_LEAK] = {A_TAP, "nothing can leak: no guest with a tap runs, and none is started"},
    [FAULT_DAEMON_RESTART] = {NOTHING, NULL},
    [FAULT_OVS_ORPHAN] = {A_SWITCH, "no ovs-vsctl is started: there is no bridge of kind ovs"},
};

/* Which of the needs are met. */
static void
find_needs(const struct scenario *scenario, bool met[NEEDS])
{
    const struct world *world = &scenario->world;

    met[NOTHING] = true;
    met[A_SWITCH] = scenario_has_ovs(scenario);
    met[A_QEMU] = met[A_TAP] = met[A_START] = false;
    for (unsigned i = 0; i < world->guests; i++) {
        bool runs = world->running[i] || world->commands[i] > 0; /* or is to */

        met[A_QEMU] = met[A_QEMU] || runs;
        met[A_TAP] = met[A_TAP] || (runs && world->nic[i].kind == NIC_TAP);
        met[A_START] =
            met[A_START] || memchr(world->command[i], COMMAND_START, world->commands[i]) != NULL;
    }
}

/* The fault that a key of the file means; -1 with a diagnostic. */
static int
read_fault(struct part key)
{
    const char *names[FAULT_COUNT];

    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        names[fault] = fault_name((enum fault)fault);
    }
    return part_word(key, "fault", names, FAULT_COUNT);
}

bool
scenario_read_faults(struct scenario *scenario, struct part part)
{
    int count = part_members(part, "faults", YAML_MAPPING_NODE, 0, 16);

    for (int i = 0; i < count; i++) {
        int fault = read_fault(part_key(part, i)), budget;

        if (fault < 0 || (budget = part_number(part_member(part, i), fault_name((enum fault)fault),
                                               1, FAULT_MAX_BUDGET)) < 0) {
            return false;
        }
        if (fault == FAULT_FD_LEAK && scenario->world.more > 0) {
            return refuse(part_key(part, i),
                          "fd-leak is not modelled beside guests with several nics");
        }
        scenario->world.faults[fault] = (uint8_t)budget;
    }
    return count >= 0;
}

bool
scenario_check_faults(const struct scenario *scenario, struct part part)
{
    int count = part_members(part, "faults", YAML_MAPPING_NODE, 0, 16);
    bool met[NEEDS];

    find_needs(scenario, met);
    for (int i = 0; i < count; i++) {
        int fault = read_fault(part_key(part, i));

        if (!met[faults[fault].need]) {
            return refuse(part_key(part, i), "%s", faults[fault].unsupported);
        }
    }
    return true;
}
