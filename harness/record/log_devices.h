/* Devices as the logs of libvirtd and of its hook tell of them, where nobody has recorded the
 * links. */
#ifndef TAPWEAVE_HARNESS_RECORD_LOG_DEVICES_H
#define TAPWEAVE_HARNESS_RECORD_LOG_DEVICES_H

#include "harness/record/record.h"

/* Where devices are known from, from the best on; the words are for JSON, and what people are told
 * of it. */
#define DEVICE_SOURCES(X)                                                                          \
    X(LINKS, "links", "")                                                                          \
    X(LIBVIRTD, "libvirtd",                                                                        \
      "devices are those that the log of libvirtd tells of, counted from 1; one is taken to go "   \
      "when its guest's QEMU is said to be gone, or its guest's thread asks for its port to be "   \
      "deleted")                                                                                   \
    X(HOOK, "hook",                                                                                \
      "devices are those that the hook's log tells of, counted from 1; one is taken to go when "   \
      "its guest's stop begins, and the hook is not told of one that is unplugged")                \
    X(NONE, "none",                                                                                \
      "nothing tells of devices: it is not known whether one lived on when its port was deleted, " \
      "nor when one came to a row")

enum device_source {
#define X(id, name, text) DEVICES_BY_##id,
    DEVICE_SOURCES(X)
#undef X
};

const char *device_source_name(enum device_source source);
const char *device_source_text(enum device_source source);

/* Where those events know devices from, if not from links. */
enum device_source log_devices_source(const struct ledger_event *event, size_t events);

/* Adds to the record that those devices are made, and go, by the events of all logs, which are in
 * the order of time.  Their indexes are 1, 2, ... in the order in which they are told of.
 * False if there is no memory. */
bool log_devices(struct record *devices, const struct ledger_event *event, size_t events);

#endif
