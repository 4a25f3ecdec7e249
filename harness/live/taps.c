/* Taps in use without a port: see taps.h. */
#include "harness/live/taps.h"

#include "harness/live/routed.h"

#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)

enum { SHARE = 20 /* one part of so many goes into asking */ };

void
taps_close(struct taps *taps)
{
    free(taps->tap);
    *taps = (struct taps){0};
}

bool
taps_add(struct taps *taps, const struct ledger_finding *finding, bool routed, int64_t now)
{
    struct tap *grown = realloc(taps->tap, (taps->count + 1u) * sizeof *grown);

    if (grown == NULL) {
        return false;
    }
    if (taps->count == 0 && taps->again < now + SECOND) {
        taps->again = now + SECOND;
    }
    taps->tap = grown;
    grown += taps->count++;
    *grown = (struct tap){.index = finding->event.index, .routed = routed};
    memcpy(grown->name, finding->event.name, sizeof grown->name);
    return true;
}

/* The last one takes its place. */
static void
forget(struct taps *taps, unsigned which)
{
    taps->tap[which] = taps->tap[--taps->count];
}

void
taps_said(struct taps *taps, uint32_t index)
{
    for (unsigned i = taps->count; i-- > 0;) {
        if (taps->tap[i].routed && (index == 0 || taps->tap[i].index == index)) {
            forget(taps, i);
        }
    }
}

void
taps_over(struct taps *taps, const struct ledger_finding *finding)
{
    for (unsigned i = taps->count; i-- > 0;) {
        if (!taps->tap[i].routed && taps->tap[i].index == finding->event.index &&
            strcmp(taps->tap[i].name, finding->event.name) == 0) {
            forget(taps, i);
        }
    }
}

int64_t
taps_next(const struct taps *taps)
{
    return taps->count == 0 ? LEDGER_FOR_EVER : taps->again;
}

/* The ledger is told so as if the kernel had said it of the device. */
static bool
say(struct record *record, const struct tap *tap, bool wants_port, int64_t now)
{
    struct ledger_event event = {
        .at = now, .kind = LEDGER_DEVICE, .index = tap->index, .wants_port = wants_port};

    memcpy(event.name, tap->name, sizeof event.name);
    return record_add(record, &event);
}

bool
taps_ask(struct taps *taps, int64_t now, struct record *record)
{
    struct routed *device = calloc(taps->count + 1u, sizeof *device);
    bool whole = device != NULL;

    for (unsigned i = 0; whole && i < taps->count; i++) {
        device[i].index = taps->tap[i].index;
    }
    if (whole && routed_ask(device, taps->count)) {
        for (unsigned i = taps->count; whole && i-- > 0;) { /* those behind may be forgotten */
            struct tap *tap = &taps->tap[i];

            if (device[i].is != tap->routed) {
                whole = say(record, tap, tap->routed, now);
                if (tap->routed) {
                    forget(taps, i);
                } else {
                    tap->routed = true;
                }
            }
        }
    }
    free(device);
    return whole;
}

void
taps_asked(struct taps *taps, int64_t now, int64_t ended)
{
    const int64_t pause = SHARE * (ended - now);

    taps->again = ended + (pause < SECOND ? SECOND : pause);
}
