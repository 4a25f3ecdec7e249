/* Steps control by hand: no network, outcomes are invented. */
#ifndef TAPWEAVE_TESTS_UNIT_STEPPING_H
#define TAPWEAVE_TESTS_UNIT_STEPPING_H

#include "tests/unit/fixture.h"

static inline struct control
control_of(const struct world *world)
{
    return initial_of(world).control;
}

/* The thread's step, with this outcome if the daemon has none of its own. */
static inline bool
step(const struct world *world, struct control *control, unsigned guest, enum op_kind expected,
     struct outcome outcome)
{
    struct operation op = control_want(world, control, guest);

    assert_true(control_may_step(world, control, guest));
    assert_int_equal(op.kind, expected);
    if (operation_is_daemons((enum op_kind)op.kind)) {
        outcome = control_carry_out(world, control, guest, op);
    }
    return control_done(world, control, guest, op, outcome);
}

static const struct outcome usual = {0},
                            waits_for_vswitchd = {.value = A + 1, .waits = WAIT_VSWITCHD},
                            waits_for_exit = {.waits = WAIT_EXIT};

/* Guest a's start up to its add-port, for which it waits. */
static inline struct control
adding(const struct world *world)
{
    struct control control = control_of(world);

    assert_false(
        step(world, &control, A, OP_CREATE_TAP, (struct outcome){.value = VNET0, .token = A + 1}));
    assert_false(step(world, &control, A, OP_SET_MAC, usual));
    assert_false(step(world, &control, A, OP_ADD_PORT, waits_for_vswitchd));
    return control;
}

static inline struct world
one_guest(const char *policy, bool running, const char *commands)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, running, commands);
    return world;
}

#endif
