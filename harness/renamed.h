/* Words that were called something else once.  Scenario files, traces and command lines that were
 * written then go on meaning what they meant, and a warning says the word of today. */
#ifndef TAPWEAVE_HARNESS_RENAMED_H
#define TAPWEAVE_HARNESS_RENAMED_H

#include "harness/diagnostic.h"

enum renamed_kind { RENAMED_POLICY, RENAMED_ORACLE };

enum { RENAMED_LONGER = 16 /* bytes by which a word of today is longer, at most */ };

/* The word of today for one that was used before; any other word itself. */
const char *renamed_now(enum renamed_kind kind, const char *word);

/* Prints the warning about an old word on standard error, in one line, with its place.  Nothing if
 * `word` is none. */
void renamed_warn(enum renamed_kind kind, const char *word, struct place place);

#endif
