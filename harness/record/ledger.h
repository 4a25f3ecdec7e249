/* Which device is on which row of Open vSwitch, event by event; and what is wrong with that.
 *
 * Nothing here reads a file or a clock: events come in the order of their times, from records of a
 * host (harness/record/), or as they happen (harness/live/).  A device is told by its name and its
 * index, which the kernel gives once; a row by its UUID.  Only devices and rows decide what is
 * wrong; what else an event may be says whose they are, and who did it (whose.h). */
#ifndef TAPWEAVE_HARNESS_RECORD_LEDGER_H
#define TAPWEAVE_HARNESS_RECORD_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

enum { LEDGER_NAME_SIZE = 16, LEDGER_ROW_SIZE = 37, LEDGER_WHO_SIZE = 160, LEDGER_GUEST_SIZE = 64 };

enum { LEDGER_NO_TAG = 4096 /* a port that is in no VLAN, or in all of them */ };

/* What an event says; the words are for reports. */
#define LEDGER_KINDS(X)                                                                  \
    X(DEVICE, "device", "a device is there, or is said of again")                        \
    X(DEVICE_GONE, "device-gone", "a device is not there any more")                      \
    X(ROW, "row", "a port's row is inserted")                                            \
    X(ROW_GONE, "row-gone", "the row is deleted")                                        \
    X(OWNER, "owner", "the device of that name is the guest's")                          \
    X(ALIAS, "alias", "`guest` is the name of the guest whose UUID is `row`")            \
    X(START, "start", "the guest is about to be started")                                \
    X(RUNS, "runs", "it runs")                                                           \
    X(STOP, "stop", "its process is gone, or about to be killed")                        \
    X(STOPPED, "stopped", "all that was the guest's is taken down")                      \
    X(ADD, "add", "somebody is about to ask for a port, for the guest if that is known") \
    X(DELETE, "delete", "somebody is about to ask for a port to be deleted")             \
    X(TAKEN, "taken", "the switch has taken the device of that name")                    \
    X(GIVEN_UP, "given-up", "the switch has given it up")                                \
    X(TAG, "tag", "the tag of a port's row is set")                                      \
    X(JOIN, "join", "a device joins a Linux bridge: of a chronicle")                     \
    X(LEAVE, "leave", "it leaves it, and lives on: of a chronicle")

enum ledger_kind {
#define X(id, name, text) LEDGER_##id,
    LEDGER_KINDS(X)
#undef X
        LEDGER_KINDS_COUNT,
};

struct ledger_event {
    int64_t at; /* microseconds since 1970, or of any clock that never goes back */
    enum ledger_kind kind;
    char name[LEDGER_NAME_SIZE];   /* of a device, or a row; "" of a guest as a whole */
    uint32_t index;                /* of the device; 0 of all else */
    bool fresh;                    /* of a device: it has never been up; of an owner: the device
                                      has just been made */
    bool wants_port;               /* of a device: it is a tap that is up, which a process holds,
                                      and no other bridge has */
    char row[LEDGER_ROW_SIZE];     /* its UUID, or the first digits of it; "" of a device */
    char bridge[LEDGER_NAME_SIZE]; /* of a row that is inserted, or a Linux bridge that a device is
                                      in; "" if that is not known, or in none */
    bool netdev;                   /* that bridge's datapath is the userspace one */
    uint16_t tag;                  /* of a row that is inserted, or whose tag is set: its VLAN, or
                                      LEDGER_NO_TAG; 0: that is not known */
    uint16_t asked;                /* the same, as the call that changed the row asks for it */
    char who[LEDGER_WHO_SIZE];     /* has changed a row: a transaction's comment; or "" */
    char guest[LEDGER_GUEST_SIZE]; /* whose it is: a name, or a UUID; "" if that is not known */
};

/* What may be wrong; the words are how it is said. */
#define LEDGER_FINDINGS(X)                                                          \
    X(LOST, "lost", "its port was deleted while the device lived, and it lived on") \
    X(FOREIGN, "foreign-row", "it was on a row that was made for another device")   \
    X(STALE, "stale-row", "its row was there without a device")                     \
    X(NO_PORT, "no-port", "it was a tap in use, and had no port")

enum ledger_what {
#define X(id, name, text) LEDGER_##id,
    LEDGER_FINDINGS(X)
#undef X
        LEDGER_WHATS,
};

struct ledger_finding {
    enum ledger_what what;
    struct ledger_event event; /* by which it came to be so: its time; its row, if there is one; the
                                  device's index, 0 of a row that has had no device */
    uint32_t before;           /* FOREIGN: the index of the device that the row was made for */
    int64_t until;             /* when it was over; LEDGER_FOR_EVER: not before the records end */
    bool told;                 /* by ledger_tell before: this is its end */
    /* Not of the ledger, but of whose.h; "" and 0 if that is not known: */
    char guest[LEDGER_GUEST_SIZE];        /* whose device it is */
    char before_guest[LEDGER_GUEST_SIZE]; /* FOREIGN: for whom the row was made */
    char by_guest[LEDGER_GUEST_SIZE];     /* LOST: for whom the row was deleted */
    bool by_call; /* a log says so; otherwise that guest was being stopped, and had had the name */
    bool by_stop; /* as a part of that guest's stop */
    int64_t switched; /* when the switch gave the device up (LOST), or took it (FOREIGN) */
};

#define LEDGER_FOR_EVER INT64_MAX

struct ledger; /* to be closed */

/* NULL if there is no memory.  `all`: every device that there is will be told of, so that a row of
 * another name has no device. */
struct ledger *ledger_open(bool all);
void ledger_close(struct ledger *ledger);

/* Takes an event, which is not earlier than the one before.  Only devices and rows matter to it.
 * False if there is no memory. */
bool ledger_take(struct ledger *ledger, const struct ledger_event *event);

/* Events of one kind, LEDGER_DEVICE or LEDGER_ROW, are now a list of all that there are, and then
 * the list ends: what is not in it is gone.  What happened after `since` may not have been told: so
 * a device may be on a row that was made later than that.  What the list ends, and nobody was told
 * of, is left out: how long it lasted is not known.  False if there is no memory. */
void ledger_list(struct ledger *ledger, enum ledger_kind kind, int64_t since);
bool ledger_listed(struct ledger *ledger, enum ledger_kind kind, int64_t at);

/* What has been found, in the order of time: `*count` of them, which are the ledger's; it takes no
 * more events.  False if there is no memory.  What was over within a second is left out: a device
 * whose port is deleted just before it goes is being taken down, a row outlives its device until it
 * is deleted, and a start replaces the row that was there before. */
bool ledger_end(struct ledger *ledger, struct ledger_finding **findings, unsigned *count);

/* The same while it happens.  Says in *finding what has lasted a second by `now`, or was told of
 * and is over, each once; false if there is no more of that.  The ledger forgets what is over. */
bool ledger_tell(struct ledger *ledger, int64_t now, struct ledger_finding *finding);

/* That finding, which was told and is not over, is none: nothing more is told of it, unless its
 * device is said of again. */
void ledger_withdraw(struct ledger *ledger, const struct ledger_finding *finding);

/* When there will be something to tell if nothing happens before; LEDGER_FOR_EVER: never. */
int64_t ledger_next(const struct ledger *ledger);

/* How many devices and rows there are. */
void ledger_count(const struct ledger *ledger, unsigned *devices, unsigned *rows);

#endif
