/* Steps that may be taken alone: see order.h. */
#include "sim/order.h"

#include <assert.h>

/* ---- worlds ---- */

/* A fault stops a thread where it is, or has it go on elsewhere. */
static bool
is_upset(const struct world *world)
{
    return world_restarts(world) || world->faults[FAULT_UNPLUG_LATE] > 0 ||
           world->faults[FAULT_MONITOR_LATE] > 0 ||
           (world->unbounded && world_holds_names(world)); /* rounds wait for the clock */
}

static bool
unplugs(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        for (unsigned command = 0; command < world->commands[guest]; command++) {
            if (world->command[guest][command] == COMMAND_UNPLUG) {
                return true;
            }
        }
    }
    return false;
}

/* Some machine of the world may want such an operation. */
static bool
may_be_wanted(const struct world *world, enum op_kind kind)
{
    if (kind == OP_GET_MAC) {
        return WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_MAC) ||
               WORLD_HAS_POLICY(world, port_guard, PORT_GUARD_QUIET_MAC);
    }
    if (kind == OP_LINK_DOWN || kind == OP_UNPLUG) {
        return unplugs(world);
    }
    /* There are only taps, of Linux. */
    return kind != OP_NONE && kind != OP_CREATE_LINK && kind != OP_DELETE_LINK;
}

/* ---- who is in whose way ---- */

/* Some other guest's operation conflicts with it. */
static bool
conflicts_with_threads(const struct world *world, const struct footprint *footprint)
{
    for (enum op_kind kind = OP_NONE; kind < OP_COUNT; kind++) {
        struct operation op = {.kind = (uint8_t)kind, .release_name = 1};
        struct footprint other;

        if (may_be_wanted(world, kind)) {
            other = footprint_of_operation(world, MAX_GUESTS - 1, op);
            if (footprint_conflicts(footprint, &other)) {
                return true;
            }
        }
    }
    return false;
}

/* A helper is in every world, and has a step only where a descriptor has leaked. */
static bool
is_there(const struct world *world, struct actor actor)
{
    return actor.kind != ACTOR_HELPER ||
           (world->helper_closes[actor.index] != 0 &&
            (world->leaked[actor.index] != 0 || world->faults[FAULT_FD_LEAK] > 0));
}

/* Another actor, which is no thread, conflicts with it: faults by bits, and true for any other.  Of
 * the guest's own actors only what they do to others counts: whether they have a step is looked at
 * in the state. */
static bool
conflicts_with_others(const struct world *world, const struct footprint *footprint,
                      uint16_t *faults)
{
    bool conflicts = false;

    for (unsigned number = 0; number < actor_count(world); number++) {
        const struct actor actor = actor_at(world, number);
        const enum fault fault = actor_kind_fault(actor.kind);
        struct footprint other;

        if (actor.kind == ACTOR_THREAD || !is_there(world, actor)) {
            continue;
        }
        other = footprint_of_actor(world, actor);
        other.guest = other.guest == footprint->guest ? MAX_GUESTS - 1 : other.guest;
        if (!footprint_conflicts(footprint, &other)) {
            continue;
        }
        if (fault != FAULT_COUNT) {
            *faults |= (uint16_t)(1u << fault);
        } else {
            conflicts = true;
        }
    }
    return conflicts;
}

static void
find_conflicts(struct order *order)
{
    const struct world *world = order->world;

    for (enum op_kind kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        struct operation op = {.kind = (uint8_t)kind};
        const struct footprint footprint = footprint_of_operation(world, 0, op);

        order->alone[kind] = !conflicts_with_threads(world, &footprint) &&
                             !conflicts_with_others(world, &footprint, &order->faults[kind]);
    }
    order->exits = order->alone[OP_KILL]; /* which touches its own thread alone, too */
    order->faults_at_exit = order->faults[OP_KILL];
}

/* Of the oracles that a step may hide: those that some state can violate. */
static oracle_set
violable(const struct world *world)
{
    oracle_set set = (oracle_set)(ORACLE_BIT(ORACLE_COUNT) - 1);
    bool limits = false;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        limits = limits || world->nic[nic].limit != 0;
    }
    if (!limits) {
        set &= (oracle_set)~ORACLE_BIT(ORACLE_LOST_QOS);
    }
    if (!world_has_filters(world)) {
        set &= (oracle_set)~ORACLE_BIT(ORACLE_LOST_FILTER);
    }
    return set & (oracle_set)~ORACLE_BIT(ORACLE_SHARED_TAP); /* taps have one queue */
}

void
order_open(struct order *order, const struct world *world, oracle_set decided)
{
    *order = (struct order){.world = world, .decided = decided};
    order->none = !footprint_knows_own(world) || is_upset(world);
    if (order->none) {
        return;
    }
    find_conflicts(order);
    order->violable = violable(world);
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        if (!fault_strikes_guests((enum fault)fault) && world->aim[fault].at != OP_NONE) {
            order->aimed |= (uint16_t)(1u << fault);
        }
    }
    for (unsigned number = 0; number < actor_count(world); number++) {
        const struct actor actor = actor_at(world, number);

        if (actor.kind == ACTOR_THREAD) {
            order->thread[actor.index] = (uint8_t)number;
        } else if (actor.kind == ACTOR_KERNEL) {
            order->kernel[actor.index] = (uint8_t)number;
        }
    }
}

oracle_set
order_asks_for(const struct order *order)
{
    oracle_set set = ORACLE_BIT(ORACLE_FOREIGN_DELETE); /* footprint_without_oracles */

    for (enum op_kind kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        set |= footprint_hides(kind);
    }
    return order->none ? 0 : set & order->violable & (oracle_set)~order->decided;
}

