/* The part of a scenario file that says what may go wrong: budgets of faults (core/fault.h). */
#include "harness/scenario.h"

#include <string.h>

/* What a fault needs to be able to strike at all. */
enum need { NOTHING, A_SWITCH, A_QEMU, A_TAP, A_START, AN_UNPLUG, NEEDS };

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
    [FAULT_UNPLUG_LATE] = {AN_UNPLUG, "no guest can let go of a nic late: none is unplugged"},
    [FAULT_MONITOR_LATE] = {AN_UNPLUG,
                            "no QEMU can say late that a nic is gone: none is unplugged"},
    [FAULT_OVSDB_OUTAGE] = {A_SWITCH, "there is no ovsdb-server: no bridge is of kind ovs"},
};

/* Which of the needs are met, by one guest alone (1 + its index) or by any (0). */
static void
find_needs(const struct scenario *scenario, unsigned only, bool met[NEEDS])
{
    const struct world *world = &scenario->world;

    met[NOTHING] = true;
    met[A_SWITCH] = scenario_has_ovs(scenario);
    met[A_QEMU] = met[A_TAP] = met[A_START] = met[AN_UNPLUG] = false;
    for (unsigned i = 0; i < world->guests; i++) {
        bool looked_at = only == 0 || only == i + 1;
        bool runs = looked_at && (world->running[i] || world->commands[i] > 0); /* or is to */

        met[A_QEMU] = met[A_QEMU] || runs;
        met[A_TAP] = met[A_TAP] || (runs && world->nic[i].kind == NIC_TAP);
        met[A_START] = met[A_START] || (looked_at && memchr(world->command[i], COMMAND_START,
                                                            world->commands[i]) != NULL);
        met[AN_UNPLUG] = met[AN_UNPLUG] || (looked_at && memchr(world->command[i], COMMAND_UNPLUG,
                                                                world->commands[i]) != NULL);
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

/* The guest that the scalar names; -1 with a diagnostic. */
static int
read_guest(const struct scenario *scenario, struct part part)
{
    const char *names[MAX_GUESTS];

    for (unsigned i = 0; i < scenario->world.guests; i++) {
        names[i] = scenario->guest[i].name;
    }
    return part_word(part, "guest", names, scenario->world.guests);
}

/* The operation that the scalar names, as traces do; -1 with a diagnostic. */
static int
read_operation(struct part part)
{
    const char *names[OP_COUNT - 1];
    int index;

    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        names[kind - 1] = operation_name((enum op_kind)kind);
    }
    index = part_word(part, "operation", names, OP_COUNT - 1);
    return index < 0 ? -1 : index + 1;
}

/* {guest: GUEST, at: OPERATION, times: N}, each of them if it matters.  The budget, or -1 with a
 * diagnostic. */
static int
read_aim(struct scenario *scenario, enum fault fault, struct part part)
{
    enum { GUEST, AT, TIMES, KEYS };
    static const struct document_key keys[KEYS] = {
        [GUEST] = {.name = "guest"},
        [AT] = {.name = "at"},
        [TIMES] = {.name = "times", .least = 1, .most = FAULT_MAX_BUDGET},
    };
    struct part in[KEYS];
    int guest = 0, at = 0;

    if (!part_mapping(part, fault_name(fault), keys, KEYS, in) ||
        (in[GUEST].node != NULL && (guest = read_guest(scenario, in[GUEST]) + 1) == 0) ||
        (in[AT].node != NULL && (at = read_operation(in[AT])) < 0)) {
        return -1;
    }
    if (in[AT].node != NULL && !control_can_aim(fault, (enum op_kind)at)) {
        refuse(in[AT], "%s does not strike at '%s'", fault_name(fault),
               operation_name((enum op_kind)at));
        return -1;
    }
    if (in[GUEST].node != NULL && in[AT].node == NULL && !fault_strikes_guests(fault)) {
        refuse(in[GUEST], "%s strikes no guest alone: it lacks 'at', what the guest is doing then",
               fault_name(fault));
        return -1;
    }
    scenario->world.aim[fault] = (struct fault_aim){.guest = (uint8_t)guest, .at = (uint8_t)at};
    return in[TIMES].node == NULL ? 1 : in[TIMES].value;
}

/* A number, or where it is to strike. */
static int
read_budget(struct scenario *scenario, enum fault fault, struct part part)
{
    return part.node->type == YAML_MAPPING_NODE
               ? read_aim(scenario, fault, part)
               : part_number(part, fault_name(fault), 1, FAULT_MAX_BUDGET);
}

bool
scenario_read_faults(struct scenario *scenario, struct part part)
{
    int count = part_members(part, "faults", YAML_MAPPING_NODE, 0, 16);

    for (int i = 0; i < count; i++) {
        int fault = read_fault(part_key(part, i)), budget;

        if (fault < 0 ||
            (budget = read_budget(scenario, (enum fault)fault, part_member(part, i))) < 0) {
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

/* Faults that are not modelled side by side. */
static const enum fault apart[][2] = {
    {FAULT_OVSDB_OUTAGE, FAULT_VSWITCHD_RESTART},
    {FAULT_OVSDB_OUTAGE, FAULT_OVS_LATE},
};

/* One that is in the world beside this one, and may not be; FAULT_COUNT: none. */
static enum fault
find_rival(const struct world *world, enum fault fault)
{
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        if (apart[i][0] == fault && world->faults[apart[i][1]] > 0) {
            return apart[i][1];
        }
    }
    return FAULT_COUNT;
}

bool
scenario_check_faults(const struct scenario *scenario, struct part part)
{
    int count = part_members(part, "faults", YAML_MAPPING_NODE, 0, 16);
    bool met[NEEDS];

    for (int i = 0; i < count; i++) {
        int fault = read_fault(part_key(part, i));
        unsigned guest = scenario->world.aim[fault].guest;
        enum fault rival = find_rival(&scenario->world, (enum fault)fault);

        if (rival != FAULT_COUNT) {
            return refuse(part_key(part, i), "%s is not modelled beside %s",
                          fault_name((enum fault)fault), fault_name(rival));
        }
        find_needs(scenario, guest, met);
        if (guest != 0 && !met[faults[fault].need]) {
            return refuse(part_key(part, i), "%s cannot strike '%s'", fault_name((enum fault)fault),
                          scenario->guest[guest - 1].name);
        }
        if (!met[faults[fault].need]) {
            return refuse(part_key(part, i), "%s", faults[fault].unsupported);
        }
    }
    return true;
}
