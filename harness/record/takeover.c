/* Rows that go from one guest to another: see takeover.h. */
#include "harness/record/takeover.h"

#include <stdlib.h>
#include <string.h>

/* Microseconds: a stop that lasts longer is not believed to be one. */
enum { A_STOP = 60000000 };

/* The row that a name has, or has had. */
struct row {
    char name[LEDGER_NAME_SIZE], row[LEDGER_ROW_SIZE];
    char guest[LEDGER_GUEST_SIZE]; /* whose it is now */
    bool is;                       /* it is there */
    int64_t gone;                  /* when it was deleted */
    char from[LEDGER_GUEST_SIZE];  /* whose it, or the one that it replaced, was before; or "" */
    int64_t taken;                 /* when it was taken over from that one */
    size_t foreign;                /* the number of the finding that is not over, and 1; or 0 */
    size_t lost;                   /* the number of what was found as it was deleted, and 1; or 0 */
};

struct reader {
    struct takeovers *takeovers;
    size_t most, rows;
    struct row *row;
};

/* What is known of that name; NULL if nothing is, or, if one is wanted, if there is no memory. */
static struct row *
row_of(struct reader *reader, const char *name, bool wanted)
{
    struct row *grown;

    for (size_t i = 0; i < reader->rows; i++) {
        if (strcmp(reader->row[i].name, name) == 0) {
            return &reader->row[i];
        }
    }
    grown = wanted ? realloc(reader->row, (reader->rows + 1) * sizeof *grown) : NULL;
    if (grown == NULL) {
        return NULL;
    }
    reader->row = grown;
    grown += reader->rows++;
    *grown = (struct row){.is = false};
    memcpy(grown->name, name, sizeof grown->name);
    return grown;
}

/* Adds a finding of that row.  Its number, and 1; 0 if there is no memory, or no room (`bounded`).
 */
static size_t
add(struct reader *reader, enum ledger_what what, const struct ledger_event *event,
    const struct row *row)
{
    struct takeovers *takeovers = reader->takeovers;
    struct ledger_finding *grown = NULL;

    takeovers->bounded = takeovers->bounded || takeovers->count == reader->most;
    if (!takeovers->bounded) {
        grown = realloc(takeovers->finding, (takeovers->count + 1) * sizeof *grown);
    }
    if (grown == NULL) {
        return 0;
    }
    takeovers->finding = grown;
    grown += takeovers->count++;
    *grown = (struct ledger_finding){.what = what, .event = *event, .until = LEDGER_FOR_EVER};
    memcpy(grown->event.row, row->row, sizeof grown->event.row);
    memcpy(grown->guest, row->guest, sizeof grown->guest);
    memcpy(what == LEDGER_FOREIGN ? grown->before_guest : grown->by_guest, row->from,
           sizeof grown->by_guest);
    return takeovers->count;
}

/* The row is that guest's; from the one before it has not been taken over if that is the same. */
static void
give(struct row *row, const char *guest)
{
    memcpy(row->guest, guest, sizeof row->guest);
    if (strcmp(row->from, guest) == 0) {
        row->from[0] = '\0';
    }
}

/* A row that is inserted in the transaction that deletes another one replaces it. */
static bool
take_row(struct reader *reader, const struct ledger_event *event)
{
    struct row *row = row_of(reader, event->name, true);

    if (row == NULL) {
        return false;
    }
    if (row->gone != event->at || row->row[0] == '\0') {
        row->guest[0] = '\0'; /* there was none at that time */
    } else if (row->lost != 0) {
        reader->takeovers->finding[row->lost - 1].what = LEDGER_WHATS; /* it was replaced */
    }
    memcpy(row->from, row->guest, sizeof row->from);
    row->taken = event->at;
    give(row, event->guest);
    memcpy(row->row, event->row, sizeof row->row);
    row->is = true;
    row->foreign = row->lost = 0;
    return true;
}

static bool
take_owner(struct reader *reader, const struct ledger_event *event)
{
    struct row *row = row_of(reader, event->name, false);

    if (row == NULL || !row->is || event->row[0] == '\0' || strcmp(row->guest, event->guest) == 0) {
        return true; /* or a log says it, and not the database */
    }
    if (row->guest[0] == '\0') {
        give(row, event->guest);
        return true;
    }
    memcpy(row->from, row->guest, sizeof row->from);
    row->taken = event->at;
    give(row, event->guest);
    row->foreign = add(reader, LEDGER_FOREIGN, event, row);
    return row->foreign != 0 || reader->takeovers->bounded;
}

static bool
take_row_gone(struct reader *reader, const struct ledger_event *event)
{
    struct row *row = row_of(reader, event->name, false);

    if (row == NULL || !row->is || strcmp(row->row, event->row) != 0) {
        return true;
    }
    row->is = false;
    row->gone = event->at;
    if (row->foreign != 0) {
        reader->takeovers->finding[row->foreign - 1].until = event->at;
    }
    if (row->from[0] == '\0' || row->guest[0] == '\0' || event->at - row->taken > A_STOP) {
        return true;
    }
    row->lost = add(reader, LEDGER_LOST, event, row);
    return row->lost != 0 || reader->takeovers->bounded;
}

/* Leaves out what was not lost after all. */
static void
compact(struct takeovers *takeovers)
{
    size_t kept = 0;

    for (size_t i = 0; i < takeovers->count; i++) {
        if (takeovers->finding[i].what != LEDGER_WHATS) {
            takeovers->finding[kept++] = takeovers->finding[i];
        }
    }
    takeovers->count = kept;
}

bool
takeover_find(struct takeovers *takeovers, const struct ledger_event *event, size_t events,
              size_t most)
{
    static bool (*const takes[LEDGER_KINDS_COUNT])(struct reader *, const struct ledger_event *) = {
        [LEDGER_ROW] = take_row,
        [LEDGER_ROW_GONE] = take_row_gone,
        [LEDGER_OWNER] = take_owner,
    };
    struct reader reader = {.takeovers = takeovers, .most = most};
    bool whole = true;

    *takeovers = (struct takeovers){.count = 0};
    for (size_t i = 0; i < events && whole && !takeovers->bounded; i++) {
        whole = takes[event[i].kind] == NULL || takes[event[i].kind](&reader, &event[i]);
    }
    free(reader.row);
    compact(takeovers);
    return whole;
}
