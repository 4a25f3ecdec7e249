/* The VLANs of a story: see story_vlan.h. */
#include "harness/record/story_vlan.h"

static bool
is_tag(uint16_t tag)
{
    return tag != 0 && tag != LEDGER_NO_TAG;
}

/* Adds a tag, if it is new, where it belongs. */
static bool
add(struct story *story, uint16_t tag)
{
    unsigned at = story->vlans;

    if (!is_tag(tag) || story_vlan(story, tag) != VLAN_NONE) {
        return true;
    }
    if (story->vlans == VLAN_MAX) {
        return false;
    }
    story->vlans++;
    for (; at > 0 && story->vlan[at - 1] > tag; at--) {
        story->vlan[at] = story->vlan[at - 1];
    }
    story->vlan[at] = tag;
    return true;
}

bool
story_vlan_all(struct story *story)
{
    bool fits = true;

    story->vlans = 0;
    for (unsigned i = 0; i < story->names && fits; i++) {
        fits = add(story, story->name[i].tag);
    }
    for (unsigned i = 0; i < story->nics && fits; i++) {
        fits = add(story, story->nic[i].tag);
    }
    for (unsigned i = 0; i < story->events && fits; i++) {
        fits = add(story, story->event[i].event->tag);
    }
    return fits;
}

uint8_t
story_vlan(const struct story *story, uint16_t tag)
{
    for (unsigned i = 0; i < story->vlans; i++) {
        if (story->vlan[i] == tag) {
            return (uint8_t)(i + 1);
        }
    }
    return VLAN_NONE;
}
