/* Which device is on which row of Open vSwitch, event by event; and what is wrong with that.
 *
 * Nothing here reads a file or a clock: events come in the order of their times, from records of a
 * host (harness/record/).  A device is told by its name and its index, which the kernel gives once;
 * a row by its UUID. */
#ifndef TAPWEAVE_HARNESS_RECORD_LEDGER_H
#define TAPWEAVE_HARNESS_RECORD_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

enum { LEDGER_NAME_SIZE = 16, LEDGER_ROW_SIZE = 37, LEDGER_WHO_SIZE = 160 };

enum ledger_kind {
    LEDGER_DEVICE,      /* a device is there, or is said of again */
    LEDGER_DEVICE_GONE, /* it is not there any more */
    LEDGER_ROW,         /* a port's row is inserted */
    LEDGER_ROW_GONE,    /* the row is deleted */
};

struct ledger_event {
    int64_t at; /* microseconds since 1970 */
    enum ledger_kind kind;
    char name[LEDGER_NAME_SIZE];
    uint32_t index;                /* of the device; 0 of a row */
    bool fresh;                    /* of a device: it has never been up */
    char row[LEDGER_ROW_SIZE];     /* its UUID; "" of a device */
    char bridge[LEDGER_NAME_SIZE]; /* of a row that is inserted; "" if that is not known */
    char who[LEDGER_WHO_SIZE];     /* has changed a row: a transaction's comment; or "" */
};

/* What may be wrong; the words are how it is said. */
#define LEDGER_FINDINGS(X)                                                          \
    X(LOST, "lost", "its port was deleted while the device lived, and it lived on") \
    X(FOREIGN, "foreign-row", "it was on a row that was made for another device")   \
    X(STALE, "stale-row", "the row was left behind by its device")

enum ledger_what {
#define X(id, name, text) LEDGER_##id,
    LEDGER_FINDINGS(X)
#undef X
        LEDGER_WHATS,
};

struct ledger_finding {
    enum ledger_what what;
    struct ledger_event event; /* by which it came to be so: its time, the device's index */
    uint32_t before;           /* FOREIGN: the index of the device that the row was made for */
    int64_t until;             /* when it was over; LEDGER_FOR_EVER: not before the records end */
};

#define LEDGER_FOR_EVER INT64_MAX

struct ledger; /* to be closed */

/* NULL if there is no memory. */
struct ledger *ledger_open(void);
void ledger_close(struct ledger *ledger);

/* Takes an event, which is not earlier than the one before.  False if there is no memory. */
bool ledger_take(struct ledger *ledger, const struct ledger_event *event);

/* What has been found, in the order of time; `*count` of them.  What was over within a second is
 * left out: a device whose port is deleted just before it goes is being taken down, a row outlives
 * its device until it is deleted, and a start replaces the row that was there before. */
const struct ledger_finding *ledger_end(struct ledger *ledger, unsigned *count);

const char *ledger_what_name(enum ledger_what what);
const char *ledger_what_text(enum ledger_what what);

#endif
