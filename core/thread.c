/* A guest's thread in the daemon: see thread.h. */
#include "core/thread.h"

#include <assert.h>
#include <string.h>

bool
thread_ended(const struct thread *thread, struct program program)
{
    assert(thread->command <= program.commands);
    return thread->machine.kind == MACHINE_IDLE && thread->command == program.commands;
}

void
thread_load(struct thread *thread, struct program program, const struct context *context,
            const struct nic_record *records, bool has_process)
{
    assert(thread->waits == WAIT_NONE && thread->eof == 0); /* a stop that is due comes first */
    thread->machine = (struct machine){0};
    thread->kept = has_process ? thread->kept : 0;
    thread->late = has_process ? thread->late : LATE_NONE;
    for (; thread->command < program.given; thread->command++) {
        enum command command = (enum command)program.command[thread->command];

        if (command == COMMAND_START && !has_process) {
            thread->machine = machine_begin(MACHINE_START, context, records);
            return;
        }
        if (command == COMMAND_UNPLUG && thread->late == LATE_KEPT) {
            continue; /* QEMU refuses: "already in the process of unplug" */
        }
        if (command != COMMAND_START && has_process) {
            if (command != COMMAND_CRASH) {
                thread->machine = machine_begin(
                    command == COMMAND_STOP ? MACHINE_STOP : MACHINE_UNPLUG, context, records);
            }
            return;
        }
        /* Its start failed: the daemon refuses to stop it, and there is nothing that could crash.
         * Or it runs, since an earlier start has not failed, or since its stop went with a restart
         * of the daemon: it cannot be started. */
        if (has_process && thread->kept == 0) {
            thread->kept = (uint8_t)(1 + thread_incarnation(thread, program));
        }
    }
}

/* The removal of a nic that QEMU has let go of late (processDeviceDeletedEvent): it takes the same
 * job lock as commands do. */
static bool
is_removal(const struct thread *thread)
{
    return thread->machine.kind == MACHINE_UNPLUG &&
           (thread->late == LATE_SAID || thread->late == LATE_TOLD);
}

bool
thread_is_at_command(const struct thread *thread)
{
    return thread->machine.kind != MACHINE_RECONNECT && !is_removal(thread) &&
           (thread->machine.flag & MACHINE_AGAIN) == 0 &&
           (thread->machine.kind != MACHINE_STOP || thread->eof == 0);
}

/* What was in work has ended: a command, a reconnection, or the stop that a QEMU's death makes due.
 * That stop is next, or the next command. */
static void
load_next(struct thread *thread, struct program program, const struct context *context,
          const struct nic_record *records, bool has_process)
{
    /* As long as that stop is in work, the status file still has the nic that was to be unplugged,
     * or says that the start has not ended. */
    uint8_t kept = 0;

    if (thread->machine.kind == MACHINE_RECONNECT) {
        kept = thread->machine.flag & (MACHINE_AGAIN | MACHINE_UNFINISHED);
        kept |= context->ignores_sigkill ? MACHINE_UNASKED : 0;
    }
    thread->stuck =
        thread->machine.kind == MACHINE_STOP && (thread->machine.flag & MACHINE_STUCK) != 0;
    if (thread_is_at_command(thread)) {
        assert(thread->command < program.commands);
        thread->command++;
    } else if (thread->machine.kind == MACHINE_STOP) {
        thread->eof = 0;
    }
    if (is_removal(thread) ||
        (thread->machine.kind == MACHINE_UNPLUG && (thread->machine.flag & MACHINE_FAILED) == 0)) {
        thread->late = LATE_NONE;
    }
    if (thread->eof != 0) {
        thread->machine = machine_begin(MACHINE_STOP, context, records);
        thread->machine.flag |= kept;
    } else {
        thread_load(thread, program, context, records, has_process);
    }
}

