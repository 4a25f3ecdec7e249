/* Whose the violations of a state or a step are: for reports.  The search asks only which oracles
 * are violated, and passes NULL where victims could be named. */
#ifndef TAPWEAVE_SIM_VICTIM_H
#define TAPWEAVE_SIM_VICTIM_H

#include "sim/event.h"
#include "sim/state.h"

/* What of its owner's is concerned, and is called by `name`. */
enum victim_kind {
    VICTIM_GUEST,  /* the guest itself, or a nic that has no device any more; it has no name */
    VICTIM_DEVICE, /* the device that has the name now, or had it before the step */
    VICTIM_PORT,   /* the row or the binding of that name */
    VICTIM_NAME,   /* the name, whatever has it */
};

struct victim {
    uint8_t oracle; /* enum oracle: what is violated */
    uint8_t kind;   /* enum victim_kind */
    uint8_t owner;  /* as of a device: 1 + the nic, THIRD_PARTY or ADMINISTRATOR; 0: nobody's */
    uint8_t other;  /* 1 + the second nic, if the oracle is about two of them; else 0 */
    uint8_t name;   /* IFNAME_NONE of VICTIM_GUEST */
};

enum {
    /* Of a step, the state behind it, and the end of a run: at most two for each name by the step,
     * one by the state, three at the end; and what is of nics, pairs of nics and guests. */
    MAX_VICTIMS = 6 * IFNAME_MAX_NAMES + 8 * MAX_NICS + MAX_NICS * MAX_NICS,
};

/* In the order of the oracles' rules, which is no order of time. */
struct victims {
    unsigned count;
    struct victim victim[MAX_VICTIMS];
};

void victims_add(struct victims *victims, struct victim victim);

/* Adds the victims of a step, which was taken in the state `before`. */
void victims_of_step(const struct state *before, const struct event *event,
                     struct victims *victims);

#endif
