/* Judges states: what must not be in any state, and what must not be left in a last one (nothing is
 * enabled: quiescence).  The oracles see incarnations; the code under test knows names alone. */
#ifndef TAPWEAVE_SIM_ORACLE_H
#define TAPWEAVE_SIM_ORACLE_H

#include "sim/oracle_set.h"
#include "sim/state.h"
#include "sim/victim.h"

/* True if the device of a running guest's nic is where it was configured, or on its way there
 * without anybody's help: what lost-attachment denies. */
bool oracle_attached(const struct world *world, const struct state *state, unsigned nic);

/* True if frames of its bridge reach that nic.  They do if it is attached; and also at a
 * half-dead port of the netdev datapath, which sends to whatever has the name, and hears nothing
 * (facts 3b). */
bool oracle_reached(const struct world *world, const struct state *state, unsigned nic);

/* True if that nic's frames reach its bridge.  They do if it is attached; and also at a port of the
 * netdev datapath whose device it was before it was renamed, and another one took the name. */
bool oracle_heard(const struct world *world, const struct state *state, unsigned nic);

/* The oracles of kind STATE that the state violates. */
oracle_set oracle_judge_state(const struct world *world, const struct state *state);

/* The oracles of kind QUIESCENCE that it violates, if nothing is enabled in it. */
oracle_set oracle_judge_end(const struct world *world, const struct state *state);

/* Both, if it is a last state, or the first alone; and whose the violations are, which are added to
 * `victims`. */
oracle_set oracle_name_victims(const struct world *world, const struct state *state, bool last,
                               struct victims *victims);

#endif
