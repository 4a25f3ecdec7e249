/* Drives a machine by hand: outcomes are invented, and what it wanted is written down as text. */
#ifndef TAPWEAVE_TESTS_UNIT_SCRIPT_H
#define TAPWEAVE_TESTS_UNIT_SCRIPT_H

#include "tests/unit/fixture.h"

#include <errno.h>

/* An outcome that is not the usual one: the first `times` operations of this kind have it. */
struct surprise {
    enum op_kind op;
    unsigned times;
    struct outcome outcome;
};

enum { MAX_SURPRISES = 4, SCRIPT_TEXT = 512 };

/* What is usual: every operation succeeds, no device has a name that is looked up, and a new tap is
 * on no bridge.  Tokens are those of the simulated world: 1 + the guest. */
static inline struct outcome
usual_outcome(const struct context *context, struct operation op)
{
    uint8_t token = (uint8_t)(context->guest + 1);
    uint8_t name = op.name;

    switch (op.kind) {
    case OP_PICK_NAME:
        return (struct outcome){.value = name != 0 ? (uint8_t)(name + 1)
                                                   : context->names->family[op.family - 1].first};
    case OP_LOOKUP:
    case OP_GET_MAC:
        return (struct outcome){.error = ENODEV};
    case OP_CREATE_TAP:
    case OP_CREATE_LINK:
        name = name != 0 ? name : context->names->family[op.family - 1].first;
        return (struct outcome){.value = name, .token = token};
    case OP_ADD_PORT:
        return (struct outcome){.value = token};
    default:
        return (struct outcome){0};
    }
}

/* Runs the machine to its end, as which it returns it, and writes the names of its operations, with
 * a blank between two. */
static inline struct machine
run_machine(enum machine_kind kind, const struct context *context, struct nic_record *record,
            const struct surprise *surprises, char text[SCRIPT_TEXT])
{
    struct machine machine = machine_begin(kind, context, record);
    unsigned used[MAX_SURPRISES] = {0};

    text[0] = '\0';
    while (!machine_ended(&machine)) {
        struct operation op = machine_want(&machine, context, record);
        struct outcome outcome = usual_outcome(context, op);

        for (unsigned i = 0; surprises != NULL && surprises[i].op != OP_NONE; i++) {
            if (surprises[i].op == op.kind && used[i] < surprises[i].times) {
                used[i]++;
                outcome = surprises[i].outcome;
                break;
            }
        }
        assert_true(strlen(text) + 20 < SCRIPT_TEXT);
        strcat(strcat(text, text[0] == '\0' ? "" : " "), operation_name((enum op_kind)op.kind));
        machine_done(&machine, context, record, outcome);
    }
    assert_int_equal(machine_want(&machine, context, record).kind, OP_NONE);
    return machine;
}

/* What the machine wants when its turn comes to that kind of operation, if all goes as usual.
 * `records` are those of all nics, by index. */
static inline struct operation
want_of(enum machine_kind kind, const struct context *context, struct nic_record *records,
        enum op_kind op)
{
    struct machine machine = machine_begin(kind, context, records);
    struct operation wanted;

    while ((wanted = machine_want(&machine, context, records)).kind != op) {
        if (machine_ended(&machine)) {
            fail_msg("no %s", operation_name(op));
        }
        machine_done(&machine, context, records, usual_outcome(context, wanted));
    }
    return wanted;
}

/* What a machine wants under libvirt 6.6 with this one choice made differently. */
struct difference {
    const char *choice; /* CHOICE=VALUE; NULL ends the list */
    const char *operations;
};

/* Calls `expect` for each value of each choice: one that is not in the list makes no difference. */
static inline void
expect_differences(const struct difference *differs, const char *usual,
                   void (*expect)(const char *policy, const char *operations))
{
    const struct policy_choice *choice;

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        for (uint8_t value = 0; value < choice->count; value++) {
            char policy[80] = "libvirt-6.6,", number[2] = {(char)('0' + value), '\0'};
            const char *operations = usual;

            strcat(strcat(strcat(policy, choice->name), "="),
                   choice->values != NULL ? choice->values[value] : number);
            for (const struct difference *one = differs; one->choice != NULL; one++) {
                operations = strcmp(strchr(policy, ',') + 1, one->choice) == 0 ? one->operations
                                                                               : operations;
            }
            expect(policy, operations);
        }
    }
}

#endif
