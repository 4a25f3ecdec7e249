/* A guest's thread in the daemon: see thread.h. */
#include "core/thread.h"

bool
thread_ended(const struct thread *thread, struct program program)
{
    return thread->machine.kind == MACHINE_IDLE && thread->verb == program.verbs;
}

void
thread_load(struct thread *thread, struct program program, const struct setting *setting,
            const struct domain *domain, bool has_process)
{
    thread->machine = (struct machine){0};
    for (; thread->verb < program.verbs; thread->verb++) {
        enum verb verb = (enum verb)program.verb[thread->verb];

        if (verb == VERB_START) {
            thread->machine = machine_begin(MACHINE_START, setting, domain);
            return;
        }
        if (has_process) {
            if (verb == VERB_STOP) {
                thread->machine = machine_begin(MACHINE_STOP, setting, domain);
            }
            return;
        }
        /* Its start failed: the daemon refuses to stop it, and there is nothing that could crash.
         */
    }
}

/* What was in work has ended: the stop that QEMU's death makes due, or the next command. */
static void
load_next(struct thread *thread, struct program program, const struct setting *setting,
          const struct domain *domain, bool has_process)
{
    if (thread->eof != 0 && thread->machine.kind == MACHINE_STOP) {
        thread->eof = 0;
    } else {
        thread->verb++;
    }
    if (thread->eof != 0) {
        thread->machine = machine_begin(MACHINE_STOP, setting, domain);
    } else {
        thread_load(thread, program, setting, domain, has_process);
    }
}

bool
thread_advance(struct thread *thread, struct program program, const struct setting *setting,
               struct domain *domain, bool has_process, struct outcome outcome)
{
    bool failed;

    machine_done(&thread->machine, setting, domain, outcome);
    thread->call = CALL_NONE;
    thread->answer = 0;
    if (!machine_ended(&thread->machine)) {
        return false;
    }
    failed = thread->machine.kind == MACHINE_START && domain->running == 0;
    if (failed) {
        thread->machine = machine_begin(MACHINE_CLEAN_UP, setting, domain);
    } else {
        load_next(thread, program, setting, domain, has_process);
    }
    return failed;
}

uint8_t
thread_incarnation(const struct thread *thread, struct program program)
{
    bool starts = thread->machine.kind == MACHINE_START || thread->machine.kind == MACHINE_CLEAN_UP;
    uint8_t number = (uint8_t)(thread->verb + starts);

    while (number > 0 && program.verb[number - 1] != VERB_START) {
        number--;
    }
    return number;
}

void
thread_crashed(struct thread *thread, const struct setting *setting, const struct domain *domain)
{
    thread->machine = machine_begin(MACHINE_STOP, setting, domain);
}

void
thread_eof(struct thread *thread, const struct setting *setting, const struct domain *domain)
{
    if (thread->machine.kind == MACHINE_STOP) {
        return;
    }
    thread->eof = 1;
    if (thread->machine.kind == MACHINE_IDLE) {
        thread->machine = machine_begin(MACHINE_STOP, setting, domain);
    }
}
