/* The log of ovs-vswitchd, its own file or journalctl's text of it: see format.h.
 *
 *     2026-11-30T22:00:55.750Z|00045|bridge|INFO|bridge br0: added interface vnet0 on port 1
 *     2026-11-30T22:00:55.750739+0000 host ovs-vswitchd[77]: ovs|00045|bridge|INFO|bridge br0: ...
 *
 * The second form is that of `journalctl -o short-iso-precise` or short-iso.  Of the others, "Nov
 * 30 22:00:55 host ovs-vswitchd[77]: ...", neither the year nor the zone is known. */
#define _XOPEN_SOURCE 700 /* strptime */
#include "harness/record/format.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MODULE_SIZE = 32, WHOLE_SECONDS = sizeof "2026-11-30T22:00:55" - 1 };

/* "|00045|bridge|INFO|", of which `module` is the third part; the text is then behind it. */
static bool
take_head(const char **text, char module[MODULE_SIZE])
{
    const char *rest = *text;
    size_t length;

    if (*rest++ != '|' || !isdigit((unsigned char)*rest)) {
        return false;
    }
    rest += strspn(rest, "0123456789");
    length = *rest == '|' ? strcspn(rest + 1, "|") : 0;
    if (length == 0 || length >= MODULE_SIZE || rest[1 + length] != '|') {
        return false;
    }
    memcpy(module, rest + 1, length);
    module[length] = '\0';
    rest += 1 + length + 1;
    rest += strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (*rest != '|') {
        return false;
    }
    *text = rest + 1;
    return true;
}

/* " host ovs-vswitchd[77]: ", or of any other program. */
static bool
take_program(const char **text, bool *ours)
{
    const char *host = *text, *program, *end;

    if (*host != ' ') {
        return false;
    }
    program = strchr(host + 1, ' ');
    end = program == NULL ? NULL : strstr(program, ": ");
    if (end == NULL || memchr(program + 1, ' ', (size_t)(end - program - 1)) != NULL) {
        return false;
    }
    *ours = strncmp(program + 1, "ovs-vswitchd", strlen("ovs-vswitchd")) == 0;
    *text = end + 2;
    return true;
}

/* "Nov 30 22:00:55", or with a fraction behind it. */
static bool
take_short_time(const char **text)
{
    struct tm tm;
    const char *end = strptime(*text, "%b %d %H:%M:%S", &tm);

    if (end == NULL) {
        return false;
    }
    *text = end;
    *text += strspn(*text, ".0123456789");
    return true;
}

struct reader {
    struct record *record;
    struct diagnostic *diagnostic;
};

/* What a line is. */
enum line { LINE_NONE, LINE_OTHERS, LINE_OURS, LINE_SHORT };

/* What journalctl puts before a message.  Of a time in whole seconds, its end is taken: so what the
 * switch does is not said to be before what it follows. */
static enum line
take_journal(const char **text, int64_t *at, bool *ours)
{
    const char *rest = *text;
    const bool with_day =
        isalpha((unsigned char)rest[0]) && strcspn(rest, " ") == 3 && rest[3] == ' ';
    const char *time = with_day ? rest + 4 : rest;
    enum line line = LINE_OURS;

    rest = time;
    if (moment_take(&rest, at)) {
        *at += time[WHOLE_SECONDS] == '.' ? 0 : 999999;
        line = with_day && strncmp(rest, " UTC ", strlen(" UTC ")) != 0 ? LINE_SHORT : line;
        rest += with_day ? 1 + strcspn(rest + 1, " ") : 0;
    } else if (take_short_time(text)) {
        rest = *text;
        line = LINE_SHORT;
    } else {
        return LINE_NONE;
    }
    *text = rest;
    return take_program(text, ours) ? line : LINE_NONE;
}

/* Finds a line's time, its module, and what it says. */
static enum line
take_prefix(const char **text, int64_t *at, char module[MODULE_SIZE])
{
    const char *rest = *text;
    bool ours = false;
    enum line line;

    if (moment_take(&rest, at) && take_head(&rest, module)) {
        *text = rest;
        return LINE_OURS;
    }
    line = take_journal(text, at, &ours);
    if (line != LINE_OURS) {
        return line;
    }
    if (!ours || strncmp(*text, "ovs", strlen("ovs")) != 0) {
        return LINE_OTHERS;
    }
    *text += strlen("ovs");
    return take_head(text, module) ? LINE_OURS : LINE_OTHERS;
}

bool
vswitchd_log_has(const char *line)
{
    char module[MODULE_SIZE];
    int64_t at;

    return take_prefix(&line, &at, module) != LINE_NONE;
}

/* "bridge br0: added interface vnet0 on port 1" */
static bool
take_interface(struct reader *reader, const char *text, int64_t at)
{
    struct ledger_event event = {.at = at};
    char verb[8] = "";
    int end = -1;

    sscanf(text, "bridge %15[^:]: %7s interface %15s on port %n", event.bridge, verb, event.name,
           &end);
    if (end < 0) {
        return true;
    }
    event.kind = strcmp(verb, "added") == 0 ? LEDGER_TAKEN : LEDGER_GIVEN_UP;
    return (event.kind == LEDGER_GIVEN_UP && strcmp(verb, "deleted") != 0) ||
           record_add(reader->record, &event);
}

static bool
take_line(void *context, char *line, size_t number)
{
    struct reader *reader = context;
    const char *text = line;
    char module[MODULE_SIZE];
    int64_t at;

    switch (take_prefix(&text, &at, module)) {
    case LINE_OURS:
        reader->record->understood++;
        return strcmp(module, "bridge") != 0 || take_interface(reader, text, at);
    case LINE_OTHERS:
        return true;
    case LINE_SHORT:
        return diagnose(reader->diagnostic, EXIT_BAD_INPUT, reader->record->path, number, 1,
                        "neither the year nor the zone of its times is known: 'journalctl -o "
                        "short-iso-precise --utc' says them");
    case LINE_NONE:
        break;
    }
    reader->record->left_out += line[0] != '\0' && strncmp(line, "-- ", strlen("-- ")) != 0;
    return true;
}

bool
vswitchd_log_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct reader reader = {record, diagnostic};

    return record_lines(record, text, size, take_line, &reader);
}
