/* What `ip -ts monitor link` or `ip -t monitor link` has printed: see record.h.
 *
 * A device is told of by "INDEX: NAME: <FLAGS> ...", with "Deleted " before it when it goes.  A
 * bridge tells of its ports in the same form, but without a qdisc: "Deleted" means there that the
 * device has left the bridge (seen, iproute2 6.1). */
#define _XOPEN_SOURCE 700 /* strptime */
#define _DEFAULT_SOURCE   /* timegm */
#include "harness/record/record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A time as the format has it, to the second, with microseconds behind it; *text is then behind
 * that. */
static bool
take_time(const char **text, const char *format, int64_t *at)
{
    struct tm tm = {0};
    const char *digits = strptime(*text, format, &tm);
    char *end;
    long microseconds;

    if (digits == NULL || !isdigit((unsigned char)*digits)) {
        return false;
    }
    microseconds = strtol(digits, &end, 10);
    *at = (int64_t)timegm(&tm) * 1000000 + microseconds;
    *text = end;
    return microseconds < 1000000;
}

/* "[2026-11-30T21:52:43.500739] " in front of a line, which is then behind it. */
static bool
take_short_time(const char **line, int64_t *at)
{
    if (!take_time(line, "[%Y-%m-%dT%H:%M:%S.", at) || (*line)[0] != ']') {
        return false;
    }
    *line += strspn(*line, "] ");
    return true;
}

/* A line "Timestamp: Mon Nov 30 21:52:44 2026 218632 usec". */
static bool
take_long_time(const char *line, int64_t *at)
{
    return take_time(&line, "Timestamp: %a %b %d %H:%M:%S %Y ", at);
}

/* "Deleted 2: vnet0: <...", or "2: vnet0@if3: <...". */
static bool
take_link(const char *line, struct ledger_event *event)
{
    const bool gone = strncmp(line, "Deleted ", strlen("Deleted ")) == 0;
    const char *digits = line + (gone ? strlen("Deleted ") : 0);
    char *name;
    const unsigned long index = strtoul(digits, &name, 10);
    size_t length;

    if (!isdigit((unsigned char)*digits) || index == 0 || index > UINT32_MAX ||
        strncmp(name, ": ", 2) != 0) {
        return false;
    }
    name += 2;
    length = strcspn(name, ":@ ");
    if (length == 0 || length >= LEDGER_NAME_SIZE || strchr(name, '<') == NULL) {
        return false;
    }
    event->kind = gone ? LEDGER_DEVICE_GONE : LEDGER_DEVICE;
    event->index = (uint32_t)index;
    event->fresh = !gone && strstr(line, " qdisc noop ") != NULL;
    memcpy(event->name, name, length);
    return true;
}

static bool
take_line(struct record *record, const char *line, int64_t *at)
{
    struct ledger_event event = {0};

    if (take_long_time(line, at)) {
        return true;
    }
    take_short_time(&line, at);
    if (line[0] == ' ' || line[0] == '\0') {
        return true; /* more of the line before */
    }
    if (*at == INT64_MIN || !take_link(line, &event)) {
        record->left_out++;
        return true;
    }
    event.at = *at;
    return strstr(line, " qdisc ") == NULL || record_add(record, &event);
}

bool
record_read_links(struct record *record, const char *path, struct diagnostic *diagnostic)
{
    size_t size;
    char *text = record_bytes(path, &size, diagnostic), *next;
    int64_t at = INT64_MIN;
    bool whole = true;

    *record = (struct record){.path = path};
    if (text == NULL) {
        return false;
    }
    for (char *line = text; whole && line < text + size; line = next) {
        char *newline = strchr(line, '\n');

        record->cut = newline == NULL;
        next = newline == NULL ? text + size : newline + 1;
        if (newline != NULL) {
            *newline = '\0';
            whole = take_line(record, line, &at);
        }
    }
    free(text);
    if (!whole || record->count == 0) {
        record_free(record);
        return whole ? diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0,
                                "no device is told of in it, with a time (ip -ts monitor link)")
                     : diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    return true;
}
