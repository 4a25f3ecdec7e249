/* What may stand behind an option, and behind a command: for completion. */
#ifndef TAPWEAVE_HARNESS_DESCRIBE_WORDS_H
#define TAPWEAVE_HARNESS_DESCRIBE_WORDS_H

#include "harness/option_table.h"
#include "harness/options.h"

#include <stdio.h>

/* What is looked for, and not listed. */
enum words_kind {
    WORDS_POLICY,   /* BASE[,CHOICE=VALUE]... */
    WORDS_FILE,     /* any file */
    WORDS_FOLDER,   /* a folder */
    WORDS_SCENARIO, /* a file *.yaml */
    WORDS_TRACE,    /* a file *.json */
    WORDS_COMMAND,  /* one of tapweave's commands */
    WORDS_KINDS,
};

enum { WORDS_MOST = 64 };

struct words {
    const char *word[WORDS_MOST]; /* `count` of them; some live in `text` */
    unsigned count;
    unsigned kinds; /* bit k: enum words_kind k may stand there, too */
    char text[200];
};

/* Of an option: what its value may be.  Of a command: what may stand behind it; words stand there
 * alone, and first. */
void words_of_option(struct words *words, const struct argp_option *option);
void words_of_command(struct words *words, enum subcommand command);

/* The option, by its number in the table, if the command takes it and it is shown; else NULL. */
const struct argp_option *words_option(unsigned row, enum subcommand command);

/* What --help says of the options that every command has: three of them. */
extern const struct argp_option words_standard[3];

/* Prints a value of a choice, as it stands behind CHOICE=. */
void words_value(FILE *out, const struct policy_choice *choice, unsigned value);

/* Prints a text as a part of a word in single quotes, as shells have them. */
void words_quote(FILE *out, const char *text);

#endif
