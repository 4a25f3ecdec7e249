/* tapweave import FILE...: what was wrong on a host, by its records, and when first. */
#include "harness/commands.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/moment.h"
#include "harness/record/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
print_record(const char *what, const struct record *record)
{
    char first[MOMENT_SIZE], last[MOMENT_SIZE];

    printf("  %s: %zu event%s", what, record->count, print_plural(record->count));
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
}

static void
print_finding(const struct ledger_finding *finding)
{
    const struct ledger_event *event = &finding->event;
    char at[MOMENT_SIZE], until[MOMENT_SIZE];

    print_line(4, "%s  %s, device %" PRIu32 ": %s: %s", moment_text(event->at, at), event->name,
               event->index, ledger_what_name(finding->what), ledger_what_text(finding->what));
    if (finding->before != 0) {
        print_line(6, "    the row was made for device %" PRIu32, finding->before);
    }
    if (event->who[0] != '\0') {
        print_line(6, "    by %s", event->who);
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
    char at[MOMENT_SIZE];

    print_record("database", &timeline->database);
    print_record("links", &timeline->links);
    if (timeline->ahead != 0) {
        printf("  the clock of the links is %.3f s %s\n",
               (double)(timeline->ahead < 0 ? -timeline->ahead : timeline->ahead) / 1e6,
               timeline->ahead < 0 ? "behind" : "ahead");
    }
    putchar('\n');
    for (unsigned i = 0; i < timeline->findings; i++) {
        print_finding(&timeline->finding[i]);
    }
    if (first == NULL) {
        printf("no device has lost its port, or was on a row that is older than it\n");
    } else {
        printf("\nfirst: %s  %s, device %" PRIu32 "\n", moment_text(first->event.at, at),
               first->event.name, first->event.index);
    }
}

static json_t *
finding_json(const struct ledger_finding *finding)
{
    const struct ledger_event *event = &finding->event;
    char at[MOMENT_SIZE], until[MOMENT_SIZE];

    return json_pack(
        "{s:s, s:s, s:o, s:I, s:I, s:s, s:o, s:o}", "what", ledger_what_name(finding->what), "at",
        moment_text(event->at, at), "name", output_text(event->name), "device",
        (json_int_t)event->index, "before", (json_int_t)finding->before, "row", event->row, "who",
        output_text(event->who), "until",
        finding->until == LEDGER_FOR_EVER ? json_null()
                                          : json_string(moment_text(finding->until, until)));
}

static json_t *
record_json(const struct record *record)
{
    return json_pack("{s:o, s:I, s:I, s:b}", "path", output_text(record->path), "events",
                     (json_int_t)record->count, "left_out", (json_int_t)record->left_out, "cut",
                     record->cut);
}

static json_t *
timeline_json(const struct timeline *timeline)
{
    const struct ledger_finding *first = timeline_first(timeline);
    json_t *findings = json_array();

    for (unsigned i = 0; i < timeline->findings; i++) {
        json_array_append_new(findings, finding_json(&timeline->finding[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:f, s:o, s:o}", "schema", "tapweave-import/1", "database",
                     record_json(&timeline->database), "links", record_json(&timeline->links),
                     "ahead", (double)timeline->ahead / 1e6, "findings", findings, "first",
                     first == NULL ? json_null() : finding_json(first));
}

enum exit_status
command_import(const struct options *options, struct diagnostic *diagnostic)
{
    enum exit_status status;
    struct timeline timeline;

    if (!timeline_open(&timeline, options->files, options->count, options->links, diagnostic)) {
        return EXIT_HOLDS;
    }
    status = timeline_first(&timeline) != NULL ? EXIT_VIOLATED : EXIT_HOLDS;
    if (!options->quiet) {
        print_timeline(&timeline);
    }
    if (options->json != NULL) {
        output_json(timeline_json(&timeline), options->json, diagnostic);
    }
    timeline_close(&timeline);
    return status;
}
