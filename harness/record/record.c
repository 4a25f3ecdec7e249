/* Records of a host: see record.h. */
#include "harness/record/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
record_free(struct record *record)
{
    free(record->event);
    *record = (struct record){0};
}

bool
record_add(struct record *record, const struct ledger_event *event)
{
    if ((record->count & (record->count - 1)) == 0) { /* full: the room is a power of two */
        const size_t room = record->count == 0 ? 1 : 2 * record->count;
        struct ledger_event *grown = realloc(record->event, room * sizeof *grown);

        if (grown == NULL) {
            return false;
        }
        record->event = grown;
    }
    record->event[record->count++] = *event;
    return true;
}

char *
record_bytes(const char *path, size_t *size, struct diagnostic *diagnostic)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t room = 0;

    *size = 0;
    if (file == NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    do {
        char *grown;

        room = room == 0 ? 1 << 16 : 2 * room;
        grown = room > 2 * (size_t)RECORD_MOST_BYTES ? NULL : realloc(bytes, room);
        if (grown == NULL) {
            diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "larger than %d bytes",
                     RECORD_MOST_BYTES);
            break;
        }
        bytes = grown;
        *size += fread(bytes + *size, 1, room - 1 - *size, file);
    } while (*size == room - 1);
    if (diagnostic->status == EXIT_HOLDS && ferror(file)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "cannot be read: %s", strerror(errno));
    }
    fclose(file);
    if (diagnostic->status != EXIT_HOLDS || bytes == NULL) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

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