bool
thread_go_on(struct thread *thread, struct program program, const struct context *context,
             const struct nic_record *records, bool has_process)
{
    bool failed;

    assert(machine_ended(&thread->machine) && thread->waits == WAIT_NONE);
    failed = thread->machine.kind == MACHINE_START && records[context->guest].running == 0;
    if (failed && start_has_run(&thread->machine)) {
        thread->machine = machine_begin(MACHINE_STOP, context, records);
        thread->machine.flag |= MACHINE_UNFINISHED;
        thread->eof = 0; /* it is that stop */
        return true;
    }
    if (failed) {
        bool forked = start_has_forked(&thread->machine);

        thread->machine = machine_begin(MACHINE_CLEAN_UP, context, records);
        thread->machine.flag |= forked ? MACHINE_UNFINISHED : 0;
        return true;
    }
    if (thread->machine.kind == MACHINE_RECONNECT && (thread->machine.flag & MACHINE_FAILED) != 0) {
        thread->eof = 1;
    }
    if (thread->machine.kind == MACHINE_RECONNECT && thread->eof == 0 &&
        (thread->machine.flag & MACHINE_AGAIN) != 0) {
        thread->machine = machine_begin_again(context, records);
        return false;
    }
    load_next(thread, program, context, records, has_process);
    return false;
}

/* Of that many commands, 1 + the index of the last one that is a start; 0 if none is. */
static unsigned
last_start(struct program program, unsigned commands)
{
    while (commands > 0 && program.command[commands - 1] != COMMAND_START) {
        commands--;
    }
    return commands;
}

uint8_t
thread_incarnation(const struct thread *thread, struct program program)
{
    bool starts = thread->machine.kind == MACHINE_START || thread->machine.kind == MACHINE_CLEAN_UP;
    unsigned number = last_start(program, thread->command + starts), round = thread->round;

    if (thread->kept != 0) {
        return (uint8_t)(thread->kept - 1);
    }
    if (number == 0 && round > 0) {
        number = last_start(program, program.commands);
        round--;
    }
    assert(round * program.commands + number <= UINT8_MAX);
    return (uint8_t)(round * program.commands + number);
}

/* True if the command in work, if there is one, has taken its first step. */
static bool
has_begun(const struct thread *thread, struct program program, const struct context *context,
          const struct nic_record *records)
{
    enum machine_kind kind = (enum machine_kind)thread->machine.kind;
    struct machine fresh;

    if (kind == MACHINE_IDLE || !thread_is_at_command(thread)) {
        return false;
    }
    assert(thread->command < program.commands);
    if (kind == MACHINE_CLEAN_UP || program.command[thread->command] == COMMAND_CRASH) {
        return true; /* what the command began with was another machine, or none */
    }
    fresh = machine_begin(kind, context, records);
    return thread->waits != WAIT_NONE || memcmp(&thread->machine, &fresh, sizeof fresh) != 0;
}

/* What a status file says of the nics, but for one that has been unplugged: enough to stop their
 * guest by.  Of a start that has not ended it is the same, whatever has been undone. */
static void
read_status(const struct context *context, struct daemon *daemon, bool running, bool unfinished)
{
    for (unsigned i = 0; i < context->nics; i++) {
        struct context local = daemon_nic(context, context->nic_at[i]);
        struct nic_record *record = &daemon->record[local.at_hand];

        if (record->made != 0 || unfinished) {
            *record = (struct nic_record){.name = daemon_in_status_file(&local, record->name),
                                          .made = MADE_TAP | MADE_PORT | MADE_FILTER,
                                          .persist = record->persist,
                                          .running = running};
            daemon_reserve_again(daemon, &local);
        }
    }
}

/* What the new daemon can know of the nic. */
static enum late_unplug
forget_event(enum late_unplug late)
{
    switch (late) {
    case LATE_NONE:
    case LATE_SAID: /* the list in the status file has it, and QEMU has not */
        return LATE_NONE;
    case LATE_KEPT:
        return LATE_KEPT;
    case LATE_UNSAID:
    case LATE_TOLD:
    case LATE_UNHEARD:
        return LATE_UNHEARD;
    }
    assert(false);
    return LATE_NONE;
}

void
thread_restart(struct thread *thread, struct program program, const struct context *context,
               struct daemon *daemon, bool has_process)
{
    struct nic_record *records = daemon->record;
    bool begun = has_begun(thread, program, context, records);
    /* The file is written without the monitor when that has been closed, and QEMU has ended. */
    bool spoilt = thread->machine.kind == MACHINE_STOP && thread->waits != WAIT_EXIT &&
                  (thread->machine.flag & MACHINE_OBEYED) != 0 &&
                  stop_has_hung_up(&thread->machine, context);
    bool stopping = thread->machine.kind == MACHINE_STOP && (begun || thread->eof != 0);
    bool again = (thread->machine.flag & MACHINE_AGAIN) != 0 || thread->late == LATE_SAID ||
                 (thread->machine.kind == MACHINE_UNPLUG && begun && thread->late == LATE_NONE);
    /* Its status file is there since before QEMU ran, and says that it starts. */
    bool unfinished =
        start_has_run(&thread->machine) || start_has_forked(&thread->machine) ||
        (thread->machine.kind != MACHINE_START && (thread->machine.flag & MACHINE_UNFINISHED) != 0);
    bool started = unfinished || (thread->machine.kind != MACHINE_START &&
                                  thread->machine.kind != MACHINE_CLEAN_UP);
    bool active = has_process || thread->machine.kind == MACHINE_STOP || thread->eof != 0 ||
                  thread->stuck != 0 || thread->machine.kind == MACHINE_RECONNECT;

