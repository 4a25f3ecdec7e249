/* Transition coverage: every guest under every combination of the choices that a machine reads,
 * through every outcome an operation can have, and some guests with two nics.  Each move made has
 * to be in the machine's table, and each move in the table has to be made.
 *
 * The tables' functions are called in place of machine_done, so that a move that is not in the
 * table is reported with the policy that led there, and does not abort the program. */
#include "tests/unit/combine.h"

#include <errno.h>
#include <stdio.h>

/* Situations of one guest under one policy: far more than there are. */
enum { MAX_KNOWN = 4096, SLOTS = 8192, MAX_OUTCOMES = 6 };

/* Where a guest is, between two operations. */
struct situation {
    struct machine machine;
    struct nic_record record[2]; /* of its nics */
};

struct coverage {
    const struct world *world;
    struct context context[2]; /* of the guest's nics */
    struct situation known[MAX_KNOWN];
    unsigned count;
    unsigned guests;                  /* guests covered so far */
    unsigned stamp[SLOTS];            /* the slot is in use for the guest of that number */
    uint16_t slot[SLOTS];             /* open addressing: an index of known[] */
    uint64_t made[MACHINE_KINDS][64]; /* moves made, by kind and row */
    uint64_t unlisted[MACHINE_KINDS][64];
    char culprit[300]; /* the first policy that makes a move that is not in the table */
};

static void
remember(struct coverage *coverage, struct machine machine, const struct nic_record record[2])
{
    struct situation situation = {machine, {record[0], record[1]}};
    unsigned at = machine.nic * 11u + record[1].name * 37u + record[1].made * 7u +
                  machine.kind * 7u + machine.state * 31u + machine.flag * 3u + machine.tries * 5u +
                  record[0].name * 131u + record[0].made * 17u + machine.wrong_bridge * 257u;
    at = (at * 2654435761u >> 16) % SLOTS; /* numbers near each other come to lie apart */
    for (; coverage->stamp[at] == coverage->guests; at = (at + 1) % SLOTS) {
        if (memcmp(&coverage->known[coverage->slot[at]], &situation, sizeof situation) == 0) {
            return;
        }
    }
    assert_true(coverage->count < MAX_KNOWN); /* there is room for all */
    coverage->stamp[at] = coverage->guests;
    coverage->slot[at] = (uint16_t)coverage->count;
    coverage->known[coverage->count++] = situation;
}

/* The outcomes that an operation can have, and a daemon can tell apart. */
static unsigned
outcomes_of(const struct context *context, struct operation op,
            struct outcome outcome[MAX_OUTCOMES])
{
    uint8_t guest = context->guest, name = op.name, first;

    switch (op.kind) {
    case OP_LOCK:
    case OP_UNLOCK:
    case OP_RELEASE_NAME:
    case OP_RELEASE:
        outcome[0] = (struct outcome){0};
        return 1;
    case OP_PICK_NAME:
        first = context->names->family[op.family - 1].first;
        outcome[0] = (struct outcome){.error = ENFILE};
        outcome[1] = (struct outcome){.value = name == first ? (uint8_t)(first + 1) : first};
        return 2;
    case OP_LOOKUP:
    case OP_GET_MAC:
        outcome[0] = (struct outcome){.error = ENODEV};
        outcome[1] = (struct outcome){.value = (uint8_t)(guest + 1)};
        outcome[2] = (struct outcome){.value = (uint8_t)(guest + 2)};
        outcome[3] = (struct outcome){.value = 0};
        return 4;
    case OP_GET_MASTER:
        outcome[0] = (struct outcome){.error = ENODEV};
        for (uint8_t bridge = NO_BRIDGE; bridge <= LB1; bridge++) {
            outcome[bridge + 1] = (struct outcome){.value = bridge};
        }
        return 6;
    case OP_CREATE_TAP:
    case OP_CREATE_LINK:
        first = op.name != 0 ? op.name : context->names->family[op.family - 1].first;
        outcome[0] = (struct outcome){.error = op.kind == OP_CREATE_TAP ? EBUSY : EEXIST};
        outcome[1] = (struct outcome){.value = first, .token = (uint8_t)(guest + 1)};
        return 2;
    case OP_ADD_PORT: /* one that is a lie tells no row */
        outcome[0] = (struct outcome){.error = EIO};
        outcome[1] = (struct outcome){.value = (uint8_t)(guest + 1)};
        outcome[2] = (struct outcome){0};
        return 3;
    case OP_KILL:
    case OP_LINK_DOWN:
    case OP_EXEC: /* the tap is missed by its name, or by QEMU */
        outcome[0] = (struct outcome){.error = op.kind == OP_EXEC ? ENODEV : ESRCH};
        outcome[1] = (struct outcome){0};
        outcome[2] = (struct outcome){.error = EBUSY};
        return op.kind == OP_LINK_DOWN ? 2 : 3;
    default:
        outcome[0] = (struct outcome){.error = EIO};
        outcome[1] = (struct outcome){.value = (uint8_t)(guest + 1)};
        return 2;
    }
}

