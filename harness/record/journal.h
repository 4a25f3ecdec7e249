/* The transactions of a database of Open vSwitch, one after the other, as events. */
#ifndef TAPWEAVE_HARNESS_RECORD_JOURNAL_H
#define TAPWEAVE_HARNESS_RECORD_JOURNAL_H

#include "harness/record/record.h"

#include <jansson.h>

struct journal; /* to be closed */

/* The record gets the events; it has to live as long as the journal.  NULL if there is no memory.
 */
struct journal *journal_open(struct record *record);
void journal_close(struct journal *journal);

/* A transaction as it stands in the database's file: for each table the rows that change, by their
 * UUIDs, null for one that is deleted; `_date` in milliseconds, and `_comment`.  Rows may be told
 * by the first digits of their UUIDs, if all are.  Counts it as understood if it is a transaction;
 * as left out if not.  False if there is no memory. */
bool journal_take(struct journal *journal, const json_t *transaction);

#endif
