/* The commands as the command line has them. */
#ifndef TAPWEAVE_HARNESS_USAGE_H
#define TAPWEAVE_HARNESS_USAGE_H

#include "harness/options.h"

#define USAGE_VERSION "0.1"

/* What --help prints of a command: its name, how it is used, and what it does. */
struct usage {
    const char *name, *arguments, *text;
};

/* By enum subcommand. */
extern const struct usage usage_of[COMMANDS];

/* What --help prints without a command: what stands before the options, and behind "\v" the rest.
 */
extern const char usage_of_all[];

#endif
