/* The VLANs of a story: tags on the host, small numbers in a world. */
#ifndef TAPWEAVE_HARNESS_RECORD_STORY_VLAN_H
#define TAPWEAVE_HARNESS_RECORD_STORY_VLAN_H

#include "harness/record/story.h"

/* Numbers all tags that there are in the story, in their order.  False if there are more of them
 * than a world has VLANs. */
bool story_vlan_all(struct story *story);

/* The VLAN with that tag, as in struct ledger_event; VLAN_NONE for none, and if that is not
 * known. */
uint8_t story_vlan(const struct story *story, uint16_t tag);

#endif
