/* The machines: pure state machines that start a guest, stop it, and take it back after a restart
 * of the daemon, one step at a time.
 *
 *     op = machine_want(machine, ...)        what it wants done next; OP_NONE: it has ended
 *     outcome = somebody carries it out
 *     machine_done(machine, ..., outcome)    it moves on
 *
 * Every machine has one table: its states, the operation of each, and the moves allowed between
 * them.  The assertions in machine_done, the diagrams of `make diagrams` and the tests' transition
 * coverage come from it.
 *
 * A guest may have several nics.  What a machine does for each of them is a loop of its table,
 * which it goes through for one nic after the other. */
#ifndef TAPWEAVE_CORE_MACHINE_H
#define TAPWEAVE_CORE_MACHINE_H

#include "core/daemon.h"

#include <stdbool.h>
#include <stdint.h>

enum machine_kind {
    MACHINE_IDLE,      /* no machine: what all zero means */
    MACHINE_START,     /* core/start.c */
    MACHINE_STOP,      /* core/stop.c */
    MACHINE_CLEAN_UP,  /* core/stop.c: what a failed start leaves is taken down by the same table */
    MACHINE_RECONNECT, /* core/reconnect.c */
    MACHINE_UNPLUG,    /* core/stop.c: the nic alone, from a QEMU that runs on */
    MACHINE_KINDS,
};

/* A machine at work for one guest.  All zero: idle.  `tries`, `wrong_bridge` and some flags are of
 * the nic at hand. */
struct machine {
    uint8_t kind;         /* enum machine_kind */
    uint8_t state;        /* row of the kind's table */
    uint8_t flag;         /* enum machine_flag, or-ed */
    uint8_t tries;        /* start: names that turned out to be taken so far */
    uint8_t wrong_bridge; /* start, reconnect: 1 + index of the bridge that the tap is on and has to
                      leave, or 0 */
    uint8_t nic;          /* which of its guest's nics is at hand: 0 for the first */
};

enum machine_flag {
    MACHINE_FAILED = 1,    /* start: it cannot succeed any more; reconnect: there is no QEMU; stop:
                              the same, and what is left is to release the names; unplug: the
                              same, and nothing is left */
    MACHINE_ON_BRIDGE = 2, /* start, reconnect: the tap is on its bridge already */
    MACHINE_KEEP_PORT = 4, /* stop: the guard said that the port is not ours to delete */
    MACHINE_OPENED = 8,    /* stop: the tap that is to be deleted could be opened */
    MACHINE_NIC_FAILED = 16, /* start: it could not connect the nic at hand (facts 1a, S3 to S9),
                                 whose name it has still to forget */
    MACHINE_LOCKED = 32,     /* start: it holds the mutex */
    MACHINE_KEEPS_NAME = 64, /* start: that name is not to be forgotten */
    MACHINE_AGAIN = 128, /* reconnect, unplug: a daemon that is no more was unplugging the nic */
};

/* Of reconnections, stops and clean-ups: the start of this QEMU has never ended, and the status
 * file says so.  Only starts have the other flag of that bit. */
enum { MACHINE_UNFINISHED = MACHINE_NIC_FAILED };

/* Of starts: their QEMU has been forked, so there is a status file, and has failed.  It is kept
 * only where a daemon may be killed.  Only a start that cannot connect a nic has the other flag of
 * that bit. */
enum { MACHINE_FORKED = MACHINE_KEEPS_NAME };

/* Of stops: QEMU has obeyed this stop's SIGTERM, and has said so on its monitor.  Only starts have
 * the other flag of that bit. */
enum { MACHINE_OBEYED = MACHINE_KEEPS_NAME };

/* Of reconnections: QEMU has taken the nic from the guest, and nobody is told so any more.  Only
 * starts have the other flag of that bit. */
enum { MACHINE_WITHOUT_NIC = MACHINE_LOCKED };

/* Of stops: it was not told to begin by a client, nor by the end of QEMU's monitor, so nobody asks
 * whether its kill has failed (qemuProcessStop without qemuProcessBeginStopJob); and its kill has
 * failed, and so has the stop.  Starts and reconnections have other flags of these bits.  The first
 * is kept only of guests whose kill may fail. */
