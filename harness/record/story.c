/* The story of a name: see story.h. */
#include "harness/record/story_cast.h"

#include "harness/record/kin.h"
#include "harness/record/story_name.h"
#include "harness/record/story_vlan.h"
#include "harness/record/whose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTLY = 1000000 /* microseconds: a guest's devices go as its process ends */ };

/* What a name has gone through, and how much of it is the story's. */
struct strand {
    struct chronicle chronicle;
    size_t begin, end; /* those of its items */
    bool running;      /* the guest of the device before them runs by then */
};

/* A story that is being taken. */
struct taking {
    struct kin all;
    const struct ledger_finding *finding;
    struct strand about; /* the name that was asked for, or of the finding */
    unsigned others;     /* names that other nics of its guests may have had */
    struct strand other[STORY_MOST_NAMES - 1];
    bool too_many;    /* there are more of them */
    unsigned strands; /* those that the story is told of, in the order of their names */
    struct strand *strand[STORY_MOST_NAMES];
};

/* ---- who is in it, and what happens ---- */

static const char *
id_of(const struct taking *taking, const struct strand *strand, uint32_t device)
{
    return whose_device(strand->chronicle.name, device, taking->all.event, taking->all.events);
}

/* The first event by which the device that came with that item has gone. */
static const struct ledger_event *
end_of(const struct taking *taking, const struct chronicle *chronicle, size_t arrival)
{
    const size_t departure = chronicle_departure(chronicle, arrival);

    return departure == chronicle->count ? taking->all.event + taking->all.events
                                         : chronicle->item[departure].event;
}

/* The tag that was asked for with the port of the device that came with that item; 0 if that is not
 * known. */
static uint16_t
asked_for(const struct chronicle *chronicle, size_t arrival, const struct ledger_event *end)
{
    for (const struct ledger_event *event = chronicle->item[arrival].event; event < end; event++) {
        if ((event->kind == LEDGER_ROW || event->kind == LEDGER_OWNER ||
             event->kind == LEDGER_TAG) &&
            event->asked != 0 && strcmp(event->name, chronicle->name) == 0) {
            return event->asked;
        }
    }
    return 0;
}

/* The device that came with that item is a nic of its guest. */
static bool
take_device(struct story *story, const struct taking *taking, unsigned name, size_t arrival,
            bool running)
{
    const struct strand *strand = taking->strand[name];
    const struct ledger_event *end = end_of(taking, &strand->chronicle, arrival);
    const char *bridge = chronicle_bridge(&strand->chronicle, arrival, end);
    struct story_nic nic = {.name = name, .device = strand->chronicle.item[arrival].device};

    if (bridge[0] != '\0') {
        nic.linux = true;
        nic.bridge = bridge;
    } else {
        nic.tag = asked_for(&strand->chronicle, arrival, end);
        nic.asked = nic.tag != 0;
    }
    return story_cast_add(story, &nic, id_of(taking, strand, nic.device), running);
}

/* What there is of that name when the story begins: a guest that runs, or a row without one. */
static bool
take_beginning(struct story *story, const struct taking *taking, unsigned name)
{
    const struct strand *strand = taking->strand[name];
    const struct ledger_event *row = chronicle_row(&strand->chronicle, strand->begin);
    bool fits = true;

    if (strand->running) {
        size_t at = strand->begin;

        while (strand->chronicle.item[--at].kind != LEDGER_DEVICE) {
        }
        /* A world gives the nics of a guest that runs the lowest names in their order. */
        fits = story->nics == name &&
               (name == 0 || story->nic[name - 1].device < strand->chronicle.item[at].device) &&
               take_device(story, taking, name, at, true);
    }
    story->name[name].row = row != NULL && !strand->running;
    story->name[name].bridge = row == NULL ? NULL : row->bridge;
    story->name[name].tag =
        story->name[name].row ? chronicle_tag(&strand->chronicle, strand->begin) : 0;
    if (row != NULL) {
        story_cast_row(story, name, row);
    }
    return fits;
}

static bool
take_item(struct story *story, const struct taking *taking, unsigned name, size_t at)
{
    const struct story_event *item = &taking->strand[name]->chronicle.item[at];

    if (story->events == STORY_MOST_EVENTS) {
        return false;
    }
    story->event[story->events] = *item;
    story->event[story->events++].name = name;
    if (item->kind == LEDGER_DEVICE) {
        return take_device(story, taking, name, at, false);
    }
    if (item->kind == LEDGER_DEVICE_GONE) {
        story_cast_gone(story, name, item->device);
    } else if (item->kind == LEDGER_ROW || item->kind == LEDGER_TAG) {
        story_cast_row(story, name, item->event);
    }
    return true;
}

