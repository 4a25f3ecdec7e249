/* Who is in a story: its guests, with their nics, by the devices that they had. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_CAST_H
#define TAPWEAVE_HARNESS_RECORD_STORY_CAST_H

#include "harness/record/story.h"

/* Adds a nic, all of which but its guest is known, to the guest with that id, of which other nics
 * are there, or that had a nic of that name, and starts again; or to another guest, if there is
 * none, or the id is "".  False if no world has that: there are too many nics, or one comes to a
 * guest that runs, or has lost another one. */
bool story_cast_add(struct story *story, const struct story_nic *nic, const char *id, bool running);

/* The device has gone; nothing happens if it is no nic of the story. */
void story_cast_gone(struct story *story, unsigned name, uint32_t device);

/* A row of that name is inserted, or was there, or gets a tag: the last nic of the name is on its
 * bridge, and in its VLAN. */
void story_cast_row(struct story *story, unsigned name, const struct ledger_event *row);

/* Says which guests stop, and gives each nic a bridge and a tag whose row
 * was never there.  False if a guest
 * has lost some of its nics, and not all. */
bool story_cast_end(struct story *story);

#endif
