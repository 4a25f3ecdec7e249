/* Every option, its help, and the commands that take it: a table. */
#ifndef TAPWEAVE_HARNESS_OPTION_TABLE_H
#define TAPWEAVE_HARNESS_OPTION_TABLE_H

#include <argp.h>

/* An option, as the parser hands it over. */
enum option_key {
    KEY_POLICY = 'p',
    KEY_SCHEDULE = 's',
    KEY_OUTPUT = 'o',
    KEY_JSON = 256,
    KEY_REPORT,
    KEY_SHARD,
    KEY_BASELINE,
    KEY_MAX_TIME,
    KEY_TRACES,
    KEY_ON,
    KEY_GUEST,
    KEY_ALL,
    KEY_MATRIX,
    KEY_STATES,
    KEY_MEMORY,
    KEY_TIMEOUT,
    KEY_COLOUR,
    KEY_COVER,
    KEY_JOBS,
    KEY_DATAPATH,
    KEY_HOLD,
    KEY_LIBVIRTD,
    KEY_KERNEL,
    KEY_REDUCE,
    KEY_AUDIT,
    KEY_FAIR,
    KEY_MORE_GUESTS,
    KEY_SAMPLE,
    KEY_WALKS,
    KEY_SEED,
    KEY_DEPTH,
    KEY_PREEMPTIONS,
    KEY_STEPS,
    KEY_CHECKPOINT,
    KEY_EVERY,
    KEY_RESUME,
    KEY_ESTIMATE,
    KEY_ORACLE,
    KEY_BASE,
    KEY_ORDERS,
    KEY_WAYS,
    KEY_PLAIN,
    KEY_LASTING,
    KEY_LINKS,
    KEY_SCENARIO,
    KEY_TRACE,
    KEY_NAME,
    KEY_DB,
    KEY_JOURNAL,
    KEY_FOR,
    KEY_PROM,
    KEY_AS,
    KEY_NETWORK,
    KEY_STORY,
    KEY_NAMES,
    KEY_BESIDE,
};

struct option_row {
    struct argp_option option;
    unsigned commands; /* bit n: enum subcommand n */
};

enum { OPTION_ROWS = 64 /* at most */ };
extern const struct option_row option_row[];
extern const unsigned option_rows;

#endif