static void
describe(struct coverage *coverage, struct machine machine, unsigned next)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine.kind);
    const struct nic *nic = &coverage->world->nic[A];
    const struct policy_choice *choice;
    char *out = coverage->culprit;
    size_t room = sizeof coverage->culprit;
    int wrote =
        snprintf(out, room, "%s: %s -> %s, bridge %u, name %u,", table->name,
                 table->state[machine.state].name, table->state[next].name, nic->bridge, nic->name);

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        uint8_t value = policy_get(&coverage->world->policy, choice);

        if (choice->values != NULL && wrote > 0 && (size_t)wrote < room) {
            out += wrote;
            room -= (size_t)wrote;
            wrote = snprintf(out, room, " %s=%s", choice->name, choice->values[value]);
        }
    }
}

static void
move(struct coverage *coverage, struct situation from, struct outcome outcome)
{
    const struct context *context = &coverage->context[A];
    struct machine machine = from.machine;
    const struct machine_table *table = machine_table((enum machine_kind)machine.kind);
    const struct machine_state *state = &table->state[machine.state];
    uint8_t next = machine_follow(&machine, context, from.record, outcome);
    bool another = machine.nic != from.machine.nic && state->loop == table->state[next].loop;

    assert_true(next < table->states);
    coverage->made[machine.kind][machine.state] |= another ? 0 : UINT64_C(1) << next;
    if ((state->next >> next & 1) == 0 && !another) {
        coverage->unlisted[machine.kind][machine.state] |= UINT64_C(1) << next;
        if (coverage->culprit[0] == '\0') {
            describe(coverage, machine, next);
        }
    }
    machine.state = next;
    if (machine_ended(&machine) && machine.kind == MACHINE_START) {
        enum machine_kind kind = from.record[0].running ? MACHINE_STOP : MACHINE_CLEAN_UP;

        if (from.record[0].running && context->nics == 1) {
            remember(coverage, machine_begin(MACHINE_UNPLUG, context, from.record), from.record);
        }
        machine = machine_begin(kind, context, from.record);
    }
    remember(coverage, machine, from.record);
}

/* Everything that can become of one guest, from its start to the end of its stop or clean-up; or
 * when it is taken back. */
static void
cover_guest(struct coverage *coverage, enum reader reader)
{
    const struct context *context = coverage->context;
    const uint8_t made = MADE_TAP | MADE_PORT | MADE_FILTER;
    const struct nic_record off[2] = {{0}};
    const struct nic_record status_file[2] = {{.name = VNET0, .made = made},
                                              {.name = VNET1, .made = made}};

    for (unsigned nic = 0; nic < world_nics(coverage->world); nic++) {
        coverage->context[nic] = world_context(coverage->world, nic);
    }
    coverage->count = 0;
    coverage->guests++;
    if (reader == READ_BY_RECONNECT) {
        struct machine machine = machine_begin(MACHINE_RECONNECT, context, status_file);

        remember(coverage, machine, status_file);
        if (context->nics == 1) {
            machine.flag |= MACHINE_AGAIN;
            remember(coverage, machine, status_file);
        }
    } else {
        remember(coverage, machine_begin(MACHINE_START, context, off), off);
    }
    for (unsigned at = 0; at < coverage->count; at++) {
        struct situation situation = coverage->known[at];
        struct outcome outcome[MAX_OUTCOMES];
        unsigned outcomes;

        if (machine_ended(&situation.machine)) {
            continue;
        }
        outcomes = outcomes_of(context, machine_want(&situation.machine, context, situation.record),
                               outcome);
        for (unsigned i = 0; i < outcomes; i++) {
            move(coverage, situation, outcome[i]);
        }
    }
}

