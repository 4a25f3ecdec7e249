/* A guest's thread in the daemon: see thread.h. */
#include "core/thread.h"

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
            if (verb != VERB_CRASH) {
                thread->machine = machine_begin(verb == VERB_STOP ? MACHINE_STOP : MACHINE_UNPLUG,
                                                setting, domain);
            }
            return;
        }
        /* Its start failed: the daemon refuses to stop it, and there is nothing that could crash.
         */
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
        thread->verb++;
        thread_load(thread, program, setting, domain, has_process);
    }
    return failed;
}

void
thread_crashed(struct thread *thread, const struct setting *setting, const struct domain *domain)
{
    thread->machine = machine_begin(MACHINE_STOP, setting, domain);
}
