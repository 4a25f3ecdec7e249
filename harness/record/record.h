/* What happened on a host, by a record of it: a file as events. */
#ifndef TAPWEAVE_HARNESS_RECORD_RECORD_H
#define TAPWEAVE_HARNESS_RECORD_RECORD_H

#include "harness/diagnostic.h"
#include "harness/record/ledger.h"

#include <stddef.h>

/* Events in the order in which they stand in a file. */
struct record {
    const char *path;                   /* not owned */
    const struct record_format *format; /* format.h */
    size_t count;
    struct ledger_event *event;
    size_t understood; /* lines or transactions */
    size_t left_out;   /* those that were not */
    bool cut;          /* its last one is not whole */
    int64_t last;      /* of a log of libvirtd or of its hook: when it said something last, by its
                          own clock; INT64_MIN of another record */
    const char *lacks; /* what it does not say, for people; NULL if that is nothing */
    int64_t ahead;     /* by how much its clock is ahead of the database's, in microseconds; 0 as it
                          is read */
};

void record_free(struct record *record);

/* Appends an event.  False if there is no memory. */
bool record_add(struct record *record, const struct ledger_event *event);

/* True if that is the name of Open vSwitch's database: other programs keep theirs in the same
 * formats.  False with a diagnostic if not. */
bool record_is_of_switch(const struct record *record, const char *name,
                         struct diagnostic *diagnostic);

/* Calls `take` with each whole line, which ends with a NUL in place of its newline,
 * and its number from 1; notes whether the last one is cut off.  False as soon as `take` is. */
bool record_lines(struct record *record, char *text, size_t size,
                  bool (*take)(void *reader, char *line, size_t number), void *reader);

/* Finds by how much the clock of a record is ahead of that of the database (`ahead`): so that the
 * most rows are made, or deleted, soon behind or before what happens to a device or a guest of that
 * name, the sooner the better.  0 if those within a second are not two more than with the clocks as
 * they are, if that is not twice as good, or if it is less than half a second.  The first 1048576
 * pairs of such events count, and of those the nearest are looked at 2^28 times.  False if there is
 * no memory. */
bool record_line_up(struct record *record, const struct record *database);

#endif
