/* Footprints: what a step has not read decides nothing, and what it has not written stays. */
#include "sim/access.h"
#include "tests/unit/fixture.h"

#include <signal.h>

struct audit {
    uint32_t random;
    int forgets;       /* the number of the read that each footprint forgets; -1: none */
    unsigned one_in;   /* how many states one is looked at */
    unsigned steps;    /* that have been looked at */
    unsigned mistakes; /* of them, those that did something else when all else was changed */
};

/* Taken from Marsaglia's xorshift. */
static uint8_t
any_byte(struct audit *audit)
{
    audit->random ^= audit->random << 13;
    audit->random ^= audit->random >> 17;
    audit->random ^= audit->random << 5;
    return (uint8_t)audit->random;
}

static bool
is_among(const uint16_t *offsets, unsigned count, unsigned offset)
{
    for (unsigned i = 0; i < count; i++) {
        if (offsets[i] == offset) {
            return true;
        }
    }
    return false;
}

/* The bytes that the footprint says were read, for each of which this is 1. */
static void
mark_reads(const struct audit *audit, const struct access *access, uint8_t is_read[])
{
    for (unsigned i = 0; i < access->reads; i++) {
        is_read[access->read[i]] = (int)i != audit->forgets;
    }
}

static unsigned
step_of(const struct world *world, struct state *state, unsigned actor)
{
    return actor_enabled(world, state, actor)
               ? ORACLE_BIT(ORACLE_COUNT) | actor_step(world, state, actor, NULL)
               : 0;
}

/* Changes all that the footprint does not have, by chance but within what a field can hold, and
 * takes the same step. */
static bool
does_the_same(const struct world *world, const struct state *before, const struct state *after,
              unsigned actor, unsigned said, const struct access *access, struct audit *audit)
{
    uint8_t is_read[sizeof *before] = {0};
    struct field_limits limits;
    struct state changed = *before, stepped;
    const uint8_t *expected = (const uint8_t *)after, *got = (const uint8_t *)&stepped;
    uint8_t *bytes = (uint8_t *)&changed;

    field_limits(world, &limits);
    mark_reads(audit, access, is_read);
    for (unsigned i = 0; i < sizeof changed; i++) {
        if (is_read[i] == 0) {
            bytes[i] = (uint8_t)(any_byte(audit) % (limits.largest[i] + 1u));
        }
    }
    stepped = changed;
    if (step_of(world, &stepped, actor) != said) {
        return false;
    }
    for (unsigned i = 0; i < sizeof changed; i++) {
        bool kept = is_read[i] == 0 && !is_among(access->written, access->writes, i);

        if (got[i] != (kept ? bytes[i] : expected[i])) {
            return false;
        }
    }
    return true;
}

static void
audit_state(const struct world *world, const struct state *state, void *context)
{
    struct audit *audit = context;

    if (any_byte(audit) % audit->one_in != 0) {
        return;
    }
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        struct state after = *state;
        unsigned said = 0;
        const struct access *access;

        access_begin(&after);
        if (traced_actor_enabled(world, &after, actor)) {
            said = ORACLE_BIT(ORACLE_COUNT) | traced_actor_step(world, &after, actor, NULL);
        }
        access = access_end();
        if (audit->forgets >= access->reads) {
            continue;
        }
        audit->steps++;
        audit->mistakes += does_the_same(world, state, &after, actor, said, access, audit) ? 0 : 1;
    }
}

static struct audit
audit_world(const struct world *world, int forgets, unsigned one_in)
{
    struct audit audit = {.random = 1, .forgets = forgets, .one_in = one_in};

    walk(world, audit_state, &audit);
    return audit;
}

/* Faults, other software, two kinds of bridges, and commands of each kind. */
static struct world
eventful(const char *policy)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, true, "crash start");
    add_guest(&world, LB0, false, "start");
    world.leaked[A] = world.helper_closes[A] = 1;
    world.third_parties = 1;
    world.third_party[0] =
        (struct third_party){.commands = 1, .command = {THIRD_PARTY_DELETE}, .name = {VNET0}};
    return world;
}

static void
what_is_not_read_decides_nothing(void **unused)
{
    const struct policy_named *named;

    (void)unused;
    for (unsigned i = 0; (named = policy_named(i)) != NULL; i += NEXT_POLICY) {
        struct world race = reported_race(named->name);
        struct audit audit = audit_world(&race, -1, 1);

        assert_true(audit.steps > 500);
        assert_int_equal(audit.mistakes, 0);
    }
    for (unsigned fault = 0; fault < FAULT_COUNT; fault += NEXT_POLICY) {
        struct world world = eventful(fault % 2 == 0 ? "libvirt-9.0" : "libvirt-6.6");
        struct audit audit;

        world.faults[fault] = 1;
        audit = audit_world(&world, -1, 8);
        assert_true(audit.steps > 100);
        assert_int_equal(audit.mistakes, 0);
    }
}

static int forgotten;

static void
audit_forgetfully(void)
{
    struct world world = reported_race("libvirt-6.6");
    struct audit audit = audit_world(&world, forgotten, 1);

    if (audit.steps == 0 || audit.mistakes > 0) {
        abort();
    }
}

