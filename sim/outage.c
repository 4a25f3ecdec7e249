/* An outage of ovsdb-server, and ovs-vswitchd's steps beside it: see outage.h. */
#include "sim/outage.h"

#include "sim/guest_thread.h"
#include "sim/ovs.h"

#include <assert.h>

bool
outage_happens(const struct world *world)
{
    return world->faults[FAULT_OVSDB_OUTAGE] > 0;
}

bool
outage_can_begin(const struct world *world, const struct state *state, unsigned none)
{
    (void)world;
    (void)none;
    return !state_lacks_ovsdb(state);
}

/* What was committed has been sent to ovs-vswitchd, which reads it before the end of the
 * connection.  Nobody is told: cur_cfg cannot be written. */
void
outage_begin(const struct world *world, struct state *state, unsigned none, struct event *event)
{
    (void)none;
    (void)event;
    if (state->network.ovsdb == OVSDB_UP) {
        ovs_vswitchd_run(world, state);
    }
    state->network.ovsdb = OVSDB_DOWN;
}

bool
outage_can_end(const struct world *world, const struct state *state, unsigned none)
{
    (void)world;
    (void)none;
    return state_lacks_ovsdb(state);
}

void
outage_end(const struct world *world, struct state *state, unsigned none, struct event *event)
{
    (void)world;
    (void)none;
    event->kind = EVENT_START_OVSDB;
    state->network.ovsdb = OVSDB_BACK;
}

bool
outage_outlasts(const struct state *state, unsigned guest)
{
    return state->network.ovsdb != OVSDB_UP && control_waits_for_vswitchd(&state->control, guest);
}

bool
outage_vswitchd_enabled(const struct world *world, const struct state *state, unsigned none)
{
    (void)none;
    switch ((enum ovsdb_phase)state->network.ovsdb) {
    case OVSDB_UP:
        return control_is_vswitchd_awaited(world, &state->control) ||
               ovs_vswitchd_is_behind(world, state);
    case OVSDB_DOWN:
        return ovs_link_events_are_unread(world, state);
    case OVSDB_BACK:
        return true;
    }
    assert(false);
    return false;
}

void
outage_vswitchd_step(const struct world *world, struct state *state, unsigned none,
                     struct event *event)
{
    (void)none;
    event->kind = EVENT_RECONFIGURE;
    if (state_lacks_ovsdb(state)) {
        event->kind = EVENT_READ_LINKS;
        ovs_read_link_events(world, state);
        return;
    }
    if (state->network.ovsdb == OVSDB_BACK) {
        ovs_read_link_events(world, state); /* its main loop goes on while it connects */
        state->network.ovsdb = OVSDB_UP;
    }
    ovs_vswitchd_run(world, state);
    guest_thread_answer_all(world, state, event);
}
