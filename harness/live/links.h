/* The devices of this network namespace, as the kernel tells of them: rtnetlink, and of its groups
 * that of links alone.  Nothing is changed by it. */
#ifndef TAPWEAVE_HARNESS_LIVE_LINKS_H
#define TAPWEAVE_HARNESS_LIVE_LINKS_H

#include "harness/diagnostic.h"
#include "harness/record/record.h"

struct mnl_socket;

struct links {
    struct mnl_socket *socket; /* owned */
    char *buffer;
};

/* From now on the kernel tells of what changes.  False with a diagnostic, and nothing to close, if
 * it does not. */
bool links_open(struct links *links, struct diagnostic *diagnostic);
void links_close(struct links *links);

/* To be waited for: it is readable when the kernel has told something. */
int links_descriptor(const struct links *links);

/* Adds what it has told, as events of that time.  0, or an errno: ENOBUFS if messages were lost;
 * those that had come are then left out, too, and the devices are to be listed. */
int links_read(struct links *links, int64_t at, struct record *record);

/* Adds all devices that there are.  0 or an errno. */
int links_list(int64_t at, struct record *record);

#endif
