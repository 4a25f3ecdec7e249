/* The invariants can fail: each of them objects to some state that is a reachable one with one byte
 * changed (sim/invariant.h).  That none objects to a reachable one, the
 * walks of all tests check (tests/unit/fixture.h). */
#include "tests/unit/links.h"

enum { MAX_INVARIANTS = 64 };

static const struct invariant *const tables[] = {invariants_of_network, invariants_of_control};

static bool objected[2][MAX_INVARIANTS];

/* It holds of all that it is about. */
static bool
holds(const struct invariant *invariant, const struct world *world, const struct state *state)
{
    unsigned first = invariant->of == OF_NAME, end = world->guests;

    if (invariant->of == OF_NAME) {
        end = world->names.names + 1u;
    } else if (invariant->of == OF_NIC) {
        end = world_nics(world);
    }
    for (unsigned i = first; i < end; i++) {
        if (!invariant->holds(world, state, i)) {
            return false;
        }
    }
    return true;
}

/* Of each table, how many are still asked: none behind the last one that has not objected yet. */
static unsigned asked[2] = {MAX_INVARIANTS, MAX_INVARIANTS};

static void
stop_asking(unsigned table)
{
    asked[table] = 0;
    for (unsigned i = 0; tables[table][i].text != NULL; i++) {
        assert_true(i < MAX_INVARIANTS);
        asked[table] = objected[table][i] ? asked[table] : i + 1;
    }
}

/* Notes those that object, once.  Of control's, the first alone: those behind it may rely on it. */
static void
note(const struct world *world, const struct state *state)
{
    for (unsigned table = 0; table < 2; table++) {
        const struct invariant *one = tables[table];
        bool object = false, more = false;

        for (unsigned i = 0; i < asked[table] && one[i].text != NULL && !(table == 1 && object);
             i++) {
            object = (table == 1 || !objected[table][i]) && !holds(&one[i], world, state);
            more = more || (object && !objected[table][i]);
            objected[table][i] = objected[table][i] || object;
        }
        if (more) {
            stop_asking(table);
        }
    }
}

/* A machine is in a row of its own table: no invariant could say anything else of it. */
static bool
has_rows(const struct state *state)
{
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        const struct machine *machine = &state->control.thread[guest].machine;

        if (machine->kind != MACHINE_IDLE &&
            machine->state >= machine_table((enum machine_kind)machine->kind)->states) {
            return false;
        }
    }
    return true;
}

