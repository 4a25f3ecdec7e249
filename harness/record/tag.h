/* Tags of ports: as a database has them, and as ovs-vsctl is asked for them. */
#ifndef TAPWEAVE_HARNESS_RECORD_TAG_H
#define TAPWEAVE_HARNESS_RECORD_TAG_H

#include <jansson.h>
#include <stdint.h>

/* The tag in a column, an integer or its digits; LEDGER_NO_TAG if there is none. */
uint16_t tag_of_column(const json_t *column);

/* The tag that a call of ovs-vsctl, as it says of itself, asks for that port: LEDGER_NO_TAG if it
 * adds the port without one; 0 if it does neither. */
uint16_t tag_asked(const char *call, const char *port);

#endif
