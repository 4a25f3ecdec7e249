/* Whose device a finding is about, and who did it: see whose.h. */
#include "harness/record/whose.h"

#include <string.h>

/* Microseconds.  What happens at one moment, logs may say a little sooner or later. */
enum {
    SLACK = 100000,
    CLAIM_SLACK = 250000, /* of a new device, before which none had the name; by clocks lined up */
    A_CALL = 6000000,     /* libvirt gives ovs-vsctl 5 s */
    A_STOP = 60000000,    /* that lasts longer is not believed to be one */
};

struct events {
    const struct ledger_event *event;
    size_t count;
};

static bool
is_of(const struct ledger_event *event, enum ledger_kind kind, const char *name)
{
    return event->kind == kind && strcmp(event->name, name) == 0;
}

/* It says whose the device of that name is. */
static bool
is_claim(const struct ledger_event *event, const char *name)
{
    return event->guest[0] != '\0' &&
           (is_of(event, LEDGER_ROW, name) || is_of(event, LEDGER_OWNER, name));
}

/* From when until when a device had the name; a log may say of it a little sooner. */
struct life {
    int64_t from, to;
};

static struct life
life_of(struct events all, const char *name, uint32_t index)
{
    struct life life = {INT64_MIN, LEDGER_FOR_EVER};
    int64_t before = INT64_MIN; /* when there was another one, or none */

    for (size_t i = 0; i < all.count; i++) {
        const struct ledger_event *event = &all.event[i];
        const bool there = is_of(event, LEDGER_DEVICE, name);

        if (!there && !is_of(event, LEDGER_DEVICE_GONE, name)) {
            continue;
        }
        if (there && event->index == index) {
            life.from = life.from == INT64_MIN ? event->at - CLAIM_SLACK : life.from;
        } else if (life.from == INT64_MIN) {
            before = event->at;
        } else {
            life.to = event->at;
            break;
        }
    }
    life.from = life.from < before ? before : life.from;
    return life;
}

/* The last claim from a moment until another one, both within; or the first. */
static const char *
claimed(struct events all, const char *name, struct life between, bool first)
{
    const char *guest = "";

    for (size_t i = 0; i < all.count && all.event[i].at <= between.to; i++) {
        if (all.event[i].at >= between.from && is_claim(&all.event[i], name)) {
            guest = all.event[i].guest;
            if (first) {
                break;
            }
        }
    }
    return guest;
}

/* The guest was being taken down at that moment. */
static bool
is_stopping(struct events all, const char *guest, int64_t at)
{
    bool stops = false;

    for (size_t i = 0; i < all.count && all.event[i].at <= at; i++) {
        const struct ledger_event *event = &all.event[i];

        if (strcmp(event->guest, guest) != 0) {
            continue;
        }
        if (event->kind == LEDGER_STOP) {
            stops = at - event->at <= A_STOP;
        } else if (event->kind == LEDGER_STOPPED || event->kind == LEDGER_START ||
                   event->kind == LEDGER_RUNS) {
            stops = false;
        }
    }
    return stops;
}

/* The last call that asked for the row to be deleted, and has not been served before; NULL if no
 * log has one. */
static const struct ledger_event *
call_of(struct events all, const struct ledger_event *gone)
{
    const struct ledger_event *call = NULL;

    for (size_t i = 0; i < all.count && all.event[i].at <= gone->at + SLACK; i++) {
        const struct ledger_event *event = &all.event[i];

        if (is_of(event, LEDGER_DELETE, gone->name) && event->at >= gone->at - A_CALL) {
            call = event;
        } else if (is_of(event, LEDGER_ROW_GONE, gone->name) && event->at < gone->at) {
            call = NULL;
        }
    }
    return call;
}

/* The guest had a device of that name before that moment. */
static bool
had_name(struct events all, const char *guest, const char *name, int64_t at)
{
    for (size_t i = 0; i < all.count && all.event[i].at <= at; i++) {
        if (is_claim(&all.event[i], name) && strcmp(all.event[i].guest, guest) == 0) {
            return true;
        }
    }
    return false;
}

/* The guest that was being taken down when the row was deleted, and had had that name; "" if there
 * is none, or more than one. */
static const char *
stopping_then(struct events all, const struct ledger_event *gone)
{
    const char *guest = "";

    for (size_t i = 0; i < all.count && all.event[i].at <= gone->at; i++) {
        const struct ledger_event *event = &all.event[i];

        if (event->kind != LEDGER_STOP || event->at < gone->at - A_STOP ||
            strcmp(event->guest, guest) == 0 ||
            !had_name(all, event->guest, gone->name, gone->at) ||
            !is_stopping(all, event->guest, gone->at)) {
            continue;
        }
        if (guest[0] != '\0') {
            return "";
        }
        guest = event->guest;
    }
    return guest;
}

static void
fill_doer(struct ledger_finding *finding, struct events all)
{
    const struct ledger_event *call = call_of(all, &finding->event);

    finding->by_call = call != NULL && call->guest[0] != '\0';
    strcpy(finding->by_guest, finding->by_call ? call->guest : stopping_then(all, &finding->event));
    finding->by_stop =
        finding->by_guest[0] != '\0' &&
        is_stopping(all, finding->by_guest, finding->by_call ? call->at : finding->event.at);
}

/* The first time that the switch has said that of the name, while it was so. */
static int64_t
switched(struct events all, const struct ledger_finding *finding, enum ledger_kind kind)
{
    for (size_t i = 0; i < all.count; i++) {
        const struct ledger_event *event = &all.event[i];

        if (event->at >= finding->event.at - SLACK && event->at <= finding->until &&
            is_of(event, kind, finding->event.name)) {
            return event->at;
        }
    }
    return 0;
}

void
whose_fill(struct ledger_finding *finding, const struct ledger_event *event, size_t events)
{
    const struct events all = {event, events};
    const char *name = finding->event.name;
    struct life life = life_of(all, name, finding->event.index);

    if (finding->what == LEDGER_FOREIGN) {
        strcpy(finding->before_guest,
               claimed(all, name, life_of(all, name, finding->before), false));
        finding->switched = switched(all, finding, LEDGER_TAKEN);
    } else {
        life.to = finding->event.at;
    }
    strcpy(finding->guest, claimed(all, name, life, finding->what == LEDGER_FOREIGN));
    if (finding->what == LEDGER_LOST) {
        fill_doer(finding, all);
        finding->switched = switched(all, finding, LEDGER_GIVEN_UP);
    }
}

const char *
whose_device(const char *name, uint32_t index, const struct ledger_event *event, size_t events)
{
    const struct events all = {event, events};

    return claimed(all, name, life_of(all, name, index), true);
}
