/* The records of a host, side by side, and what was wrong on it. */
#ifndef TAPWEAVE_HARNESS_RECORD_TIMELINE_H
#define TAPWEAVE_HARNESS_RECORD_TIMELINE_H

#include "harness/diagnostic.h"
#include "harness/record/log_devices.h"
#include "harness/record/settle.h"

enum {
    TIMELINE_LOGS = 16,
    TIMELINE_WHOSE = 1000, /* of so many findings, guests and the switch are looked for */
};

struct timeline {
    struct record database;
    struct record links; /* its path is NULL if there is none; then its events are what logs tell */
    enum device_source source; /* of devices */
    int64_t ahead;             /* by how much the clock of the links is, in microseconds */
    struct record log[TIMELINE_LOGS];
    unsigned logs;
    struct ledger_event *event; /* of all of them, in the order of time, by the database's clock */
    size_t events;
    struct ledger *ledger;
    const struct ledger_finding *finding; /* in the order of time, by the database's clock */
    unsigned findings;
    struct settled settled; /* without links: the same findings, and what is not sure */
};

/* Reads `count` files, and `links` if that is not NULL, and lines them up: one database, at most
 * one record of links, and any logs.  To be given to timeline_close; false with a diagnostic, and
 * nothing to close. */
bool timeline_open(struct timeline *timeline, char *const *files, unsigned count, const char *links,
                   struct diagnostic *diagnostic);
void timeline_close(struct timeline *timeline);

/* The first finding by which a guest has lost its network, or was on another's row; NULL if there
 * is none. */
const struct ledger_finding *timeline_first(const struct timeline *timeline);

/* By how much the one record, of rows or of devices, begins later than the other one ends, in
 * microseconds: then they say nothing of each other.  Below zero if the devices are the earlier
 * ones; 0 if they are less than a minute apart, or one of them is empty. */
int64_t timeline_apart(const struct timeline *timeline);

#endif
