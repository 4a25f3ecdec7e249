/* tapweave watch: what is wrong on this host, as it happens. */
#include "harness/commands.h"
#include "harness/live/live.h"
#include "harness/live/metrics.h"
#include "harness/output.h"
#include "harness/print.h"
#include "harness/record/ledger_text.h"
#include "harness/record/moment.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)
#define PROM_EVERY (10 * SECOND) /* so that an old file says that the watch has ended */

struct watching {
    const struct options *options;
    struct live live;
    struct metrics metrics;
    int64_t begun, prom_at; /* by live_now */
};

/* What is said of news that is no finding. */
static const char *const said[] = {
    [LIVE_DEVICES_AGAIN] = "messages about devices were lost: all devices have been read again",
    [LIVE_DATABASE_LOST] = "the connection to the database is lost",
    [LIVE_DATABASE_AGAIN] = "the database is there again: all ports have been read again",
};
static const char *const said_shortly[] = {
    [LIVE_DEVICES_AGAIN] = "devices-again",
    [LIVE_DATABASE_LOST] = "database-lost",
    [LIVE_DATABASE_AGAIN] = "database-again",
};

/* Where ovs-vsctl looks for the database, and where ovsdb-server has its file. */
static const char *
default_path(char path[PATH_MAX], const char *variable, const char *folder, const char *file)
{
    const char *from = getenv(variable);

    snprintf(path, PATH_MAX, "%s/%s", from == NULL ? folder : from, file);
    return path;
}

/* Prints a line of JSON with the news' time, which is released. */
static void
print_json(const char *event, int64_t at, json_t *line)
{
    char time[MOMENT_SIZE];
    json_t *whole = json_pack("{s:s, s:s}", "event", event, "time", moment_text(at, time));
    char *text;

    json_object_update(whole, line);
    text = json_dumps(whole, JSON_REAL_PRECISION(9));
    printf("%s\n", text == NULL ? "" : text);
    free(text);
    json_decref(line);
    json_decref(whole);
}

static void
say_begun(const struct watching *watching, const char *journal)
{
    const struct live *live = &watching->live;
    const struct metrics *metrics = &watching->metrics;

    if (watching->options->json != NULL) {
        print_json("begin", watching->begun + live->date,
                   json_pack("{s:s, s:o, s:o, s:I, s:I}", "schema", "tapweave-watch/1", "database",
                             output_text(live->database.path), "journal",
                             journal == NULL ? json_null() : output_text(journal), "devices",
                             (json_int_t)metrics->devices, "rows", (json_int_t)metrics->rows));
        return;
    }
    print_line(4, "%u device%s, %u row%s of %s", metrics->devices, print_plural(metrics->devices),
               metrics->rows, print_plural(metrics->rows), live->database.path);
    if (journal != NULL) {
        print_line(4, "who changes a row is looked up in %s", journal);
    } else {
        print_line(4, "who changes a row is not known without the database's file (--journal)");
    }
}

static json_t *
counts_json(const uint64_t count[LEDGER_WHATS])
{
    json_t *counts = json_object();

    for (int what = 0; what < LEDGER_WHATS; what++) {
        json_object_set_new(counts, ledger_what_name((enum ledger_what)what),
                            json_integer((json_int_t)count[what]));
    }
    return counts;
}

static void
say_ended(const struct watching *watching)
{
    const struct metrics *metrics = &watching->metrics;
    const double seconds = (double)(live_now() - watching->begun) / (double)SECOND;

    if (watching->options->json != NULL) {
        print_json("end", live_now() + watching->live.date,
                   json_pack("{s:f, s:o, s:I, s:I}", "seconds", seconds, "found",
                             counts_json(metrics->found), "lost_messages",
                             (json_int_t)metrics->lost_messages, "lost_database",
                             (json_int_t)metrics->lost_base));
        return;
    }
    printf("watched for %.1f s:", seconds);
    for (int what = 0; what < LEDGER_WHATS; what++) {
        printf("%s %" PRIu64 " %s", what == 0 ? "" : ",", metrics->found[what],
               ledger_what_name((enum ledger_what)what));
    }
    putchar('\n');
    if (metrics->lost_messages + metrics->lost_base > 0) {
        print_line(4,
                   "it could not see all: messages lost %" PRIu64 " time%s, the database %" PRIu64
                   " time%s",
                   metrics->lost_messages, print_plural(metrics->lost_messages), metrics->lost_base,
                   print_plural(metrics->lost_base));
    }
}

static void
say_finding(const struct watching *watching, const struct live_news *news)
{
    const struct ledger_finding *finding = &news->finding;

    if (watching->options->json != NULL) {
        print_json(finding->told ? "over" : "finding", news->at, ledger_json(finding));
        return;
    }
    ledger_print(finding, NULL);
}

