/* Which guard does the work: in the reported race (mail 000: one switch, guest a stops while b
 * starts) every policy that says never for lost-attachment says so no longer once its protective
 * choice is taken out. */
#include "tests/unit/search.h"

static bool
never_lost(const char *policy, unsigned clean_up_seconds)
{
    struct world world = reported_race(policy);

    world.clean_up_seconds = (uint8_t)clean_up_seconds;
    return never(&world, ORACLE_LOST_ATTACHMENT);
}

static void
each_fix_rests_on_its_guard(void **unused)
{
    static const struct {
        const char *fix;
        const char *without;
        unsigned clean_up_seconds;
    } guards[] = {
        {"atomic", "atomic,guard-lock=none", 0},
        {"counter", "counter,name=kernel", 0},
        {"lowest-free-after-cleanup", "lowest-free-after-cleanup,release=device-death", 0},
        {"owner-delete", "owner-delete,port-guard=none", 0},
        {"port-first", "port-first,stop-order=kill-first", 0},
        /* The hold has to be longer than any clean-up; and somebody has to promise how long that
           is. */
        {"fin-wait", "fin-wait,hold=1", 2},
        {"fin-wait", "fin-wait,hold=2", 2},
        {"fin-wait", "fin-wait,name=lowest-free", 2},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        if (!never_lost(guards[i].fix, guards[i].clean_up_seconds)) {
            fail_msg("%s: lost-attachment is violated", guards[i].fix);
        }
        if (never_lost(guards[i].without, guards[i].clean_up_seconds)) {
            fail_msg("%s: lost-attachment is not violated", guards[i].without);
        }
    }
    assert_false(never_lost("fin-wait", 0));
}

/* mail 000, option C: the check, and that nobody creates a tap between it and the deletion. */
static void
either_half_of_an_atomic_check_is_not_enough(void **unused)
{
    (void)unused;
    assert_false(never_lost("atomic,port-guard=none", 0));
    assert_false(never_lost("atomic,guard-lock=none", 0));
}

/* No other named policy claims to close the race, and none does: mail 000, "a smaller window". */
static void
the_other_policies_do_not_close_the_race(void **unused)
{
    static const char *const open[] = {"libvirt-6.6", "mac-check",       "exists-check",
                                       "reattach",    "exists-reattach", "lowest-free"};

    (void)unused;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        assert_false(never_lost(open[i], 2));
    }
}

/* mail 000: a check narrows the window, here to a smaller share of the interleavings. */
static void
a_check_narrows_the_window(void **unused)
{
    static const char *const checks[] = {"mac-check", "exists-check"};
    struct world before = reported_race("libvirt-6.6");
    struct explore_result without;

    (void)unused;
    search(&before, &without);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct world world = reported_race(checks[i]);
        struct explore_result result;
        mpz_t left, right;

        mpz_inits(left, right, NULL);
        search(&world, &result);
        mpz_mul(left, result.verdict[ORACLE_LOST_ATTACHMENT].bad, without.interleavings);
        mpz_mul(right, without.verdict[ORACLE_LOST_ATTACHMENT].bad, result.interleavings);
        assert_true(mpz_sgn(left) > 0);
        assert_true(mpz_cmp(left, right) < 0);
        explore_free(&result);
        mpz_clears(left, right, NULL);
    }
    explore_free(&without);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fix_rests_on_its_guard),
        cmocka_unit_test(either_half_of_an_atomic_check_is_not_enough),
        cmocka_unit_test(the_other_policies_do_not_close_the_race),
        cmocka_unit_test(a_check_narrows_the_window),
    };

    return cmocka_run_group_tests_name("policy-guards", tests, NULL, NULL);
}
