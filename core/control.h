/* Control: all that the daemons, their threads and the scenario's scripts know of a run, and how it
 * goes on.  The other half of a run is the network, which a world changes by carrying out
 * operations: the simulated one (sim/) or a real kernel (harness/real/).  Both worlds step control
 * by the functions below, and change it in no other way.
 *
 * A thread's step, in either world:
 *
 *     op = control_want(world, control, guest);
 *     outcome = operation_is_daemons(op.kind) ? control_carry_out(world, control, guest, op)
 *                                             : the world's own function
 *     control_done(world, control, guest, op, outcome);
 *
 * What an operation has to wait for is a step of another actor, which ends with control_answer, or
 * control_exit. */
#ifndef TAPWEAVE_CORE_CONTROL_H
#define TAPWEAVE_CORE_CONTROL_H

#include "core/world.h"

/* A QEMU process.  do_exit closes the descriptors before anybody can see that it is gone
 * (facts 4). */
enum process_phase {
    PROCESS_NONE,
    PROCESS_RUNNING,
    PROCESS_EXITING, /* it has been killed or has crashed; its descriptors are open */
    PROCESS_CLOSED,  /* its descriptors are closed, names are free; the process still exists */
};

/* All bytes, without padding or pointers: it is part of the explored state.  All zero: nothing has
 * begun. */
struct control {
    struct daemon daemon; /* what the daemons remember */
    struct thread thread[MAX_GUESTS];
    uint8_t phase[MAX_GUESTS];              /* enum process_phase, of each guest's QEMU */
    uint8_t qemu[MAX_GUESTS];               /* commands done by each guest's QEMU by itself */
    uint8_t third_party[MAX_THIRD_PARTIES]; /* commands done */
    uint8_t faults[FAULT_COUNT];            /* by enum fault: how often it may still happen */
    uint8_t reached[MAX_LANDMARKS];         /* 1: that step has been taken */
};

_Static_assert(_Alignof(struct control) == 1, "bytes alone: no padding");

enum { RESTARTED_DAEMON = 0 /* which one is, if there are two in the namespace */ };

/* ---- the guests' threads ---- */

/* The nic at hand of the guest's machine in work; its first one while there is none. */
unsigned control_nic(const struct world *world, const struct control *control, unsigned guest);

/* True if the thread has a step to take: something is left to do, it waits for nobody, and the
 * mutex, if that is what it wants, is free; or it is between rounds, and its step is that the next
 * one begins (core/client.h). */
bool control_may_step(const struct world *world, const struct control *control, unsigned guest);

/* True if the thread's step, which it may take, is no operation but the death of its QEMU, as its
 * commands say (COMMAND_CRASH); and that step. */
bool control_crashes(const struct control *control, unsigned guest);
void control_crash(const struct world *world, struct control *control, unsigned guest);

/* What the thread, which has a machine, wants done next or is in the middle of. */
struct operation control_want(const struct world *world, const struct control *control,
                              unsigned guest);

/* Carries out an operation on the daemon's own memory; the thread may take the step. */
struct outcome control_carry_out(const struct world *world, struct control *control, unsigned guest,
                                 struct operation op);

/* The operation `op`, which the thread wanted, has been begun, and this is what has come of it: the
 * thread waits if the outcome says so; otherwise its machine moves on, and what comes next is
 * loaded.  True if a start has failed with this. */
bool control_done(const struct world *world, struct control *control, unsigned guest,
                  struct operation op, struct outcome outcome);

/* ---- what threads wait for ---- */

/* True if the thread waits for ovs-vswitchd; and if any does. */
bool control_waits_for_vswitchd(const struct control *control, unsigned guest);
bool control_is_vswitchd_awaited(const struct world *world, const struct control *control);

/* The thread's wait for ovs-vswitchd has ended, with this errno: ETIMEDOUT if its time is up.  True
 * if a start has failed with this. */
