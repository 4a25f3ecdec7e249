/* What a watch has come to, for Prometheus: a file for node_exporter's textfile collector. */
#ifndef TAPWEAVE_HARNESS_LIVE_METRICS_H
#define TAPWEAVE_HARNESS_LIVE_METRICS_H

#include "harness/record/ledger.h"

struct metrics {
    bool running;                      /* the watch has not ended */
    bool follows;                      /* it is connected to the database */
    unsigned devices, rows;            /* that there are */
    uint64_t found[LEDGER_WHATS];      /* findings since it began */
    uint64_t open[LEDGER_WHATS];       /* those that are not over */
    uint64_t lost_messages, lost_base; /* how often it could not see all */
};

/* The text, without the newline at its end, to be given to free(); NULL if there is no memory. */
char *metrics_text(const struct metrics *metrics);

#endif
