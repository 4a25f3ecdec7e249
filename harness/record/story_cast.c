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

/* A nic of that name is there. */
static bool
has_name(const struct story *story, unsigned guest, unsigned name)
{
    for (unsigned i = 0; i < story->nics; i++) {
        if (story->nic[i].guest == guest && story->nic[i].name == name && !story->nic[i].gone) {
            return true;
        }
    }
    return false;
}

/* The guest with that id of which a nic is there, but none of that name; the number of guests if
 * there is none. */
static unsigned
guest_with(const struct story *story, const char *id, unsigned name)
{
    unsigned guest = 0;

    while (guest < story->guests &&
           (id[0] == '\0' || strcmp(story->guest[guest].id, id) != 0 ||
            count(story, guest, false) == 0 || has_name(story, guest, name))) {
        guest++;
    }
    return guest;
}

/* What is known of the two says nothing against their being one. */
static bool
are_alike(const struct story_nic *one, const struct story_nic *other)
{
    return one->name == other->name && one->linux == other->linux &&
           (one->bridge == NULL || other->bridge == NULL ||
            strcmp(one->bridge, other->bridge) == 0) &&
           (!one->asked || !other->asked || one->tag == other->tag);
}

/* The guest had that nic before, and has lost it with all others: it starts again. */
static bool
comes_again(struct story *story, const struct story_nic *nic, const char *id)
{
    for (unsigned i = 0; i < story->nics; i++) {
        struct story_nic its = story->nic[i];
        struct story_guest *guest = &story->guest[its.guest];
        const bool first = count(story, its.guest, false) == 0;

        if (!its.gone || id[0] == '\0' || strcmp(guest->id, id) != 0 || !are_alike(&its, nic) ||
            (first ? guest->lives == MAX_COMMANDS / 2 : its.life == guest->lives)) {
            continue;
        }
        guest->lives += first;
        its.life = guest->lives;
        its.device = nic->device;
        its.gone = false;
        memmove(&story->nic[i], &story->nic[i + 1], (story->nics - i - 1) * sizeof its);
        story->nic[story->nics - 1] = its; /* it is the last one of its name */
        return true;
    }
    return false;
}

bool
story_cast_add(struct story *story, const struct story_nic *nic, const char *id, bool running)
{
    const unsigned guest = guest_with(story, id, nic->name);

    if (comes_again(story, nic, id)) {
        return true;
    }
    if (story->nics == MAX_GUESTS) {
        return false;
    }
    if (guest == story->guests) {
        story->guest[story->guests++] = (struct story_guest){
            .name = {(char)('a' + guest)}, .id = id, .lives = 1, .running = running};
    } else if (story->guest[guest].running != running || count(story, guest, true) > 0) {
        return false;
    }
    story->nic[story->nics] = *nic;
    story->nic[story->nics].life = story->guest[guest].lives;
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
