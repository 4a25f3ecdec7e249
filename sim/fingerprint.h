/* Fingerprints of steps: equal for steps that a real network cannot tell apart.
 *
 * Such a network has no policy, and nothing of what the daemons remember.  It has devices, ports,
 * rows and processes, the calls that somebody waits for, and the step.  So where many transitions
 * of a graph, or of the graphs of several policies, have one fingerprint, to walk one of them on a
 * real network is to have tried what it does there; what the daemons make of the outcome is left to
 * the machines, which are the same in both worlds.
 *
 * Nor does a network tell apart guests with one description, or names (sim/renaming.h): to have
 * seen guest b create vnet1 while a has vnet0 is to have seen a create vnet0 while b has vnet1.  A
 * name that the kernel makes of a template is another matter: it compares names, and so steps that
 * do this have one fingerprint only where the names are the same. */
#ifndef TAPWEAVE_SIM_FINGERPRINT_H
#define TAPWEAVE_SIM_FINGERPRINT_H

#include "sim/graph.h"
#include "sim/state.h"

/* Writes the fingerprint of each edge of a complete graph of the world's, in their order, to
 * `prints`.  Of two steps that differ they differ too, except by an accident of 64 bits.  False if
 * the allowance does not suffice; what it lends is given back. */
bool fingerprint_steps(const struct world *world, const struct graph *graph,
                       struct allowance *allowance, uint64_t *prints);

#endif
