/* What may not be done to control is not done: every function that changes it, in every situation
 * of a guest (core/control.h).  An assertion stops what a mistake in a world would do to both. */
#include "tests/unit/stepping.h"

#include <errno.h>
#include <stdio.h>

/* Guest a's: a letter each for the table below. */
static const char situations[] = {
    'b', /* its start has not taken a step */
    'a', /* its start waits for ovs-vswitchd, in its add-port */
    'r', /* it runs, and its stop has not taken a step */
    'i', /* its stop waits for a QEMU that ignores SIGTERM */
    'e', /* its stop waits for a QEMU that is dead */
    'c', /* whose descriptors have been closed */
};

static struct world world;
static struct control control;

static void
bring_about(char situation)
{
    bool runs = situation != 'b' && situation != 'a';

    world = one_guest("libvirt-6.6", runs, runs ? "stop" : "start");
    world.ignores_sigterm[A] = situation == 'i';
    world.faults[FAULT_QEMU_CRASH] = situation == 'r';
    control = situation == 'a' ? adding(&world) : control_of(&world);
    if (situation == 'i' || situation == 'e' || situation == 'c') {
        step(&world, &control, A, OP_KILL, waits_for_exit);
    }
    if (situation == 'c') {
        control_close(&world, &control, A);
    }
}

static void
goes_on(struct operation op, struct outcome outcome)
{
    control_done(&world, &control, A, op, outcome);
}

static void
is_done(void)
{
    goes_on(control_want(&world, &control, A), usual);
}

static void
waits_and_fails(void)
{
    goes_on(control_want(&world, &control, A),
            (struct outcome){.error = ETIMEDOUT, .waits = WAIT_VSWITCHD});
}

static void
waits_again(void)
{
    goes_on(control_want(&world, &control, A), waits_for_vswitchd);
}

static void
is_executed(void)
{
    goes_on((struct operation){.kind = OP_EXEC}, waits_for_vswitchd);
}

static void
is_answered(void)
{
    control_answer(&world, &control, A, 0);
}

static void
is_sent_sigkill(void)
{
    control_sigkill(&control, A);
}

static void
crashes(void)
{
    control_crash(&world, &control, A);
}

static void
is_at_its_end(void)
{
    control_eof(&world, &control, A);
}

static void
closes(void)
{
    control_close(&world, &control, A);
}

static void
exits(void)
{
    control_exit(&world, &control, A);
}

static void
spends(void)
{
    control_spend(&control, FAULT_QEMU_CRASH);
}

/* A lock that is held would have to wait. */
static void
locks(void)
{
    control.daemon.lock[0] = (uint8_t)(control.phase[A] == PROCESS_RUNNING ? 0 : B + 1);
    control_carry_out(&world, &control, A, (struct operation){.kind = OP_LOCK});
}

/* No world has to carry out what is the daemon's, and the daemon nothing of a world's. */
static void
looks_up(void)
{
    control_carry_out(&world, &control, A, (struct operation){.kind = OP_LOOKUP, .name = VNET0});
}

static const struct {
    void (*call)(void);
    const char *allowed; /* the situations in which it may be called */
} calls[] = {
    {is_done, "br"},    {waits_and_fails, ""},  {waits_again, "br"}, {is_executed, "b"},
    {is_answered, "a"}, {is_sent_sigkill, "i"}, {crashes, "ri"},     {is_at_its_end, "ri"},
    {closes, "e"},      {exits, "c"},           {spends, "r"},       {locks, "ri"},
    {looks_up, ""},
};

static size_t tried;
static char situation;

static void
try(void)
{
    assert_non_null(freopen("/dev/null", "w", stderr)); /* for this child alone */
    bring_about(situation);
    calls[tried].call();
}

static void
what_may_not_be_done_is_not(void **unused)
{
    (void)unused;
    for (tried = 0; tried < sizeof calls / sizeof *calls; tried++) {
        for (size_t i = 0; i < sizeof situations; i++) {
            bool allowed = strchr(calls[tried].allowed, situations[i]) != NULL;

            situation = situations[i];
            if (survives(try) != allowed) {
                fail_msg("call %zu in situation '%c' is %sallowed", tried, situation,
                         allowed ? "" : "not ");
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_done_is_not),
    };

    return cmocka_run_group_tests_name("control-asserts", tests, NULL, NULL);
}
