/* Taps in use without a port: those that were told of, and those that are let off, because they are
 * routed (routed.h).  An address or a route may come and go later, and the kernel's messages about
 * devices do not say so: so it is asked again, now and then. */
#ifndef TAPWEAVE_HARNESS_LIVE_TAPS_H
#define TAPWEAVE_HARNESS_LIVE_TAPS_H

#include "harness/record/record.h"

struct tap {
    uint32_t index;
    char name[LEDGER_NAME_SIZE];
    bool routed; /* it is let off */
};

struct taps {
    unsigned count;
    struct tap *tap;
    int64_t again; /* when the kernel is to be asked again; by the clock of live.h */
};

void taps_close(struct taps *taps);

/* A finding about a tap is about to be told, or is let off, if the tap is routed.  False if there
 * is no memory. */
bool taps_add(struct taps *taps, const struct ledger_finding *finding, bool routed, int64_t now);

/* The device of that index is said of again, or has gone; or all are, if it is 0.  Those of them
 * that were let off are forgotten: the ledger begins anew with them. */
void taps_said(struct taps *taps, uint32_t index);

/* A finding that was told is over. */
void taps_over(struct taps *taps, const struct ledger_finding *finding);

/* When the kernel is to be asked again; LEDGER_FOR_EVER if there is no tap. */
int64_t taps_next(const struct taps *taps);

/* Asks the kernel, and appends to the record that a tap which was told of wants no port any more,
 * since it is routed, and that one which was let off wants one.  False if there is no memory. */
bool taps_ask(struct taps *taps, int64_t now, struct record *record);

/* It took from `now` to `ended` to ask: it is asked again a second later, or so much later that
 * asking takes at most a twentieth of the time. */
void taps_asked(struct taps *taps, int64_t now, int64_t ended);

#endif
