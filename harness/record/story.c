/* The story of one name: see story.h. */
#include "harness/record/story.h"

#include "core/ifname.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char numbered[] = "vnet";

/* All that a name has gone through. */
struct chronicle {
    const char *name;
    uint32_t device; /* the one that has the name; 0: none is known to */
    size_t count;
    struct story_event *item;
    bool whole; /* there has been memory */
};

static void
note(struct chronicle *chronicle, const struct ledger_event *event, enum ledger_kind kind,
     uint32_t device)
{
    struct story_event *grown =
        realloc(chronicle->item, (chronicle->count + 1) * sizeof *chronicle->item);

    if (grown == NULL) {
        chronicle->whole = false;
        return;
    }
    chronicle->item = grown;
    grown[chronicle->count++] = (struct story_event){event, kind, device};
}

/* What the event means to the name, if it means anything. */
static void
chronicle_take(struct chronicle *chronicle, const struct ledger_event *event)
{
    const bool named = strcmp(event->name, chronicle->name) == 0;
    const bool its = event->index == chronicle->device && event->index != 0;
    const bool made = event->kind == LEDGER_DEVICE && named && !its;
    /* It gets another name, or goes. */
    const bool gone =
        its && (event->kind == LEDGER_DEVICE ? !named : named && event->kind == LEDGER_DEVICE_GONE);
    const bool unsaid = event->kind == LEDGER_DEVICE_GONE && named && chronicle->device == 0;

    if (made || unsaid) {
        note(chronicle, event, LEDGER_DEVICE, event->index);
        chronicle->device = event->index;
    }
    if (gone || unsaid) {
        note(chronicle, event, LEDGER_DEVICE_GONE, event->index);
        chronicle->device = 0;
    }
    if (named && (event->kind == LEDGER_ROW || event->kind == LEDGER_ROW_GONE)) {
        note(chronicle, event, event->kind, 0);
    }
}

static bool
chronicle_open(struct chronicle *chronicle, const char *name, const struct ledger_event *event,
               size_t events)
{
    *chronicle = (struct chronicle){.name = name, .whole = true};
    for (size_t i = 0; i < events && chronicle->whole; i++) {
        chronicle_take(chronicle, &event[i]);
    }
    return chronicle->whole;
}

/* The device was there before the records say anything of it. */
static bool
was_there(const struct story_event *item, const struct ledger_event *event)
{
    for (const struct ledger_event *before = event; before < item->event; before++) {
        if (before->kind == LEDGER_DEVICE && before->index == item->device) {
            return false; /* it had another name */
        }
    }
    return item->event->kind == LEDGER_DEVICE_GONE || !item->event->fresh;
}

/* ---- where the story begins and ends ---- */

/* So many items are the story's, or come before it. */
static size_t
end_of(const struct chronicle *chronicle, const struct ledger_finding *finding)
{
    size_t end = 0;

    while (end < chronicle->count &&
           (finding == NULL || chronicle->item[end].event->at < finding->until ||
            (finding->what != LEDGER_LOST && chronicle->item[end].event->at == finding->until))) {
        end++;
    }
    return end;
}

/* The item by which the `left`-th device of the name, from 0, came to it; `end` if there is
 * none. */
static size_t
arrival_of(const struct chronicle *chronicle, size_t end, unsigned number)
{
    size_t at = 0;

    for (; at < end; at++) {
        if (chronicle->item[at].kind == LEDGER_DEVICE && number-- == 0) {
            break;
        }
    }
    return at;
}

/* The row that there is before that item; NULL if there is none. */
static const struct ledger_event *
row_before(const struct chronicle *chronicle, size_t at)
{
    const struct ledger_event *row = NULL;

    for (size_t i = 0; i < at; i++) {
        const struct story_event *item = &chronicle->item[i];

        row = item->kind == LEDGER_ROW ? item->event : item->kind == LEDGER_ROW_GONE ? NULL : row;
    }
    return row;
}

/* Where the story begins, if that device is the first one in it; and whether its guest runs by
 * then. */
static size_t
begin_of(const struct chronicle *chronicle, size_t end, unsigned first,
         const struct ledger_event *event, bool *running)
{
    const size_t arrival = arrival_of(chronicle, end, first);

    *running = false;
    if (arrival == end) {
        return 0;
    }
    if (was_there(&chronicle->item[arrival], event)) {
        *running = row_before(chronicle, arrival) != NULL;
        return *running ? arrival + 1 : first == 0 ? 0 : arrival;
    }
    for (size_t at = arrival + 1; first > 0 && at < end; at++) {
        if (chronicle->item[at].kind == LEDGER_ROW) { /* those before it are over with it */
            *running = true;
            return at + 1;
        }
        if (chronicle->item[at].kind == LEDGER_DEVICE_GONE) {
            break;
        }
    }
    return first == 0 ? 0 : arrival;
}

/* ---- its guests ---- */

static void
add_guest(struct story *story, uint32_t device, bool running, const char *bridge)
{
    struct story_guest *guest = &story->guest[story->guests];

    *guest = (struct story_guest){
        .name = {(char)('a' + story->guests)}, device, running, .bridge = bridge};
    story->guests++;
}

/* Its row, if it has one, is on this bridge. */
static void
note_row(struct story *story, const struct ledger_event *event)
{
    if (event->bridge[0] == '\0') {
        return;
    }
    story->netdev = event->netdev;
    for (unsigned i = 0; i < story->guests; i++) {
        if (i + 1 == story->guests || story->guest[i].bridge == NULL) {
            story->guest[i].bridge = event->bridge;
        }
    }
}

