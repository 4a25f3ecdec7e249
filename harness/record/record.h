/* What happened on a host, by its records: a database of Open vSwitch, whose file is a journal, and
 * what `ip monitor link` has printed. */
#ifndef TAPWEAVE_HARNESS_RECORD_RECORD_H
#define TAPWEAVE_HARNESS_RECORD_RECORD_H

#include "harness/diagnostic.h"
#include "harness/record/ledger.h"

#include <stddef.h>

/* Events in the order in which they stand in a file. */
struct record {
    const char *path; /* not owned */
    size_t count;
    struct ledger_event *event;
    size_t left_out; /* lines or transactions that were not understood */
    bool cut;        /* its last one is not whole */
};

enum { RECORD_MOST_BYTES = 256 << 20 /* of a file */ };

/* Read a file; to be given to record_free.  False with a diagnostic, and nothing to free, if it
 * cannot be read, or nothing in it is understood. */
bool record_read_ovsdb(struct record *record, const char *path, struct diagnostic *diagnostic);
bool record_read_links(struct record *record, const char *path, struct diagnostic *diagnostic);
void record_free(struct record *record);

/* Appends an event.  False if there is no memory. */
bool record_add(struct record *record, const struct ledger_event *event);

/* All bytes of a file, with a NUL behind them, to be given to free(); NULL with a diagnostic. */
char *record_bytes(const char *path, size_t *size, struct diagnostic *diagnostic);

/* By how much the clock of the links is ahead of that of the database, in microseconds: so that the
 * most rows are made within a second behind a device of their name, and as soon as may be.  0 if
 * those are not two more than with the clocks as they are, or it is less than half a second. */
int64_t record_ahead(const struct record *links, const struct record *database);

#endif