/* The name that the next event is of; the number of names if there is no event left. */
static unsigned
next_of(const struct taking *taking, const size_t at[STORY_MOST_NAMES])
{
    const struct ledger_event *first = NULL;
    unsigned next = taking->strands;

    for (unsigned i = 0; i < taking->strands; i++) {
        const struct strand *strand = taking->strand[i];

        if (at[i] < strand->end && (first == NULL || strand->chronicle.item[at[i]].event < first)) {
            first = strand->chronicle.item[at[i]].event;
            next = i;
        }
    }
    return next;
}

/* Whether the device of the finding is on a foreign row with another tag than its own, to the end.
 */
static void
note_astray(struct story *story, const struct taking *taking)
{
    const struct ledger_finding *finding = taking->finding;
    const uint16_t tag = chronicle_tag(&taking->about.chronicle, taking->about.end);

    story->astray.tag = 0;
    for (unsigned i = 0; i < story->nics; i++) {
        const struct story_nic *nic = &story->nic[i];

        if (finding != NULL && finding->what == LEDGER_FOREIGN && nic->asked && tag != 0 &&
            nic->device == finding->event.index && nic->tag != tag) {
            story->astray.nic = i;
            story->astray.tag = tag;
        }
    }
}

/* Puts together what the strands have.  False if no world holds it. */
static bool
take_strands(struct story *story, const struct taking *taking)
{
    size_t at[STORY_MOST_NAMES];
    bool fits = true;

    story->names = taking->strands;
    story->guests = story->nics = story->events = 0;
    for (unsigned i = 0; i < taking->strands; i++) {
        const struct strand *strand = taking->strand[i];

        snprintf(story->name[i].text, sizeof story->name[i].text, "%s", strand->chronicle.name);
        story->about = strand == &taking->about ? i : story->about;
        at[i] = strand->begin;
        fits = take_beginning(story, taking, i) && fits;
    }
    for (unsigned next; fits && (next = next_of(taking, at)) < taking->strands; at[next]++) {
        fits = take_item(story, taking, next, at[next]);
    }
    fits = fits && story_cast_end(story) && story_vlan_all(story);
    note_astray(story, taking);
    story_name_all(story, taking->all.event, taking->all.events);
    return fits;
}

/* ---- with the other nics of its guests ---- */

/* Where the story of another nic's name ends: that guest's devices go at about one time, so with
 * that of the finding, or not. */
static size_t
other_end(const struct taking *taking, const struct chronicle *other)
{
    const struct strand *about = &taking->about;
    const struct ledger_finding *finding = taking->finding;
    size_t end = chronicle_end(other, finding);
    bool goes;

    if (finding == NULL || finding->until == LEDGER_FOR_EVER) {
        return end;
    }
    goes = about->end > 0 && about->chronicle.item[about->end - 1].kind == LEDGER_DEVICE_GONE;
    for (size_t at = 0; at < other->count; at++) {
        const int64_t ago = finding->until - other->item[at].event->at;

        if (other->item[at].kind == LEDGER_DEVICE_GONE && ago <= SHORTLY && ago >= -SHORTLY) {
            return goes ? at + 1 : at < end ? at : end;
        }
    }
    return end;
}

/* Opens the strands of the names that other nics of those guests may have had: of the devices of
 * the name from the `first`-th on.  False if there is no memory. */
static bool
open_others(struct taking *taking, unsigned first)
{
    const unsigned most = STORY_MOST_NAMES - 1;
    const struct strand *about = &taking->about;
    const char *name[STORY_MOST_NAMES];
    const unsigned names =
        kin_names(&taking->all, &about->chronicle, about->end, first, name, most);
    bool whole = true;

    taking->too_many = names > most;
    while (whole && !taking->too_many && taking->others < names) {
        struct strand *other = &taking->other[taking->others];

        whole = chronicle_open(&other->chronicle, name[taking->others++], taking->all.event,
                               taking->all.events);
        other->end = other_end(taking, &other->chronicle);
    }
    return whole;
}

