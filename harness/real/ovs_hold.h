/* Where ovs-vswitchd is held. */
#ifndef TAPWEAVE_HARNESS_REAL_OVS_HOLD_H
#define TAPWEAVE_HARNESS_REAL_OVS_HOLD_H

#include "harness/real/ovs.h"

/* Stops ovs-vswitchd: it does nothing any more by the time this returns. */
bool ovs_hold(struct ovs *ovs);

#endif
