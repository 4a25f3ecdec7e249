/* Nics of one guest: see kin.h. */
#include "harness/record/kin.h"

#include "harness/record/whose.h"

#include <string.h>

enum { A_START = 60000000 /* microseconds; that lasts longer is not believed to be one */ };

static const char *
guest_of(const struct kin *kin, const struct chronicle *chronicle, size_t arrival)
{
    return whose_device(chronicle->name, chronicle->item[arrival].device, kin->event, kin->events);
}

/* The first device was there when the other one came, or the other way round. */
static bool
lived_at_one_time(const struct chronicle *one, size_t arrival, const struct chronicle *other,
                  size_t other_arrival)
{
    const size_t departure = chronicle_departure(one, arrival);
    const size_t other_departure = chronicle_departure(other, other_arrival);

    return (departure == one->count ||
            other->item[other_arrival].event < one->item[departure].event) &&
           (other_departure == other->count ||
            one->item[arrival].event < other->item[other_departure].event);
}

/* That device is a nic of a guest of one of the others. */
static bool
is_kin(const struct kin *kin, const struct chronicle *chronicle, size_t end, unsigned first,
       const struct chronicle *other, size_t other_arrival)
{
    size_t arrival;

    for (; (arrival = chronicle_arrival(chronicle, end, first)) < end; first++) {
        if (lived_at_one_time(chronicle, arrival, other, other_arrival)) {
            const char *guest = guest_of(kin, chronicle, arrival);

            if (guest[0] != '\0' && strcmp(guest, guest_of(kin, other, other_arrival)) == 0) {
                return true;
            }
        }
    }
    return false;
}

int
kin_first(const struct kin *kin, const struct chronicle *chronicle, size_t end, unsigned first,
          const struct chronicle *other, size_t other_end)
{
    size_t arrival;

    for (unsigned number = 0; (arrival = chronicle_arrival(other, other_end, number)) < other_end;
         number++) {
        if (is_kin(kin, chronicle, end, first, other, arrival)) {
            return (int)number;
        }
    }
    return -1;
}

static bool
is_known(const char *const *name, unsigned names, const char *text)
{
    for (unsigned i = 0; i < names; i++) {
        if (strcmp(name[i], text) == 0) {
            return true;
        }
    }
    return false;
}

unsigned
kin_names(const struct kin *kin, const struct chronicle *chronicle, size_t end, unsigned first,
          const char **name, unsigned most)
{
    unsigned names = 0;
    size_t arrival;

    for (; (arrival = chronicle_arrival(chronicle, end, first)) < end; first++) {
        const char *guest = guest_of(kin, chronicle, arrival);
        const size_t departure = chronicle_departure(chronicle, arrival);
        const int64_t from = chronicle->item[arrival].event->at - A_START;
        const int64_t to =
            departure == chronicle->count ? LEDGER_FOR_EVER : chronicle->item[departure].event->at;

        for (size_t i = 0; i < kin->events && guest[0] != '\0'; i++) {
            const struct ledger_event *event = &kin->event[i];

            if ((event->kind != LEDGER_ROW && event->kind != LEDGER_OWNER) || event->at < from ||
                event->at > to || strcmp(event->guest, guest) != 0 ||
                strcmp(event->name, chronicle->name) == 0 || is_known(name, names, event->name)) {
                continue;
            }
            if (names == most) {
                return most + 1;
            }
            name[names++] = event->name;
        }
    }
    return names;
}
