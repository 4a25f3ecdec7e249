/* Which device is on which row, event by event: see ledger.h. */
#include "harness/record/ledger.h"

#include <stdlib.h>
#include <string.h>

#define SHORTLY                                                                       \
    INT64_C(1000000) /* microseconds: what lasts less is on its way to somewhere else \
                      */

/* What is known of a name. */
struct entry {
    char name[LEDGER_NAME_SIZE];
    uint32_t device;           /* the index of the device that is there; 0: none is known to be */
    char row[LEDGER_ROW_SIZE]; /* "": there is none */
    uint32_t made_for; /* the device that was there when the row was inserted, or the first one
                          since then; of no row, nothing that matters */
    int lost, foreign, stale; /* the finding that is not over: its number, or -1 */
};

struct ledger {
    unsigned entries, findings;
    struct entry *entry;
    struct ledger_finding *finding;
};

static const char *const kinds[] = {
#define X(id, name, text) name,
    LEDGER_KINDS(X)
#undef X
};
static const char *const names[] = {
#define X(id, name, text) name,
    LEDGER_FINDINGS(X)
#undef X
};
static const char *const texts[] = {
#define X(id, name, text) text,
    LEDGER_FINDINGS(X)
#undef X
};

const char *
ledger_kind_name(enum ledger_kind kind)
{
    return kinds[kind];
}

const char *
ledger_what_name(enum ledger_what what)
{
    return names[what];
}

const char *
ledger_what_text(enum ledger_what what)
{
    return texts[what];
}

struct ledger *
ledger_open(void)
{
    return calloc(1, sizeof(struct ledger));
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

/* What is known of that name; NULL if there is no memory. */
static struct entry *
entry_of(struct ledger *ledger, const char *name)
{
    struct entry *grown;

    for (unsigned i = 0; i < ledger->entries; i++) {
        if (strcmp(ledger->entry[i].name, name) == 0) {
            return &ledger->entry[i];
        }
    }
    grown = realloc(ledger->entry, (ledger->entries + 1u) * sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    ledger->entry = grown;
    grown += ledger->entries++;
    *grown = (struct entry){.lost = -1, .foreign = -1, .stale = -1};
    memcpy(grown->name, name, sizeof grown->name);
    return grown;
}

/* Notes what has begun to be wrong; its number is *open.  False if there is no memory. */
static bool
begin(struct ledger *ledger, enum ledger_what what, const struct ledger_event *event,
      uint32_t device, uint32_t before, int *open)
{
    struct ledger_finding *grown;

    if (*open >= 0) {
        return true;
    }
    grown = realloc(ledger->finding, (ledger->findings + 1u) * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    ledger->finding = grown;
    *open = (int)ledger->findings++;
    grown[*open] = (struct ledger_finding){
        .what = what, .event = *event, .before = before, .until = LEDGER_FOR_EVER};
    grown[*open].event.index = device;
    return true;
}

static void
end(struct ledger *ledger, int64_t at, int *open)
{
    if (*open >= 0) {
        ledger->finding[*open].until = at;
        *open = -1;
    }
}

static bool
take_device_gone(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    end(ledger, event->at, &entry->lost);
    end(ledger, event->at, &entry->foreign);
    entry->device = 0;
    entry->made_for = entry->made_for == 0 ? event->index : entry->made_for;
    return entry->row[0] == '\0' ||
           begin(ledger, LEDGER_STALE, event, event->index, 0, &entry->stale);
}

static bool
take_device(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    if (entry->device == event->index) {
        return true;
    }
    for (unsigned i = 0; i < ledger->entries; i++) { /* it may have had another name */
        struct entry *other = &ledger->entry[i];
        struct ledger_event gone = *event;

        if (other->device == event->index) {
            gone.kind = LEDGER_DEVICE_GONE;
            memcpy(gone.name, other->name, sizeof gone.name);
            if (!take_device_gone(ledger, other, &gone)) {
                return false;
            }
        }
    }
    /* That the one before has gone was not in the records. */
    end(ledger, event->at, &entry->lost);
    end(ledger, event->at, &entry->foreign);
    end(ledger, event->at, &entry->stale);
    entry->device = event->index;
    entry->made_for = entry->made_for == 0 ? event->index : entry->made_for;
    return entry->row[0] == '\0' || entry->made_for == event->index ||
           begin(ledger, LEDGER_FOREIGN, event, event->index, entry->made_for, &entry->foreign);
}

static bool
take_row(struct ledger *ledger, struct entry *entry, const struct ledger_event *event)
{
    end(ledger, event->at, &entry->lost);
    end(ledger, event->at, &entry->foreign);
    end(ledger, event->at, &entry->stale);
    memcpy(entry->row, event->row, sizeof entry->row);
    entry->made_for = entry->device;
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
    end(ledger, event->at, &entry->foreign);
    end(ledger, event->at, &entry->stale);
    return entry->device == 0 || begin(ledger, LEDGER_LOST, event, entry->device, 0, &entry->lost);
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

struct ledger_finding *
ledger_end(struct ledger *ledger, unsigned *count)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < ledger->findings; i++) {
        const struct ledger_finding *finding = &ledger->finding[i];

        if (finding->until == LEDGER_FOR_EVER || finding->until - finding->event.at >= SHORTLY) {
            ledger->finding[kept++] = *finding;
        }
    }
    ledger->findings = *count = kept;
    return ledger->finding;
}
