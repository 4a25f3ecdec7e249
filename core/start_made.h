/* What a start has made so far for a nic, and holds: its device and the descriptors of it, its
 * filter, its properties.  What it holds is QEMU's in the end, or is undone (facts 1a). */
#ifndef TAPWEAVE_CORE_START_MADE_H
#define TAPWEAVE_CORE_START_MADE_H

#include "core/machine.h"

/* Notes what that operation, of one nic, has made or undone by its outcome.  With its last
 * descriptor a tap goes; a link does not. */
void start_note_made(enum op_kind op, const struct context *context, struct nic_record *record,
                     struct outcome outcome);

/* QEMU has got the descriptors of all nics.  `records`, here and below: of all, by index. */
void start_hand_over(const struct context *context, struct nic_record *records);

/* The start has ended well: what it has made is its guest's. */
void start_run(const struct context *context, struct nic_record *records);

#endif
