/* For which guest a thread of libvirtd works. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_WHOSE_H
#define TAPWEAVE_HARNESS_LIBVIRT_WHOSE_H

#include "harness/libvirt/session.h"

/* The guest for which the thread of the event works, as far as that is known; or NULL. */
struct session_guest *whose_thread(struct session *session, const struct gate_event *event);

/* The guest whose process that is, or NULL. */
struct session_guest *whose_process(struct session *session, pid_t process);

/* True of a process that has been forked to run a program, and closes what else the daemon has
 * open.  It is not held there: it has copies of other guests' taps, and of pipes that libvirtd
 * reads to their ends. */
bool whose_copy_closes(struct session *session, const struct gate_event *event);

/* The guest for which a thread begins to work that was not known: it is noted.  Or NULL. */
struct session_guest *whose_new_thread(struct session *session, const struct gate_event *event);

/* True of a call, of the thread of that guest or of nobody's (NULL), that is let through whoever
 * makes it. */
bool whose_of_no_interest(const struct session *session, const struct session_guest *guest,
                          const struct gate_event *event);

#endif
