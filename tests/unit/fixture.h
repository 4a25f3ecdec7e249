/* What the unit tests share: worlds in one line, schedules as text, a walk over reachable states.
 *
 * Every world has the same names and bridges, so that a test can call them by constants.
 *
 * A schedule is a string with a letter for each step: `a` to `d` is a guest's thread, `A` to `D`
 * the kernel for that guest's dead process, `v` ovs-vswitchd, `1` to `4` the end of the timed wait
 * of that guest's thread, `h` the helper of guest a, `o` other software, `t` the clock, `g`
 * the agent. */
#ifndef TAPWEAVE_TESTS_UNIT_FIXTURE_H
#define TAPWEAVE_TESTS_UNIT_FIXTURE_H

#include "sim/actor.h"
#include "sim/initial.h"
#include "sim/invariant.h"
#include "sim/oracle.h"
#include "sim/ovs.h"
#include "sim/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NO_BRIDGE, BR0, LB0, BR1, LB1 }; /* bridges as a nic has them: 1 + index */
enum { VNET0 = 1, VNET1, VNET2, VNET3, MYTAP0, MYTAP1, FIXED, NAMES = FIXED };
enum { VNET, MYTAP }; /* families, by index */
enum { A, B, C, D };  /* guests */

/* The policy written BASE[,CHOICE=VALUE]... */
static inline struct policy
policy_of(const char *text)
{
    char copy[200], *rest = NULL, *part;
    struct policy policy;

    assert_true(strlen(text) < sizeof copy);
    strcpy(copy, text);
    part = strtok_r(copy, ",", &rest);
    assert_non_null(policy_find(part));
    policy = policy_find(part)->policy;
    while ((part = strtok_r(NULL, ",", &rest)) != NULL) {
        char *equals = strchr(part, '=');
        const struct policy_choice *choice;

        assert_non_null(equals);
        *equals = '\0';
        choice = policy_find_choice(part);
        assert_non_null(choice);
        assert_true(policy_find_value(choice, equals + 1) >= 0);
        policy_set(&policy, choice, (uint8_t)policy_find_value(choice, equals + 1));
    }
    return policy;
}

/* From one to the next of worlds that differ in their policy: the sanitizers, which look for
 * something else than a count, get one in three of them. */
#ifdef TAPWEAVE_INVARIANTS
enum { NEXT_POLICY = 3 };
#else
enum { NEXT_POLICY = 1 };
#endif

/* A world without guests.  br0 and br1 are Open vSwitch bridges of the system datapath. */
static inline struct world
world_under(const char *policy)
{
    struct world world = {
        .policy = policy_of(policy),
        .bridges = 4,
        .bridge_kind = {BRIDGE_OVS, BRIDGE_LINUX, BRIDGE_OVS, BRIDGE_LINUX},
    };

    assert_int_equal(ifname_add_family(&world.names, "vnet", 4), VNET);
    assert_int_equal(ifname_add_family(&world.names, "mytap", 2), MYTAP);
    assert_int_equal(ifname_add_single(&world.names, "fixed"), FIXED);
    return world;
}

/* Adds a guest and returns its index.  `commands`: "stop start", for instance. */
static inline unsigned
add_guest(struct world *world, uint8_t bridge, bool running, const char *commands)
{
    static const char *const words[] = {"start", "stop", "crash"};
    unsigned guest = world->guests++;
    char copy[200], *rest = NULL;

    assert_true(guest < MAX_GUESTS && strlen(commands) < sizeof copy);
    world->nic[guest] = (struct nic){.bridge = bridge, .mac = (uint8_t)(guest + 1)};
    world->running[guest] = running;
    strcpy(copy, commands);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        uint8_t command = 0;

        while (command < 3 && strcmp(words[command], word) != 0) {
            command++;
        }
        assert_true(command < 3);
        world->command[guest][world->commands[guest]++] = command;
    }
    return guest;
}

/* Of a world with two guests: each gets another nic, on br1. */
static inline void
add_second_nics(struct world *world)
{
    assert_int_equal(world->guests, 2);
    for (uint8_t guest = A; guest <= B; guest++) {
        world->nic_guest[2 + guest] = guest;
        world->nic[2 + guest] = (struct nic){.bridge = BR1, .mac = (uint8_t)(3 + guest)};
    }
    world->more = 2;
}

/* The race of mail 000: guest a stops while guest b starts. */
static inline struct world
reported_race(const char *policy)
{
    struct world world = world_under(policy);

    add_guest(&world, BR0, true, "stop");
    add_guest(&world, BR0, false, "start");
    return world;
}

