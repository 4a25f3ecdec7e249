/* The part of a scenario file that says what may go wrong: budgets of faults (sim/fault.h). */
#include "harness/scenario.h"

static bool
has_start(const struct scenario *scenario)
{
    for (unsigned guest = 0; guest < scenario->guests; guest++) {
        for (unsigned verb = 0; verb < scenario->guest[guest].verbs; verb++) {
            if (scenario->guest[guest].verb[verb] == VERB_START) {
                return true;
            }
        }
    }
    return false;
}

/* A guest that runs, or is to; and that has a tap. */
static bool
has_guest(const struct scenario *scenario, bool with_tap)
{
    for (unsigned i = 0; i < scenario->guests; i++) {
        const struct scenario_guest *guest = &scenario->guest[i];

        if ((guest->running || guest->verbs > 0) &&
            (!with_tap || scenario->card[i].kind == NIC_TAP)) {
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

static bool
always(const struct scenario *scenario)
{
    (void)scenario;
    return true;
}

/* What a fault needs to be able to strike at all, and what it means that a scenario lacks it. */
static const struct {
    bool (*possible)(const struct scenario *scenario);
    const char *lacks;
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
    [FAULT_DAEMON_RESTART] = {always, NULL},
};

/* The fault that a key of the file means; -1 with a complaint. */
static int
read_fault(const struct tree *tree, yaml_node_t *key, struct complaint *complaint)
{
    const char *names[FAULT_COUNT];

    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        names[fault] = fault_name((enum fault)fault);
    }
    return tree_word(tree, key, "fault", names, FAULT_COUNT, complaint);
}

bool
scenario_read_faults(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     struct complaint *complaint)
{
    size_t count;

    if (!tree_members(tree, node, "faults", YAML_MAPPING_NODE, 0, 16, &count, complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int fault = read_fault(tree, tree_key_at(tree, node, i), complaint), budget;

        if (fault < 0 ||
            (budget = tree_number(tree, tree_value_at(tree, node, i), fault_name((enum fault)fault),
                                  1, FAULT_MAX_BUDGET, complaint)) < 0) {
            return false;
        }
        if (fault == FAULT_FD_LEAK && scenario->cards > scenario->guests) {
            return tree_complain(tree, tree_key_at(tree, node, i), 0, complaint,
                                 "fd-leak is not modelled beside guests with several cards");
        }
        scenario->faults[fault] = (uint8_t)budget;
    }
    return true;
}

bool
scenario_check_faults(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                      struct complaint *complaint)
{
    size_t count;

    if (!tree_members(tree, node, "faults", YAML_MAPPING_NODE, 0, 16, &count, complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = tree_key_at(tree, node, i);
        int fault = read_fault(tree, key, complaint);

        if (fault < 0 || !needs[fault].possible(scenario)) {
            return fault >= 0 && tree_complain(tree, key, 0, complaint, "%s", needs[fault].lacks);
        }
    }
    return true;
}