/* ---- states ---- */

/* A fault of these may still strike, or one that strikes this guest can strike now: what its thread
 * does decides about that, and nobody else. */
static bool
may_be_struck(const struct order *order, const struct state *state, unsigned guest, uint16_t faults)
{
    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        if (state->control.faults[fault] == 0) {
            continue;
        }
        if ((faults >> fault & 1) != 0 || (order->aimed >> fault & 1) != 0 ||
            (fault_strikes_guests((enum fault)fault) &&
             control_may_strike(order->world, &state->control, (enum fault)fault, guest))) {
            return true;
        }
    }
    return false;
}

/* The end of its process, which its thread waits for, and has nothing else to do. */
static bool
may_exit_alone(const struct order *order, const struct state *state, unsigned guest)
{
    return order->exits && state->control.phase[guest] == PROCESS_CLOSED &&
           state->control.thread[guest].waits == WAIT_EXIT &&
           !may_be_struck(order, state, guest, order->faults_at_exit);
}

/* A start that has tried several names says how many there have to be (sim/spare.h). */
static bool
is_in_work(const struct machine *machine)
{
    return (machine->kind == MACHINE_START || machine->kind == MACHINE_STOP ||
            machine->kind == MACHINE_CLEAN_UP) &&
           machine->tries == 0;
}

/* What the thread wants next, as far as it is asked for below: a release that gives no name back is
 * not the one that does. */
static enum op_kind
wanted_next(const struct order *order, const struct control *control, unsigned guest)
{
    const struct machine *machine = &control->thread[guest].machine;
    const enum op_kind kind =
        machine_table((enum machine_kind)machine->kind)->state[machine->state].op;

    return kind == OP_RELEASE && control_want(order->world, control, guest).release_name != 0
               ? OP_RELEASE_NAME
               : kind;
}

static bool
may_step_alone(const struct order *order, const struct state *state, unsigned guest)
{
    const struct control *control = &state->control;
    enum op_kind kind;

    if (!is_in_work(&control->thread[guest].machine) || control->thread[guest].waits != WAIT_NONE ||
        control_may_exit(control, guest)) {
        return false;
    }
    kind = wanted_next(order, control, guest);
    return order->alone[kind] && (footprint_hides(kind) & order->violable & ~order->decided) == 0 &&
           !may_be_struck(order, state, guest, order->faults[kind]);
}

bool
order_may_go_alone(const struct order *order, const struct state *state, struct actor actor)
{
    if (order->none) {
        return false;
    }
    return actor.kind == ACTOR_THREAD   ? may_step_alone(order, state, actor.index)
           : actor.kind == ACTOR_KERNEL ? may_exit_alone(order, state, actor.index)
                                        : false;
}

unsigned
order_alone(const struct order *order, const struct state *state)
{
    if (order->none) {
        return ORDER_NOBODY;
    }
    for (unsigned guest = 0; guest < order->world->guests; guest++) {
        if (may_step_alone(order, state, guest)) {
            return order->thread[guest];
        }
        if (may_exit_alone(order, state, guest)) {
            return order->kernel[guest];
        }
    }
    return ORDER_NOBODY;
}

bool
order_go_on(const struct order *order, const struct actor *actor, struct state *state,
            oracle_set *objection)
{
    for (unsigned steps = 0; steps < ORDER_MOST; steps++) {
        const unsigned number = order_alone(order, state);

        if (number == ORDER_NOBODY) {
            return true;
        }
        *objection |= actor_take_step(order->world, state, actor[number], NULL);
    }
    return false;
}

/* ---- steps that sleep ---- */

static uint16_t
bit_of(struct actor actor)
{
    if (actor.kind == ACTOR_THREAD) {
        return (uint16_t)(1u << actor.index);
    }
    return (uint16_t)(actor.kind == ACTOR_KERNEL ? 1u << (MAX_GUESTS + actor.index) : 0);
}

_Static_assert(2 * MAX_GUESTS <= 16, "a bit for every guest's thread, and its process");

void
order_look(const struct order *order, const struct state *state, struct actor actor,
           struct order_step *step)
{
    *step = (struct order_step){.bit = bit_of(actor)};
    if (step->bit != 0 || actor.kind == ACTOR_VSWITCHD) {
        step->footprint = footprint_of_step(order->world, state, actor, order->decided);
        step->key = (uint32_t)(1 + actor.kind) << 16 | (uint32_t)step->footprint.op << 8 |
                    step->footprint.about;
    }
}

uint16_t
order_asleep(const struct order_step *step, unsigned steps, unsigned n)
{
    uint16_t asleep = 0;

    for (unsigned i = 0; i < steps && step[n].key != 0; i++) {
        if (step[i].bit != 0 && step[i].key < step[n].key &&
            !footprint_conflicts(&step[i].footprint, &step[n].footprint)) {
            asleep |= step[i].bit;
        }
    }
    return asleep;
}

uint16_t
order_exchange(uint16_t asleep, const struct exchange *exchange)
{
    const unsigned both = 1u | 1u << MAX_GUESTS;
    uint16_t exchanged = 0;

    for (unsigned guest = 0; guest < MAX_GUESTS && asleep != 0; guest++) {
        const unsigned its = (unsigned)asleep >> guest & both;

        exchanged |= (uint16_t)(its << exchange->to[guest]);
    }
    return exchanged;
}

bool
order_sleeps(uint16_t asleep, struct actor actor)
{
    return (asleep & bit_of(actor)) != 0;
}
