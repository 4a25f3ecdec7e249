/* The formats that a record may have: see format.h. */
#include "harness/record/format.h"

#include "harness/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct record_format record_formats[RECORD_FORMATS] = {
    [FORMAT_OVSDB] = {RECORD_DATABASE, "conf.db", "database",
                      "the database of Open vSwitch (conf.db)",
                      "no record of a database of Open vSwitch is in it (conf.db)", ovsdb_file_has,
                      ovsdb_file_read},
    [FORMAT_SHOW_LOG] = {RECORD_DATABASE, "show-log", "database",
                         "what 'ovsdb-tool show-log -mm' has printed of it",
                         "no record of a database is in it (ovsdb-tool show-log -mm)", show_log_has,
                         show_log_read},
    [FORMAT_LINKS] = {RECORD_LINKS, "ip-monitor", "links", "what 'ip -ts monitor link' has printed",
                      "no device is told of in it, with a time (ip -ts monitor link)",
                      link_text_has, link_text_read},
    [FORMAT_LIBVIRTD] = {RECORD_LOG, "libvirtd", "log of libvirtd", "the log of libvirtd (debug)",
                         "nothing is in it", libvirtd_log_has, libvirtd_log_read},
    [FORMAT_HOOK] = {RECORD_LOG, "hook", "log of the hook", "the log of libvirt's qemu hook",
                     "nothing is in it", hook_log_has, hook_log_read},
    [FORMAT_VSWITCHD] =
        {RECORD_LOG, "ovs-vswitchd", "log of ovs-vswitchd",
         "the log of ovs-vswitchd, or its journal (journalctl -o short-iso-precise --utc)",
         "nothing of ovs-vswitchd is in it", vswitchd_log_has, vswitchd_log_read},
};

/* All bytes of a file, with a NUL behind them, to be given to free(); NULL with a diagnostic. */
static char *
read_bytes(const char *path, size_t *size, struct diagnostic *diagnostic)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t room = 0;

    *size = 0;
    if (file == NULL) {
        diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be opened: %s",
                 strerror(errno));
        return NULL;
    }
    do {
        room = room == 0 ? 1 << 16 : 2 * room;
        bytes = memory_grow(bytes, room);
        *size += fread(bytes + *size, 1, room - 1 - *size, file);
    } while (*size == room - 1 && *size <= RECORD_MOST_BYTES);
    if (*size > RECORD_MOST_BYTES) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "larger than %d bytes", RECORD_MOST_BYTES);
    }
    if (diagnostic->status == EXIT_HOLDS && ferror(file)) {
        diagnose(diagnostic, diagnostic_of_errno(), path, 0, 0, "cannot be read: %s",
                 strerror(errno));
    }
    fclose(file);
    if (diagnostic->status != EXIT_HOLDS || bytes == NULL) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

/* The format of the first line that has one. */
static const struct record_format *
format_of(const char *text, size_t size)
{
    for (const char *line = text, *end; line < text + size; line = end + 1) {
        char beginning[256];
        size_t length;

        end = memchr(line, '\n', (size_t)(text + size - line));
        end = end == NULL ? text + size : end;
        length =
            (size_t)(end - line) < sizeof beginning ? (size_t)(end - line) : sizeof beginning - 1;
        memcpy(beginning, line, length);
        beginning[length] = '\0';
        for (size_t i = 0; i < RECORD_FORMATS; i++) {
            if (record_formats[i].has(beginning)) {
                return &record_formats[i];
            }
        }
    }
    return NULL;
}

static bool
is_unknown(const char *path, struct diagnostic *diagnostic)
{
    char valid[DIAGNOSTIC_HINT_SIZE] = "";

    for (size_t i = 0; i < RECORD_FORMATS; i++) {
        snprintf(valid + strlen(valid), sizeof valid - strlen(valid), "%s%s", i == 0 ? "" : "; ",
                 record_formats[i].what);
    }
    return diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "no record of a host; valid: %s",
                    valid);
}

bool
record_read(struct record *record, const char *path, const struct record_format *format,
            struct diagnostic *diagnostic)
{
    size_t size;
    char *text = read_bytes(path, &size, diagnostic);
    bool whole;

    *record = (struct record){.path = path, .format = format, .last = INT64_MIN};
    if (text == NULL) {
        return false;
    }
    if (format == NULL) {
        record->format = format_of(text, size);
    }
    if (record->format == NULL) {
        free(text);
        return is_unknown(path, diagnostic);
    }
    whole = record->format->read(record, text, size, diagnostic);
    free(text);
    if (whole && record->understood > 0) {
        return true;
    }
    if (diagnostic->status == EXIT_HOLDS && whole) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "%s", record->format->nothing);
    } else if (diagnostic->status == EXIT_HOLDS) {
        diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    record_free(record);
    return false;
}
