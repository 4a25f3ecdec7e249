/* Steps of three guests out of any number (sim/crowd_step.h): which names they may take, and what
 * is under them then; and what is left behind (sim/orphan.h). */
#include "tests/unit/views.h"

#include "sim/crowd_step.h"

static struct view_space space;
static struct orphans nothing;

/* Views of two such guests; the world of three, and of ANON, at its beginning. */
static struct state
begin(const char *policy, uint8_t bridge)
{
    const struct world world = world_of_views(policy, 2, bridge, 4);

    view_open(&space, &world);
    return initial_of(&space.world);
}

static struct actor
thread_of(uint8_t guest)
{
    return (struct actor){ACTOR_THREAD, guest};
}

/* A tap of ANON's under that name. */
static void
give_anon(struct state *state, uint8_t name)
{
    state->network.device[name] = (struct device){
        .kind = DEVICE_TAP, .owner = VIEW_ANON + 1, .holders = 1, .mac = VIEW_ANON + 1};
}

/* ---- names ---- */

static void
a_name_that_nobody_has_or_one_that_is_free(void **unused)
{
    struct crowd_choice choices[CROWD_CHOICES];
    struct state state = begin("libvirt-6.6", LB0);
    bool lacking = false;

    (void)unused;
    assert_int_equal(crowd_choices(&space, &nothing, &state, thread_of(A), choices, &lacking), 1);
    assert_int_equal(choices[0].name, VNET0);
    give_anon(&state, VNET0); /* which the kernel does not give to anybody else */
    assert_int_equal(crowd_choices(&space, &nothing, &state, thread_of(A), choices, &lacking), 1);
    assert_int_equal(choices[0].name, VNET1);
    assert_false(lacking);
    for (uint8_t name = 1; name <= space.world.names.names; name++) {
        give_anon(&state, name);
    }
    assert_int_equal(crowd_choices(&space, &nothing, &state, thread_of(A), choices, &lacking), 0);
    assert_true(lacking);
}

/* Guest a, b or c starts and stops, where there is no Open vSwitch. */
static void
play_a_round(struct state *state, char guest)
{
    const char thread[] = {guest, '\0'}, kernel[] = {(char)(guest - 'a' + 'A'), '\0'};
    const struct actor actor = thread_of((uint8_t)(guest - 'a'));

    play(&space.world, state, thread);
    while (!can_step(&space.world, state, guest) ||
           !actor_begins_round(&space.world, state, actor)) {
        play(&space.world, state, can_step(&space.world, state, *kernel) ? kernel : thread);
    }
}

/* The first step of a round is another one. */
static void
who_begins_a_round_takes_no_name(void **unused)
{
    struct crowd_choice choices[CROWD_CHOICES];
    struct state state = begin("libvirt-6.6", NO_BRIDGE);
    bool lacking = false;

    (void)unused;
    play_a_round(&state, 'a');
    assert_int_equal(crowd_choices(&space, &nothing, &state, thread_of(A), choices, &lacking), 1);
    assert_int_equal(choices[0].name, IFNAME_NONE);
    assert_int_equal(crowd_choices(&space, &nothing, &state, (struct actor){ACTOR_VSWITCHD, 0},
                                   choices, &lacking),
                     1);
    assert_int_equal(choices[0].name, IFNAME_NONE);
}

/* A start that has tried `tried`, and found a device there, takes `name`, which has ANON's tap,
 * too, or no device. */
static void
expect_taken(uint8_t tried, uint8_t name, bool has_device)
{
    struct state state = begin("lowest-free,name-check=yes,on-taken=retry", LB0), next;
    struct crowd_choice choices[CROWD_CHOICES];
    uint8_t *held = state.control.daemon.allocator[0].held;
    bool lacking = false, offered = false;
    unsigned count;
    uint8_t taken;

    give_anon(&state, VNET0);
    play(&space.world, &state, "aa"); /* it picks vnet0, and looks it up */
    assert_int_equal(state.control.daemon.record[A].name, VNET0);
    assert_int_equal(state.control.thread[A].machine.tries, 1);
    if (tried != VNET0) { /* as another number */
        state.network.device[tried] = state.network.device[VNET0];
        state.network.device[VNET0] = (struct device){0};
        state.control.daemon.record[A].name = tried;
        held[tried] = held[VNET0];
        held[VNET0] = NAME_FREE;
    }
    if (has_device) {
        give_anon(&state, name);
        state.network.device[name].up = 1;
    }
    count = crowd_choices(&space, &nothing, &state, thread_of(A), choices, &lacking);
    for (unsigned i = 0; i < count; i++) {
        assert_true(choices[i].name != tried);
        offered = offered || choices[i].name == name;
    }
    assert_true(offered);
    crowd_take_step(&space, &nothing, &state, thread_of(A), (struct crowd_choice){.name = name},
                    &next, NULL);
    taken = next.control.daemon.record[A].name;
    assert_int_equal(next.network.device[taken].kind != DEVICE_NONE, has_device);
    assert_int_equal(next.network.device[taken].up, has_device);
}

