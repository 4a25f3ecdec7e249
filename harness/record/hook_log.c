/* What a hook of libvirt's QEMU driver has written down of its calls: see format.h.
 *
 *     2026-11-30T21:52:43.500739123Z a stopped end 4dea22b3-1d52-d8f3-2516-782e98ab3fa0 vnet0
 *
 * A time; the guest's name, the operation and the sub-operation, which are what the hook is called
 * with; then, if the hook writes them, the guest's UUID, and names of its devices.  libvirt calls
 * it with `stopped` before it takes the guest's devices down, with `release` behind that, with
 * `prepare` before it makes them, and with `start` behind that (libvirt's docs/hooks). */
#include "harness/record/format.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What the operations mean; libvirt has some more, which mean nothing here. */
static const struct operation {
    const char *name;
    enum ledger_kind kind;
} operations[] = {
    {" prepare begin", LEDGER_START}, {" start begin", LEDGER_OWNER},
    {" started begin", LEDGER_RUNS},  {" reconnect begin", LEDGER_RUNS},
    {" stopped end", LEDGER_STOP},    {" release end", LEDGER_STOPPED},
    {" migrate begin", LEDGER_ALIAS}, {" restore begin", LEDGER_ALIAS},
    {" attach begin", LEDGER_RUNS},
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

/* The operation, whose words are at *begin and end at *end; NULL if the line has none. */
static const struct operation *
operation_of(const char *line, const char **begin, const char **end)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        const char *found = strstr(line, operations[i].name);
        const char *behind = found == NULL ? NULL : found + strlen(operations[i].name);

        if (found != NULL && (*behind == '\0' || *behind == ' ')) {
            *begin = found;
            *end = behind;
            return &operations[i];
        }
    }
    return NULL;
}

/* The line's time, guest and operation; NULL if it is none of this format. */
static const struct operation *
take_call(const char *line, struct ledger_event *event, const char **more)
{
    const struct operation *operation;
    const char *begin;

    if (!moment_take(&line, &event->at) || *line++ != ' ') {
        return NULL;
    }
    operation = operation_of(line, &begin, more);
    if (operation == NULL || begin == line) {
        return NULL;
    }
    snprintf(event->guest, sizeof event->guest, "%.*s", (int)(begin - line), line);
    event->kind = operation->kind;
    return operation;
}

bool
hook_log_has(const char *line)
{
    struct ledger_event event = {0};

    return take_call(line, &event, &line) != NULL;
}

static bool
is_uuid(const char *word)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;

    while (form[i] != '\0' &&
           (form[i] == 'x' ? isxdigit((unsigned char)word[i]) != 0 : word[i] == form[i])) {
        i++;
    }
    return form[i] == '\0' && word[i] == '\0';
}

/* What stands behind the operation: a UUID is the guest's, any other word a device's name.  A guest
 * that comes from elsewhere had those names there. */
static bool
take_words(struct record *record, const struct ledger_event *call, const char *text)
{
    for (size_t length; *(text += strspn(text, " ")) != '\0'; text += length) {
        struct ledger_event event = *call;
        char word[LEDGER_ROW_SIZE] = "";

        length = strcspn(text, " ");
        strncat(word, text, length < sizeof word ? length : sizeof word - 1);
        if (is_uuid(word)) {
            event.kind = LEDGER_ALIAS;
            strcpy(event.row, word);
        } else if (call->kind != LEDGER_ALIAS && strlen(word) < sizeof event.name &&
                   word[0] != '-') {
            event.kind = call->kind == LEDGER_STOP ? LEDGER_STOP : LEDGER_OWNER;
            strcpy(event.name, word);
        } else {
            continue;
        }
        if (!record_add(record, &event)) {
            return false;
        }
    }
    return true;
}

static bool
take_line(void *context, char *line, size_t number)
{
    struct record *record = context;
    struct ledger_event call = {0};
    const char *more;

    (void)number;
    if (take_call(line, &call, &more) == NULL) {
        record->left_out += line[0] != '\0';
        return true;
    }
    record->understood++;
    record->last = call.at;
    return (call.kind == LEDGER_OWNER || call.kind == LEDGER_ALIAS || record_add(record, &call)) &&
           (call.kind == LEDGER_STOPPED || take_words(record, &call, more));
}

bool
hook_log_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    (void)diagnostic;
    return record_lines(record, text, size, take_line, record);
}