/* What these hold is bounded by the world as well: for them, one more than that is tried. */
static bool
is_bounded(const struct field *field)
{
    static const char *const bounded[] = {"control.thread.command", "network.row.start_number",
                                          "network.binding"};

    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        if (strcmp(field->name, bounded[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Changes each byte to each value that it can have in the world. */
static void
change_bytes(const struct world *world, const struct state *state, void *unused)
{
    const struct field_traits traits = field_traits(world);
    struct state changed = *state;
    const struct field *field;

    (void)unused;
    for (unsigned row = 0; asked[0] + asked[1] > 0 && (field = field_at(row)) != NULL; row++) {
        unsigned first, count, more = is_bounded(field);

        field_used(field, world, &first, &count);
        for (unsigned i = first; i < first + count; i++) {
            uint8_t *byte = (uint8_t *)&changed + field->offset + (size_t)i * field->stride;
            uint8_t was = *byte;

            for (unsigned value = 0; value <= field->largest(&traits, i) + more; value++) {
                *byte = (uint8_t)value;
                if (value != was && has_rows(&changed)) {
                    note(world, &changed);
                }
            }
            *byte = was;
        }
    }
}

/* Guest a runs, stops and starts, with this fault; and other software renames its tap. */
static struct world
one_guest(const char *policy, enum fault fault, bool renames)
{
    struct world world = links_under(policy);

    add_guest(&world, BR0, true, "stop start");
    world.faults[fault] = 1;
    world.third_parties = renames;
    world.third_party[0] = (struct third_party){
        .commands = 1, .command = {THIRD_PARTY_RENAME}, .name = {VNET0}, .to = {FIXED}};
    return world;
}

static void
every_invariant_can_fail(void **unused)
{
    struct world worlds[9];
    size_t count = 0;

    (void)unused;
    worlds[count++] = one_guest("libvirt-6.6,limit-by=qos", FAULT_OVS_TIMEOUT, true);
    worlds[0].nic[A].limit = 1;
    worlds[count++] = one_guest("libvirt-6.6,attach=reattach", FAULT_VSWITCHD_RESTART, true);
    worlds[1].datapath[BR0 - 1] = DATAPATH_NETDEV;
    worlds[count++] = one_guest("libvirt-6.6,port-guard=port-owner", FAULT_OVS_LATE, false);
    worlds[2].leftover[VNET1] = (struct leftover_row){.bridge = BR0};
    worlds[count++] = one_guest("lowest-free,guard-lock=create", FAULT_FD_LEAK, false);
    add_guest(&worlds[3], LB0, false, "start");
    worlds[3].nic[B].contested = 1;
    worlds[count++] = one_guest("libvirt-6.6,unplug=delete", FAULT_DAEMON_RESTART, false);
    worlds[4].command[A][0] = COMMAND_UNPLUG;
    worlds[count++] = one_guest("libvirt-6.6", FAULT_START_FAILS, false);
    worlds[5].command[A][0] = COMMAND_CRASH;
    worlds[count++] = one_guest("libvirt-6.6", FAULT_QEMU_CRASH, false);
    add_veth(&worlds[6], true, "stop");
    worlds[6].bridge_kind[BR0 - 1] = BRIDGE_MIDONET;
    worlds[6].nic[A].multi_queue = worlds[6].qemu_commands[A] = 1;
    worlds[count++] = one_guest("libvirt-6.6", FAULT_OVS_LIE, false);
    add_macvtap(&worlds[7], true, "stop");
    worlds[7].more = 1;
    worlds[7].nic_guest[2] = A;
    worlds[7].nic[2] = (struct nic){.bridge = LB0, .mac = 3};
    worlds[count++] = one_guest("libvirt-9.0", FAULT_OVS_ORPHAN, false);
    for (size_t i = 0; i < count; i++) {
        walk(&worlds[i], change_bytes, NULL);
    }
    for (unsigned table = 0; table < 2; table++) {
        for (unsigned i = 0; tables[table][i].text != NULL; i++) {
            assert_true(i < MAX_INVARIANTS);
            if (!objected[table][i]) {
                fail_msg("it never objects: %s", tables[table][i].text);
            }
        }
    }
}

/* What is larger than the world has room for is objected to first. */
static const char *
broken(const struct world *world, const struct state *state)
{
    struct field_limits limits;

    field_limits(world, &limits);
    return invariant_broken(world, &limits, state);
}

static void
a_byte_that_does_not_fit_is_broken(void **unused)
{
    struct world world = one_guest("libvirt-6.6", FAULT_OVS_TIMEOUT, false);
    struct state state = initial_of(&world);

    (void)unused;
    assert_null(broken(&world, &state));
    state.control.phase[A] = PROCESS_CLOSED + 1;
    assert_non_null(broken(&world, &state));
    state = initial_of(&world);
    state.control.phase[B] = PROCESS_RUNNING; /* there is no guest b */
    assert_non_null(broken(&world, &state));
    state = initial_of(&world);
    state.network.device[IFNAME_NONE].up = 1; /* nor a device without a name */
    assert_non_null(broken(&world, &state));
}

static void
the_texts_are_their_own(void **unused)
{
    (void)unused;
    for (unsigned table = 0; table < 2; table++) {
        for (const struct invariant *one = tables[table]; one->text != NULL; one++) {
            for (unsigned other = 0; other < 2; other++) {
                for (const struct invariant *two = tables[other]; two->text != NULL; two++) {
                    assert_true(one == two || strcmp(one->text, two->text) != 0);
                }
            }
            assert_true(one->of == OF_NAME || one->of == OF_NIC || one->of == OF_GUEST);
        }
    }
}

static void
expect_broken(const struct world *world, const struct state *state, const char *expected)
{
    struct field_limits limits;

    field_limits(world, &limits);
    if (expected == NULL) {
        assert_null(invariant_broken(world, &limits, state));
    } else {
        assert_string_equal(invariant_broken(world, &limits, state), expected);
    }
}

/* In the order of the tables, and behind all, that each byte is one of this world. */
static void
the_first_that_is_broken_is_said(void **unused)
{
    static const char field[] = "a field holds no more than it can in this world";
    const struct world world = reported_race("libvirt-6.6");
    const struct state right = initial_of(&world);
    struct state state = right;

    (void)unused;
    expect_broken(&world, &state, NULL);
    state.control.thread[B].machine = (struct machine){.tries = 1};
    expect_broken(&world, &state, "a thread without a machine is in the middle of nothing");
    state.network.device[VNET1].mac = 1;
    expect_broken(&world, &state, "a name without a device has nothing of one");
    for (size_t offset = 0; offset < sizeof state; offset++) { /* of eight at once, and the rest */
        state = right;
        ((uint8_t *)&state)[offset] = UINT8_MAX;
        expect_broken(&world, &state, field);
    }
}

/* What an orphan does depends on no row (sim/delayed.h). */
static void
dependents_are_of_late_transactions(void **unused)
{
    struct world world = reported_race("libvirt-6.6");
    struct state state;

    (void)unused;
    world.faults[FAULT_OVS_LATE] = world.faults[FAULT_OVS_ORPHAN] = 1;
    state = initial_of(&world);
    play(&world, &state, "aAAa");
    strike(&world, &state, FAULT_OVS_LATE, A);
    assert_int_equal(state.network.row[VNET0].dependents, 1u << A);
    expect_broken(&world, &state, NULL);
    state.network.delayed[A].orphan = 1;
    expect_broken(&world, &state,
                  "a row has dependents only among the guests that have a delayed transaction");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_invariant_can_fail),
        cmocka_unit_test(a_byte_that_does_not_fit_is_broken),
        cmocka_unit_test(the_texts_are_their_own),
        cmocka_unit_test(the_first_that_is_broken_is_said),
        cmocka_unit_test(dependents_are_of_late_transactions),
    };

    return cmocka_run_group_tests_name("invariant", tests, NULL, NULL);
}
