/* The audit of reductions (harness/audit.h): whatever a search says otherwise is noticed. */
#include "tests/unit/search.h"

#include "harness/audit.h"

/* Two searches of one world: the same is said. */
static void
begin(struct explore_result *reduced, struct explore_result *whole)
{
    const struct world world = reported_race("libvirt-6.6");
    char text[128];

    search(&world, reduced);
    search(&world, whole);
    assert_true(audit_compare(reduced, whole, text, sizeof text));
}

static void
expect_noticed(const char *expected, const struct explore_result *reduced,
               const struct explore_result *whole)
{
    char text[128] = "";

    assert_false(audit_compare(reduced, whole, text, sizeof text));
    assert_memory_equal(text, expected, strlen(expected));
}

static void
every_number_is_compared(void **unused)
{
    struct explore_result reduced, whole;

    (void)unused;
    begin(&reduced, &whole);
#define EXPECT(text, number)                \
    reduced.number++;                       \
    expect_noticed(text, &reduced, &whole); \
    reduced.number--
    EXPECT("states: ", states);
    EXPECT("transitions: ", transitions);
    EXPECT("last states: ", last);
    EXPECT("depth: ", depth);
    EXPECT("names given, ", names);
    EXPECT("landmarks reached, ", reached);
#undef EXPECT
    mpz_add_ui(reduced.interleavings, reduced.interleavings, 1);
    expect_noticed("interleavings: ", &reduced, &whole);
    explore_free(&reduced);
    explore_free(&whole);
}

static void
expect_verdict(struct explore_result *reduced, const struct explore_result *whole,
               struct explore_verdict *verdict)
{
    mpz_add_ui(verdict->bad, verdict->bad, 1);
    expect_noticed("lost-attachment: not as many", reduced, whole);
    mpz_sub_ui(verdict->bad, verdict->bad, 1);
    verdict->trace[0] ^= 1;
    expect_noticed("lost-attachment: another counterexample", reduced, whole);
    verdict->trace[0] ^= 1;
    verdict->length--;
    expect_noticed("lost-attachment: another counterexample", reduced, whole);
    verdict->length++;
    verdict->violated = false;
    expect_noticed("lost-attachment: 0, and 1", reduced, whole);
    verdict->violated = true;
}

static void
every_verdict_is_compared(void **unused)
{
    struct explore_result reduced, whole;

    (void)unused;
    begin(&reduced, &whole);
    expect_verdict(&reduced, &whole, &reduced.verdict[ORACLE_LOST_ATTACHMENT]);
    expect_verdict(&reduced, &whole, &reduced.lasting[ORACLE_LOST_ATTACHMENT]);
    explore_free(&reduced);
    explore_free(&whole);
}

/* Of a search that takes steps alone, only what it says is compared. */
static void
without_counts_verdicts_are_compared(void **unused)
{
    struct explore_result reduced, whole;
    char text[128];

    (void)unused;
    begin(&reduced, &whole);
    reduced.ordered = true;
    reduced.states++;
    reduced.transitions++;
    reduced.depth++;
    reduced.verdict[ORACLE_LOST_ATTACHMENT].length--;
    mpz_set_ui(reduced.verdict[ORACLE_LOST_ATTACHMENT].bad, 0);
    assert_true(audit_compare(&reduced, &whole, text, sizeof text));
    reduced.last++;
    expect_noticed("last states: ", &reduced, &whole);
    reduced.last--;
    reduced.verdict[ORACLE_LOST_ATTACHMENT].violated = false;
    expect_noticed("lost-attachment: 0, and 1", &reduced, &whole);
    reduced.verdict[ORACLE_LOST_ATTACHMENT].violated = true;
    reduced.lasting[ORACLE_LOST_ATTACHMENT].violated ^= true;
    expect_noticed("lost-attachment: ", &reduced, &whole);
    reduced.lasting[ORACLE_LOST_ATTACHMENT].violated ^= true;
    explore_free(&reduced);
    explore_free(&whole);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_compared),
        cmocka_unit_test(every_verdict_is_compared),
        cmocka_unit_test(without_counts_verdicts_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
