/* All combinations of the choices that one kind of machine reads. */
#ifndef TAPWEAVE_TESTS_UNIT_COMBINE_H
#define TAPWEAVE_TESTS_UNIT_COMBINE_H

#include "tests/unit/fixture.h"

/* Whose moves depend on a choice: of the others, some are the allocator's affair, and some decide
 * what an operation says, not which comes next (test_operations.c). */
enum reader { READ_BY_START = 1, READ_BY_STOP = 2, READ_BY_RECONNECT = 4 };

static inline unsigned
readers_of(const struct policy_choice *choice)
{
    static const struct {
        const char *choice;
        unsigned readers;
    } known[] = {
        {"name", READ_BY_START | READ_BY_STOP | READ_BY_RECONNECT},
        {"hold", 0},
        {"release", READ_BY_STOP},
        {"name-check", READ_BY_START},
        {"on-taken", READ_BY_START},
        {"user-template", READ_BY_START | READ_BY_STOP | READ_BY_RECONNECT},
        {"port-guard", READ_BY_STOP},
        {"guard-lock", READ_BY_START | READ_BY_STOP},
        {"ovs-add", READ_BY_START | READ_BY_RECONNECT},
        {"vlan-by", 0},
        {"attach", READ_BY_START},
        {"clean-up", READ_BY_START | READ_BY_STOP},
        {"stop-order", READ_BY_STOP},
        {"on-gone", READ_BY_STOP},
        {"kill-fails", 0}, /* by the end of a timed wait */
        {"tap-delete", READ_BY_START | READ_BY_STOP},
        {"unplug", READ_BY_STOP},
        {"explicit-name", READ_BY_START},
        {"xml-names", READ_BY_START | READ_BY_STOP | READ_BY_RECONNECT},
        {"name-pool", 0},
        {"filter-key", 0},
        {"name-family", 0},
        {"reserve-again", READ_BY_RECONNECT},
        {"stop-status", 0}, /* by a restart of the daemon */
        {"link-delete", 0},
        {"root-qdisc", READ_BY_START},
        {"limit-by", READ_BY_START | READ_BY_STOP},
        {"start-unfilters", READ_BY_START},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].choice, choice->name) == 0) {
            return known[i].readers;
        }
    }
    fail_msg("which machine reads the choice '%s'?", choice->name);
    return 0;
}

/* The next combination of the choices that this machine reads. */
static inline bool
next_policy(struct policy *policy, enum reader reader)
{
    const struct policy_choice *choice;

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        uint8_t value = (uint8_t)(policy_get(policy, choice) + 1);

        if ((readers_of(choice) & reader) == 0) {
            continue;
        }
        if (value < choice->count) {
            policy_set(policy, choice, value);
            return true;
        }
        policy_set(policy, choice, 0);
    }
    return false;
}

/* Of how many combinations one is covered: of all of them, or of as many as the environment's
 * TAPWEAVE_ONE_IN says.  make test says 7, and 11 under the sanitizers: primes, and no choice has
 * as many values, nor a multiple, so that every choice goes on through all of its values.  Each
 * move of the table has to be made by them, too.  A reconnection has few combinations: all are
 * covered. */
static inline unsigned
covered_one_in(enum reader reader)
{
    const char *said = getenv("TAPWEAVE_ONE_IN");
    unsigned long one_in = said == NULL ? 1 : strtoul(said, NULL, 10);

    assert_in_range(one_in, 1, 11);
    return reader == READ_BY_RECONNECT ? 1 : (unsigned)one_in;
}

/* The next one of which every outcome is to be covered. */
static inline bool
next_to_cover(struct policy *policy, enum reader reader)
{
    for (unsigned steps = covered_one_in(reader); steps > 0; steps--) {
        if (!next_policy(policy, reader)) {
            return false;
        }
    }
    return true;
}

/* What makes no difference is not combined with the rest, or there would be too many combinations:
 * how a port is added and guarded where there is none; what limits one that has no limit; when the
 * filter goes of one that has none, or by what its port is added and guarded; what
 * becomes of a template's name where there is no template; a link has no lock, and only a link's
 * name is kept or dropped. */
static inline bool
makes_a_difference(const struct policy *policy, const struct nic *nic)
{
    bool has_port = nic->bridge == BR0 || nic->bridge == LB1;
    bool has_qos = nic->bridge == BR0 && nic->limit != 0 && policy->attach == 0;

    return (has_port || (policy->port_guard == 0 && policy->ovs_add == 0)) &&
           (has_qos || policy->limit_by == 0) &&
           (policy->start_unfilters == 0 || (nic->kind == NIC_TAP && nic->unfiltered == 0 &&
                                             policy->port_guard == 0 && policy->ovs_add == 0)) &&
           (nic->template != 0 || policy->user_template == 0) &&
           (nic->kind == NIC_TAP ? policy->xml_names == 0 : policy->guard_lock == 0);
}

#endif
