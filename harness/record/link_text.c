/* What `ip -ts monitor link` or `ip -t monitor link` has printed: see format.h.
 *
 * A device is told of by "INDEX: NAME: <FLAGS> ...", with "Deleted " before it when it goes.  A
 * bridge tells of its ports in the same form, but without a qdisc: "Deleted" means there that the
 * device has left the bridge (seen, iproute2 6.1). */
#define _XOPEN_SOURCE 700 /* strptime */
#define _DEFAULT_SOURCE   /* timegm */
#include "harness/record/format.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "[2026-11-30T21:52:43.500739] " in front of a line, which is then behind it. */
static bool
take_short_time(const char **line, int64_t *at)
{
    const char *rest = *line + 1;

    if (**line != '[' || !moment_take(&rest, at) || *rest != ']') {
        return false;
    }
    *line = rest + strspn(rest, "] ");
    return true;
}

/* A line "Timestamp: Mon Nov 30 21:52:44 2026 218632 usec". */
static bool
take_long_time(const char *line, int64_t *at)
{
    struct tm tm = {0};
    const char *digits = strptime(line, "Timestamp: %a %b %d %H:%M:%S %Y ", &tm);
    char *end;
    long microseconds;

    if (digits == NULL || !isdigit((unsigned char)*digits)) {
        return false;
    }
    microseconds = strtol(digits, &end, 10);
    if (microseconds >= 1000000) {
        return false;
    }
    *at = (int64_t)timegm(&tm) * 1000000 + microseconds;
    return true;
}

/* The Linux bridge in "... master br0 ...".  What else a device may be put under by name is taken
 * for one, but not the kernel's datapath of Open vSwitch. */
static void
take_master(const char *line, char bridge[LEDGER_NAME_SIZE])
{
    static const char key[] = " master ";
    const char *name = strstr(line, key);
    const size_t length = name == NULL ? 0 : strcspn(name + strlen(key), " ");

    if (length > 0 && length < LEDGER_NAME_SIZE &&
        strncmp(name + strlen(key), "ovs-system", length) != 0) {
        memcpy(bridge, name + strlen(key), length);
    }
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
    take_master(line, event->bridge);
    return true;
}

struct reader {
    struct record *record;
    int64_t at; /* INT64_MIN: that is not known yet */
};

static bool
take_line(void *context, char *text, size_t number)
{
    struct reader *reader = context;
    struct ledger_event event = {0};
    const char *line = text;

    (void)number;
    if (take_long_time(line, &reader->at)) {
        return true;
    }
    take_short_time(&line, &reader->at);
    if (line[0] == ' ' || line[0] == '\0') {
        return true; /* more of the line before */
    }
    if (reader->at == INT64_MIN || !take_link(line, &event)) {
        reader->record->left_out++;
        return true;
    }
    event.at = reader->at;
    reader->record->understood++;
    return strstr(line, " qdisc ") == NULL || record_add(reader->record, &event);
}

bool
link_text_has(const char *line)
{
    struct ledger_event event = {0};
    int64_t at;

    return take_long_time(line, &at) || (take_short_time(&line, &at) && take_link(line, &event));
}

bool
link_text_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct reader reader = {record, INT64_MIN};

    (void)diagnostic;
    return record_lines(record, text, size, take_line, &reader);
}
