/* The watched calls that are about devices: ioctl(2) and rtnetlink. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_CALL_DEVICE_H
#define TAPWEAVE_HARNESS_LIBVIRT_CALL_DEVICE_H

#include "harness/libvirt/call.h"

/* What the text of an RTM_DELLINK ends with if it has NLM_F_EXCL, which is NLM_F_BULK there. */
#define CALL_IN_BULK " NLM_F_EXCL"

/* As call_read, of an ioctl(2); and of a sendmsg(2). */
bool call_read_ioctl(const struct call_site *site, struct call *call);
bool call_read_sendmsg(const struct call_site *site, struct call *call);

/* As call_read_end. */
void call_read_device(const struct call_site *site, struct call *call);

/* The ioctl(2) requests that are watched, one after the other: 0 behind the last one. */
uint32_t call_request(size_t index);

#endif
