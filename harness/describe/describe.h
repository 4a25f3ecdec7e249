/* What other programs want to know of the command line: completion, and man pages.  All of it is
 * made of the tables of commands and options.  What is written goes to a stream in memory. */
#ifndef TAPWEAVE_HARNESS_DESCRIBE_H
#define TAPWEAVE_HARNESS_DESCRIBE_H

#include "harness/options.h"

#include <stdio.h>

/* Completion, as a script for that shell. */
void describe_bash(FILE *out);
void describe_zsh(FILE *out);

/* A man page in the language of scdoc: of the program, and of one of its commands. */
void describe_man(FILE *out);
void describe_man_of(FILE *out, enum subcommand command);

#endif