/* Some steps do something else, or their assertions fail. */
static void
a_read_that_is_forgotten_is_noticed(void **unused)
{
    (void)unused;
    for (forgotten = 0; forgotten < 5; forgotten++) {
        assert_false(survives(audit_forgetfully));
    }
}

/* Only the state is watched, and only while it is. */
static void
nothing_else_is_noted(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state = initial_of(&world), other = state;
    const struct access *access;

    (void)unused;
    access_begin(&state);
    traced_actor_step(&world, &other, A, NULL);
    access = access_end();
    assert_int_equal(access->reads, 0);
    assert_int_equal(access->writes, 0);
    access_begin(&other);
    traced_actor_enabled(&world, &other, A);
    access = access_end();
    assert_true(access->reads > 0);
    assert_int_equal(access->writes, 0);
}

/* Where no start is excused, there is no excuse to take back, and no machine to ask. */
static void
nobody_is_asked_for_an_excuse_that_is_not_there(void **unused)
{
    const struct world world = reported_race("libvirt-6.6");
    const size_t flag = offsetof(struct state, control.thread[B].machine.flag);
    struct state state = initial_of(&world);
    const struct access *access;

    (void)unused;
    access_begin(&state);
    assert_true(traced_actor_enabled(&world, &state, A));
    traced_actor_step(&world, &state, A, NULL);
    access = access_end();
    assert_true(access->reads > 0);
    assert_false(is_among(access->read, access->reads, (unsigned)flag));
}

void traced___asan_handle_no_return(void);
void *traced_memcpy(void *to, const void *from, size_t size);
void *traced_memset(void *to, int value, size_t size);
_Noreturn void traced___assert_fail(const char *what, const char *file, unsigned line,
                                    const char *function);

/* Another compiler, or another version, calls what this one does itself. */
static void
bytes_are_copied_and_set_with_a_note(void **unused)
{
    const size_t flag = offsetof(struct state, control.thread[B].machine.flag);
    const size_t tap = offsetof(struct state, network.tap[A]);
    struct state state = {0};
    uint8_t *bytes = (uint8_t *)&state;
    const struct access *access;

    (void)unused;
    bytes[flag] = 7;
    access_begin(&state);
    assert_ptr_equal(traced_memcpy(bytes + tap, bytes + flag, 1), bytes + tap);
    assert_ptr_equal(traced_memset(bytes + flag, 3, 1), bytes + flag);
    traced___asan_handle_no_return();
    access = access_end();
    assert_true(bytes[tap] == 7 && bytes[flag] == 3);
    assert_int_equal(access->reads, 1);
    assert_int_equal(access->read[0], flag);
    assert_int_equal(access->writes, 2);
    assert_int_equal(access->written[0], tap);
    assert_int_equal(access->written[1], flag);
}

#define SIZES(X) X(1) X(2) X(4) X(8) X(16)
#define DECLARE(size)                                           \
    void traced___asan_load##size##_noabort(const void *where); \
    void traced___asan_store##size##_noabort(const void *where);
SIZES(DECLARE)

/* A load and a store of each size, all from the second byte on: what was loaded has been read, and
 * what was stored is not read any more. */
static void
each_byte_of_an_access_is_noted(void **unused)
{
    struct state state = {0};
    const uint8_t *second = (const uint8_t *)&state + 1;
    const struct access *access;

    (void)unused;
#define LOAD_AND_STORE(size)                        \
    access_begin(&state);                           \
    traced___asan_load##size##_noabort(second);     \
    access = access_end();                          \
    assert_int_equal(access->reads, size);          \
    assert_int_equal(access->read[(size)-1], size); \
    assert_int_equal(access->writes, 0);            \
    access_begin(&state);                           \
    traced___asan_store##size##_noabort(second);    \
    traced___asan_load##size##_noabort(second);     \
    access = access_end();                          \
    assert_int_equal(access->reads, 0);             \
    assert_int_equal(access->writes, size);         \
    assert_int_equal(access->written[(size)-1], size);
    SIZES(LOAD_AND_STORE)
}

static sigjmp_buf aborted;

static void
go_back(int signal)
{
    siglongjmp(aborted, signal);
}

/* An assertion of the copy that is watched ends the program as any other. */
static void
an_assertion_that_fails_aborts(void **unused)
{
    struct sigaction action = {.sa_handler = go_back}, before;
    int signal;

    (void)unused;
    assert_int_equal(sigaction(SIGABRT, &action, &before), 0);
    signal = sigsetjmp(aborted, 1);
    if (signal == 0) {
        traced___assert_fail("a test", __FILE__, __LINE__, __func__);
    }
    assert_int_equal(signal, SIGABRT);
    assert_int_equal(sigaction(SIGABRT, &before, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_asked_for_an_excuse_that_is_not_there),
        cmocka_unit_test(what_is_not_read_decides_nothing),
        cmocka_unit_test(a_read_that_is_forgotten_is_noticed),
        cmocka_unit_test(nothing_else_is_noted),
        cmocka_unit_test(bytes_are_copied_and_set_with_a_note),
        cmocka_unit_test(each_byte_of_an_access_is_noted),
        cmocka_unit_test(an_assertion_that_fails_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
