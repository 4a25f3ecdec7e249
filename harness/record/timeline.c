/* The records of a host, side by side: see timeline.h. */
#include "harness/record/timeline.h"

#include <string.h>

/* All events, in the order of their times; of two at one time, that of the device first. */
static bool
merge(struct timeline *timeline)
{
    const struct record *rows = &timeline->database, *links = &timeline->links;
    size_t row = 0, link = 0;
    bool whole = true;

    while (whole && (row < rows->count || link < links->count)) {
        struct ledger_event event = {0};

        if (link < links->count) {
            event = links->event[link];
            event.at -= timeline->ahead;
        }
        if (link < links->count && (row == rows->count || event.at <= rows->event[row].at)) {
            whole = ledger_take(timeline->ledger, &event);
            link++;
        } else {
            whole = ledger_take(timeline->ledger, &rows->event[row++]);
        }
    }
    return whole;
}

bool
timeline_open(struct timeline *timeline, const char *database, const char *links,
              struct diagnostic *diagnostic)
{
    bool whole;

    *timeline = (struct timeline){0};
    if (!record_read_ovsdb(&timeline->database, database, diagnostic) ||
        !record_read_links(&timeline->links, links, diagnostic)) {
        timeline_close(timeline);
        return false;
    }
    timeline->ahead = record_ahead(&timeline->links, &timeline->database);
    timeline->ledger = ledger_open();
    whole = timeline->ledger != NULL && merge(timeline);
    if (!whole) {
        timeline_close(timeline);
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    timeline->finding = ledger_end(timeline->ledger, &timeline->findings);
    return true;
}

void
timeline_close(struct timeline *timeline)
{
    record_free(&timeline->database);
    record_free(&timeline->links);
    ledger_close(timeline->ledger);
    *timeline = (struct timeline){0};
}

const struct ledger_finding *
timeline_first(const struct timeline *timeline)
{
    for (unsigned i = 0; i < timeline->findings; i++) {
        if (timeline->finding[i].what != LEDGER_STALE) {
            return &timeline->finding[i];
        }
    }
    return NULL;
}
