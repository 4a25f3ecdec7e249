/* What a watch has come to, for Prometheus: see metrics.h. */
#include "harness/live/metrics.h"

#include "harness/record/ledger_text.h"
#include "harness/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "tapweave_watch_"

static void
begin(FILE *file, const char *name, const char *type, const char *help)
{
    fprintf(file, "# HELP " NAME "%s %s\n# TYPE " NAME "%s %s\n", name, help, name, type);
}

static void
put(FILE *file, const char *name, const char *type, const char *help, uint64_t value)
{
    begin(file, name, type, help);
    fprintf(file, NAME "%s %" PRIu64 "\n", name, value);
}

static void
put_each(FILE *file, const char *name, const char *type, const char *help,
         const uint64_t value[LEDGER_WHATS])
{
    begin(file, name, type, help);
    for (int what = 0; what < LEDGER_WHATS; what++) {
        fprintf(file, NAME "%s{what=\"%s\"} %" PRIu64 "\n", name,
                ledger_what_name((enum ledger_what)what), value[what]);
    }
}

char *
metrics_text(const struct metrics *metrics)
{
    struct text text;
    FILE *file = text_open(&text);

    if (file == NULL) {
        return NULL;
    }
    put(file, "running", "gauge", "Whether the watch goes on.", metrics->running);
    put(file, "database_connected", "gauge", "Whether the database can be followed.",
        metrics->follows);
    put(file, "devices", "gauge", "Network devices of the namespace.", metrics->devices);
    put(file, "rows", "gauge", "Rows of ports that are for a device.", metrics->rows);
    put_each(file, "open_findings", "gauge", "What is wrong now.", metrics->open);
    put_each(file, "findings_total", "counter", "What has been wrong since the watch began.",
             metrics->found);
    put(file, "lost_messages_total", "counter",
        "How often messages about devices were lost, and the devices read again.",
        metrics->lost_messages);
    begin(file, "lost_database_total", "counter",
          "How often the connection to the database was lost.");
    fprintf(file, NAME "lost_database_total %" PRIu64, metrics->lost_base);
    return text_close(file, &text) ? text.bytes : NULL;
}
