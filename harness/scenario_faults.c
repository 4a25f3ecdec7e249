/* The part of a scenario file that says what may go wrong: budgets of faults (core/fault.h). */
#include "harness/scenario.h"

static bool
has_start(const struct scenario *scenario)
{
    for (unsigned guest = 0; guest < scenario->guests; guest++) {
        for (unsigned command = 0; command < scenario->guest[guest].commands; command++) {
            if (scenario->guest[guest].command[command] == COMMAND_START) {
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

        if ((guest->running || guest->commands > 0) &&
            (!with_tap || scenario->nic[i].is.kind == NIC_TAP)) {
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
    [FAULT_DAEMON_RESTART] = {always, NULL},
};

/* The fault that a key of the file means; -1 with a diagnostic. */
static int
read_fault(const struct document *document, yaml_node_t *key)
{
    const char *names[FAULT_COUNT];

    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        names[fault] = fault_name((enum fault)fault);
    }
    return document_word(document, key, "fault", names, FAULT_COUNT);
}

bool
scenario_read_faults(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    size_t count;

    if (!document_members(document, node, "faults", YAML_MAPPING_NODE, 0, 16, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int fault = read_fault(document, document_key_at(document, node, i)), budget;

        if (fault < 0 ||
            (budget = document_number(document, document_value_at(document, node, i),
                                      fault_name((enum fault)fault), 1, FAULT_MAX_BUDGET)) < 0) {
            return false;
        }
        if (fault == FAULT_FD_LEAK && scenario->nics > scenario->guests) {
            return document_diagnose(document, document_key_at(document, node, i), 0,
                                     "fd-leak is not modelled beside guests with several nics");
        }
        scenario->faults[fault] = (uint8_t)budget;
    }
    return true;
}

bool
scenario_check_faults(const struct scenario *scenario, const struct document *document,
                      yaml_node_t *node)
{
    size_t count;

    if (!document_members(document, node, "faults", YAML_MAPPING_NODE, 0, 16, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *key = document_key_at(document, node, i);
        int fault = read_fault(document, key);

        if (fault < 0 || !needs[fault].possible(scenario)) {
            return fault >= 0 &&
                   document_diagnose(document, key, 0, "%s", needs[fault].unsupported);
        }
    }
    return true;
}
