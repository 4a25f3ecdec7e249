/* The records of a host, side by side: see timeline.h. */
#include "harness/record/timeline.h"

#include "harness/record/alias.h"
#include "harness/record/format.h"
#include "harness/record/whose.h"

#include <stdlib.h>
#include <string.h>

/* Where a record of that role belongs; NULL with a diagnostic if there is no place for it. */
static struct record *
place_of(struct timeline *timeline, const struct record *record, struct diagnostic *diagnostic)
{
    struct record *place = record->format->role == RECORD_DATABASE ? &timeline->database
                           : record->format->role == RECORD_LINKS  ? &timeline->links
                                                                   : NULL;

    if (place != NULL && place->path != NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, record->path, 0, 0, "a second %s; the first one is %s",
                 record->format->name, place->path);
        return NULL;
    }
    if (place == NULL && timeline->logs == TIMELINE_LOGS) {
        diagnose(diagnostic, EXIT_BAD_INPUT, record->path, 0, 0, "more than %d logs",
                 TIMELINE_LOGS);
        return NULL;
    }
    return place != NULL ? place : &timeline->log[timeline->logs++];
}

static bool
take_file(struct timeline *timeline, const char *path, const struct record_format *format,
          struct diagnostic *diagnostic)
{
    struct record record, *place;

    if (!record_read(&record, path, format, diagnostic)) {
        return false;
    }
    place = place_of(timeline, &record, diagnostic);
    if (place == NULL) {
        record_free(&record);
        return false;
    }
    *place = record;
    return true;
}

static bool
take_files(struct timeline *timeline, char *const *files, unsigned count, const char *links,
           struct diagnostic *diagnostic)
{
    if (links != NULL && !take_file(timeline, links, &record_formats[FORMAT_LINKS], diagnostic)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!take_file(timeline, files[i], NULL, diagnostic)) {
            return false;
        }
    }
    return timeline->database.path != NULL ||
           diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "import needs %s",
                    record_formats[FORMAT_OVSDB].what);
}

enum { MOST_RECORDS = TIMELINE_LOGS + 2 };

static unsigned
all_records(struct timeline *timeline, struct record *record[MOST_RECORDS])
{
    unsigned count = 0;

    record[count++] =
        &timeline->links; /* of two events at one time, that of a device comes first */
    record[count++] = &timeline->database;
    for (unsigned i = 0; i < timeline->logs; i++) {
        record[count++] = &timeline->log[i];
    }
    return count;
}

/* All events by the database's clock.  Those of one record keep their order. */
static bool
merge(struct timeline *timeline)
{
    struct record *record[MOST_RECORDS];
    const unsigned records = all_records(timeline, record);
    size_t next[MOST_RECORDS] = {0}, events = 0;

    free(timeline->event);
    timeline->events = 0;
    for (unsigned i = 0; i < records; i++) {
        events += record[i]->count;
    }
    timeline->event = calloc(events + 1, sizeof *timeline->event);
    if (timeline->event == NULL) {
        return false;
    }
    while (timeline->events < events) {
        struct ledger_event *event = &timeline->event[timeline->events++];
        unsigned from = records;

        for (unsigned i = 0; i < records; i++) {
            const struct record *its = record[i];

            if (next[i] < its->count &&
                (from == records || its->event[next[i]].at - its->ahead < event->at)) {
                *event = its->event[next[i]];
                event->at -= its->ahead;
                from = i;
            }
        }
        next[from]++;
    }
    return true;
}

/* Puts names in the place of UUIDs, in all records. */
static bool
name_guests(struct record *const *record, unsigned records)
{
    struct aliases aliases = {0};
    bool whole = true;

    for (unsigned i = 0; i < records && whole; i++) {
        whole = aliases_take(&aliases, record[i]);
    }
    for (unsigned i = 0; i < records && whole; i++) {
        aliases_apply(&aliases, record[i]);
    }
    free(aliases.alias);
    return whole;
}