static void
say(const struct watching *watching, const struct live_news *news)
{
    const char *why = news->kind == LIVE_DATABASE_LOST ? watching->live.database.why : "";
    char time[MOMENT_SIZE];

    if (news->kind == LIVE_FINDING) {
        say_finding(watching, news);
    } else if (watching->options->json != NULL) {
        print_json(said_shortly[news->kind], news->at, json_pack("{s:o}", "why", output_text(why)));
    } else {
        print_line(4, "%s  %s%s%s", moment_text(news->at, time), said[news->kind],
                   why[0] == '\0' ? "" : ": ", why);
    }
}

static void
count(struct metrics *metrics, const struct live_news *news)
{
    const struct ledger_finding *finding = &news->finding;

    metrics->lost_messages += news->kind == LIVE_DEVICES_AGAIN;
    metrics->lost_base += news->kind == LIVE_DATABASE_LOST;
    if (news->kind == LIVE_FINDING) {
        metrics->found[finding->what] += !finding->told;
        metrics->open[finding->what] += finding->until == LEDGER_FOR_EVER;
        metrics->open[finding->what] -= finding->told;
    }
}

/* Writes the metrics, if they are wanted. */
static bool
write_prom(struct watching *watching, bool running, struct diagnostic *diagnostic)
{
    struct metrics *metrics = &watching->metrics;
    bool written = true;
    char *text;

    metrics->running = running;
    metrics->follows = watching->live.follows;
    ledger_count(watching->live.ledger, &metrics->devices, &metrics->rows);
    watching->prom_at = live_now() + PROM_EVERY;
    if (watching->options->prom != NULL) {
        text = metrics_text(metrics);
        written = text == NULL ? diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory")
                               : output_file(text, watching->options->prom, diagnostic);
        free(text);
    }
    return written;
}

/* Until it is to end, or cannot go on. */
static bool
go_on(struct watching *watching, struct diagnostic *diagnostic)
{
    const double seconds = watching->options->duration;
    const int64_t until =
        seconds > 0 ? watching->begun + (int64_t)(seconds * (double)SECOND) : INT64_MAX;
    struct live_news news = {.kind = LIVE_NOTHING};

    while (news.kind != LIVE_ENDED && live_now() < until) {
        const int64_t next = watching->prom_at < until ? watching->prom_at : until;

        if (!live_next(&watching->live, next, &news, diagnostic)) {
            return false;
        }
        if (news.kind != LIVE_NOTHING && news.kind != LIVE_ENDED) {
            count(&watching->metrics, &news);
            say(watching, &news);
            if (!output_flush(diagnostic)) {
                return false;
            }
        }
        if (!write_prom(watching, true, diagnostic)) {
            return false;
        }
    }
    return true;
}

static enum exit_status
status_of(const struct metrics *metrics)
{
    uint64_t found = 0;

    for (int what = 0; what < LEDGER_WHATS; what++) {
        found += metrics->found[what];
    }
    if (found > 0) {
        return EXIT_VIOLATED;
    }
    return metrics->lost_messages + metrics->lost_base > 0 ? EXIT_INCONCLUSIVE : EXIT_HOLDS;
}

/* The whole of it, of a database at that path. */
static enum exit_status
watch_host(const struct options *options, const char *database, const char *journal,
           struct diagnostic *diagnostic)
{
    struct watching watching = {.options = options};
    enum exit_status status = EXIT_HOLDS;

    if (!live_open(&watching.live, database, journal, diagnostic)) {
        return status;
    }
    watching.begun = live_now();
    if (write_prom(&watching, true, diagnostic)) {
        say_begun(&watching, journal);
        if (output_flush(diagnostic) && go_on(&watching, diagnostic)) {
            say_ended(&watching);
            status = status_of(&watching.metrics);
        }
        write_prom(&watching, false, diagnostic);
    }
    live_close(&watching.live);
    return status;
}

enum exit_status
command_watch(const struct options *options, struct diagnostic *diagnostic)
{
    static const char scheme[] = "unix:";
    char socket[PATH_MAX], file[PATH_MAX];
    const char *database = options->db, *journal = options->journal;

    if (options->count > 0) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0, "watch takes no file, but '%s' is one",
                 options->files[0]);
        return EXIT_HOLDS;
    }
    if (options->json != NULL && strcmp(options->json, "-") != 0) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "--json '%s': watch writes lines, as it goes, and to standard output alone: "
                 "--json -",
                 options->json);
        return EXIT_HOLDS;
    }
    if (database == NULL) {
        database = default_path(socket, "OVS_RUNDIR", "/var/run/openvswitch", "db.sock");
        default_path(file, "OVS_DBDIR", "/etc/openvswitch", "conf.db");
        journal = journal == NULL && access(file, R_OK) == 0 ? file : journal;
    } else if (strncmp(database, scheme, strlen(scheme)) == 0) {
        database += strlen(scheme);
    }
    return watch_host(options, database, journal, diagnostic);
}
