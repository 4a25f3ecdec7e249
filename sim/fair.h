/* Runs that never end, where rounds have no bound.
 *
 * A run is fair (weakly) if nobody who can take a step from some point on for ever is put off for
 * ever.  Faults need not strike, and clients need not begin another round; all others go on.  So a
 * fair run that does not end goes, from some point on, through the states of one strongly connected
 * component, again and again, in which each actor steps, or cannot in some state; and in such a
 * component there is one.
 *
 * Two things are asked of them.  *Starvation*: in some fair run a guest's command never ends,
 * because others overtake it for ever.  *Unavoidable*: there is no fair run, and none that ends,
 * that does not violate an oracle. */
#ifndef TAPWEAVE_SIM_FAIR_H
#define TAPWEAVE_SIM_FAIR_H

#include "sim/round_trip.h"

/* What never ends, but for commands (enum command). */
enum { FAIR_RECONNECTION = COMMAND_UNPLUG + 1 };

/* What has been found out. */
struct fairness {
    bool judged;            /* nothing below is known otherwise */
    oracle_set unavoidable; /* oracles */
    bool starves;
    uint8_t guest, command; /* in which of a guest's commands, by its index; or before which */
    uint8_t work; /* what never ends there: that command, or what comes in front of it: a stop or an
                     unplug that follows what QEMU has said, or FAIR_RECONNECTION */
    struct round_trip trip; /* such a run; its trace is to be given to free */
    uint8_t *busy; /* if it starves: by state, 1 + the command that the guest is in the middle of,
                      or 0; to be given to free */
};

/* Judges a complete search whose graph has been labelled (sim/due.h).  False if there is no memory.
 */
bool fair_judge(struct found *found, const struct actor *actor, unsigned actors,
                struct fairness *fairness);

#endif
