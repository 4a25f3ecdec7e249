/* A guest's thread in the daemon: the commands on one guest, one after the other, since the domain
 * job lock lets one at a time work on it.  Both worlds run it: the simulated one and the real
 * kernel. */
#ifndef TAPWEAVE_CORE_THREAD_H
#define TAPWEAVE_CORE_THREAD_H

#include "core/machine.h"

#include <stdbool.h>
#include <stdint.h>

/* One command of a guest's thread, or of its process. */
enum command {
    COMMAND_START,  /* the start machine; if it fails, the clean-up machine */
    COMMAND_STOP,   /* the stop machine */
    COMMAND_CRASH,  /* the process dies by itself; the daemon sees EOF and runs the stop machine */
    COMMAND_UNPLUG, /* the unplug machine: QEMU runs on without its nic */
};

/* The commands of a thread, in their order.  Read-only. */
struct program {
    const uint8_t *command; /* enum command; not owned */
    uint8_t commands;
    uint8_t given; /* how many of them its clients have given by now */
};

/* An `unplug` command that the daemon has given up waiting for, its 5 s being over: what has become
 * of the nic since (docs/facts.md, "Found in the sources"). */
enum late_unplug {
    LATE_NONE,    /* there is none */
    LATE_KEPT,    /* the guest has the nic, and QEMU's list of devices has it */
    LATE_UNSAID,  /* neither has it any more, and QEMU has not said so: the status file was written
                     with that list */
    LATE_SAID,    /* LATE_KEPT, and DEVICE_DELETED has come: its removal is due, or in work */
    LATE_TOLD,    /* LATE_UNSAID, the same */
    LATE_UNHEARD, /* LATE_UNSAID, and the daemon that was to be told is no more, or has not minded:
                     the nic is as it was, and only a command looks at it */
};

/* All zero: before its first command is loaded.  No padding: it is part of the explored state. */
struct thread {
    /* Of the command at `command`; idle before a crash, before a command that nobody has given yet,
       and after the last one. */
    struct machine machine;
    uint8_t command; /* index of the command in work; program.commands when there is none left */
    uint8_t waits;   /* enum wait: what the operation in work waits for */
    uint8_t answer;  /* while it waits for ovs-vsctl: the value it will learn */
    uint8_t eof;   /* 1: QEMU has died by itself; the stop that follows is in work or, while another
                      machine is, due.  It is no command: `command` is that of the next one */
    uint8_t stuck; /* 1: its stop has failed, since QEMU did not end: another one is due when that
                      closes its monitor */
    uint8_t kept;  /* 1 + the incarnation that has outlived its stop, so that a start was passed
                      over; 0 if `command` says which one it is */
    uint8_t late;  /* enum late_unplug */
    uint8_t round; /* how often its commands have been given again (core/client.h), where external
                      ids say which start has written a row (port-guard=port-owner); else 0 */
};

_Static_assert(_Alignof(struct thread) == 1, "bytes alone: no padding");

/* True if nothing is in work and no command is left. */
bool thread_ended(const struct thread *thread, struct program program);

/* True if the machine is a command's, or part of one; not if it is a reconnection, or the stop or
 * the removal of a nic that follows what QEMU has said. */
bool thread_is_at_command(const struct thread *thread);

/* Below, `records` are those of all nics, by index.
 *
 * Loads the machine of the thread's next command that makes sense, if it has been given: the stop
 * or the crash of a guest that has no process, because its start has failed, is passed over, and
 * the start of one that has. */
void thread_load(struct thread *thread, struct program program, const struct context *context,
                 const struct nic_record *records, bool has_process);

/* The machine in work has ended: what comes next is loaded, the clean-up after a failed start or
 * the next command.  True if a start has failed with this.  `has_process` is whether the guest's
 * process runs by now. */
bool thread_go_on(struct thread *thread, struct program program, const struct context *context,
                  const struct nic_record *records, bool has_process);

/* Which start of the guest the thread works for: 1 + the index of the command whose start made, or
 * makes, what the machine in work acts upon, counted over all rounds; 0 for a guest that runs from
 * the beginning.  A number for one life of a guest, to be written into what it leaves outside the
 * daemon. */
uint8_t thread_incarnation(const struct thread *thread, struct program program);

/* The daemon has been killed and started again.  Nobody waits for a call any more; the command in
 * work, if it has taken its first step, is over, and `daemon`, which daemon_forget has emptied of
 * all but its guests, forgets this one, too, unless it has a status file: one that ran, or that was
 * being stopped.  The reconnect machine is loaded for that.  `has_process` as above. */
void thread_restart(struct thread *thread, struct program program, const struct context *context,
                    struct daemon *daemon, bool has_process);

/* The process has died by itself, which was the command in work: the stop machine is loaded. */
void thread_crashed(struct thread *thread, const struct context *context,
                    const struct nic_record *records);

/* The process has died by itself, whatever the commands: the daemon sees EOF (facts 1b), and a stop
 * comes before the next command.  A stop that is in work, or is that next command, is that one. */
void thread_eof(struct thread *thread, const struct context *context,
                const struct nic_record *records);

/* True if the thread is about to begin an `unplug` command. */
bool thread_may_give_up(const struct thread *thread, struct program program,
                        const struct context *context, const struct nic_record *records);

/* It has begun that, and has waited in vain: `late` is LATE_KEPT or LATE_UNSAID from now on, and
 * the next command is loaded. */
void thread_give_up(struct thread *thread, struct program program, const struct context *context,
                    struct nic_record *records, enum late_unplug late);

/* QEMU, which runs, says that the nic is gone: LATE_KEPT or LATE_UNSAID before.  Its removal is
 * next if nothing is in work, and otherwise behind that, if it is still there then.  A second
 * `unplug` that is in work removes it itself. */
void thread_hear(struct thread *thread, struct program program, const struct context *context,
                 struct nic_record *records);

#endif