static void
note_item(struct story *story, const struct story_event *item)
{
    struct story_guest *last = story->guests == 0 ? NULL : &story->guest[story->guests - 1];

    story->event[story->events++] = *item;
    if (item->kind == LEDGER_DEVICE) {
        add_guest(story, item->device, false, NULL);
    } else if (item->kind == LEDGER_DEVICE_GONE && last != NULL && last->device == item->device) {
        last->stops = true;
    } else if (item->kind == LEDGER_ROW) {
        note_row(story, item->event);
    }
}

/* ---- its name ---- */

/* A lower number of that family is free, as far as the records say: its device has gone before, and
 * none is made until the story's end. */
static bool
lower_is_free(const struct story *story, const struct ledger_event *event, size_t events)
{
    const int64_t number = ifname_number(story->name, numbered), most = 100;
    const struct ledger_event *first = story->events == 0 ? NULL : story->event[0].event;
    const struct ledger_event *last =
        story->events == 0 ? NULL : story->event[story->events - 1].event;
    char lower[sizeof numbered + 20];

    for (int64_t i = 0; first != NULL && i < number && i < most; i++) {
        bool gone = false;

        snprintf(lower, sizeof lower, "%s%" PRId64, numbered, i);
        for (size_t at = 0; at < events && &event[at] <= last; at++) {
            const bool before = &event[at] < first;

            if (strcmp(event[at].name, lower) == 0) {
                gone = event[at].kind == LEDGER_DEVICE_GONE ? gone || before
                       : event[at].kind == LEDGER_DEVICE    ? false
                                                            : gone;
            }
        }
        if (gone) {
            return true;
        }
    }
    return false;
}

static void
name_it(struct story *story, const struct ledger_event *event, size_t events)
{
    story->numbered = ifname_number(story->name, numbered) >= 0;
    story->lower = story->numbered && story->guests > 0 && !story->guest[0].running &&
                   lower_is_free(story, event, events);
    snprintf(story->in_world, sizeof story->in_world, "%s",
             !story->numbered ? story->name
             : story->lower   ? "vnet1"
                              : "vnet0");
}

/* ---- all of it ---- */

/* Takes what belongs to the story, from that item on. */
static void
take_items(struct story *story, const struct chronicle *chronicle, size_t begin, size_t end,
           bool running)
{
    const struct ledger_event *row = row_before(chronicle, begin);

    if (running) {
        size_t at = begin;

        while (chronicle->item[--at].kind != LEDGER_DEVICE) {
        }
        add_guest(story, chronicle->item[at].device, true, NULL);
    }
    story->row = row != NULL && !running;
    story->bridge = row == NULL ? NULL : row->bridge;
    if (row != NULL) {
        note_row(story, row);
    }
    for (size_t at = begin; at < end; at++) {
        note_item(story, &chronicle->item[at]);
    }
    for (unsigned i = 1; i < story->guests; i++) { /* it never had a row */
        if (story->guest[i].bridge == NULL) {
            story->guest[i].bridge = story->guest[i - 1].bridge;
        }
    }
}

/* Says that there is no story of that name. */
static bool
refuse_name(const char *name, const struct ledger_event *event, size_t events,
            struct diagnostic *diagnostic)
{
    enum { MOST = 64 };
    const char *names[MOST];
    char hint[DIAGNOSTIC_HINT_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < events && count < MOST; i++) {
        size_t known = 0;

        while (known < count && strcmp(names[known], event[i].name) != 0) {
            known++;
        }
        if (known == count && event[i].name[0] != '\0') {
            names[count++] = event[i].name;
        }
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                    "the records say nothing of a device or a port '%s'%s", name,
                    diagnostic_hint(name, names, count, hint));
}

bool
story_take(struct story *story, const struct ledger_event *event, size_t events, const char *name,
           const struct ledger_finding *finding, struct diagnostic *diagnostic)
{
    struct chronicle chronicle;
    unsigned devices = 0;
    size_t begin, end;
    bool running, fits;

    *story = (struct story){.finding = finding};
    snprintf(story->name, sizeof story->name, "%s", name != NULL ? name : finding->event.name);
    if (!chronicle_open(&chronicle, story->name, event, events)) {
        free(chronicle.item);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    end = end_of(&chronicle, finding);
    while (arrival_of(&chronicle, end, devices) < end) {
        devices++;
    }
    story->earlier = devices > MAX_GUESTS ? devices - MAX_GUESTS : 0;
    begin = begin_of(&chronicle, end, story->earlier, event, &running);
    fits = devices > 0 && end - begin <= STORY_MOST_EVENTS;
    if (fits) {
        take_items(story, &chronicle, begin, end, running);
        name_it(story, event, events);
    }
    for (size_t i = 0; i < events; i++) {
        story->others +=
            event[i].kind <= LEDGER_ROW_GONE && strcmp(event[i].name, story->name) != 0;
    }
    free(chronicle.item);
    if (chronicle.count == 0 || devices == 0) {
        return refuse_name(story->name, event, events, diagnostic);
    }
    if (fits && story->events == 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                        "nothing has become of %s: it was there all the time", story->name);
    }
    return fits || diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                            "more than %d events of %s: no scenario holds them", STORY_MOST_EVENTS,
                            story->name);
}

const char *
story_text(const struct story *story, const struct story_event *event, char text[STORY_TEXT_SIZE])
{
    if (event->device != 0) {
        snprintf(text, STORY_TEXT_SIZE, "%s, device %" PRIu32 ", %s", story->name, event->device,
                 event->kind == LEDGER_DEVICE ? "is made" : "goes");
    } else {
        snprintf(text, STORY_TEXT_SIZE, "the row of %s is %s", story->name,
                 event->kind == LEDGER_ROW ? "inserted" : "deleted");
    }
    return text;
}
