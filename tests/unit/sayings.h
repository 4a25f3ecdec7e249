/* What the operations of a nic's machines say, as a list, and its comparison with what they do say
 * under every value of every choice. */
#ifndef TAPWEAVE_TESTS_UNIT_SAYINGS_H
#define TAPWEAVE_TESTS_UNIT_SAYINGS_H

#include "tests/unit/links.h"

#define KIND(kind) (1u << MACHINE_##kind)
#define STOPS (KIND(STOP) | KIND(CLEAN_UP) | KIND(UNPLUG))
#define ADDS (KIND(START) | KIND(RECONNECT))
#define RUNNING (KIND(STOP) | KIND(UNPLUG))

/* A nic that is unplugged is deleted as a stop deletes it: all machines have the same to say. */
#define BASE "libvirt-6.6,unplug=delete"

enum { MAC = 3, TAG = 2, UUID = 5, START_NUMBER = 4 };
enum { OWN = 2 }; /* the family of the fixed name, as if it were the guest's own */

/* What the operation of that kind says besides its name, in these machines.  `choice`: under the
 * policy that is the base but for that CHOICE=VALUE; NULL: under all for which there is no other
 * saying. */
struct saying {
    const char *choice;
    unsigned machines; /* 1 << enum machine_kind, or-ed */
    struct operation op;
};

enum { MAX_SAYINGS = 40, MAX_LISTS = 3 };

/* A base, a nic, and all that its machines say. */
struct example {
    const char *base;
    struct nic nic;
    enum bridge_kind bridge;
    const struct saying *sayings[MAX_LISTS];
};

/* Which machines have used which saying. */
struct use {
    unsigned machines[MAX_LISTS][MAX_SAYINGS];
};

/* Operations that are about no device. */
static inline bool
is_nameless(enum op_kind kind)
{
    return kind == OP_LOCK || kind == OP_UNLOCK || kind == OP_CONNECT || kind == OP_KILL ||
           kind == OP_UNBIND_PORT;
}

/* Ends a list. */
#define END           \
    {                 \
        NULL, 0, {0}, \
    }

/* The saying for it, of which *use is told. */
static inline const struct saying *
find(const struct example *example, const char *choice, enum machine_kind machine, enum op_kind op,
     struct use *use)
{
    const struct saying *found = NULL;
    unsigned *used = NULL;

    for (size_t list = 0; list < MAX_LISTS; list++) {
        const struct saying *sayings = example->sayings[list];

        for (size_t i = 0; sayings[i].op.kind != OP_NONE; i++) {
            bool fits = sayings[i].op.kind == op && (sayings[i].machines >> machine & 1) != 0;

            assert_true(i < MAX_SAYINGS);
            if (fits && (sayings[i].choice == NULL ? found == NULL
                                                   : strcmp(sayings[i].choice, choice) == 0)) {
                found = &sayings[i];
                used = &use->machines[list][i];
            }
        }
    }
    if (found == NULL) {
        fail_msg("%s: %s is not expected", choice, operation_name(op));
    }
    *used |= 1u << machine;
    return found;
}

/* Fails with the first field that differs: kind, name, and then in their order. */
static inline void
expect_operation(const char *choice, struct operation op, struct operation expected)
{
    const unsigned char *is = (const void *)&op, *should = (const void *)&expected;

    for (size_t field = 0; field < sizeof op; field++) {
        if (is[field] != should[field]) {
            fail_msg("%s: %s: field %zu is %u, not %u", choice,
                     operation_name((enum op_kind)op.kind), field, is[field], should[field]);
        }
    }
}

/* What is remembered when the machine begins. */
static inline struct nic_record
record_for(enum machine_kind machine, const struct policy *policy)
{
    struct nic_record record = {.name = VNET2,
                                .tap = A + 1,
                                .port = UUID,
                                .made = MADE_TAP | MADE_PORT | MADE_FILTER | MADE_LIMIT,
                                .reserved = 1,
                                .running = machine != MACHINE_CLEAN_UP,
                                .persist = policy->tap_delete == TAP_DELETE_RESTORE};

    return machine == MACHINE_START ? (struct nic_record){0} : record;
}

static inline void
expect_machine(const struct example *example, const char *choice, enum machine_kind kind,
               const struct context *context, struct use *use)
{
    struct nic_record record = record_for(kind, context->policy);
    struct machine machine = machine_begin(kind, context, &record);

    while (!machine_ended(&machine)) {
        struct operation op = machine_want(&machine, context, &record), expected;

        expected = find(example, choice, kind, (enum op_kind)op.kind, use)->op;
        expected.asked = expected.asked != IFNAME_NONE ? record.name : (uint8_t)IFNAME_NONE;
        expected.name = is_nameless((enum op_kind)op.kind) ? (uint8_t)IFNAME_NONE : record.name;
        expect_operation(choice, op, expected);
        machine_done(&machine, context, &record, usual_outcome(context, op));
    }
}

static inline void
expect_choice(const struct example *example, const struct policy_choice *choice, uint8_t value,
              struct use *use)
{
    struct world world = links_under(example->base);
    struct context context = world_context(&world, A);
    char text[60], number[2] = {(char)('0' + value), '\0'};

    strcat(strcat(strcpy(text, choice->name), "="),
           choice->values != NULL ? choice->values[value] : number);
    policy_set(&world.policy, choice, value);
    world.nic[A] = example->nic;
    if (example->nic.bridge != NO_BRIDGE) {
        world.bridge_kind[example->nic.bridge - 1] = (uint8_t)example->bridge;
    }
    if (world.policy.port_guard == PORT_GUARD_PORT_OWNER) {
        context.start_number = START_NUMBER; /* as control says it */
    }
    for (int kind = MACHINE_START; kind < MACHINE_KINDS; kind++) {
        expect_machine(example, text, (enum machine_kind)kind, &context, use);
    }
}

/* Runs all machines under every value of every choice.  A saying that is never heard is wrong. */
static inline void
expect_sayings(const struct example *example)
{
    const struct policy_choice *choice;
    struct use use = {0};

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        for (uint8_t value = 0; value < choice->count; value++) {
            expect_choice(example, choice, value, &use);
        }
    }
    for (size_t list = 0; list < MAX_LISTS; list++) {
        for (size_t i = 0; example->sayings[list][i].op.kind != OP_NONE; i++) {
            const struct saying *one = &example->sayings[list][i];

            if (use.machines[list][i] != one->machines) {
                fail_msg("%s: %s is of the machines %#x, not %#x",
                         one->choice == NULL ? "" : one->choice,
                         operation_name((enum op_kind)one->op.kind), use.machines[list][i],
                         one->machines);
            }
        }
    }
}

#endif