static void
a_start_that_tries_again_looks_behind_what_it_has_tried(void **unused)
{
    (void)unused;
    expect_taken(VNET0, VNET1, false);
    expect_taken(VNET0, VNET2, true);
    expect_taken(VNET2, VNET0, true);
    expect_taken(VNET2, VNET0, false);
    expect_taken(VNET1, VNET2, true);
}

/* ---- the end of a run ---- */

static void
what_is_anons_is_judged_where_that_guest_is_looked_at(void **unused)
{
    struct state state = begin("libvirt-6.6", LB0);

    (void)unused;
    assert_false(crowd_may_end(&space, &state));
    for (char guest = 'a'; guest <= 'c'; guest++) {
        play_a_round(&state, guest);
    }
    assert_true(crowd_may_end(&space, &state));
    give_anon(&state, VNET0);
    assert_true(oracle_judge_end(&space.world, &state) != 0); /* if it were all that there is */
    assert_int_equal(crowd_judge_end(&space, &state), 0);
    state.control.daemon.lock[0] = VIEW_ANON + 1; /* who will give it back */
    assert_false(crowd_may_end(&space, &state));
}

/* ---- what is left behind ---- */

static bool
add(struct orphans *orphans, const struct state *state)
{
    return orphans_add(orphans, &space, &space.world, &space.bytes, state);
}

static void
what_is_left_behind_is_kept_once(void **unused)
{
    struct state state = begin("libvirt-6.6", BR0);
    struct orphans orphans = {0};

    (void)unused;
    assert_true(add(&orphans, &state));
    assert_int_equal(orphans.count, 0);
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1, .owner = A + 1};
    state.network.row[VNET1] = (struct row){.bridge = BR0, .uuid = B + 1, .owner = B + 1};
    assert_true(add(&orphans, &state));
    assert_int_equal(orphans.count, 1); /* whoever has left them */
    assert_true(orphan_has_row(&space, &orphans.orphan[0]));
    state.network.row[VNET1].owner = 0;
    assert_false(orphans_have(&orphans, &space, &space.world, &space.bytes, &state));
    assert_true(add(&orphans, &state));
    assert_int_equal(orphans.count, 2);
    assert_true(orphans_have(&orphans, &space, &space.world, &space.bytes, &state));
}

/* A port without a row goes with the next run of ovs-vswitchd, and so does one on another bridge
 * than its row has. */
static void
a_run_of_ovs_vswitchd_changes_what_is_left(void **unused)
{
    struct state state = begin("libvirt-6.6", BR0);
    struct orphans orphans = {0};

    (void)unused;
    state.network.port[VNET0] = (struct port){.bridge = BR1, .life = PORT_LIVE};
    assert_true(add(&orphans, &state));
    assert_int_equal(orphans.count, 1);
    assert_false(orphan_has_row(&space, &orphans.orphan[0]));
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1};
    assert_true(add(&orphans, &state));
    assert_int_equal(orphans.count, 3); /* a row and a port, and the row alone */
}

static void
there_may_be_too_many(void **unused)
{
    struct state state = begin("libvirt-6.6", BR0);
    struct orphans orphans = {.count = MAX_ORPHANS};

    (void)unused;
    for (uint8_t i = 0; i < MAX_ORPHANS; i++) {
        orphans.orphan[i].value[0] = (uint8_t)(100 + i); /* which is like nothing else */
    }
    state.network.row[VNET0] = (struct row){.bridge = BR0, .uuid = A + 1};
    state.network.port[VNET0] = (struct port){.bridge = BR1, .life = PORT_LIVE};
    assert_false(add(&orphans, &state));
    orphans.count = MAX_ORPHANS - 1; /* without its port it would be the second one */
    assert_false(add(&orphans, &state));
    orphans.count = MAX_ORPHANS - 2;
    assert_true(add(&orphans, &state));
}

static void
without_bridges_there_is_no_row(void **unused)
{
    const struct orphan orphan = {{1}};
    struct world world = world_of_views("libvirt-6.6", 2, NO_BRIDGE, 4);

    (void)unused;
    world.bridges = 0;
    view_open(&space, &world);
    assert_false(orphan_has_row(&space, &orphan));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_nobody_has_or_one_that_is_free),
        cmocka_unit_test(who_begins_a_round_takes_no_name),
        cmocka_unit_test(a_start_that_tries_again_looks_behind_what_it_has_tried),
        cmocka_unit_test(what_is_anons_is_judged_where_that_guest_is_looked_at),
        cmocka_unit_test(what_is_left_behind_is_kept_once),
        cmocka_unit_test(a_run_of_ovs_vswitchd_changes_what_is_left),
        cmocka_unit_test(there_may_be_too_many),
        cmocka_unit_test(without_bridges_there_is_no_row),
    };

    return cmocka_run_group_tests_name("crowd step", tests, NULL, NULL);
}
