/* What explains what was wrong: see import_explain.h. */
#include "harness/import_explain.h"

#include "harness/interrupt.h"
#include "harness/report_fitted.h"

#include <stdio.h>
#include <string.h>

/* Two events of different records are in the order of their times if these differ by more, in
 * microseconds.  The times of `ip monitor` are when it has read a message: on a busy host it runs a
 * scheduler's round or two after the kernel has sent it.  Two clocks are lined up so that the
 * fastest start takes no time between its device and its row: they are apart by what it took. */
enum { ONE_CLOCK = 50000, TWO_CLOCKS = 250000 };

/* What a log says of a device is no better than clocks that were lined up: libvirtd looks for the
 * end of a QEMU every 200 ms. */
static int64_t
apart_of(const struct timeline *timeline)
{
    return timeline->ahead == 0 && timeline->source == DEVICES_BY_LINKS ? ONE_CLOCK : TWO_CLOCKS;
}

/* The finding that the story of that name is to be about, or of any name, if it is NULL: the first
 * one by which something was lost, or else the first one at all.  NULL if there is none. */
static const struct ledger_finding *
finding_of(const struct timeline *timeline, const char *name)
{
    const struct ledger_finding *found = name == NULL ? timeline_first(timeline) : NULL;

    for (unsigned i = 0; name != NULL && i < timeline->findings; i++) {
        const struct ledger_finding *one = &timeline->finding[i];

        if (strcmp(one->event.name, name) == 0 &&
            (found == NULL || (found->what == LEDGER_STALE && one->what != LEDGER_STALE))) {
            found = one;
        }
    }
    return found;
}

/* A path without its folder. */
static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Where the story is from: the records' names. */
static void
write_report(const struct timeline *timeline, char *text, size_t size)
{
    snprintf(text, size, "import: %.60s and %.60s", name_of(timeline->database.path),
             timeline->links.path == NULL ? "the log of libvirtd" : name_of(timeline->links.path));
}

enum exit_status
import_explain(const struct options *options, const struct timeline *timeline, json_t **json,
               struct diagnostic *diagnostic)
{
    const struct ledger_finding *finding = finding_of(timeline, options->name);
    const enum exit_status status = timeline_first(timeline) != NULL ? EXIT_VIOLATED : EXIT_HOLDS;
    char report[160];
    struct story story;
    struct fitted fitted;
    bool searched, inconclusive;

    *json = NULL;
    if (timeline->source > DEVICES_BY_LIBVIRTD) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "--scenario needs to know when devices were made: by what 'ip -ts monitor link' "
                 "has printed, or by the log of libvirtd (debug)");
        return status;
    }
    if (options->name == NULL && finding == NULL) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "nothing was wrong: --name says whose story is to be explained");
        return status;
    }
    write_report(timeline, report, sizeof report);
    interrupt_catch();
    searched =
        story_take(&story, timeline->event, timeline->events, options->name, finding, diagnostic) &&
        fitted_run(&fitted, &story, report, apart_of(timeline), &options->bounds, diagnostic);
    interrupt_release();
    if (!searched) {
        return status;
    }
    if (fitted.best < 0 || fitted_write(&fitted, options->scenario, options->trace, diagnostic)) {
        *json = report_fitted_json(&fitted, options->scenario, options->trace);
        if (!options->quiet) {
            report_fitted(&fitted, options->scenario, options->trace);
        }
    }
    inconclusive = fitted.best < 0 && fitted.bounded;
    fitted_free(&fitted);
    return inconclusive ? EXIT_INCONCLUSIVE : status;
}
