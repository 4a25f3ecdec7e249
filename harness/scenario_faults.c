/* The part of a scenario file that says what may go wrong: budgets of faults (core/fault.h). */
#include "harness/scenario.h"

#include <string.h>

static bool
has_start(const struct scenario *scenario)
{
    const struct world *world = &scenario->world;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (memchr(world->command[guest], COMMAND_START, world->commands[guest]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A guest that runs, or is to; and that has a tap. */
static bool
has_guest(const struct scenario *scenario, bool with_tap)
{
    const struct world *world = &scenario->world;

    for (unsigned i = 0; i < world->guests; i++) {
        if ((world->running[i] || world->commands[i] > 0) &&
            (!with_tap || world->nic[i].kind == NIC_TAP)) {
            return true;
        }
    }
    return false;
}

static bool
has_qemu(const struct scenario *scenario)
{
    return has_guest(scenario, false);
}

static bool
has_tap(const struct scenario *scenario)
{
    return has_guest(scenario, true);
}

/* What a fault needs to be able to strike at all, if it needs anything, and what it means that a
 * scenario lacks it. */
static const struct {
    bool (*possible)(const struct scenario *scenario);
    const char *unsupported;
} needs[FAULT_COUNT] = {
    [FAULT_OVS_TIMEOUT] = {scenario_has_ovs,
                           "no ovs-vsctl can run out of time: there is no bridge of kind ovs"},
    [FAULT_QEMU_CRASH] = {has_qemu, "no QEMU can crash: no guest runs, and none is started"},
    [FAULT_START_FAILS] = {has_start, "no start can fail: no guest is started"},
    [FAULT_OVS_LIE] = {scenario_has_ovs, "no ovs-vsctl can lie: there is no bridge of kind ovs"},
    [FAULT_OVS_LATE] = {scenario_has_ovs,
                        "no ovs-vsctl can be late: there is no bridge of kind ovs"},
    [FAULT_VSWITCHD_RESTART] = {scenario_has_ovs,
                                "there is no ovs-vswitchd: no bridge is of kind ovs"},
    [FAULT_FD_LEAK] = {has_tap, "nothing can leak: no guest with a tap runs, and none is started"},
    [FAULT_DAEMON_RESTART] = {NULL, NULL},
};

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

    for (int i = 0; i < count; i++) {
        int fault = read_fault(part_key(part, i));

        if (needs[fault].possible != NULL && !needs[fault].possible(scenario)) {
            return refuse(part_key(part, i), "%s", needs[fault].unsupported);
        }
    }
    return true;
}
