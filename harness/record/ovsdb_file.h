/* The file of an ovsdb-server, record by record.
 *
 * It is a log of JSON records, each with its length and its SHA-1 before it (ovsdb(5)).  Of a
 * standalone server, the first one is the schema, and the others are transactions (journal.h); of a
 * clustered one, they are what Raft has to remember (raft_log.h). */
#ifndef TAPWEAVE_HARNESS_RECORD_OVSDB_FILE_H
#define TAPWEAVE_HARNESS_RECORD_OVSDB_FILE_H

#include <jansson.h>
#include <stdbool.h>

/* The next record from *text on, where it may stand behind other bytes, up to `end`; to be
 * released. *text is then behind it.  JSON's null is one that is not understood.  NULL: there is
 * none; *text is then where one begins that is not whole, or NULL.  *clustered: whose it is. */
json_t *ovsdb_file_next(const char **text, const char *end, bool *clustered);

#endif
