/* The commands.  Each returns the exit status of its own result, which counts for nothing if it
 * makes a diagnostic. */
#ifndef TAPWEAVE_HARNESS_COMMANDS_H
#define TAPWEAVE_HARNESS_COMMANDS_H

#include "harness/options.h"

#define X(id, name) \
    enum exit_status command_##name(const struct options *options, struct diagnostic *diagnostic);
SUBCOMMANDS(X)
#undef X

#endif