    assert(daemon->lock[context->daemon] == 0); /* daemon_forget has been there */
    thread->waits = WAIT_NONE;
    thread->answer = 0;
    thread->eof = 0;
    thread->stuck = 0;
    thread->command += begun;
    thread->late = (uint8_t)forget_event((enum late_unplug)thread->late);
    if (started && !spoilt && (active || unfinished)) {
        read_status(context, daemon, records[context->guest].running && !stopping && !again,
                    unfinished);
        thread->machine = machine_begin(MACHINE_RECONNECT, context, records);
        thread->machine.flag |= again ? MACHINE_AGAIN : 0;
        thread->machine.flag |= unfinished ? MACHINE_UNFINISHED : 0;
        thread->machine.flag |= thread->late == LATE_UNHEARD ? MACHINE_WITHOUT_NIC : 0;
        return;
    }
    for (unsigned i = 0; i < context->nics; i++) {
        records[context->nic_at[i]] = (struct nic_record){0};
    }
    if (begun || spoilt) { /* also of a stop that is no command */
        thread_load(thread, program, context, records, has_process);
    }
}

void
thread_crashed(struct thread *thread, const struct context *context,
               const struct nic_record *records)
{
    assert(thread->eof == 0); /* it died by its command, which nothing has overtaken */
    thread->machine = machine_begin(MACHINE_STOP, context, records);
}

void
thread_eof(struct thread *thread, const struct context *context, const struct nic_record *records)
{
    if (thread->machine.kind == MACHINE_STOP) {
        return;
    }
    assert(thread->eof == 0); /* a process dies once, and its stop is over before the next start */
    thread->eof = 1;
    thread->stuck = 0;
    if (thread->machine.kind == MACHINE_IDLE) {
        thread->machine = machine_begin(MACHINE_STOP, context, records);
    }
}

bool
thread_may_give_up(const struct thread *thread, struct program program,
                   const struct context *context, const struct nic_record *records)
{
    return thread->machine.kind == MACHINE_UNPLUG && thread->late == LATE_NONE &&
           thread_is_at_command(thread) && !has_begun(thread, program, context, records);
}

/* Nothing is claimed of it any more. */
static void
lose_nics(const struct context *context, struct nic_record *records)
{
    for (unsigned i = 0; i < context->nics; i++) {
        records[context->nic_at[i]].running = 0;
    }
}

void
thread_give_up(struct thread *thread, struct program program, const struct context *context,
               struct nic_record *records, enum late_unplug late)
{
    assert(thread_may_give_up(thread, program, context, records));
    assert(late == LATE_KEPT || late == LATE_UNSAID);
    thread->late = (uint8_t)late;
    thread->command++;
    if (late == LATE_UNSAID) {
        lose_nics(context, records);
    }
    thread_load(thread, program, context, records, true);
}

void
thread_hear(struct thread *thread, struct program program, const struct context *context,
            struct nic_record *records)
{
    bool begun = has_begun(thread, program, context, records);

    assert(thread->late == LATE_KEPT || thread->late == LATE_UNSAID);
    assert(thread->eof == 0); /* a QEMU that is dead says nothing */
    lose_nics(context, records);
    if (thread->machine.kind == MACHINE_RECONNECT) { /* it has still to ask QEMU for its list */
        assert(thread->late == LATE_KEPT);
        thread->machine.flag |= MACHINE_AGAIN;
        thread->late = LATE_NONE;
        return;
    }
    if (thread->machine.kind == MACHINE_UNPLUG && begun) { /* it is in another one's hands */
        assert(thread->late == LATE_UNSAID);
        thread->late = LATE_UNHEARD;
        return;
    }
    thread->late = thread->late == LATE_KEPT ? LATE_SAID : LATE_TOLD;
    if (!begun) {
        thread->machine = machine_begin(MACHINE_UNPLUG, context, records);
    }
}