/* Two nics: what they do alone is covered, so the choices that concern ports are left out. */
static void
cover_pairs(struct coverage *coverage, struct world *world, enum reader reader)
{
    static const struct nic pairs[][2] = {
        {{.bridge = BR0}, {.bridge = LB0, .limit = 1}},
        {{.bridge = LB0}, {.kind = NIC_MACVTAP, .family = MYTAP}},
        {{.kind = NIC_MACVTAP, .family = MYTAP}, {.bridge = LB0, .limit = 1, .unfiltered = 1}},
        {{.bridge = LB0}, {.name = FIXED}},
        {{.kind = NIC_MACVTAP, .family = MYTAP}, {.name = FIXED}},
        /* Behind a port's QoS it is the turn of the first nic, which has none. */
        {{.kind = NIC_MACVTAP, .family = MYTAP}, {.bridge = BR0, .limit = 1, .unfiltered = 1}},
        {{.bridge = LB1, .unfiltered = 1}, {.bridge = BR0, .limit = 1, .unfiltered = 1}},
    };
    enum { WITHOUT_QOS = 5, PAIRS = sizeof pairs / sizeof *pairs };
    const bool qos = world->policy.limit_by != 0;

    if (world->policy.port_guard != 0 || world->policy.ovs_add != 0 ||
        world->policy.xml_names != 0 || world->policy.user_template != 0) {
        return;
    }
    world->more = 1;
    world->bridge_kind[LB1 - 1] = qos ? BRIDGE_MIDONET : BRIDGE_LINUX;
    for (size_t pair = qos ? WITHOUT_QOS : 0; pair < (qos ? PAIRS : WITHOUT_QOS); pair++) {
        for (uint8_t nic = 0; nic < 2; nic++) {
            world->nic[nic] = pairs[pair][nic];
            world->nic[nic].mac = nic + 1;
        }
        cover_guest(coverage, reader);
    }
    world->more = 0;
}

static void
cover(struct coverage *coverage)
{
    /* clang-format off */
    static const struct nic nics[] = {
        {.bridge = BR0}, {.bridge = BR0, .name = FIXED}, {.bridge = LB1, .name = FIXED},
        {.bridge = LB0}, {.bridge = LB0, .name = FIXED}, {.bridge = 0}, {.name = FIXED},
        {.unfiltered = 1}, {.bridge = LB0, .contested = 1},
        {.kind = NIC_VETH, .bridge = LB0, .name = FIXED, .contested = 1},
        {.unfiltered = 1, .exposed = 1}, {.bridge = BR0, .limit = 1, .exposed = 1},
        {.kind = NIC_MACVTAP, .family = MYTAP, .exposed = 1}, {.exposed = 1, .limit = 1},
        {.bridge = BR0, .family = MYTAP, .template = 1},
        {.bridge = LB0, .family = MYTAP, .template = 1}, {.family = MYTAP, .template = 1},
        {.bridge = LB1}, {.name = FIXED, .unmanaged = 1}, {.kind = NIC_MACVTAP, .family = MYTAP},
        {.kind = NIC_MACVTAP, .family = MYTAP, .name = FIXED},
        {.kind = NIC_MACVTAP, .family = MYTAP, .carried = MYTAP1, .network = 1},
        {.kind = NIC_VETH, .name = FIXED}, {.kind = NIC_VETH, .bridge = LB0, .name = FIXED},
        {.kind = NIC_VETH, .bridge = LB0, .name = FIXED, .unfiltered = 1},
        {.bridge = BR0, .unfiltered = 1}, {.bridge = BR0, .limit = 1, .unfiltered = 1},
        {.bridge = BR0, .limit = 1}, {.bridge = LB1, .unfiltered = 1},
        {.bridge = LB1, .limit = 1, .unfiltered = 1}, {.bridge = LB0, .limit = 1},
        {.name = FIXED, .unmanaged = 1, .unfiltered = 1},
        {.name = FIXED, .unmanaged = 1, .unfiltered = 1, .limit = 1},
        {.name = FIXED, .unmanaged = 1, .unfiltered = 1, .exposed = 1},
    };
    /* clang-format on */
    struct world world = world_under("libvirt-6.6");

    add_guest(&world, 0, false, "start stop");
    coverage->world = &world;
    for (enum reader reader = READ_BY_START; reader <= READ_BY_RECONNECT; reader *= 2) {
        world.policy = (struct policy){0};
        do {
            for (size_t nic = 0; nic < sizeof nics / sizeof *nics; nic++) {
                world.nic[A] = nics[nic];
                world.nic[A].mac = A + 1;
                world.bridge_kind[LB1 - 1] =
                    world.nic[A].bridge == LB1 ? BRIDGE_MIDONET : BRIDGE_LINUX;
                if (makes_a_difference(&world.policy, &nics[nic])) {
                    cover_guest(coverage, reader);
                }
            }
            cover_pairs(coverage, &world, reader);
        } while (next_to_cover(&world.policy, reader));
    }
    coverage->world = NULL;
    /* A stop, a clean-up and a hot-unplug share a table. */
    for (unsigned row = 0; row < 32; row++) {
        coverage->made[MACHINE_STOP][row] |=
            coverage->made[MACHINE_CLEAN_UP][row] | coverage->made[MACHINE_UNPLUG][row];
        coverage->unlisted[MACHINE_STOP][row] |=
            coverage->unlisted[MACHINE_CLEAN_UP][row] | coverage->unlisted[MACHINE_UNPLUG][row];
    }
}

