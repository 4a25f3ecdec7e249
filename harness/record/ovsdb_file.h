/* The file of a standalone ovsdb-server, record by record.
 *
 * It is a log of JSON records, each with its length and its SHA-1 before it (ovsdb(5)).  The first
 * one is the schema, the others are transactions (journal.h). */
#ifndef TAPWEAVE_HARNESS_RECORD_OVSDB_FILE_H
#define TAPWEAVE_HARNESS_RECORD_OVSDB_FILE_H

#include <jansson.h>

/* The next record from *text on, where it may stand behind other bytes, up to `end`; to be
 * released. *text is then behind it.  JSON's null is one that is not understood.  NULL: there is
 * none; *text is then where one begins that is not whole, or NULL. */
json_t *ovsdb_file_next(const char **text, const char *end);

#endif
