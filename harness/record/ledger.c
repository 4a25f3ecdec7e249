/* Which device is on which row, event by event: see ledger.h. */
#include "harness/record/ledger.h"

#include <stdlib.h>
#include <string.h>

/* Microseconds: what lasts less is on its way to somewhere else. */
#define SHORTLY INT64_C(1000000)

/* What is known of a name. */
struct entry {
    char name[LEDGER_NAME_SIZE];
    uint32_t device;           /* the index of the device that is there; 0: none is known to be */
    char row[LEDGER_ROW_SIZE]; /* "": there is none */
    int64_t row_at;            /* when it was inserted */
    uint32_t made_for; /* the device that was there when the row was inserted, or the first one
                          since then; of no row, nothing that matters */
    bool listed;       /* of a list that has begun: it has this name */
    struct {
        bool is; /* and not over */
        struct ledger_finding finding;
    } open[LEDGER_WHATS];
};

struct ledger {
    bool all;     /* every device is told of */
    bool listing; /* a list has begun */
    unsigned entries, findings;
    struct entry *entry;
    struct ledger_finding *finding; /* those that are over */
};

struct ledger *
ledger_open(bool all)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger != NULL) {
        ledger->all = all;
    }
    return ledger;
}

void
ledger_close(struct ledger *ledger)
{
    if (ledger != NULL) {
        free(ledger->entry);
        free(ledger->finding);
        free(ledger);
    }
}

/* What is known of that name, if need be in the place of one of which there is nothing to know any
 * more; NULL if there is no memory. */
static struct entry *
entry_of(struct ledger *ledger, const char *name)
{
    struct entry *entry = NULL;

    for (unsigned i = 0; i < ledger->entries; i++) {
        if (strcmp(ledger->entry[i].name, name) == 0) {
            return &ledger->entry[i];
        }
        if (ledger->entry[i].device == 0 && ledger->entry[i].row[0] == '\0') {
            entry = &ledger->entry[i];
        }
    }
    if (entry == NULL) {
        entry = realloc(ledger->entry, (ledger->entries + 1u) * sizeof *entry);
        if (entry == NULL) {
            return NULL;
        }
        ledger->entry = entry;
        entry += ledger->entries++;
    }
    *entry = (struct entry){.device = 0};
    memcpy(entry->name, name, sizeof entry->name);
    return entry;
}

