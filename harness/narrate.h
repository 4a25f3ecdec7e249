/* Steps in words: what an actor did, and what changed in the world by it. */
#ifndef TAPWEAVE_HARNESS_NARRATE_H
#define TAPWEAVE_HARNESS_NARRATE_H

#include "harness/cell.h"
#include "sim/actor.h"

enum {
    NARRATE_STEP_SIZE = 96,
    NARRATE_CHANGE_SIZE = 400,
    NARRATE_VLAN_SIZE = 16,
    NARRATE_VICTIM_SIZE = 128
};

/* How many lives each name has had so far: vnet0#2 is the second device called vnet0. */
struct lives {
    unsigned of[IFNAME_MAX_NAMES + 1];
};

/* The name of a step, as traces have it: the operation's, or what the actor does ("crash", "exit",
 * ...). */
const char *narrate_step_name(const struct event *event);

/* The step with its arguments and its outcome, "add-port vnet0 br0" or "add-if vnet0 lb0: EBUSY".
 */
void narrate_step(const struct scenario *scenario, const struct world *world,
                  const struct event *event, char text[NARRATE_STEP_SIZE]);

/* What stands behind a port: its tag, ", VLAN 2", or "" if it has none. */
const char *narrate_vlan(uint8_t vlan, char text[NARRATE_VLAN_SIZE]);

/* The number of a nic among those of its guest, from 1. */
unsigned narrate_nic_number(const struct world *world, unsigned nic);

/* Whose a violation is: "b", "b's vnet0#2", "b's port vnet0", "a and b, vnet0". */
void narrate_victim(const struct scenario *scenario, const struct world *world,
                    const struct victim *victim, unsigned life, char text[NARRATE_VICTIM_SIZE]);

/* Lives in the initial state. */
void narrate_begin(const struct state *state, struct lives *lives);

/* What is different in `after`, separated by "; ".  Counts the lives that begin. */
void narrate_change(const struct scenario *scenario, const struct world *world,
                    const struct state *before, const struct state *after, struct lives *lives,
                    char text[NARRATE_CHANGE_SIZE]);

#endif
