/* References: see reference.h. */
#include "sim/reference.h"

#include <assert.h>

static void
move(uint8_t *reference, uint8_t name, uint8_t to)
{
    *reference = *reference == name ? to : *reference;
}

/* The descriptors and indexes that lead to the device lead to another name, or, with IFNAME_NONE,
 * nowhere. */
static void
move_descriptors(const struct world *world, struct state *state, uint8_t name, uint8_t to)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        move(&state->network.tap[nic], name, to);
        move(&state->network.opened[nic], name, to);
        move(&state->network.indexed[nic], name, to);
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        move(&state->network.leaked[guest], name, to);
    }
}

void
reference_device_dies(const struct world *world, struct state *state, uint8_t name)
{
    uint8_t incarnation = device_incarnation(&state->network.device[name]);

    assert(state->network.device[name].kind != DEVICE_NONE);
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct nic_record *record = &state->control.daemon.record[nic];

        if ((record->name == name || world_renames(world)) && record->tap == incarnation &&
            (incarnation != nic + 1 || record->persist != 0)) {
            record->tap = TAP_GONE;
        }
    }
    move_descriptors(world, state, name, IFNAME_NONE);
    assert(reference_descriptors(world, state, name, HOLDER_QEMU) == 0 &&
           reference_descriptors(world, state, name, HOLDER_DAEMON) == 0 &&
           reference_descriptors(world, state, name, HOLDER_HELPER) == 0);
}

void
reference_device_renamed(const struct world *world, struct state *state, uint8_t name, uint8_t to)
{
    assert(name != to && to != IFNAME_NONE);
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        assert(state->network.tap[nic] != to && state->network.opened[nic] != to);
    }
    move_descriptors(world, state, name, to);
}

/* An ovs-vsctl that has inserted the row, or adopted it, still waits for ovs-vswitchd. */
static void
cut_answer(const struct world *world, struct state *state, unsigned nic, uint8_t uuid)
{
    unsigned guest = world_guest(world, nic);
    struct thread *thread = &state->control.thread[guest];

    assert(uuid != ROW_GONE); /* a row that is there has another */
    if (thread->waits == WAIT_VSWITCHD && thread->answer == uuid && thread->answer != 0 &&
        control_nic(world, &state->control, guest) == nic) {
        thread->answer = ROW_GONE;
    }
}

/* The command line of an ovs-vsctl that is still to run has the UUID. */
static void
cut_orphans(const struct world *world, struct state *state, uint8_t name, uint8_t uuid)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        struct operation *op = &state->network.delayed[guest].op;

        if (op->kind == OP_REMOVE_PORT && op->name == name && op->row == uuid &&
            state->network.delayed[guest].orphan != 0) {
            op->row = ROW_GONE;
        }
    }
}

void
reference_row_goes(const struct world *world, struct state *state, uint8_t name)
{
    uint8_t uuid = state->network.row[name].uuid;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        struct nic_record *record = &state->control.daemon.record[nic];

        if (record->name == name) {
            record->port = record->port == uuid && uuid != 0 ? ROW_GONE : record->port;
            cut_answer(world, state, nic, uuid);
        }
    }
    cut_orphans(world, state, name, uuid);
    for (unsigned guest = 0; state->network.row[name].dependents >> guest != 0; guest++) {
        if ((state->network.row[name].dependents >> guest & 1) != 0) {
            assert(state->network.delayed[guest].op.kind != OP_NONE);
            reference_drop_delayed(world, state, guest);
        }
    }
}

unsigned
reference_descriptors(const struct world *world, const struct state *state, uint8_t name,
                      enum holder holder)
{
    unsigned count = 0;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        count += holder == HOLDER_DAEMON && state->network.opened[nic] == name;
        count += holder == HOLDER_QEMU && state->network.tap[nic] == name;
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        count += holder == HOLDER_HELPER && state->network.leaked[guest] == name;
    }
    return count;
}

void
reference_drop_delayed(const struct world *world, struct state *state, unsigned guest)
{
    state->network.delayed[guest] = (struct delayed){0};
    for (unsigned name = 1; name <= world->names.names; name++) {
        state->network.row[name].dependents &= (uint8_t) ~(1u << guest);
    }
}
