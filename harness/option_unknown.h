/* Options that a command has not got. */
#ifndef TAPWEAVE_HARNESS_OPTION_UNKNOWN_H
#define TAPWEAVE_HARNESS_OPTION_UNKNOWN_H

#include "harness/diagnostic.h"

#include <argp.h>

/* Looks for a word that begins with "--" and is none of these options, nor the beginning of one,
 * but near to one: false with a diagnostic, which names that one.  The rest is left to argp: a word
 * that is near to nothing, an option of another command, the beginning of several.  `options` ends
 * with one without a name. */
bool option_is_known(const struct argp_option *options, int argc, char **argv,
                     struct diagnostic *diagnostic);

#endif
