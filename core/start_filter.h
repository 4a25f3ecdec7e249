/* What a start that fails does about packet filters before its clean-up does it once more
 * (qemuBuildInterfaceCommandLine, qemuBuildNetCommandLine; facts, "Found of packet filters").  A
 * container's start does nothing. */
#ifndef TAPWEAVE_CORE_START_FILTER_H
#define TAPWEAVE_CORE_START_FILTER_H

#include "core/machine.h"

/* True if it removes the filter of this nic, which it has connected, and which has one still:
 * before it closes its taps, if that is `first`, and otherwise behind that. */
bool start_unfilters(const struct context *context, const struct nic_record *record, bool first);

/* True if it removes what is filed under the name of this nic, which it could not connect, and
 * whose name it does not forget. */
bool start_unfilters_unconnected(const struct machine *machine, const struct context *context,
                                 const struct nic_record *record);

#endif
