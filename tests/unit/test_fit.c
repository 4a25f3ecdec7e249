/* Schedules that a record allows: of every run of a small world the record is explained, and of
 * every other record that is one event away from such a one it is not. */
#include "tests/unit/fixture.h"

#include "sim/fit.h"

enum { MOST_EVENTS = 16, MOST_RECORDS = 256, A_SECOND = 1000, APART = 50 };

/* What is seen of a run: events with a name, in their order. */
struct seen {
    unsigned count;
    struct {
        enum fit_kind kind;
        unsigned name;
    } event[MOST_EVENTS];
};

static struct seen records[MOST_RECORDS];
static bool shows[MOST_RECORDS]
                 [2]; /* some run of which that is seen violates none of these; or one */
static unsigned record_count;

#define JUDGED (ORACLE_BIT(ORACLE_LOST_ATTACHMENT) | ORACLE_BIT(ORACLE_STALE_PORT))

static void
see(struct seen *seen, bool so, enum fit_kind kind, unsigned name)
{
    if (so) {
        assert_true(seen->count < MOST_EVENTS);
        seen->event[seen->count].kind = kind;
        seen->event[seen->count++].name = name;
    }
}

static bool
are_equal(const struct seen *one, const struct seen *other)
{
    return one->count == other->count &&
           memcmp(one->event, other->event, one->count * sizeof *one->event) == 0;
}

/* Its number; record_count if there is no such record. */
static unsigned
number_of(const struct seen *seen)
{
    unsigned number = 0;

    while (number < record_count && !are_equal(&records[number], seen)) {
        number++;
    }
    return number;
}

static void
note_run(const struct seen *seen, bool wrong)
{
    const unsigned number = number_of(seen);

    if (number == record_count) {
        assert_true(record_count < MOST_RECORDS);
        memset(shows[record_count], false, sizeof shows[record_count]);
        records[record_count++] = *seen;
    }
    shows[number][wrong] = true;
}

/* Walks every run, one by one, and notes what is seen of each. */
static void
walk_all(const struct world *world, const struct state *state, oracle_set violated,
         const struct seen *seen)
{
    bool any = false;

    violated |= oracle_judge_state(world, state);
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        struct state next = *state;
        struct seen more = *seen;
        oracle_set objections;

        if (!actor_enabled(world, state, actor)) {
            continue;
        }
        any = true;
        objections = actor_step(world, &next, actor, NULL);
        for (unsigned name = 1; name <= NAMES; name++) {
            const struct device *had = &state->network.device[name];
            const struct device *has = &next.network.device[name];
            const struct row *old = &state->network.row[name], *new = &next.network.row[name];
            const bool changed = old->uuid != new->uuid;

            see(&more, had->kind != DEVICE_NONE && has->kind == DEVICE_NONE, FIT_DEVICE_GONE, name);
            see(&more, had->kind == DEVICE_NONE && has->kind != DEVICE_NONE, FIT_DEVICE, name);
            see(&more, changed && old->bridge != 0, FIT_ROW_GONE, name);
            see(&more, changed && new->bridge != 0, FIT_ROW, name);
        }
        walk_all(world, &next, violated | objections, &more);
    }
    if (!any) {
        note_run(seen, ((violated | oracle_judge_end(world, state)) & JUDGED) != 0);
    }
}

/* A record of that, one event a second. */
static void
find(const struct world *world, const struct seen *seen, bool wrong, struct fit *fit)
{
    const struct explore_limits limits = {.max_memory = 64 << 20};
    struct fit_event event[FIT_SOURCES][MOST_EVENTS];
    struct fit_record record = {.event = {event[FIT_KERNEL], event[FIT_OVSDB]},
                                .apart = APART,
                                .judged = JUDGED,
                                .wrong = wrong};

    for (unsigned i = 0; i < seen->count; i++) {
        const enum fit_kind kind = seen->event[i].kind;
        const enum fit_source source =
            kind == FIT_DEVICE || kind == FIT_DEVICE_GONE ? FIT_KERNEL : FIT_OVSDB;

        event[source][record.count[source]++] = (struct fit_event){
            kind, (uint8_t)seen->event[i].name, FIT_ANY_VLAN, (int64_t)i * A_SECOND};
    }
    fit_find(world, &record, &limits, fit);
    assert_int_equal(fit->end, FIT_COMPLETE);
    assert_true(fit->at[FIT_KERNEL] <= record.count[FIT_KERNEL] &&
                fit->at[FIT_OVSDB] <= record.count[FIT_OVSDB]);
}

