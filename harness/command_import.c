/* tapweave import FILE...: what was wrong on a host, by its records, and when first. */
#include "harness/commands.h"
#include "harness/import_explain.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/format.h"
#include "harness/record/moment.h"
#include "harness/record/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEVICE_SIZE = LEDGER_GUEST_SIZE + LEDGER_NAME_SIZE + 32 };

static void
print_record(const struct record *record, bool with_path)
{
    char first[MOMENT_SIZE], last[MOMENT_SIZE];

    printf("  %s%s%s: %zu event%s", record->format->name, with_path ? " " : "",
           with_path ? record->path : "", record->count, print_plural(record->count));
    if (record->count > 0) {
        printf(", %s to %s", moment_text(record->event[0].at, first),
               moment_text(record->event[record->count - 1].at, last));
    }
    putchar('\n');
    if (record->cut) {
        printf("    its last one is cut off\n");
    }
    if (record->lacks != NULL) {
        print_line(4, "    it does not say: %s", record->lacks);
    }
    if (record->left_out > 0) {
        printf("    left out: %zu that %s not understood\n", record->left_out,
               record->left_out == 1 ? "was" : "were");
    }
    if (record->ahead != 0) {
        printf("    its clock is %.3f s %s\n",
               (double)(record->ahead < 0 ? -record->ahead : record->ahead) / 1e6,
               record->ahead < 0 ? "behind" : "ahead");
    }
}

/* "guest b's vnet0, device 6"; without the guest if that is not known. */
static void
print_device(const struct ledger_finding *finding, char *text, size_t size)
{
    const char *guest = finding->guest;

    snprintf(text, size, "%s%s%s%s, device %" PRIu32, guest[0] == '\0' ? "" : "guest ", guest,
             guest[0] == '\0' ? "" : "'s ", finding->event.name, finding->event.index);
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

static void
print_finding(const struct ledger_finding *finding)
{
    const struct ledger_event *event = &finding->event;
    char at[MOMENT_SIZE], until[MOMENT_SIZE], device[DEVICE_SIZE];

    print_device(finding, device, sizeof device);
    print_line(4, "%s  %s: %s: %s", moment_text(event->at, at), device,
               ledger_what_name(finding->what), ledger_what_text(finding->what));
    if (finding->before != 0) {
        print_line(6, "    the row was made for %s%s%sdevice %" PRIu32,
                   finding->before_guest[0] == '\0' ? "" : "guest ", finding->before_guest,
                   finding->before_guest[0] == '\0' ? "" : "'s ", finding->before);
    }
    if (event->who[0] != '\0') {
        print_line(6, "    by %s", event->who);
    }
    print_doer(finding);
    if (finding->switched != 0) {
        print_line(6, "    the switch %s the device at %s",
                   finding->what == LEDGER_FOREIGN ? "took" : "gave up",
                   moment_text(finding->switched, at));
    }
    if (finding->until == LEDGER_FOR_EVER) {
        print_line(6, "    to the end of the records");
    } else {
        print_line(6, "    until %s", moment_text(finding->until, until));
    }
}

static void
print_timeline(const struct timeline *timeline)
{
    const struct ledger_finding *first = timeline_first(timeline);
    char at[MOMENT_SIZE], device[DEVICE_SIZE];

    print_record(&timeline->database, false);
    print_record(&timeline->links, false);
    for (unsigned i = 0; i < timeline->logs; i++) {
        print_record(&timeline->log[i], true);
    }
    putchar('\n');
    for (unsigned i = 0; i < timeline->findings; i++) {
        print_finding(&timeline->finding[i]);
    }
    if (timeline->findings > TIMELINE_WHOSE) {
        printf("guests were looked for in the first %d of these\n", TIMELINE_WHOSE);
    }
    if (first == NULL) {
        printf("no device has lost its port, or was on a row that is older than it\n");
    } else {
        print_device(first, device, sizeof device);
        printf("\nfirst: %s  %s\n", moment_text(first->event.at, at), device);
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

static json_t *
finding_json(const struct ledger_finding *finding)
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

static json_t *
record_json(const struct record *record)
{
    return json_pack("{s:s, s:o, s:I, s:I, s:b, s:f}", "format", record->format->id, "path",
                     output_text(record->path), "events", (json_int_t)record->count, "left_out",
                     (json_int_t)record->left_out, "cut", record->cut, "ahead",
                     (double)record->ahead / 1e6);
}

static json_t *
timeline_json(const struct timeline *timeline, json_t *story)
{
    const struct ledger_finding *first = timeline_first(timeline);
    json_t *findings = json_array(), *logs = json_array();

    for (unsigned i = 0; i < timeline->findings; i++) {
        json_array_append_new(findings, finding_json(&timeline->finding[i]));
    }
    for (unsigned i = 0; i < timeline->logs; i++) {
        json_array_append_new(logs, record_json(&timeline->log[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:f, s:o, s:o, s:o*}", "schema", "tapweave-import/1",
                     "database", record_json(&timeline->database), "links",
                     record_json(&timeline->links), "logs", logs, "ahead",
                     (double)timeline->ahead / 1e6, "findings", findings, "first",
                     first == NULL ? json_null() : finding_json(first), "story", story);
}

enum exit_status
command_import(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status;
    struct timeline timeline;
    json_t *story = NULL;

    if (options->scenario == NULL && (options->trace != NULL || options->name != NULL)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "--trace and --name need --scenario");
        return EXIT_HOLDS;
    }
    if (!timeline_open(&timeline, options->files, options->count, options->links, diagnostic)) {
        return EXIT_HOLDS;
    }
    status = timeline_first(&timeline) != NULL ? EXIT_VIOLATED : EXIT_HOLDS;
    if (!options->quiet) {
        print_timeline(&timeline);
    }
    if (options->scenario != NULL) {
        status = import_explain(options, &timeline, &story, diagnostic);
    }
    if (options->json != NULL && diagnostic->status == EXIT_HOLDS) {
        output_json(timeline_json(&timeline, story), options->json, diagnostic);
    } else {
        json_decref(story);
    }
    timeline_close(&timeline);
    return status;
}