/* It is told of that strand, too. */
static void
choose(struct taking *taking, struct strand *strand)
{
    unsigned at = taking->strands++;

    for (; at > 0 &&
           story_name_order(strand->chronicle.name, taking->strand[at - 1]->chronicle.name) < 0;
         at--) {
        taking->strand[at] = taking->strand[at - 1];
    }
    taking->strand[at] = strand;
}

/* The story is told of the name alone, from that device on. */
static void
choose_name(struct taking *taking, unsigned first)
{
    struct strand *about = &taking->about;

    about->begin = chronicle_begin(&about->chronicle, about->end, first, first > 0,
                                   taking->all.event, &about->running);
    taking->strands = 0;
    choose(taking, about);
}

/* And of the other nics that those guests had. */
static void
choose_others(struct taking *taking, unsigned first)
{
    const struct strand *about = &taking->about;

    for (unsigned i = 0; i < taking->others; i++) {
        struct strand *other = &taking->other[i];
        const int number = kin_first(&taking->all, &about->chronicle, about->end, first,
                                     &other->chronicle, other->end);

        if (number >= 0) {
            other->begin = chronicle_begin(&other->chronicle, other->end, (unsigned)number,
                                           first > 0, taking->all.event, &other->running);
            choose(taking, other);
        }
    }
}

static size_t
count_others(const struct story *story, const struct ledger_event *event, size_t events)
{
    size_t others = 0;

    for (size_t i = 0; i < events; i++) {
        bool its = event[i].kind > LEDGER_ROW_GONE && event[i].kind != LEDGER_TAG;

        for (unsigned name = 0; name < story->names && !its; name++) {
            its = strcmp(event[i].name, story->name[name].text) == 0;
        }
        others += !its;
    }
    return others;
}

/* Takes it with the other nics of its guests, if they have any, of as many devices from the
 * `first`-th on as a world holds; or of the name alone.  False if no world holds that. */
static bool
take_most(struct story *story, struct taking *taking, unsigned first, unsigned devices)
{
    bool kin = taking->too_many;

    for (unsigned from = first; from == first || from + 2 <= devices; from++) {
        choose_name(taking, from);
        choose_others(taking, from);
        if (taking->strands == 1) {
            break; /* it has none */
        }
        kin = true;
        if (take_strands(story, taking)) {
            story->earlier = from;
            return true;
        }
    }
    choose_name(taking, first);
    story->earlier = first;
    story->alone = kin;
    return take_strands(story, taking);
}

static bool
take(struct story *story, struct taking *taking, struct diagnostic *diagnostic)
{
    struct strand *about = &taking->about;
    const char *name = about->chronicle.name;
    unsigned devices, first;
    bool fits;

    if (strncmp(name, "macvtap", strlen("macvtap")) == 0 ||
        strncmp(name, "macvlan", strlen("macvlan")) == 0) { /* libvirt's own names of them */
        return diagnose(
            diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
            "no story is told of a macvtap, as %s is: nothing that is read says who has "
            "deleted it",
            name);
    }
    if (!chronicle_open(&about->chronicle, name, taking->all.event, taking->all.events)) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    about->end = chronicle_end(&about->chronicle, taking->finding);
    devices = chronicle_devices(&about->chronicle, about->end);
    if (devices == 0) {
        return story_name_refuse(name, taking->all.event, taking->all.events, diagnostic);
    }
    first = devices > MAX_GUESTS ? devices - MAX_GUESTS : 0;
    if (!open_others(taking, first)) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    fits = take_most(story, taking, first, devices);
    if (fits && story->events == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "nothing has become of %s: it was there all the time", name);
    }
    return fits || diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                            "more than %d events of %s, or %d VLANs: no scenario holds them",
                            STORY_MOST_EVENTS, name, VLAN_MAX);
}

bool
story_take(struct story *story, const struct ledger_event *event, size_t events, const char *name,
           const struct ledger_finding *finding, struct diagnostic *diagnostic)
{
    struct taking taking = {.all = {event, events}, .finding = finding};
    bool taken;

    taking.about.chronicle.name = name != NULL ? name : finding->event.name;
    *story = (struct story){.finding = finding};
    taken = take(story, &taking, diagnostic);
    story->others = count_others(story, event, events);
    free(taking.about.chronicle.item);
    while (taking.others > 0) {
        free(taking.other[--taking.others].chronicle.item);
    }
    return taken;
}