/* Takes devices from the logs, if nobody has recorded the links. */
static bool
ask_logs(struct timeline *timeline)
{
    if (timeline->links.path != NULL) {
        return true;
    }
    timeline->source = log_devices_source(timeline->event, timeline->events);
    return log_devices(&timeline->links, timeline->event, timeline->events) && merge(timeline);
}

/* False if there is no memory. */
static bool
line_up(struct timeline *timeline)
{
    struct record *record[MOST_RECORDS];
    const unsigned records = all_records(timeline, record);
    bool whole = name_guests(record, records);

    for (unsigned i = 0; i < records && whole; i++) {
        whole = record[i] == &timeline->database || record_line_up(record[i], &timeline->database);
    }
    timeline->ahead = timeline->links.ahead;
    return whole && merge(timeline) && ask_logs(timeline);
}

/* When a log that tells of guests says something last, by the database's clock. */
static int64_t
last_of(const struct timeline *timeline)
{
    int64_t last = INT64_MIN;

    for (unsigned i = 0; i < timeline->logs; i++) {
        const struct record *log = &timeline->log[i];

        if (log->last != INT64_MIN && log->last - log->ahead > last) {
            last = log->last - log->ahead;
        }
    }
    return last;
}

/* Without links, not all that the ledger has found is sure. */
static bool
find_sure(struct timeline *timeline)
{
    struct settled *settled = &timeline->settled;

    if (timeline->links.path != NULL) {
        return true;
    }
    if (!settle(settled, timeline->finding, timeline->findings, timeline->event, timeline->events,
                last_of(timeline))) {
        return false;
    }
    timeline->finding = settled->finding;
    timeline->findings = (unsigned)settled->findings;
    return true;
}

static bool
find(struct timeline *timeline)
{
    struct ledger_finding *finding;

    timeline->ledger = ledger_open(false);
    if (timeline->ledger == NULL) {
        return false;
    }
    for (size_t i = 0; i < timeline->events; i++) {
        if (!ledger_take(timeline->ledger, &timeline->event[i])) {
            return false;
        }
    }
    if (!ledger_end(timeline->ledger, &finding, &timeline->findings)) {
        return false;
    }
    for (unsigned i = 0; i < timeline->findings && i < TIMELINE_WHOSE; i++) {
        whose_fill(&finding[i], timeline->event, timeline->events);
    }
    timeline->finding = finding;
    return find_sure(timeline);
}

bool
timeline_open(struct timeline *timeline, char *const *files, unsigned count, const char *links,
              struct diagnostic *diagnostic)
{
    *timeline = (struct timeline){0};
    if (!take_files(timeline, files, count, links, diagnostic)) {
        timeline_close(timeline);
        return false;
    }
    if (!line_up(timeline) || !find(timeline)) {
        timeline_close(timeline);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    return true;
}

void
timeline_close(struct timeline *timeline)
{
    record_free(&timeline->database);
    record_free(&timeline->links);
    for (unsigned i = 0; i < timeline->logs; i++) {
        record_free(&timeline->log[i]);
    }
    free(timeline->event);
    settle_free(&timeline->settled);
    ledger_close(timeline->ledger);
    *timeline = (struct timeline){0};
}

const struct ledger_finding *
timeline_first(const struct timeline *timeline)
{
    for (unsigned i = 0; i < timeline->findings; i++) {
        if (timeline->finding[i].what == LEDGER_LOST ||
            timeline->finding[i].what == LEDGER_FOREIGN) {
            return &timeline->finding[i];
        }
    }
    return NULL;
}

int64_t
timeline_apart(const struct timeline *timeline)
{
    const int64_t least = INT64_C(60000000);
    const struct record *rows = &timeline->database, *devices = &timeline->links;
    int64_t later, earlier;

    if (rows->count == 0 || devices->count == 0) {
        return 0;
    }
    later = devices->event[0].at - devices->ahead - rows->event[rows->count - 1].at;
    earlier = rows->event[0].at - (devices->event[devices->count - 1].at - devices->ahead);
    return later >= least ? later : earlier >= least ? -earlier : 0;
}