static int
cover_all(void **coverage)
{
    *coverage = calloc(1, sizeof(struct coverage));
    assert_non_null(*coverage);
    cover(*coverage);
    return 0;
}

static int
free_coverage(void **coverage)
{
    free(*coverage);
    return 0;
}

/* Prints the moves that are left of `moves`, and returns how many they are. */
static unsigned
report(enum machine_kind kind, unsigned row, uint64_t moves, const char *what)
{
    const struct machine_table *table = machine_table(kind);
    unsigned count = 0;

    for (unsigned next = 0; next < table->states; next++) {
        if ((moves >> next & 1) != 0) {
            print_error("%s: %s -> %s %s\n", table->name, table->state[row].name,
                        table->state[next].name, what);
            count++;
        }
    }
    return count;
}

/* The others have that of MACHINE_STOP. */
static const enum machine_kind with_table[] = {MACHINE_START, MACHINE_STOP, MACHINE_RECONNECT};
enum { TABLES = sizeof with_table / sizeof *with_table };

static void
every_move_made_is_in_the_table(void **context)
{
    struct coverage *coverage = *context;
    unsigned unlisted = 0;

    for (unsigned i = 0; i < TABLES; i++) {
        const enum machine_kind kind = with_table[i];
        for (unsigned row = 0; row < machine_table(kind)->states; row++) {
            unlisted +=
                report(kind, row, coverage->unlisted[kind][row], "is made, but not in the table");
        }
    }
    if (unlisted > 0) {
        fail_msg("first made by %s", coverage->culprit);
    }
}

static void
every_move_in_the_table_is_made(void **context)
{
    struct coverage *coverage = *context;
    unsigned dead = 0;

    for (unsigned i = 0; i < TABLES; i++) {
        const enum machine_kind kind = with_table[i];
        const struct machine_table *table = machine_table(kind);

        for (unsigned row = 0; row < table->states; row++) {
            dead += report(kind, row, table->state[row].next & ~coverage->made[kind][row],
                           "is in the table, but never made");
        }
    }
    assert_int_equal(dead, 0);
}

/* A table has no loose ends: every row is reached, and where nothing follows, it has ended. */
static void
only_the_ends_lead_nowhere(void **context)
{
    struct coverage *coverage = *context;

    for (unsigned i = 0; i < TABLES; i++) {
        const enum machine_kind kind = with_table[i];
        const struct machine_table *table = machine_table(kind);

        for (unsigned row = 0; row < table->states; row++) {
            const struct machine_state *state = &table->state[row];

            assert_int_equal(state->next == 0, state->op == OP_NONE);
            assert_int_equal(coverage->made[kind][row] == 0, state->op == OP_NONE);
            assert_int_equal(state->next >> table->states, 0);
        }
    }
    assert_ptr_equal(machine_table(MACHINE_STOP), machine_table(MACHINE_CLEAN_UP));
    assert_ptr_equal(machine_table(MACHINE_STOP), machine_table(MACHINE_UNPLUG));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_made_is_in_the_table),
        cmocka_unit_test(every_move_in_the_table_is_made),
        cmocka_unit_test(only_the_ends_lead_nowhere),
    };

    return cmocka_run_group_tests_name("moves", tests, cover_all, free_coverage);
}
