/* The log of libvirtd at its debug level (log_filters="1:qemu 1:util"): see format.h.
 *
 *     2026-11-30 21:52:43.500+0000: 1234: debug : qemuProcessStop:8352 : Shutting down vm=0x7f0c5 \
 *         name=a id=1 pid=77, reason=destroyed, asyncJob=none, flags=0x0
 *     2026-11-30 21:52:43.611+0000: 1234: debug : virCommandRunAsync:2607 : About to run ovs-vsctl
 * \
 *         --timeout=5 -- --if-exists del-port vnet0
 *
 * Many lines name a guest, and each has the number of its thread.  A thread works for the guest
 * that it has named last, until its job is over: so it is known for whom it runs ovs-vsctl. */
#include "harness/record/format.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of a thread.  Two of one place are taken apart by their numbers; the one that comes
 * later takes the place. */
enum { THREADS = 4096 };

struct thread {
    unsigned long number;
    char guest[LEDGER_GUEST_SIZE]; /* that it works for; "": for none that is known */
    bool stops;                    /* it is taking the guest down */
};

struct reader {
    struct record *record;
    struct thread thread[THREADS];
};

/* A line of the log, in its parts. */
struct line {
    int64_t at;
    struct thread *thread;
    unsigned long number; /* of the thread */
    const char *function, *message;
    size_t function_length;
};

/* "2026-11-30 21:52:43.500+0000: 1234: debug : qemuProcessStop:8352 : Shutting down ..." */
static bool
take_prefix(const char *text, struct line *line)
{
    static const char *const levels[] = {"debug : ", "info : ", "warning : ", "error : "};
    char *end;
    size_t level = 0;

    if (!moment_take(&text, &line->at) || strncmp(text, ": ", 2) != 0 ||
        !isdigit((unsigned char)text[2])) {
        return false;
    }
    line->number = strtoul(text + 2, &end, 10);
    if (strncmp(end, ": ", 2) != 0) {
        return false;
    }
    text = end + 2;
    while (level < sizeof levels / sizeof *levels &&
           strncmp(text, levels[level], strlen(levels[level])) != 0) {
        level++;
    }
    if (level == sizeof levels / sizeof *levels) {
        return false;
    }
    line->function = text + strlen(levels[level]);
    line->function_length = strcspn(line->function, ": ");
    text = line->function + line->function_length;
    line->message = text;
    if (*text == ':') { /* the first line of a libvirtd says its version, and no function */
        text += 1 + strspn(text + 1, "0123456789");
        line->message = strncmp(text, " : ", 3) == 0 ? text + 3 : line->message;
    }
    return true;
}

bool
libvirtd_log_has(const char *text)
{
    struct line line;

    return take_prefix(text, &line);
}

static bool
is_of(const struct line *line, const char *function, const char *message)
{
    return line->function_length == strlen(function) &&
           strncmp(line->function, function, line->function_length) == 0 &&
           strncmp(line->message, message, strlen(message)) == 0;
}

/* Adds what a line says of the thread's guest. */
static bool
say(struct reader *reader, const struct line *line, enum ledger_kind kind, const char *name)
{
    struct ledger_event event = {.at = line->at, .kind = kind, .fresh = kind == LEDGER_OWNER};

    snprintf(event.name, sizeof event.name, "%s", name);
    memcpy(event.guest, line->thread->guest, sizeof event.guest);
    return record_add(reader->record, &event);
}

/* The guest that a message names, as "vm=0x7f0c5 name=a id=1", "(vm=0x7f0c5 name=a)" or "(VM:
 * name=a, uuid=...)": its name, and its length; 0 if it names none. */
static size_t
guest_in(const char *message, const char **name)
{
    static const char *const ends[] = {" id=",          " pid=",   " running with", " failed to",
                                       ", current job", ", uuid=", " job=",         ")",
                                       " flags="};
    const char *found = strstr(message, "vm=0x"), *end = NULL;

    if (found != NULL) {
        found += strlen("vm=0x");
        found += strspn(found, "0123456789abcdef");
        found = strncmp(found, " name=", strlen(" name=")) == 0 ? found + strlen(" name=") : NULL;
    } else if ((found = strstr(message, "(VM: name=")) != NULL) {
        found += strlen("(VM: name=");
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends && found != NULL; i++) {
        const char *its = strstr(found, ends[i]);

        end = its != NULL && (end == NULL || its < end) ? its : end;
    }
    *name = found;
    return end == NULL ? 0 : (size_t)(end - found);
}

/* The UUID of the thread's guest, if it stands behind those words, and quotes. */
static bool
take_uuid(struct reader *reader, const struct line *line, const char *words)
{
    const char *found = strstr(line->message, words);
    struct ledger_event event = {.at = line->at, .kind = LEDGER_ALIAS};

    if (found == NULL || line->thread->guest[0] == '\0') {
        return true;
    }
    found += strlen(words);
    found += strspn(found, "\"\\'");
    if (strspn(found, "0123456789abcdef-") != sizeof event.row - 1) {
        return true;
    }
    memcpy(event.row, found, sizeof event.row - 1);
    memcpy(event.guest, line->thread->guest, sizeof event.guest);
    return record_add(reader->record, &event);
}

