/* The command line: which command, its options, its files. */
#ifndef TAPWEAVE_HARNESS_OPTIONS_H
#define TAPWEAVE_HARNESS_OPTIONS_H

#include "harness/draw/format.h"
#include "harness/formats/format.h"
#include "harness/new/question.h"
#include "harness/sampled.h"

/* The commands, each in a file of its own (harness/commands.h). */
#define SUBCOMMANDS(X)      \
    X(CHECK, check)         \
    X(EXPLORE, explore)     \
    X(EXPLAIN, explain)     \
    X(DIFF, diff)           \
    X(NECESSARY, necessary) \
    X(KEEP, keep)           \
    X(NEW, new)             \
    X(REPLAY, replay)       \
    X(DRAW, draw)           \
    X(CONFORM, conform)     \
    X(MERGE, merge)         \
    X(OBSERVE, observe)     \
    X(EXPORT, export)       \
    X(IMPORT, import)       \
    X(WATCH, watch)         \
    X(LIST, list)           \
    X(DESCRIBE, describe)

enum subcommand {
#define X(id, name) COMMAND_##id,
    SUBCOMMANDS(X)
#undef X
        COMMANDS,
};

/* A report in another program's format. */
struct report_option {
    const struct report_format *format;
    const char *path; /* "-": standard output */
};

enum { REPORTS_MOST = 16 };

struct options {
    enum subcommand command;
    /* --as */
    enum draw_format format;
    const char *policy;   /* -p; NULL if not given */
    const char *second;   /* the second -p; NULL if not given */
    const char *base;     /* --base; NULL if not given */
    const char *json;     /* --json; NULL if not given */
    const char *links;    /* --links; NULL if not given */
    const char *scenario; /* --scenario: a file to be written; NULL if not given */
    const char *trace;    /* --trace: the same */
    const char *name;     /* --name: of a device; NULL if not given */
    const char *db;       /* --db: a socket; NULL if not given */
    const char *journal;  /* --journal; NULL if not given */
    const char *prom;     /* --prom; NULL if not given */
    double duration;      /* --for: seconds; 0 if not given */
    const char *traces;   /* --traces: a folder; NULL if not given */
    const char *output;   /* --output; NULL if not given */
    const char *schedule; /* -s; NULL if not given */
    int oracle;           /* --oracle: an enum oracle; -1 if not given */
    unsigned ways;        /* --ways; 0 if not given */
    bool plain;           /* --plain */
    bool lasting;         /* --lasting */
    const char *datapath; /* --datapath: as scenario_use_datapath has it; NULL if not given */
    const char *baseline; /* --baseline; NULL if not given */
    const char *shard;    /* --shard; NULL if not given */
    double max_time;      /* --max-time: seconds; 0 if not given */
    struct report_option report[REPORTS_MOST];
    unsigned reports;     /* --report, so many times */
    bool quiet;           /* JSON or a report alone goes to standard output */
    bool all_policies;    /* --all-policies */
    bool real;            /* --on netns, libvirt or vm */
    bool libvirt;         /* --on libvirt */
    bool vm;              /* --on vm */
    const char *kernel;   /* --kernel: a folder; NULL if not given */
    const char *libvirtd; /* --libvirtd: a path; NULL if not given */
    bool qemu;            /* --guest qemu */
    bool hold;            /* --hold */
    bool interleavings;   /* --cover interleavings */
    bool network;         /* --cover network */
    bool matrix;          /* --matrix */
    bool orders;          /* --orders */
    unsigned jobs;        /* --jobs; 0 if not given */
    bool colour;          /* as --colour, NO_COLOR, TERM and the terminal have it */
    bool estimate;        /* --estimate */
    bool more_guests;     /* --more-guests */
    struct bounds bounds;
    struct sampling sampling;   /* how explore walks by chance */
    struct new_answers answers; /* --network, --story, --names, --beside: of new */
    char **files;               /* what is left of the command line; not owned */
    unsigned count;
    char **words; /* the command line from the command on; not owned */
    unsigned words_count;
};

/* Reads the command line.  Prints help or the version itself, and exits.  False with a diagnostic
 * if the command line is not one. */
bool options_read(struct options *options, int argc, char **argv, struct diagnostic *diagnostic);

#endif
