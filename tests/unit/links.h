/* Worlds with macvtaps and veths in them. */
#ifndef TAPWEAVE_TESTS_UNIT_LINKS_H
#define TAPWEAVE_TESTS_UNIT_LINKS_H

#include "tests/unit/script.h"

enum { MACVTAP0 = NAMES + 1, MACVTAP1, MACVTAP2, MACVTAP3 };
enum { MACVTAP = 3 }; /* its family, behind that of the single name */

static inline struct world
links_under(const char *policy)
{
    struct world world = world_under(policy);

    assert_int_equal(ifname_add_family(&world.names, "macvtap", 4), MACVTAP);
    return world;
}

static inline unsigned
add_macvtap(struct world *world, bool running, const char *commands)
{
    unsigned guest = add_guest(world, NO_BRIDGE, running, commands);

    world->nic[guest].kind = NIC_MACVTAP;
    world->nic[guest].family = MACVTAP;
    return guest;
}

static inline unsigned
add_veth(struct world *world, bool running, const char *commands)
{
    unsigned guest = add_guest(world, LB0, running, commands);

    world->nic[guest].kind = NIC_VETH;
    world->nic[guest].name = FIXED;
    return guest;
}

/* Runs a start, and then the stop, or the clean-up if it has failed before it had a QEMU. */
static inline void
expect_start(const struct world *world, const struct surprise *surprises, const char *expected,
             const char *clean_up)
{
    struct context context = world_context(world, A);
    struct nic_record record = {0};
    char text[SCRIPT_TEXT];
    struct machine start = run_machine(MACHINE_START, &context, &record, surprises, text);
    bool stops = record.running || start_has_run(&start);

    assert_string_equal(text, expected);
    run_machine(stops ? MACHINE_STOP : MACHINE_CLEAN_UP, &context, &record, NULL, text);
    assert_string_equal(text, clean_up);
}

#endif
