/* Devices as logs tell of them: see log_devices.h.
 *
 * libvirtd says when it has made a tap.  The hook is told of it a little later; and between its
 * `prepare` and its `started`, a row that the database says is that guest's was inserted when the
 * tap was there.  (What the hook is told of at `prepare` is what the guest will have.)  Nobody says
 * when a tap goes: it does with its QEMU. */
#include "harness/record/log_devices.h"

#include <stdlib.h>
#include <string.h>

const char *
device_source_name(enum device_source source)
{
    static const char *const names[] = {
#define X(id, name, text) name,
        DEVICE_SOURCES(X)
#undef X
    };

    return names[source];
}

const char *
device_source_text(enum device_source source)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        DEVICE_SOURCES(X)
#undef X
    };

    return texts[source];
}

/* A device that is there. */
struct holder {
    char name[LEDGER_NAME_SIZE], guest[LEDGER_GUEST_SIZE];
    uint32_t device;
};

/* A guest that is being started. */
struct start {
    char guest[LEDGER_GUEST_SIZE];
    int64_t at;
};

struct reader {
    struct record *devices;
    bool exact; /* libvirtd says when devices are made, and the hook is not asked */
    uint32_t made;
    size_t holders, starts;
    struct holder *holder;
    struct start *start;
};

/* A log says whose that device is.  (The database does so by a row.) */
static bool
is_told(const struct ledger_event *event)
{
    return event->kind == LEDGER_OWNER && event->row[0] == '\0' && event->name[0] != '\0';
}

enum device_source
log_devices_source(const struct ledger_event *event, size_t events)
{
    enum device_source source = DEVICES_BY_NONE;

    for (size_t i = 0; i < events && source != DEVICES_BY_LIBVIRTD; i++) {
        if (is_told(&event[i])) {
            source = event[i].fresh ? DEVICES_BY_LIBVIRTD : DEVICES_BY_HOOK;
        }
    }
    return source;
}

static struct holder *
holder_of(const struct reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->holders; i++) {
        if (strcmp(reader->holder[i].name, name) == 0) {
            return &reader->holder[i];
        }
    }
    return NULL;
}

static bool
say(const struct reader *reader, const struct holder *holder, enum ledger_kind kind, int64_t at)
{
    struct ledger_event event = {.at = at, .kind = kind, .index = holder->device};

    event.fresh = kind == LEDGER_DEVICE;
    memcpy(event.name, holder->name, sizeof event.name);
    return record_add(reader->devices, &event);
}

/* It goes. */
static bool
end(struct reader *reader, struct holder *holder, int64_t at)
{
    const bool whole = say(reader, holder, LEDGER_DEVICE_GONE, at);

    *holder = reader->holder[--reader->holders];
    return whole;
}

static bool
begin(struct reader *reader, const struct ledger_event *event)
{
    struct holder *grown = realloc(reader->holder, (reader->holders + 1) * sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    reader->holder = grown;
    grown += reader->holders++;
    memcpy(grown->name, event->name, sizeof grown->name);
    memcpy(grown->guest, event->guest, sizeof grown->guest);
    grown->device = ++reader->made;
    return say(reader, grown, LEDGER_DEVICE, event->at);
}

static struct start *
start_of(const struct reader *reader, const char *guest)
{
    for (size_t i = 0; i < reader->starts; i++) {
        if (strcmp(reader->start[i].guest, guest) == 0) {
            return &reader->start[i];
        }
    }
    return NULL;
}

static void
end_start(struct reader *reader, const char *guest)
{
    struct start *start = start_of(reader, guest);

    if (start != NULL) {
        *start = reader->start[--reader->starts];
    }
}

/* The event tells that the guest has a device of that name.  Of one that is nobody's it would not
 * be known when it goes. */
static bool
is_telling(const struct reader *reader, const struct ledger_event *event)
{
    const struct start *start = start_of(reader, event->guest);

    if (reader->exact) {
        return is_told(event) && event->fresh;
    }
    if (is_told(event)) {
        return event->guest[0] != '\0' && (start == NULL || start->at != event->at);
    }
    return event->guest[0] != '\0' && start != NULL;
}

/* A name has one device: the one before has gone by then. */
static bool
take_owner(struct reader *reader, const struct ledger_event *event)
{
    struct holder *holder = holder_of(reader, event->name);

    if (!is_telling(reader, event) ||
        (holder != NULL && !reader->exact && strcmp(holder->guest, event->guest) == 0)) {
        return true; /* or it has been told of before */
    }
    return (holder == NULL || end(reader, holder, event->at)) &&
           (event->guest[0] == '\0' || begin(reader, event));
}

/* All that are the guest's go. */
static bool
take_stop(struct reader *reader, const struct ledger_event *event)
{
    end_start(reader, event->guest);
    for (size_t i = reader->holders; i-- > 0;) {
        if (strcmp(reader->holder[i].guest, event->guest) == 0 &&
            !end(reader, &reader->holder[i], event->at)) {
            return false;
        }
    }
    return true;
}

/* A guest that starts did not run before. */
static bool
take_start(struct reader *reader, const struct ledger_event *event)
{
    struct start *grown;

    if (!take_stop(reader, event)) {
        return false;
    }
    grown = realloc(reader->start, (reader->starts + 1) * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    reader->start = grown;
    grown += reader->starts++;
    memcpy(grown->guest, event->guest, sizeof grown->guest);
    grown->at = event->at;
    return true;
}

static bool
take_runs(struct reader *reader, const struct ledger_event *event)
{
    end_start(reader, event->guest);
    return true;
}

/* A guest's own thread has its port deleted: it is unplugged. */
static bool
take_delete(struct reader *reader, const struct ledger_event *event)
{
    struct holder *holder = holder_of(reader, event->name);

    return holder == NULL || strcmp(holder->guest, event->guest) != 0 ||
           end(reader, holder, event->at);
}

bool
log_devices(struct record *devices, const struct ledger_event *event, size_t events)
{
    static bool (*const takes[LEDGER_KINDS_COUNT])(struct reader *, const struct ledger_event *) = {
        [LEDGER_OWNER] = take_owner, [LEDGER_ROW] = take_owner, [LEDGER_START] = take_start,
        [LEDGER_RUNS] = take_runs,   [LEDGER_STOP] = take_stop, [LEDGER_DELETE] = take_delete,
    };
    struct reader reader = {.devices = devices,
                            .exact = log_devices_source(event, events) == DEVICES_BY_LIBVIRTD};
    bool whole = true;

    for (size_t i = 0; i < events && whole; i++) {
        whole = takes[event[i].kind] == NULL || takes[event[i].kind](&reader, &event[i]);
    }
    free(reader.holder);
    free(reader.start);
    return whole;
}
