/* Requests to a private ovs-vswitchd itself, over its control socket (ovs-appctl(8)).  One that is
 * held takes them, and answers when it is let go. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_CONTROL_H
#define TAPWEAVE_HARNESS_REAL_OVS_CONTROL_H

#include "harness/real/ovs.h"

/* A connection with a request in it that its main loop will answer, to be closed by the caller.
 * -1 with a diagnostic. */
int ovs_ask(const struct ovs *ovs);

/* The same, with which its clock (ovs->timed) goes so far ahead that it tries to connect to an
 * ovsdb-server, however often it has failed to. */
int ovs_ask_to_connect(const struct ovs *ovs);

#endif