/* ovs-vsctl add-port without a tag. */
static inline int
add_port_of(const struct world *world, struct state *state, uint8_t name, uint8_t bridge,
            uint8_t owner, enum ovs_add mode, bool *waits)
{
    struct operation op = {.name = name, .bridge = bridge, .add = (uint8_t)mode};

    return ovs_add_port(world, state, op, owner, waits);
}

static inline struct state
initial_of(const struct world *world)
{
    struct state state;

    assert_int_equal(initial_state(world, &state), IFNAME_NONE);
    return state;
}

/* The number of the actor that a letter of a schedule stands for (docs/model.md, "Actors and
 * interleavings"). */
static inline unsigned
actor_of(const struct world *world, char letter)
{
    unsigned guests = world->guests;

    switch (letter) {
    case 'v':
        return 2 * guests;
    case '1':
    case '2':
    case '3':
    case '4':
        return 2 * guests + 1 + (unsigned)(letter - '1');
    case 'h':
        return 3 * guests + 1;
    case 'o':
        return 4 * guests + 1;
    case 't':
        return 4 * guests + 1 + world->third_parties;
    case 'g':
        return 4 * guests + 2 + world->third_parties;
    default:
        return letter >= 'a' ? (unsigned)(letter - 'a') : guests + (unsigned)(letter - 'A');
    }
}

/* The number of the actor of a fault that has a budget, but for ovs-timeout, whose actor is the
 * timeout; 0 is the guest of a single one. */
static inline unsigned
actor_of_fault(const struct world *world, enum fault fault, unsigned guest)
{
    for (unsigned number = 0; number < actor_count(world); number++) {
        struct actor actor = actor_at(world, number);

        if (actor_kind_fault(actor.kind) == fault && actor.index == guest) {
            return number;
        }
    }
    fail_msg("no actor of %s", fault_name(fault));
    return 0;
}

static inline bool
can_strike(const struct world *world, const struct state *state, enum fault fault, unsigned guest)
{
    return actor_enabled(world, state, actor_of_fault(world, fault, guest));
}

static inline struct event
strike(const struct world *world, struct state *state, enum fault fault, unsigned guest)
{
    struct event event;

    assert_true(can_strike(world, state, fault, guest));
    actor_step(world, state, actor_of_fault(world, fault, guest), &event);
    assert_int_equal(event.kind, EVENT_FAULT);
    assert_int_equal(event.fault, fault);
    return event;
}

static inline bool
can_step(const struct world *world, const struct state *state, char letter)
{
    return actor_enabled(world, state, actor_of(world, letter));
}

/* Takes the steps of a schedule and returns what the last one was. */
static inline struct event
play(const struct world *world, struct state *state, const char *schedule)
{
    struct event event = {0};

    for (; *schedule != '\0'; schedule++) {
        if (!can_step(world, state, *schedule)) {
            fail_msg("not enabled: '%s'", schedule);
        }
        actor_step(world, state, actor_of(world, *schedule), &event);
    }
    return event;
}

/* Calls `visit` for every reachable state and returns how many there are.  Whole states are kept,
 * so that nothing here depends on how the explorer packs them. */
static inline uint64_t
walk(const struct world *world, void (*visit)(const struct world *, const struct state *, void *),
     void *context)
{
    enum { WORDS = (sizeof(struct state) + 7) / 8 };
    struct allowance allowance = {SIZE_MAX};
    struct state state = initial_of(world), next;
    unsigned actors = actor_count(world);
    uint64_t whole[WORDS] = {0}, states;
    struct field_limits limits;
    struct store store;
    uint32_t id;

    field_limits(world, &limits);
    store_open(&store, &allowance, WORDS);
    memcpy(whole, &state, sizeof state);
    assert_int_equal(store_add(&store, whole, &id), STORE_NEW);
    for (uint32_t at = 0; at < store.states; at++) {
        memcpy(&state, store_get(&store, at), sizeof state);
        if (invariant_broken(world, &limits, &state) != NULL) {
            fail_msg("broken: %s", invariant_broken(world, &limits, &state));
        }
        visit(world, &state, context);
        for (unsigned actor = 0; actor < actors; actor++) {
            if (actor_enabled(world, &state, actor)) {
                next = state;
                actor_step(world, &next, actor, NULL);
                memcpy(whole, &next, sizeof next);
                assert_true(store_add(&store, whole, &id) != STORE_FULL);
            }
        }
    }
    states = store.states;
    store_close(&store);
    return states;
}

/* True if `body` returns, false if it aborts: an assertion then fails one test, not all. */
static inline bool
survives(void (*body)(void))
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        body();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
