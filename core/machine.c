/* What all machines share: finding the table, building the operation of a state, and moving only
 * where the table allows.  See machine.h. */
#include "core/machine.h"

#include <assert.h>
#include <stddef.h>

const struct machine_table *
machine_table(enum machine_kind kind)
{
    assert(kind > MACHINE_IDLE && kind < MACHINE_KINDS);
    return kind == MACHINE_START       ? &start_table
           : kind == MACHINE_RECONNECT ? &reconnect_table
                                       : &stop_table;
}

uint8_t
machine_nic(const struct machine *machine, const struct context *context)
{
    assert(machine->nic < context->nics);
    return context->nic_at[machine->nic];
}

/* ---- the order of rows and nics ---- */

/* The order of a machine's rows.  `order` NULL: as they stand. */
struct path {
    const struct machine_state *state;
    const uint8_t *order;
};

static struct path
path_of(const struct machine *machine, const struct context *context)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);

    return (struct path){table->state,
                         table->order == NULL ? NULL : table->order(machine, context)};
}

static uint8_t
row_at(struct path path, size_t place)
{
    return path.order == NULL ? (uint8_t)place : path.order[place];
}

static uint8_t
loop_at(struct path path, size_t place)
{
    return path.state[row_at(path, place)].loop;
}

static void
take_up(struct machine *machine, unsigned nic)
{
    if (machine->nic != nic) {
        machine->nic = (uint8_t)nic;
        machine->tries = 0;
        machine->wrong_bridge = 0;
        machine->flag &= (uint8_t) ~(MACHINE_ON_BRIDGE | MACHINE_KEEP_PORT | MACHINE_OPENED);
    }
}

/* The place behind this one: the next one in the order or, at the end of a loop, its beginning for
 * the next nic. */
static size_t
behind(size_t place, struct path path, struct machine *machine, unsigned nics)
{
    uint8_t loop = loop_at(path, place);

    assert(place + 1 < machine_table((enum machine_kind)machine->kind)->states);
    if (loop_at(path, place + 1) == loop) {
        return place + 1;
    }
    if (loop != 0 && machine->nic + 1u < nics) {
        take_up(machine, machine->nic + 1u);
        while (place > 0 && loop_at(path, place - 1) == loop) {
            place--;
        }
        return place;
    }
    take_up(machine, 0);
    return place + 1;
}

/* The first row from this place on that has anything to do. */
static uint8_t
seek(size_t place, struct path path, struct machine *machine, const struct context *context,
     const struct nic_record *records)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    struct context local = daemon_nic(context, machine_nic(machine, context));

    while (!table->wants(row_at(path, place), machine, &local, &records[local.at_hand])) {
        place = behind(place, path, machine, context->nics);
        local.at_hand = machine_nic(machine, context);
    }
    return row_at(path, place);
}

/* The first row behind the present one that has anything to do; it becomes the turn of another nic
 * where a loop says so. */
static uint8_t
next_row(struct machine *machine, const struct context *context, const struct nic_record *records)
{
    struct path path = path_of(machine, context);
    size_t place = 0;

    while (row_at(path, place) != machine->state) {
        place++;
        assert(place < machine_table((enum machine_kind)machine->kind)->states);
    }
    place = behind(place, path, machine, context->nics);
    return seek(place, path, machine, context, records);
}

static struct machine
begin(enum machine_kind kind, uint8_t flag, const struct context *context,
      const struct nic_record *records)
{
    struct machine machine = {.kind = (uint8_t)kind, .flag = flag};

    machine.state = seek(0, path_of(&machine, context), &machine, context, records);
    assert(!machine_ended(&machine)); /* each has something to do in any case */
    return machine;
}

struct machine
machine_begin(enum machine_kind kind, const struct context *context,
              const struct nic_record *records)
{
    return begin(kind, 0, context, records);
}

struct machine
machine_begin_again(const struct context *context, const struct nic_record *records)
{
    return begin(MACHINE_UNPLUG, MACHINE_AGAIN, context, records);
}

/* ---- what is wanted, and what came of it ---- */

/* Operations that are about no device, or about those of all nics. */
static bool
has_no_name(enum op_kind kind)
{
    return kind == OP_NONE || kind == OP_LOCK || kind == OP_UNLOCK || kind == OP_CONNECT ||
           kind == OP_KILL || kind == OP_UNBIND_PORT;
}

struct operation
machine_want(const struct machine *machine, const struct context *context,
             const struct nic_record *records)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    struct context local = daemon_nic(context, machine_nic(machine, context));
    const struct nic_record *record = &records[local.at_hand];
    enum op_kind kind = table->state[machine->state].op;
    struct operation op = {.kind = (uint8_t)kind};

    assert(machine->state < table->states);
    if (!has_no_name(kind)) {
        op.name = record->name != IFNAME_NONE ? record->name : daemon_fixed(&local);
    }
    table->fill(&op, machine, &local, records);
    return op;
}

uint8_t
machine_follow(struct machine *machine, const struct context *context, struct nic_record *records,
               struct outcome outcome)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    struct context local = daemon_nic(context, machine_nic(machine, context));
    uint8_t next = table->note(machine, &local, records, outcome);

    assert(outcome.waits == WAIT_NONE); /* only who has waited goes on */
    if (next == MACHINE_GO_ON) {
        next = next_row(machine, &local, records);
        table->leave(machine, &local, records, next);
    }
    assert(next < table->states);
    return next;
}

void
machine_done(struct machine *machine, const struct context *context, struct nic_record *records,
             struct outcome outcome)
{
    const struct machine_table *table = machine_table((enum machine_kind)machine->kind);
    const struct machine_state *from = &table->state[machine->state];
    uint8_t nic = machine->nic;
    uint8_t next = machine_follow(machine, context, records, outcome);

    assert((from->next >> next & 1) != 0 ||
           (nic != machine->nic && from->loop == table->state[next].loop));
    (void)from;
    (void)nic;
    machine->state = next;
}

bool
machine_ended(const struct machine *machine)
{
    return machine_table((enum machine_kind)machine->kind)->state[machine->state].op == OP_NONE;
}