enum { MACHINE_UNASKED = MACHINE_ON_BRIDGE, MACHINE_STUCK = MACHINE_LOCKED };

_Static_assert((MACHINE_FAILED | MACHINE_ON_BRIDGE | MACHINE_KEEP_PORT | MACHINE_OPENED |
                MACHINE_NIC_FAILED | MACHINE_LOCKED | MACHINE_AGAIN | MACHINE_KEEPS_NAME) == 255,
               "eight different bits");

enum { MACHINE_GO_ON = 255 /* no row: the next one in the order that has anything to do */ };

/* One row of a machine's table. */
struct machine_state {
    const char *name;
    uint64_t next;   /* bit n: it may move to row n from here */
    enum op_kind op; /* OP_NONE: the machine ends here */
    uint8_t loop;    /* 0: it comes once.  Otherwise neighbours of one number are a loop, gone
                        through for one nic after the other: from any of its rows, another nic may
                        begin with any */
};

/* In its functions, the context's nic is the one at hand; `records` are those of all nics, by
 * index, and `record` is that nic's. */
struct machine_table {
    const char *name;
    const struct machine_state *state;
    uint8_t states; /* rows */
    /* The order in which they come; NULL: as they stand. */
    const uint8_t *(*order)(const struct machine *machine, const struct context *context);
    /* Whether a row has anything to do, for this policy and this nic, as things stand. */
    bool (*wants)(uint8_t row, const struct machine *machine, const struct context *context,
                  const struct nic_record *record);
    /* Fills in what the operation of the present row says beyond its kind and its name. */
    void (*fill)(struct operation *op, const struct machine *machine, const struct context *context,
                 const struct nic_record *records);
    /* Notes the outcome of the present row.  Returns the row to go back to, or MACHINE_GO_ON. */
    uint8_t (*note)(struct machine *machine, const struct context *context,
                    struct nic_record *records, struct outcome outcome);
    /* The machine goes on from the present row, of the context's nic, to row `next`. */
    void (*leave)(struct machine *machine, const struct context *context,
                  struct nic_record *records, uint8_t next);
};

/* The table of a kind other than MACHINE_IDLE. */
const struct machine_table *machine_table(enum machine_kind kind);

/* A machine of that kind, about to take its first step for the context's guest.  `records`, here
 * and below: those of all nics, by index. */
struct machine machine_begin(enum machine_kind kind, const struct context *context,
                             const struct nic_record *records);

/* The same of an unplug that a reconnection has found begun: MACHINE_AGAIN. */
struct machine machine_begin_again(const struct context *context, const struct nic_record *records);

/* What it wants next.  OP_NONE once it has ended; then see machine_failed. */
struct operation machine_want(const struct machine *machine, const struct context *context,
                              const struct nic_record *records);

/* Takes the outcome of what it wanted: moves on, and notes in `records` what is now known. */
void machine_done(struct machine *machine, const struct context *context,
                  struct nic_record *records, struct outcome outcome);

/* The same but for the move itself: the row that it would go to, whether the table allows that or
 * not.  For machine_done, and for the test that the tables list all moves. */
uint8_t machine_follow(struct machine *machine, const struct context *context,
                       struct nic_record *records, struct outcome outcome);

/* The index of the nic at hand. */
uint8_t machine_nic(const struct machine *machine, const struct context *context);

/* True if it has ended. */
bool machine_ended(const struct machine *machine);

/* True if it is a start that has begun its QEMU, and has still to set macvtaps up, or has failed in
 * that. */
bool start_has_run(const struct machine *machine);

/* True if it is a start whose QEMU has been forked, and has not run. */
bool start_has_forked(const struct machine *machine);

/* True of a stop that has closed QEMU's monitor.  It does so behind limits and packet filters
 * (qemuProcessStop; docs/facts.md, "Found of libvirtd").  For stops alone. */
bool stop_has_hung_up(const struct machine *machine, const struct context *context);

extern const struct machine_table start_table, stop_table, reconnect_table;

#endif
