/* Records of a host: see record.h. */
#include "harness/record/record.h"

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

bool
record_is_of_switch(const struct record *record, const char *name, struct diagnostic *diagnostic)
{
    static const char own[] = "Open_vSwitch";

    return strcmp(name, own) == 0 ||
           diagnose(diagnostic, EXIT_BAD_INPUT, record->path, 0, 0,
                    "a database of %s; that of Open vSwitch (\"%s\") is needed", name, own);
}

bool
record_lines(struct record *record, char *text, size_t size,
             bool (*take)(void *reader, char *line, size_t number), void *reader)
{
    size_t number = 1;

    for (char *line = text, *end; line < text + size; line = end + 1) {
        end = memchr(line, '\n', (size_t)(text + size - line));
        record->cut = end == NULL;
        if (end == NULL) {
            return true;
        }
        *end = '\0';
        if (!take(reader, line, number++)) {
            return false;
        }
    }
    return true;
}