bool control_answer(const struct world *world, struct control *control, unsigned guest, int error);

/* ---- the guests' processes ---- */

/* True if the thread waits for a process that ignores SIGTERM: it may send SIGKILL; and it does. */
bool control_may_sigkill(const struct control *control, unsigned guest);
void control_sigkill(struct control *control, unsigned guest);

/* True if the thread waits for a process that has been told to end and does not, in a guest that
 * may sleep through SIGKILL: 30 s after that the daemon gives up; and it does.  True if a start has
 * failed with this. */
bool control_may_leave_alive(const struct world *world, const struct control *control,
                             unsigned guest);
bool control_leave_alive(const struct world *world, struct control *control, unsigned guest);

/* True if the kernel has something to do for the guest's dead process; and if that is to close its
 * descriptors, and not to finish its exit. */
bool control_may_exit(const struct control *control, unsigned guest);
bool control_may_close(const struct control *control, unsigned guest);

/* The kernel has closed the descriptors, and if a stop has failed because it had not, that is the
 * end of the monitor; and it has finished the exit: whoever waits for that goes on. */
void control_close(const struct world *world, struct control *control, unsigned guest);
void control_exit(const struct world *world, struct control *control, unsigned guest);

/* ---- scripts, time and faults ---- */

/* True if the third party has another command, and may do it.  Takes note that it does: the
 * command's index. */
bool control_third_party_may_step(const struct world *world, const struct control *control,
                                  unsigned third_party);
unsigned control_third_party_next(struct control *control, unsigned third_party);

/* True if that next command, which there has to be, is an ovs-vsctl's. */
bool control_asks_ovsdb(const struct world *world, const struct control *control,
                        unsigned third_party);

/* The same of what the guest's QEMU does by itself to its tap. */
bool control_qemu_may_step(const struct world *world, const struct control *control,
                           unsigned guest);
unsigned control_qemu_next(struct control *control, unsigned guest);

/* True if a second may pass: some name is held back, and no clean-up has to end before that; and it
 * passes. */
bool control_may_tick(const struct world *world, const struct control *control);
void control_tick(struct control *control);

/* True if the fault's budget is not used up and, by control alone, there is something for it to
 * strike.  `guest` is 0 for a fault of the whole world. */
bool control_may_strike(const struct world *world, const struct control *control, enum fault fault,
                        unsigned guest);

/* True if such a fault may strike a thread that has this operation next, or is in the middle of it:
 * of the kind alone, whatever else it takes. */
bool control_can_aim(enum fault fault, enum op_kind kind);

/* Takes one from the fault's budget. */
void control_spend(struct control *control, enum fault fault);

/* start-fails: the errno that the operation which the thread wants fails with: EBUSY for the
 * creation of a tap by name, as if somebody had it open; ENFILE for one by template, as if there
 * were no number left; EIO. */
int control_start_fails_with(struct operation op);

/* qemu-crash: the guest's QEMU has died by itself.  The daemon sees EOF (facts 1b). */
void control_eof(const struct world *world, struct control *control, unsigned guest);

/* unplug-late, monitor-late: the guest's thread has begun the `unplug` that it was about to begin,
 * and has given up waiting. */
void control_give_up(const struct world *world, struct control *control, unsigned guest,
                     enum fault fault);

/* True if such an unplug may still come to something: the nic is with a QEMU that runs, or QEMU
 * owes an event; and the event comes. */
bool control_may_hear(const struct control *control, unsigned guest);
void control_hear(const struct world *world, struct control *control, unsigned guest);

/* daemon-restart: the daemon is killed and started again.  The world has closed its descriptors and
 * ended its calls; guests run on.  What becomes of the commands in work is thread_restart's. */
void control_restart(const struct world *world, struct control *control);

/* ovs-orphan: the same, when the guest's thread has started the program that it wants. */
void control_orphan(const struct world *world, struct control *control, unsigned guest);

#endif
