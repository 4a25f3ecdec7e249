/* Whether frames pass between the real world's guests and their bridges. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_FRAMES_H
#define TAPWEAVE_HARNESS_REAL_REAL_FRAMES_H

#include "harness/real/real.h"

/* What frames are tried: from a guest's nic, to it, and from it under a MAC that is nobody's. */
enum frame_way { FRAME_OUT, FRAME_IN, FRAME_SPOOFED, FRAME_WAYS };

/* True if packet filters see what the nic sends: on a Linux bridge, if the kernel has any. */
bool real_filters_frames(const struct real *real, unsigned nic);

/* Sends a frame each way between the nic's tap and the probe of its bridge, and the spoofed one
 * if filters would see it; passed[way] is whether it arrived within `milliseconds`. */
bool real_frames(struct real *real, unsigned nic, int milliseconds, bool passed[FRAME_WAYS]);

#endif
