/* Who is in a story: see story_cast.h. */
#include "harness/record/story_cast.h"

#include <string.h>

/* So many nics of that guest are there, or have gone. */
static unsigned
count(const struct story *story, unsigned guest, bool gone)
{
    unsigned nics = 0;

    for (unsigned i = 0; i < story->nics; i++) {
        nics += story->nic[i].guest == guest && story->nic[i].gone == gone;
    }
    return nics;
}

/* The guest with that id of which a nic is there; the number of guests if there is none. */
static unsigned
guest_with(const struct story *story, const char *id)
{
    unsigned guest = 0;

    while (guest < story->guests && (id[0] == '\0' || strcmp(story->guest[guest].id, id) != 0 ||
                                     count(story, guest, false) == 0)) {
        guest++;
    }
    return guest;
}

bool
story_cast_add(struct story *story, const struct story_nic *nic, const char *id, bool running)
{
    const unsigned guest = guest_with(story, id);

    if (story->nics == MAX_GUESTS) {
        return false;
    }
    if (guest == story->guests) {
        story->guest[story->guests++] =
            (struct story_guest){.name = {(char)('a' + guest)}, .id = id, .running = running};
    } else if (story->guest[guest].running != running || count(story, guest, true) > 0) {
        return false;
    }
    story->nic[story->nics] = *nic;
    story->nic[story->nics++].guest = guest;
    return true;
}

void
story_cast_gone(struct story *story, unsigned name, uint32_t device)
{
    for (unsigned i = 0; i < story->nics; i++) {
        struct story_nic *nic = &story->nic[i];

        nic->gone = nic->gone || (nic->name == name && nic->device == device);
    }
}

void
story_cast_row(struct story *story, unsigned name, const struct ledger_event *row)
{
    const bool known = row->bridge[0] != '\0';
    bool last = true;

    story->netdev = known ? row->netdev : story->netdev;
    for (unsigned i = story->nics; i-- > 0;) {
        struct story_nic *nic = &story->nic[i];

        if (nic->name == name && !nic->linux && known && (last || nic->bridge == NULL)) {
            nic->bridge = row->bridge;
        }
        if (nic->name == name && !nic->linux && last && !nic->asked && row->tag != 0) {
            nic->tag = row->tag;
        }
        last = last && nic->name != name;
    }
}

/* What is not known of a nic is taken to be as it was of one before it. */
static void
inherit(struct story_nic *nic, const struct story_nic *before)
{
    if (nic->linux || before->linux) {
        return;
    }
    nic->bridge = nic->bridge == NULL ? before->bridge : nic->bridge;
    nic->tag = nic->tag == 0 && nic->name == before->name ? before->tag : nic->tag;
}

bool
story_cast_end(struct story *story)
{
    for (unsigned i = 1; i < story->nics; i++) {
        for (unsigned before = i; before-- > 0;) {
            if (story->nic[before].name == story->nic[i].name) {
                inherit(&story->nic[i], &story->nic[before]);
            }
        }
        inherit(&story->nic[i], &story->nic[i - 1]);
    }
    for (unsigned guest = 0; guest < story->guests; guest++) {
        story->guest[guest].stops = count(story, guest, true) > 0;
        if (story->guest[guest].stops && count(story, guest, false) > 0) {
            return false;
        }
    }
    return true;
}