/* The schedule is a run to its end. */
static void
expect_run(const struct world *world, const struct fit *fit)
{
    struct state state = initial_of(world);

    for (unsigned i = 0; i < fit->length; i++) {
        assert_true(actor_enabled(world, &state, fit->schedule[i]));
        actor_step(world, &state, fit->schedule[i], NULL);
    }
    for (unsigned actor = 0; actor < actor_count(world); actor++) {
        assert_false(actor_enabled(world, &state, actor));
    }
}

/* Some run shows that, or none does; and one that goes wrong, or does not; and so it is found. */
static void
expect_as_runs_show(const struct world *world, const struct seen *seen)
{
    const unsigned number = number_of(seen);

    for (int wrong = 0; wrong <= 1; wrong++) {
        struct fit fit;

        find(world, seen, wrong, &fit);
        assert_int_equal(fit.grade >= FIT_REST, number < record_count);
        assert_int_equal(fit.grade == FIT_SHOWN, number < record_count && shows[number][wrong]);
        if (fit.grade >= FIT_REST) {
            expect_run(world, &fit);
        }
        fit_free(&fit);
    }
}

/* Each record, and those that lack one of its events, have one twice, or have two the other way
 * round. */
static void
expect_exactly_these(const struct world *world)
{
    for (unsigned i = 0; i < record_count; i++) {
        expect_as_runs_show(world, &records[i]);
        for (unsigned event = 0; event < records[i].count; event++) {
            struct seen less = records[i], more = records[i], turned = records[i];

            less.count--;
            memmove(&less.event[event], &less.event[event + 1],
                    (less.count - event) * sizeof *less.event);
            expect_as_runs_show(world, &less);
            memmove(&more.event[event + 1], &more.event[event],
                    (more.count - event) * sizeof *more.event);
            more.count++;
            expect_as_runs_show(world, &more);
            if (event > 0) {
                turned.event[event] = records[i].event[event - 1];
                turned.event[event - 1] = records[i].event[event];
                expect_as_runs_show(world, &turned);
            }
        }
    }
}

static void
test_exactly_what_runs_show(void **unused)
{
    static const char *const policies[] = {"libvirt-6.6",
                                           "exists-check",
                                           "owner-delete",
                                           "port-first",
                                           "lowest-free",
                                           "libvirt-9.0",
                                           "libvirt-6.6,ovs-add=plain"};

    (void)unused;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i += NEXT_POLICY) {
        const struct world world = reported_race(policies[i]);
        const struct state state = initial_of(&world);

        record_count = 0;
        walk_all(&world, &state, 0, &(struct seen){0});
        assert_true(record_count > 1);
        expect_exactly_these(&world);
    }
}

static bool
stop(void *context, const struct explore_progress *progress)
{
    (void)context;
    (void)progress;
    return false;
}

static void
test_bounds(void **unused)
{
    static const struct fit_event devices[] = {{FIT_DEVICE, VNET0, FIT_ANY_VLAN, 0}};
    const struct fit_record record = {.count = {1, 0}, .event = {devices, NULL}, .apart = APART};
    const struct {
        struct explore_limits limits;
        enum fit_end end;
    } bounds[] = {
        {{.max_states = 2, .max_memory = 64 << 20}, FIT_STATES},
        {{.max_memory = 1}, FIT_MEMORY},
        {{.max_memory = 64 << 20, .progress = stop}, FIT_STOPPED},
        {{.max_memory = 64 << 20}, FIT_COMPLETE},
    };
    struct world world = world_under("libvirt-6.6");

    (void)unused;
    add_guest(&world, BR0, false, "start");
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct fit fit;

        fit_find(&world, &record, &bounds[i].limits, &fit);
        assert_int_equal(fit.end, bounds[i].end);
        assert_true(fit.grade <= FIT_ALL); /* its start also inserts a row */
        fit_free(&fit);
    }
}

