/* The commands.  Each returns the exit status of its own result, which counts for nothing if it
 * makes a diagnostic. */
#ifndef TAPWEAVE_HARNESS_COMMANDS_H
#define TAPWEAVE_HARNESS_COMMANDS_H

#include "harness/options.h"

enum exit_status command_check(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_explore(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_explain(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_diff(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_keep(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_merge(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_necessary(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_replay(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_draw(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_conform(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_observe(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_export(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_list(const struct options *options, struct diagnostic *diagnostic);
enum exit_status command_describe(const struct options *options, struct diagnostic *diagnostic);

#endif
