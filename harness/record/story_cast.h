/* Who is in a story: its guests, with their nics, by the devices that they had. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_CAST_H
#define TAPWEAVE_HARNESS_RECORD_STORY_CAST_H

#include "harness/record/story.h"

/* Adds a nic, of which all but the guest is known.  It is a nic of the guest with that id, if other
 * nics of that guest are there, or if the guest had a nic of that name: then it starts again.
 * Otherwise, or if the id is "", it is a new guest's.  False if no world has that: there are too
 * many nics, or the guest runs already, or has lost another nic. */
bool story_cast_add(struct story *story, const struct story_nic *nic, const char *id, bool running);

/* The device has gone; nothing happens if it is no nic of the story. */
void story_cast_gone(struct story *story, unsigned name, uint32_t device);

/* A row of that name is inserted, or was there, or gets a tag: the last nic of the name is on its
 * bridge, and in its VLAN. */
void story_cast_row(struct story *story, unsigned name, const struct ledger_event *row);

/* Says which guests stop.  Gives a bridge and a tag to each nic that never had a row.  False if a
 * guest has lost some of its nics, and not all. */
bool story_cast_end(struct story *story);

#endif
