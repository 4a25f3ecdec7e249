/* Operations of a libvirtd on its guests' processes: their starts and ends, and their monitors. */
#ifndef TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_PROCESS_H
#define TAPWEAVE_HARNESS_LIBVIRT_LIBVIRT_PROCESS_H

#include "harness/libvirt/libvirt_thread.h"

/* The thread, which waits before the call that stands for the operation, makes it. */
bool libvirt_end_connect(struct work *work);
bool libvirt_end_kill(struct work *work);
bool libvirt_end_unplug(struct work *work);
bool libvirt_end_exec(struct work *work);

/* Sends a signal to a process, which `what` names.  False with a diagnostic, also if it is 0: there
 * is none. */
bool libvirt_signal(const struct session *session, pid_t process, int signal, const char *what);

/* False, with virsh's words, if the last command for the guest has failed. */
bool libvirt_has_succeeded(const struct session *session, unsigned guest);

/* The process that an exec which has failed has left behind (real->forked) ends. */
bool libvirt_end_forked(struct work *work);

/* True if no call stands for the kill in work: libvirtd waits. */
bool libvirt_waits_for_monitor(const struct work *work);

/* True unless the unplug in work is one that no command is given for. */
bool libvirt_is_told(const struct work *work);

/* The thread, whose SIGTERM has been ignored, waits on until it sends SIGKILL. */
bool libvirt_sigkill(struct session *session, unsigned guest);

/* The thread, whose SIGKILL has ended nothing, looks on until it waits no longer: `fails` says
 * whether its command is to have failed then, or to go on. */
bool libvirt_leave_alive(struct session *session, unsigned guest, bool fails);

/* The guest's QEMU stands in its death. */
bool libvirt_await_death(struct session *session, unsigned guest);

/* The guest's QEMU, which stands in its death, closes all; it is reaped; or both. */
bool libvirt_close_qemu(struct session *session, unsigned guest);
bool libvirt_reap_qemu(struct session *session, unsigned guest);
bool libvirt_end_qemu(struct session *session, unsigned guest);

#endif
