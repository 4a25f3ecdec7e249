/* Whose device a finding is about, and who did it: by all events of a timeline. */
#ifndef TAPWEAVE_HARNESS_RECORD_WHOSE_H
#define TAPWEAVE_HARNESS_RECORD_WHOSE_H

#include "harness/record/ledger.h"

#include <stddef.h>

/* Fills in what a finding has of guests and of the switch.  The events are in the order of time. */
void whose_fill(struct ledger_finding *finding, const struct ledger_event *event, size_t events);

/* Whose the device of that index was while it had that name, by what was first said of it; "" if
 * that is not known.  Not owned. */
const char *whose_device(const char *name, uint32_t index, const struct ledger_event *event,
                         size_t events);

#endif