static void
test_a_family_without_a_name_to_spare(void **unused)
{
    struct fit_event devices[] = {{FIT_DEVICE, VNET0, FIT_ANY_VLAN, 0},
                                  {FIT_DEVICE, VNET1, FIT_ANY_VLAN, 1},
                                  {FIT_DEVICE, VNET2, FIT_ANY_VLAN, 2},
                                  {FIT_DEVICE, VNET3, FIT_ANY_VLAN, 3}};
    const struct fit_record record = {.count = {4, 0}, .event = {devices, NULL}, .apart = APART};
    const struct explore_limits limits = {.max_memory = 64 << 20};
    struct world world = world_under("libvirt-6.6");
    struct fit fit;

    (void)unused;
    for (unsigned guest = 0; guest < 4; guest++) {
        add_guest(&world, NO_BRIDGE, false, "start");
    }
    fit_find(&world, &record, &limits, &fit);
    assert_int_equal(fit.end, FIT_LACKING);
    assert_int_equal(fit.lacking, VNET);
    fit_free(&fit);
}

/* The tap of the guest's stop has gone at first, and the one of its start is made so much later,
 * under the same name. */
static bool
may_come_so_soon(const char *policy, int64_t later)
{
    const struct fit_event devices[] = {{FIT_DEVICE_GONE, VNET0, FIT_ANY_VLAN, A_SECOND},
                                        {FIT_DEVICE, VNET0, FIT_ANY_VLAN, A_SECOND + later},
                                        {FIT_JOIN, VNET0, FIT_ANY_VLAN, A_SECOND + later}};
    const struct fit_record record = {.count = {3, 0}, .event = {devices, NULL}, .apart = APART};
    const struct explore_limits limits = {.max_memory = 64 << 20};
    struct world world = world_under(policy);
    struct fit fit;
    bool may;

    add_guest(&world, LB0, true, "stop start");
    fit_find(&world, &record, &limits, &fit);
    assert_int_equal(fit.end, FIT_COMPLETE);
    may = fit.grade == FIT_SHOWN;
    fit_free(&fit);
    return may;
}

/* A name that is held back for so many seconds is free after so many ticks of the clock, the first
 * of which may come at once.  Ticks are a second apart; each of the two times may be wrong by
 * APART. */
static void
test_the_clock_steps_once_a_second(void **unused)
{
    (void)unused;
    assert_true(may_come_so_soon("libvirt-6.6,name=quarantine,hold=1", 0));
    assert_false(may_come_so_soon("libvirt-6.6,name=quarantine,hold=2", A_SECOND - 2 * APART - 1));
    assert_true(may_come_so_soon("libvirt-6.6,name=quarantine,hold=2", A_SECOND - 2 * APART));
    assert_false(
        may_come_so_soon("libvirt-6.6,name=quarantine,hold=3", 2 * A_SECOND - 2 * APART - 1));
    assert_true(may_come_so_soon("libvirt-6.6,name=quarantine,hold=3", 2 * A_SECOND - 2 * APART));
}

static void
test_the_next_event(void **unused)
{
    static const struct fit_event devices[] = {{FIT_DEVICE, VNET0, FIT_ANY_VLAN, 5}};
    static const struct fit_event rows[] = {{FIT_ROW, VNET0, FIT_ANY_VLAN, 3},
                                            {FIT_ROW_GONE, VNET0, FIT_ANY_VLAN, 9}};
    const struct fit_record record = {.count = {1, 2}, .event = {devices, rows}};

    (void)unused;
    assert_int_equal(fit_next(&record, (unsigned[]){0, 0}), FIT_OVSDB);
    assert_int_equal(fit_next(&record, (unsigned[]){0, 1}), FIT_KERNEL);
    assert_int_equal(fit_next(&record, (unsigned[]){1, 1}), FIT_OVSDB);
    assert_int_equal(fit_next(&record, (unsigned[]){0, 2}), FIT_KERNEL);
    assert_int_equal(fit_next(&record, (unsigned[]){1, 2}), FIT_SOURCES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_what_runs_show),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_a_family_without_a_name_to_spare),
        cmocka_unit_test(test_the_clock_steps_once_a_second),
        cmocka_unit_test(test_the_next_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