/* The n-th word behind that one in a command line; "" if there are not so many. */
static const char *
word_behind(const char *command, const char *word, unsigned n, char text[LEDGER_NAME_SIZE])
{
    const char *found = strstr(command, word);

    text[0] = '\0';
    if (found == NULL) {
        return text;
    }
    found += strlen(word);
    for (unsigned i = 1; i < n; i++) {
        found += strspn(found, " ");
        found += strcspn(found, " ");
    }
    found += strspn(found, " ");
    snprintf(text, LEDGER_NAME_SIZE, "%.*s", (int)strcspn(found, " '\""), found);
    return text;
}

/* "About to run /usr/bin/ovs-vsctl --timeout=5 -- --if-exists del-port vnet0 -- add-port br0 ..."
 * A port that is added is deleted before that, if there is one. */
static bool
take_command(struct reader *reader, const struct line *line)
{
    const char *command = strstr(line->message, "ovs-vsctl ");
    char name[LEDGER_NAME_SIZE];

    if (command == NULL) {
        return true;
    }
    if (word_behind(command, " add-port ", 2, name)[0] != '\0') {
        return take_uuid(reader, line, "vm-id=") && say(reader, line, LEDGER_ADD, name);
    }
    return word_behind(command, " del-port ", 1, name)[0] == '\0' ||
           say(reader, line, LEDGER_DELETE, name);
}

/* The thread of the line, and for whom it works from then on. */
static void
take_thread(struct reader *reader, struct line *line)
{
    struct thread *thread = &reader->thread[line->number % THREADS];
    const char *name;
    const size_t length = guest_in(line->message, &name);
    char guest[LEDGER_GUEST_SIZE] = "";

    strncat(guest, length == 0 ? "" : name, length < sizeof guest ? length : sizeof guest - 1);
    if (thread->number != line->number) {
        *thread = (struct thread){.number = line->number};
    }
    if (length > 0 && strcmp(thread->guest, guest) != 0) {
        thread->stops = false;
        memcpy(thread->guest, guest, sizeof thread->guest);
    }
    line->thread = thread;
}

/* "Thread 80 (rpc-libvirtd) finished job remoteDispatchDomainDestroy with ret=0" */
static bool
end_job(struct reader *reader, const struct line *line)
{
    const bool stopped = line->thread->stops;
    const bool whole = !stopped || say(reader, line, LEDGER_STOPPED, "");

    line->thread->stops = false;
    line->thread->guest[0] = '\0';
    return whole;
}

/* "Received EOF on 0x7f0c5400 'a'": that guest's QEMU is gone, whoever its thread works for. */
static bool
take_end(struct reader *reader, const struct line *line)
{
    struct ledger_event event = {.at = line->at, .kind = LEDGER_STOP};
    const char *name = strchr(line->message, '\''), *end = strrchr(line->message, '\'');

    if (name == NULL || end == name) {
        return true;
    }
    snprintf(event.guest, sizeof event.guest, "%.*s", (int)(end - name - 1), name + 1);
    return record_add(reader->record, &event);
}

/* What the messages of these functions mean. */
static const struct meaning {
    const char *function, *message, *further;
    enum ledger_kind kind;
} meanings[] = {
    {"qemuProcessInit", "vm=", "", LEDGER_START},
    {"qemuProcessLaunch", "QEMU vm=", " running with pid=", LEDGER_RUNS},
    {"qemuProcessStop", "Shutting down vm=", "", LEDGER_STOP},
};

static bool
take_message(struct reader *reader, const struct line *line)
{
    char name[LEDGER_NAME_SIZE];

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (is_of(line, meanings[i].function, meanings[i].message) &&
            strstr(line->message, meanings[i].further) != NULL) {
            line->thread->stops = meanings[i].kind == LEDGER_STOP;
            return say(reader, line, meanings[i].kind, "");
        }
    }
    if (is_of(line, "virNetDevTapCreate", "created device: '")) {
        return say(reader, line, LEDGER_OWNER,
                   word_behind(line->message, "created device: '", 1, name));
    }
    if (is_of(line, "qemuProcessHandleMonitorEOF", "Received EOF on ")) {
        return take_end(reader, line);
    }
    if (is_of(line, "virCommandRunAsync", "About to run ")) {
        return take_command(reader, line);
    }
    if (strstr(line->message, "(VM: name=") != NULL) {
        return take_uuid(reader, line, ", uuid=");
    }
    return !is_of(line, "virThreadJobClear", "Thread ") || end_job(reader, line);
}

static bool
take_line(void *context, char *text, size_t number)
{
    struct reader *reader = context;
    struct line line;

    (void)number;
    if (!take_prefix(text, &line)) {
        return true; /* more of a message that has several lines */
    }
    reader->record->understood++;
    reader->record->last = line.at;
    take_thread(reader, &line);
    return take_message(reader, &line);
}

bool
libvirtd_log_read(struct record *record, char *text, size_t size, struct diagnostic *diagnostic)
{
    struct reader *reader = calloc(1, sizeof *reader);
    bool whole;

    (void)diagnostic;
    if (reader == NULL) {
        return false;
    }
    reader->record = record;
    whole = record_lines(record, text, size, take_line, reader);
    free(reader);
    return whole;
}
