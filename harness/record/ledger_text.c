/* How what a ledger has found is said: see ledger_text.h. */
#include "harness/record/ledger_text.h"

#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/moment.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {
#define X(id, name, text) name,
    LEDGER_KINDS(X)
#undef X
};
static const char *const names[] = {
#define X(id, name, text) name,
    LEDGER_FINDINGS(X)
#undef X
};
static const char *const texts[] = {
#define X(id, name, text) text,
    LEDGER_FINDINGS(X)
#undef X
};

const char *
ledger_kind_name(enum ledger_kind kind)
{
    return kinds[kind];
}

const char *
ledger_what_name(enum ledger_what what)
{
    return names[what];
}

const char *
ledger_what_text(enum ledger_what what)
{
    return texts[what];
}

/* A name or a comment, which whoever made it has chosen: no control character of it reaches a
 * terminal. */
static const char *
harmless(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        if (iscntrl((unsigned char)*at)) {
            *at = '?';
        }
    }
    return text;
}

void
ledger_device(const struct ledger_finding *finding, char text[LEDGER_DEVICE_SIZE])
{
    const char *guest = finding->guest;
    char device[sizeof ", device 4294967295"] = "";

    if (finding->event.index != 0) {
        snprintf(device, sizeof device, ", device %" PRIu32, finding->event.index);
    }
    snprintf(text, LEDGER_DEVICE_SIZE, "%s%s%s%s%s", guest[0] == '\0' ? "" : "guest ", guest,
             guest[0] == '\0' ? "" : "'s ", finding->event.name, device);
    harmless(text);
}

void
ledger_sign(struct ledger_event *event, const char *who)
{
    static const char more[] = "...";
    size_t length = sizeof event->who - sizeof more;

    snprintf(event->who, sizeof event->who, "%s", who == NULL ? "" : who);
    if (who != NULL && strlen(who) >= sizeof event->who) {
        while (length > 0 && ((unsigned char)who[length] & 0xc0) == 0x80) { /* within a character */
            length--;
        }
        memcpy(event->who + length, more, sizeof more);
    }
}

/* What is known of who has deleted the row, besides what ovs-vsctl says of itself. */
static void
print_doer(const struct ledger_finding *finding)
{
    if (finding->by_guest[0] == '\0') {
        return;
    }
    if (finding->by_call) {
        print_line(6, "    for guest %s%s", finding->by_guest, finding->by_stop ? "'s stop" : "");
    } else {
        print_line(6, "    while guest %s was being stopped, which had had that name",
                   finding->by_guest);
    }
}

void
ledger_print(const struct ledger_finding *finding, const char *lasting)
{
    char at[MOMENT_SIZE], device[LEDGER_DEVICE_SIZE], who[LEDGER_WHO_SIZE];

    ledger_device(finding, device);
    if (finding->told) {
        print_line(4, "%s  %s: %s: over", moment_text(finding->until, at), device,
                   ledger_what_name(finding->what));
        return;
    }
    print_line(4, "%s  %s: %s: %s", moment_text(finding->event.at, at), device,
               ledger_what_name(finding->what), ledger_what_text(finding->what));
    if (finding->before != 0) {
        print_line(6, "    the row was made for %s%s%sdevice %" PRIu32,
                   finding->before_guest[0] == '\0' ? "" : "guest ", finding->before_guest,
                   finding->before_guest[0] == '\0' ? "" : "'s ", finding->before);
    } else if (finding->before_guest[0] != '\0') {
        print_line(6, "    the row was made for guest %s", finding->before_guest);
    }
    if (finding->event.who[0] != '\0') {
        memcpy(who, finding->event.who, sizeof who);
        print_line(6, "    by %s", harmless(who));
    }
    print_doer(finding);
    if (finding->switched != 0) {
        print_line(6, "    the switch %s the device at %s",
                   finding->what == LEDGER_FOREIGN ? "took" : "gave up",
                   moment_text(finding->switched, at));
    }
    if (finding->until != LEDGER_FOR_EVER) {
        print_line(6, "    until %s", moment_text(finding->until, at));
    } else if (lasting != NULL) {
        print_line(6, "    %s", lasting);
    }
}

/* null, if it is "". */
static json_t *
known_text(const char *text)
{
    return text[0] == '\0' ? json_null() : output_text(text);
}

/* null, for LEDGER_FOR_EVER and for 0. */
static json_t *
known_moment(int64_t at)
{
    char text[MOMENT_SIZE];

    return at == 0 || at == LEDGER_FOR_EVER ? json_null() : json_string(moment_text(at, text));
}

json_t *
ledger_json(const struct ledger_finding *finding)
{
    const struct ledger_event *event = &finding->event;
    json_t *by = finding->by_guest[0] == '\0'
                     ? json_null()
                     : json_pack("{s:o, s:b, s:b}", "guest", output_text(finding->by_guest), "call",
                                 finding->by_call, "stop", finding->by_stop);

    return json_pack("{s:s, s:o, s:o, s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "what",
                     ledger_what_name(finding->what), "at", known_moment(event->at), "name",
                     output_text(event->name), "device", (json_int_t)event->index, "guest",
                     known_text(finding->guest), "before", (json_int_t)finding->before,
                     "before_guest", known_text(finding->before_guest), "row",
                     output_text(event->row), "who", output_text(event->who), "by", by, "switched",
                     known_moment(finding->switched), "until", known_moment(finding->until));
}
