/* A private Open vSwitch whose ovsdb-server goes down, and comes up again.
 *
 * While it is down, an ovs-vsctl finds a socket that nobody listens on, and the database is what it
 * was (ovs_select).  ovs-vswitchd and the ovs-vsctls that wait connect again by themselves, by a
 * clock each, which is moved: ovs_control.h, clock.h. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_OUTAGE_H
#define TAPWEAVE_HARNESS_REAL_OVS_OUTAGE_H

#include "harness/real/ovs.h"

/* Kills ovsdb-server.  ovs-vswitchd, which is held, is let do what had been committed, as far as it
 * was connected, and is held again. */
bool ovs_stop_server(struct ovs *ovs);

/* Starts it again.  ovs-vswitchd is as it was: its next run begins with a connection. */
bool ovs_start_server_again(struct ovs *ovs);

/* Lets ovs-vswitchd go twice through its main loop, whatever that comes to without a server, and
 * holds it. */
bool ovs_turn(struct ovs *ovs);

/* An ovs-vsctl that has waited since before the outage connects again, if it is to. */
bool ovs_call_reconnects(struct ovs *ovs, const struct child *call);

#endif
