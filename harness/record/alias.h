/* Guests by one name each: a database has their UUIDs, logs say which name has which UUID. */
#ifndef TAPWEAVE_HARNESS_RECORD_ALIAS_H
#define TAPWEAVE_HARNESS_RECORD_ALIAS_H

#include "harness/record/record.h"

struct alias {
    char uuid[LEDGER_ROW_SIZE], name[LEDGER_GUEST_SIZE];
};

struct aliases {
    size_t count;
    struct alias *alias; /* to be freed */
};

/* Notes what a record says of names (LEDGER_ALIAS); of several names of a UUID, the last one.
 * False if there is no memory. */
bool aliases_take(struct aliases *aliases, const struct record *record);

/* Puts names in the place of UUIDs that have one. */
void aliases_apply(const struct aliases *aliases, struct record *record);

#endif