static bool
add_finding(struct ledger *ledger, const struct ledger_finding *finding)
{
    struct ledger_finding *grown =
        realloc(ledger->finding, (ledger->findings + 1u) * sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    ledger->finding = grown;
    grown[ledger->findings++] = *finding;
    return true;
}

/* Notes what has begun to be wrong. */
static void
begin(struct entry *entry, enum ledger_what what, const struct ledger_event *event, uint32_t device)
{
    struct ledger_finding *finding = &entry->open[what].finding;

    if (!entry->open[what].is) {
        *finding = (struct ledger_finding){.what = what, .event = *event, .until = LEDGER_FOR_EVER};
        finding->event.index = device;
        memcpy(finding->event.name, entry->name, sizeof finding->event.name);
        finding->before = what == LEDGER_FOREIGN ? entry->made_for : 0;
        memcpy(finding->event.row, event->row[0] == '\0' ? entry->row : event->row,
               sizeof finding->event.row);
        entry->open[what].is = true;
    }
}

/* It is over. */
static bool
end(struct ledger *ledger, struct entry *entry, enum ledger_what what, int64_t at)
{
    struct ledger_finding *finding = &entry->open[what].finding;
    const bool lasted = !ledger->listing && at - finding->event.at >= SHORTLY;

    if (!entry->open[what].is) {
        return true;
    }
    entry->open[what].is = false;
    finding->until = at;
    return !(lasted || finding->told) || add_finding(ledger, finding);
}

/* All of it. */
static bool
end_all(struct ledger *ledger, struct entry *entry, int64_t at)
{
    return end(ledger, entry, LEDGER_LOST, at) && end(ledger, entry, LEDGER_FOREIGN, at) &&
           end(ledger, entry, LEDGER_STALE, at) && end(ledger, entry, LEDGER_NO_PORT, at);
}

static bool
take_device_gone(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    if (entry->device != 0 && entry->device != event->index) {
        return true; /* another one has its name */
    }
    if (!end(ledger, entry, LEDGER_LOST, event->at) ||
        !end(ledger, entry, LEDGER_FOREIGN, event->at) ||
        !end(ledger, entry, LEDGER_NO_PORT, event->at)) {
        return false;
    }
    entry->device = 0;
    entry->made_for = entry->made_for == 0 ? event->index : entry->made_for;
    if (entry->row[0] != '\0') {
        begin(entry, LEDGER_STALE, event, event->index);
    }
    return true;
}

/* A device that had another name before has gone there. */
static bool
leave_other_name(struct ledger *ledger, const struct ledger_event *event)
{
    for (unsigned i = 0; i < ledger->entries; i++) {
        struct entry *other = &ledger->entry[i];

        if (other->device == event->index && strcmp(other->name, event->name) != 0 &&
            !take_device_gone(ledger, other, event)) {
            return false;
        }
    }
    return true;
}

static bool
take_new_device(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    /* That the one before has gone was not in the records. */
    if (!leave_other_name(ledger, event) || !end_all(ledger, entry, event->at)) {
        return false;
    }
    entry->device = event->index;
    if (entry->row[0] != '\0' && entry->made_for != event->index) {
        begin(entry, LEDGER_FOREIGN, event, event->index);
    }
    return true;
}

static bool
take_device(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    entry->listed = true;
    entry->made_for = entry->made_for == 0 ? event->index : entry->made_for;
    if (entry->device != event->index && !take_new_device(ledger, entry, event)) {
        return false;
    }
    if (!event->wants_port) {
        return end(ledger, entry, LEDGER_NO_PORT, event->at);
    }
    if (entry->row[0] == '\0' && !entry->open[LEDGER_LOST].is) {
        begin(entry, LEDGER_NO_PORT, event, event->index);
    }
    return true;
}

static bool
take_row(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    entry->listed = true;
    if (strcmp(entry->row, event->row) == 0) {
        return true;
    }
    if (!end_all(ledger, entry, event->at)) {
        return false;
    }
    memcpy(entry->row, event->row, sizeof entry->row);
    entry->row_at = event->at;
    entry->made_for = entry->device;
    if (ledger->all && entry->device == 0) {
        begin(entry, LEDGER_STALE, event, 0);
    }
    return true;
}

static bool
take_row_gone(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    if (strcmp(entry->row, event->row) != 0) {
        return true; /* another one has been inserted in its place */
    }
    entry->row[0] = '\0';
    entry->made_for = 0;
    if (entry->device != 0) {
        begin(entry, LEDGER_LOST, event, entry->device);
    }
    return end(ledger, entry, LEDGER_FOREIGN, event->at) &&
           end(ledger, entry, LEDGER_STALE, event->at);
}

bool
ledger_take(struct ledger *ledger, const struct ledger_event *event)
{
    static bool (*const takes[LEDGER_KINDS_COUNT])(struct ledger *, struct entry *,
                                                   const struct ledger_event *) = {
        [LEDGER_DEVICE] = take_device,
        [LEDGER_DEVICE_GONE] = take_device_gone,
        [LEDGER_ROW] = take_row,
        [LEDGER_ROW_GONE] = take_row_gone,
    };
    struct entry *entry;

    if (takes[event->kind] == NULL) {
        return true;
    }
    entry = entry_of(ledger, event->name);
    return entry != NULL && takes[event->kind](ledger, entry, event);
}

void
ledger_list(struct ledger *ledger, enum ledger_kind kind, int64_t since)
{
    ledger->listing = true;
    for (unsigned i = 0; i < ledger->entries; i++) {
        struct entry *entry = &ledger->entry[i];

        entry->listed = false;
        if (kind == LEDGER_DEVICE && entry->row_at > since) {
            entry->made_for = 0;
        }
    }
}

bool
ledger_listed(struct ledger *ledger, enum ledger_kind kind, int64_t at)
{
    bool whole = true;

    for (unsigned i = 0; whole && i < ledger->entries; i++) {
        struct entry *entry = &ledger->entry[i];
        struct ledger_event gone = {
            .at = at, .kind = kind == LEDGER_ROW ? LEDGER_ROW_GONE : LEDGER_DEVICE_GONE};

        gone.index = entry->device;
        memcpy(gone.row, entry->row, sizeof gone.row);
        if (kind == LEDGER_DEVICE && entry->device != 0 && !entry->listed) {
            whole = take_device_gone(ledger, entry, &gone);
        } else if (kind == LEDGER_ROW && entry->row[0] != '\0' && !entry->listed) {
            whole = take_row_gone(ledger, entry, &gone);
        }
    }
    ledger->listing = false;
    return whole;
}

/* When there is something to tell of it: it has lasted a second, or is over; LEDGER_FOR_EVER if all
 * has been told. */
static int64_t
news_at(const struct ledger_finding *finding)
{
    return finding->told ? finding->until : finding->event.at + SHORTLY;
}

/* Of two findings that differ, by those times; of one time, by name. */
static bool
is_before(const struct ledger_finding *one, const struct ledger_finding *other)
{
    const int order = strcmp(one->event.name, other->event.name);

    if (news_at(one) != news_at(other)) {
        return news_at(one) < news_at(other);
    }
    return order != 0 ? order < 0 : one->what < other->what;
}

static int
by_time(const void *one, const void *other)
{
    return is_before(one, other) ? -1 : is_before(other, one);
}

bool
ledger_end(struct ledger *ledger, struct ledger_finding **findings, unsigned *count)
{
    for (unsigned i = 0; i < ledger->entries; i++) {
        for (int what = 0; what < LEDGER_WHATS; what++) {
            if (ledger->entry[i].open[what].is &&
                !add_finding(ledger, &ledger->entry[i].open[what].finding)) {
                return false;
            }
            ledger->entry[i].open[what].is = false;
        }
    }
    if (ledger->findings > 0) {
        qsort(ledger->finding, ledger->findings, sizeof *ledger->finding, by_time);
    }
    *findings = ledger->finding;
    *count = ledger->findings;
    return true;
}

/* What there is to tell first, now or later; NULL if there is nothing. */
static struct ledger_finding *
first_news(const struct ledger *ledger)
{
    struct ledger_finding *first = NULL;

    for (unsigned i = 0; i < ledger->findings; i++) {
        struct ledger_finding *finding = &ledger->finding[i];

        first = first == NULL || is_before(finding, first) ? finding : first;
    }
    for (unsigned i = 0; i < ledger->entries * LEDGER_WHATS; i++) {
        struct entry *entry = &ledger->entry[i / LEDGER_WHATS];
        struct ledger_finding *finding = &entry->open[i % LEDGER_WHATS].finding;

        if (entry->open[i % LEDGER_WHATS].is && (first == NULL || is_before(finding, first))) {
            first = finding;
        }
    }
    return first;
}

bool
ledger_tell(struct ledger *ledger, int64_t now, struct ledger_finding *finding)
{
    struct ledger_finding *first = first_news(ledger);

    if (first == NULL || news_at(first) > now) {
        return false;
    }
    *finding = *first;
    if (first->until == LEDGER_FOR_EVER) {
        first->told = true;
    } else {
        *first = ledger->finding[--ledger->findings];
    }
    return true;
}

void
ledger_withdraw(struct ledger *ledger, const struct ledger_finding *finding)
{
    entry_of(ledger, finding->event.name)->open[finding->what].is = false;
}

int64_t
ledger_next(const struct ledger *ledger)
{
    const struct ledger_finding *first = first_news(ledger);

    return first == NULL ? LEDGER_FOR_EVER : news_at(first);
}

void
ledger_count(const struct ledger *ledger, unsigned *devices, unsigned *rows)
{
    *devices = *rows = 0;
    for (unsigned i = 0; i < ledger->entries; i++) {
        *devices += ledger->entry[i].device != 0;
        *rows += ledger->entry[i].row[0] != '\0';
    }
}
