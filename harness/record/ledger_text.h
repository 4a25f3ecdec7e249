/* How what a ledger has found is said: import and watch say it alike. */
#ifndef TAPWEAVE_HARNESS_RECORD_LEDGER_TEXT_H
#define TAPWEAVE_HARNESS_RECORD_LEDGER_TEXT_H

#include "harness/record/ledger.h"

#include <jansson.h>

const char *ledger_kind_name(enum ledger_kind kind);
const char *ledger_what_name(enum ledger_what what);
const char *ledger_what_text(enum ledger_what what);

/* "guest b's vnet0, device 6"; without the guest, or the device, if that is not known. */
enum { LEDGER_DEVICE_SIZE = LEDGER_GUEST_SIZE + LEDGER_NAME_SIZE + 32 };
void ledger_device(const struct ledger_finding *finding, char text[LEDGER_DEVICE_SIZE]);

/* Says of an event who has changed its row: a transaction's comment, or NULL.  Of one that is too
 * long its beginning, and "...". */
void ledger_sign(struct ledger_event *event, const char *who);

/* Prints a finding, whose times are since 1970, on lines of its own; no control character of what
 * others have written reaches a terminal.  `lasting` is said of one that is not over; or NULL, and
 * nothing is.  Of one that was told of before, that it is over. */
void ledger_print(const struct ledger_finding *finding, const char *lasting);

/* The same as an object; NULL if there is no memory. */
json_t *ledger_json(const struct ledger_finding *finding);

#endif
