/* What is sure without a record of links: see settle.h. */
#include "harness/record/settle.h"

#include "harness/record/takeover.h"

#include <stdlib.h>
#include <string.h>

/* Microseconds: what lasts less is on its way; libvirt gives ovs-vsctl five seconds. */
enum { SHORTLY = 1000000, SLACK = 100000, A_CALL = 6000000 };

const char *
settle_doubt_name(enum settle_doubt doubt)
{
    static const char *const names[] = {
#define X(id, name, text) name,
        SETTLE_DOUBTS(X)
#undef X
    };

    return names[doubt];
}

const char *
settle_doubt_text(enum settle_doubt doubt)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        SETTLE_DOUBTS(X)
#undef X
    };

    return texts[doubt];
}

struct events {
    const struct ledger_event *event;
    size_t count;
};

static bool
add_finding(struct settled *settled, const struct ledger_finding *finding)
{
    struct ledger_finding *grown =
        realloc(settled->finding, (settled->findings + 1) * sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    settled->finding = grown;
    grown[settled->findings++] = *finding;
    return true;
}

static bool
add_doubt(struct settled *settled, const struct ledger_finding *finding, enum settle_doubt doubt)
{
    struct doubted *grown = realloc(settled->doubt, (settled->doubts + 1) * sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    settled->doubt = grown;
    grown[settled->doubts++] = (struct doubted){*finding, doubt};
    return true;
}

/* The log has the calls of ovs-vsctl, that for this device among them, and none that asked for the
 * row to be deleted: so libvirtd did not. */
static bool
is_by_others(struct events all, const struct ledger_event *gone)
{
    bool logged = false;

    for (size_t i = 0; i < all.count && all.event[i].at <= gone->at + SLACK; i++) {
        const struct ledger_event *event = &all.event[i];

        if (strcmp(event->name, gone->name) != 0) {
            continue;
        }
        if (event->kind == LEDGER_DELETE && event->at >= gone->at - A_CALL) {
            return false;
        }
        logged = event->kind == LEDGER_ADD     ? event->at <= gone->at
                 : event->kind == LEDGER_OWNER ? logged && event->fresh == false
                                               : logged;
    }
    return logged;
}

/* Why it may be wrong to say that the port was lost; SETTLE_DOUBTS_COUNT if it is not. */
static enum settle_doubt
doubt_of(struct events all, const struct ledger_finding *lost, int64_t last)
{
    const int64_t until = lost->until == LEDGER_FOR_EVER ? last : lost->until;

    if (until - lost->event.at < SHORTLY) {
        return DOUBT_END;
    }
    if (lost->by_guest[0] != '\0' && strcmp(lost->by_guest, lost->guest) != 0) {
        return SETTLE_DOUBTS_COUNT;
    }
    return is_by_others(all, &lost->event) ? SETTLE_DOUBTS_COUNT : DOUBT_UNPLUGGED;
}

/* Both are known, by their names or by their UUIDs, and are not the same. */
static bool
are_others(const char *guest, const char *other)
{
    const bool uuids = strlen(guest) == LEDGER_ROW_SIZE - 1 && guest[8] == '-';
    const bool other_uuids = strlen(other) == LEDGER_ROW_SIZE - 1 && other[8] == '-';

    return guest[0] != '\0' && other[0] != '\0' && uuids == other_uuids &&
           strcmp(guest, other) != 0;
}

/* The row was there before a device went, or before a guest's start came to it, by more than two
 * clocks may differ that were not lined up; or it says itself that it is not that guest's. */
static bool
is_older(struct events all, const struct ledger_finding *finding)
{
    const bool foreign = finding->what == LEDGER_FOREIGN;
    const struct ledger_event *row = NULL;
    int64_t start = finding->event.at;

    for (size_t i = 0; i < all.count && all.event[i].at <= finding->event.at; i++) {
        const struct ledger_event *event = &all.event[i];

        if (event->kind == LEDGER_ROW && strcmp(event->row, finding->event.row) == 0) {
            row = event;
        } else if (foreign && event->kind == LEDGER_START &&
                   strcmp(event->guest, finding->guest) == 0) {
            start = event->at;
        }
    }
    return row != NULL &&
           (row->at < start - SHORTLY || (foreign && are_others(row->guest, finding->guest)));
}

static bool
settle_one(struct settled *settled, const struct ledger_finding *finding, struct events all,
           int64_t last)
{
    const enum settle_doubt doubt =
        finding->what == LEDGER_LOST ? doubt_of(all, finding, last) : SETTLE_DOUBTS_COUNT;

    if (doubt != SETTLE_DOUBTS_COUNT) {
        return add_doubt(settled, finding, doubt);
    }
    return (finding->what != LEDGER_LOST && !is_older(all, finding)) ||
           add_finding(settled, finding);
}

/* That is known already, of this row. */
static bool
is_known(const struct settled *settled, const struct ledger_finding *finding)
{
    for (size_t i = 0; i < settled->findings; i++) {
        if (settled->finding[i].what == finding->what &&
            strcmp(settled->finding[i].event.row, finding->event.row) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < settled->doubts; i++) {
        if (strcmp(settled->doubt[i].finding.event.row, finding->event.row) == 0) {
            return true;
        }
    }
    return false;
}

/* A log tells of that guest: so it is known by that what has become of its devices. */
static bool
is_told_of(struct events all, const char *guest)
{
    for (size_t i = 0; i < all.count; i++) {
        const struct ledger_event *event = &all.event[i];

        if (event->kind >= LEDGER_OWNER && event->kind != LEDGER_ALIAS && event->row[0] == '\0' &&
            strcmp(event->guest, guest) == 0) {
            return true;
        }
    }
    return false;
}

static bool
settle_takeover(struct settled *settled, const struct ledger_finding *finding, struct events all)
{
    if (is_known(settled, finding)) {
        return true;
    }
    if (finding->what == LEDGER_FOREIGN) {
        return add_finding(settled, finding);
    }
    return is_told_of(all, finding->guest) || add_doubt(settled, finding, DOUBT_TAKEN_OVER);
}

static int
compare_moments(const struct ledger_finding *a, const struct ledger_finding *b)
{
    if (a->event.at != b->event.at) {
        return a->event.at < b->event.at ? -1 : 1;
    }
    return a->what != b->what ? (a->what > b->what) - (a->what < b->what)
                              : strcmp(a->event.name, b->event.name);
}

static int
compare_findings(const void *left, const void *right)
{
    return compare_moments(left, right);
}

static int
compare_doubts(const void *left, const void *right)
{
    const struct doubted *a = left, *b = right;

    return compare_moments(&a->finding, &b->finding);
}

bool
settle(struct settled *settled, const struct ledger_finding *finding, size_t findings,
       const struct ledger_event *event, size_t events, int64_t last)
{
    const struct events all = {event, events};
    struct takeovers takeovers;
    bool whole = takeover_find(&takeovers, event, events, SETTLE_MOST);

    *settled = (struct settled){.bounded = takeovers.bounded};
    for (size_t i = 0; i < findings && whole; i++) {
        whole = settle_one(settled, &finding[i], all, last);
    }
    for (size_t i = 0; i < takeovers.count && whole; i++) {
        whole = settle_takeover(settled, &takeovers.finding[i], all);
    }
    free(takeovers.finding);
    if (settled->findings > 0) {
        qsort(settled->finding, settled->findings, sizeof *settled->finding, compare_findings);
    }
    if (settled->doubts > 0) {
        qsort(settled->doubt, settled->doubts, sizeof *settled->doubt, compare_doubts);
    }
    return whole;
}

void
settle_free(struct settled *settled)
{
    free(settled->finding);
    free(settled->doubt);
    *settled = (struct settled){0};
}
