/* The watched calls that are about devices: ioctl(2) and rtnetlink. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_CALL_DEVICE_H
#define TAPWEAVE_HARNESS_LIBVIRT_CALL_DEVICE_H

#include "harness/libvirt/call.h"

/* As call_read, of an ioctl(2); and of a sendmsg(2). */
bool call_read_ioctl(const struct call_site *site, struct call *call);
bool call_read_sendmsg(const struct call_site *site, struct call *call);

/* As call_read_end. */
void call_read_device(const struct call_site *site, struct call *call);

/* The ioctl(2) requests that are watched, one after the other: 0 behind the last one. */
uint32_t call_request(size_t index);

#endif
