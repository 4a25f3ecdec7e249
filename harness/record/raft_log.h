/* The transactions of a clustered database, by what its server remembers for Raft (ovsdb(5)).
 *
 * A server writes an entry before it is known that it counts: most servers have to have it.  Until
 * then another one may take its place, of the same index.  How far they count is written behind
 * them (`commit_index`). */
#ifndef TAPWEAVE_HARNESS_RECORD_RAFT_LOG_H
#define TAPWEAVE_HARNESS_RECORD_RAFT_LOG_H

#include "harness/record/journal.h"

struct raft_log {
    struct record *record;   /* gets what is counted: understood, left out, lacks; not owned */
    struct journal *journal; /* gets the transactions; not owned */
    /* To begin with, NULL, 0 and false: */
    json_t *entries; /* those that are not known to count, behind `taken` others */
    size_t taken;
    bool commits; /* it has been said how far they count */
};

/* Whether a record's indexes may be: an entry's is above 0, and no server counts to below 0.  A
 * smaller one would take the place of all entries. */
bool raft_log_is_sound(const json_t *record);

/* Takes a record of the file, which is sound.  False if there is no memory. */
bool raft_log_take(struct raft_log *log, json_t *record);

/* There are no more.  Entries of which the file does not say that they count are left out; they are
 * taken if it never says so.  False if there is no memory. */
bool raft_log_end(struct raft_log *log);

#endif
