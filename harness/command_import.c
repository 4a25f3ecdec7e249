/* tapweave import FILE...: what was wrong on a host, by its records, and when first. */
#include "harness/commands.h"
#include "harness/import_explain.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/format.h"
#include "harness/record/ledger_text.h"
#include "harness/record/moment.h"
#include "harness/record/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
print_record(const struct record *record, bool with_path)
{
    char first[MOMENT_SIZE], last[MOMENT_SIZE];

    print_line(4, "  %s%s%s: %zu event%s%s%s%s%s", record->format->name, with_path ? " " : "",
               with_path ? record->path : "", record->count, print_plural(record->count),
               record->count > 0 ? ", " : "",
               record->count > 0 ? moment_text(record->event[0].at, first) : "",
               record->count > 0 ? " to " : "",
               record->count > 0 ? moment_text(record->event[record->count - 1].at, last) : "");
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

/* Says what may have been wrong, and why that is not known. */
static void
print_doubts(const struct settled *settled)
{
    char at[MOMENT_SIZE], device[LEDGER_DEVICE_SIZE];

    if (settled->doubts > 0) {
        printf("may have been lost, which these records do not tell:\n");
    }
    for (size_t i = 0; i < settled->doubts; i++) {
        const struct doubted *doubt = &settled->doubt[i];
        const struct ledger_finding *finding = &doubt->finding;

        ledger_device(finding, device);
        print_line(4, "%s  %s: its port was deleted", moment_text(finding->event.at, at), device);
        print_line(6, "    %s", settle_doubt_text(doubt->doubt));
        if (doubt->doubt == DOUBT_TAKEN_OVER) {
            print_line(6, "    the guest before: %s", finding->by_guest);
        }
    }
    if (settled->bounded) {
        printf("rows that were taken over: more than %d, and the others were not looked at\n",
               SETTLE_MOST);
    }
}

/* Says why nothing can be said. */
static void
print_apart(const struct timeline *timeline)
{
    const int64_t apart = timeline_apart(timeline);

    print_line(4,
               "whether a device has lost its port cannot be said: the records do not cover the "
               "same time. %s is %.0f s after %s.",
               apart > 0 ? "The first event of a device" : "The first change of a row",
               (double)(apart < 0 ? -apart : apart) / 1e6,
               apart > 0 ? "the last change of a row" : "the last event of a device");
}

static void
print_timeline(const struct timeline *timeline)
{
    const struct ledger_finding *first = timeline_first(timeline);
    char at[MOMENT_SIZE], device[LEDGER_DEVICE_SIZE];

    print_record(&timeline->database, false);
    if (timeline->source == DEVICES_BY_LINKS) {
        print_record(&timeline->links, false);
    } else {
        print_line(4, "  no record of links: %s", device_source_text(timeline->source));
    }
    for (unsigned i = 0; i < timeline->logs; i++) {
        print_record(&timeline->log[i], true);
    }
    putchar('\n');
    for (unsigned i = 0; i < timeline->findings; i++) {
        ledger_print(&timeline->finding[i], "to the end of the records");
    }
    if (timeline->findings > TIMELINE_WHOSE) {
        printf("guests were looked for in the first %d of these\n", TIMELINE_WHOSE);
    }
    print_doubts(&timeline->settled);
    if (first == NULL && timeline_apart(timeline) != 0) {
        print_apart(timeline);
    } else if (first == NULL) {
        printf("%sno device has lost its port, or was on a row that is older than it\n",
               timeline->source == DEVICES_BY_LINKS ? "" : "as far as these records tell, ");
    } else {
        ledger_device(first, device);
        printf("\nfirst: %s  %s\n", moment_text(first->event.at, at), device);
    }
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
    json_t *findings = json_array(), *doubts = json_array(), *logs = json_array();
    const struct settled *settled = &timeline->settled;

    for (unsigned i = 0; i < timeline->findings; i++) {
        json_array_append_new(findings, ledger_json(&timeline->finding[i]));
    }
    for (size_t i = 0; i < settled->doubts; i++) {
        json_t *doubt = ledger_json(&settled->doubt[i].finding);

        json_object_set_new(doubt, "why", json_string(settle_doubt_name(settled->doubt[i].doubt)));
        json_array_append_new(doubts, doubt);
    }
    for (unsigned i = 0; i < timeline->logs; i++) {
        json_array_append_new(logs, record_json(&timeline->log[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:s, s:o, s:f, s:f, s:o, s:o, s:o, s:o*}", "schema",
                     "tapweave-import/1", "database", record_json(&timeline->database), "links",
                     timeline->source == DEVICES_BY_LINKS ? record_json(&timeline->links)
                                                          : json_null(),
                     "devices", device_source_name(timeline->source), "logs", logs, "ahead",
                     (double)timeline->ahead / 1e6, "apart", (double)timeline_apart(timeline) / 1e6,
                     "findings", findings, "possible", doubts, "first",
                     first == NULL ? json_null() : ledger_json(first), "story", story);
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
    status = timeline_first(&timeline) != NULL ? EXIT_VIOLATED
             : timeline_apart(&timeline) != 0  ? EXIT_INCONCLUSIVE
                                               : EXIT_HOLDS;
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
