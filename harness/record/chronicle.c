/* What a name has gone through: see chronicle.h. */
#include "harness/record/chronicle.h"

#include <stdlib.h>
#include <string.h>

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
    grown[chronicle->count++] = (struct story_event){event, kind, device, 0};
}

/* The device of that name is said of: a Linux bridge may have another word in that than before. */
static void
take_bridge(struct chronicle *chronicle, const struct ledger_event *event, bool made)
{
    const bool joined = event->bridge[0] != '\0', before = chronicle->joined && !made;

    if (joined != before && (!made || event->fresh)) {
        note(chronicle, event, joined ? LEDGER_JOIN : LEDGER_LEAVE, event->index);
    }
    chronicle->joined = joined;
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
    if (named && event->kind == LEDGER_DEVICE) {
        take_bridge(chronicle, event, made);
    }
    if (gone || unsaid) {
        note(chronicle, event, LEDGER_DEVICE_GONE, event->index);
        chronicle->device = 0;
    }
    if (named && (event->kind == LEDGER_ROW || event->kind == LEDGER_ROW_GONE ||
                  event->kind == LEDGER_TAG)) {
        note(chronicle, event, event->kind, 0);
    }
}

bool
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

size_t
chronicle_end(const struct chronicle *chronicle, const struct ledger_finding *finding)
{
    size_t end = 0;

    while (end < chronicle->count &&
           (finding == NULL || chronicle->item[end].event->at < finding->until ||
            (finding->what != LEDGER_LOST && chronicle->item[end].event->at == finding->until))) {
        end++;
    }
    return end;
}

size_t
chronicle_arrival(const struct chronicle *chronicle, size_t end, unsigned number)
{
    size_t at = 0;

    for (; at < end; at++) {
        if (chronicle->item[at].kind == LEDGER_DEVICE && number-- == 0) {
            break;
        }
    }
    return at;
}

unsigned
chronicle_devices(const struct chronicle *chronicle, size_t end)
{
    unsigned devices = 0;

    for (size_t at = 0; at < end; at++) {
        devices += chronicle->item[at].kind == LEDGER_DEVICE;
    }
    return devices;
}

size_t
chronicle_departure(const struct chronicle *chronicle, size_t arrival)
{
    size_t at = arrival + 1;

    while (at < chronicle->count && chronicle->item[at].kind != LEDGER_DEVICE_GONE) {
        at++;
    }
    return at < chronicle->count ? at : chronicle->count;
}

const struct ledger_event *
chronicle_row(const struct chronicle *chronicle, size_t at)
{
    const struct ledger_event *row = NULL;

    for (size_t i = 0; i < at; i++) {
        const struct story_event *item = &chronicle->item[i];

        row = item->kind == LEDGER_ROW ? item->event : item->kind == LEDGER_ROW_GONE ? NULL : row;
    }
    return row;
}

const char *
chronicle_bridge(const struct chronicle *chronicle, size_t arrival, const struct ledger_event *end)
{
    const struct story_event *item = &chronicle->item[arrival];

    for (const struct ledger_event *event = item->event; event < end; event++) {
        if (event->kind == LEDGER_DEVICE && event->index == item->device &&
            event->bridge[0] != '\0' && strcmp(event->name, chronicle->name) == 0) {
            return event->bridge;
        }
    }
    return "";
}

uint16_t
chronicle_tag(const struct chronicle *chronicle, size_t at)
{
    uint16_t tag = 0;

    for (size_t i = 0; i < at; i++) {
        const struct story_event *item = &chronicle->item[i];

        tag = item->kind == LEDGER_ROW || item->kind == LEDGER_TAG ? item->event->tag : tag;
    }
    return tag;
}

size_t
chronicle_begin(const struct chronicle *chronicle, size_t end, unsigned first, bool left_out,
                const struct ledger_event *event, bool *running)
{
    const size_t arrival = chronicle_arrival(chronicle, end, first);

    *running = false;
    if (arrival == end) {
        return 0;
    }
    if (was_there(&chronicle->item[arrival], event)) {
        *running = chronicle->item[arrival].event->bridge[0] != '\0' ||
                   chronicle_row(chronicle, arrival) != NULL;
        return *running ? arrival + 1 : first == 0 ? 0 : arrival;
    }
    for (size_t at = arrival + 1; left_out && at < end; at++) {
        const enum ledger_kind kind = chronicle->item[at].kind;

        /* What was before is over with its own row, or on a bridge, if there is no row. */
        if (kind == LEDGER_ROW || (kind == LEDGER_JOIN && chronicle_row(chronicle, at) == NULL)) {
            *running = true;
            return at + 1;
        }
        if (kind == LEDGER_DEVICE_GONE) {
            break;
        }
    }
    return first == 0 ? 0 : arrival;
}
