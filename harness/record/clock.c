/* By how much the clocks of two records differ: see record.h. */
#include "harness/record/record.h"

#include <string.h>

/* How well the two fit together, if the links are that much ahead. */
struct fit {
    int64_t ahead;
    unsigned rows; /* that are made within a second behind a device of their name */
    int64_t later; /* how much later, all together */
};

static struct fit
try_ahead(const struct record *links, const struct record *database, int64_t ahead)
{
    enum { A_SECOND = 1000000 };
    struct fit fit = {ahead, 0, 0};

    for (size_t row = 0; row < database->count; row++) {
        const struct ledger_event *made = &database->event[row];
        int64_t least = A_SECOND;

        for (size_t i = 0; i < links->count && made->kind == LEDGER_ROW; i++) {
            const struct ledger_event *device = &links->event[i];
            const int64_t later = made->at - (device->at - ahead);

            if (device->fresh && later >= 0 && later < least &&
                strcmp(device->name, made->name) == 0) {
                least = later;
            }
        }
        if (least < A_SECOND) {
            fit.rows++;
            fit.later += least;
        }
    }
    return fit;
}

static int64_t
size_of(int64_t number)
{
    return number < 0 ? -number : number;
}

static bool
is_better(const struct fit *a, const struct fit *b)
{
    if (a->rows != b->rows) {
        return a->rows > b->rows;
    }
    return a->later != b->later ? a->later < b->later : size_of(a->ahead) < size_of(b->ahead);
}

/* What is tried is that a device was made when a row was: of each two of one name. */
int64_t
record_ahead(const struct record *links, const struct record *database)
{
    enum { HALF_A_SECOND = 500000, ENOUGH = 2, MOST = 2000 /* that are tried */ };
    struct fit best = try_ahead(links, database, 0);
    const struct fit same = best;
    unsigned tried = 0;

    for (size_t row = 0; row < database->count; row++) {
        for (size_t i = 0; i < links->count && tried < MOST; i++) {
            const struct ledger_event *made = &database->event[row], *device = &links->event[i];
            struct fit fit;

            if (made->kind == LEDGER_ROW && device->fresh &&
                strcmp(device->name, made->name) == 0) {
                fit = try_ahead(links, database, device->at - made->at);
                best = is_better(&fit, &best) ? fit : best;
                tried++;
            }
        }
    }
    if (best.rows < same.rows + ENOUGH) {
        return 0; /* that may be chance */
    }
    return size_of(best.ahead) < HALF_A_SECOND ? 0 : best.ahead;
}
