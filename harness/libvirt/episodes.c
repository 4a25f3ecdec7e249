/* The lives of a guest on a libvirtd: see episodes.h. */
#define _GNU_SOURCE /* strerrorname_np */
#include "harness/libvirt/episodes.h"

#include "harness/libvirt/call_memory.h"
#include "harness/libvirt/definition.h"
#include "harness/libvirt/libvirt_daemon.h"
#include "harness/libvirt/libvirt_process.h"
#include "harness/libvirt/session_restart.h"
#include "harness/real/deadline.h"
#include "harness/real/real_open.h"
#include "harness/real/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* A daemon has nothing more to do when it has done nothing for so long: what it does by itself may
 * take a while to begin, and what it does beside a command does not. */
enum { GUEST = 0, QUIET_MS = 3000, QUIET_BEHIND_COMMAND_MS = 1000 };

/* What the sandbox reports, in memory that it shares with the caller. */
struct report {
    struct episode episode[EPISODES_COUNT];
    struct diagnostic diagnostic;
};

struct job {
    const struct scenario *scenario;
    const struct world *world;
    struct real_daemon *daemon;
    struct report *report;
};

/* An episode in work. */
struct scene {
    struct real *real;
    struct session *session;
    struct session_guest *guest;
    struct episode *episode;
    bool fails; /* the device cannot be set up */
};

/* ---- the record ---- */

/* "kill 59 TERM" of one run is "kill 61 TERM" of the next. */
static void
name_process(struct call *call, const struct session_guest *guest)
{
    char number[16], rest[CALL_TEXT];

    snprintf(number, sizeof number, "%d ", guest->qemu);
    if (call->kind == CALL_KILL && strncmp(call->text, number, strlen(number)) == 0) {
        snprintf(rest, sizeof rest, "%s", call->text + strlen(number));
        call->text[0] = '\0';
        call_add(call, "QEMU %s", rest);
    }
}

/* A QEMU's command line is of no interest here, and a poll is one call, however often it is made.
 */
static void
record(void *context, const struct gate_event *event, bool beside)
{
    struct scene *scene = context;
    struct episode *episode = scene->episode;
    struct episode_call made = {.call = event->call, .beside = beside};
    const char *error = event->error == 0 ? "" : strerrorname_np(event->error);

    snprintf(made.error, sizeof made.error, "%s", error == NULL ? "?" : error);
    name_process(&made.call, scene->guest);
    if (call_runs_guest(&made.call)) {
        made.call.text[strcspn(made.call.text, " ")] = '\0';
    }
    if (episode->calls > 0 && memcmp(&episode->call[episode->calls - 1], &made, sizeof made) == 0) {
        return;
    }
    episode->cut = episode->cut || episode->calls == EPISODES_CALLS;
    if (episode->calls < EPISODES_CALLS) {
        episode->call[episode->calls++] = made;
    }
}

/* ---- what goes on ---- */

static bool
is_closed(const struct session_guest *guest)
{
    return guest->closed;
}

/* To its end at once, so that whoever looks for the process finds none. */
static bool
let_die(struct scene *scene)
{
    struct session_guest *guest = scene->guest;
    struct gate *gate = &scene->session->libvirtd->gate;

    guest->dies = false;
    return gate_order(gate, (struct gate_order){GATE_DIE, guest->qemu, 0}) &&
           session_await(scene->session, GUEST, is_closed, "QEMU's end") &&
           gate_order(gate, (struct gate_order){GATE_REAP, guest->qemu, 0});
}

/* Lets on whatever stands still. */
static bool
let_on(struct scene *scene)
{
    struct session_guest *guest = scene->guest;
    bool fails = scene->fails && guest->waits && guest->at.call.kind == CALL_SET_FLAGS;

    if (guest->dies) {
        return let_die(scene);
    }
    if (guest->waits) {
        return session_pass(scene->session, GUEST, fails ? EIO : 0);
    }
    return session_serve(scene->session);
}

/* Until the command in work has ended, and then until nothing has happened for a while. */
static bool
let_all(struct scene *scene, int silence)
{
    long long deadline = deadline_in(SESSION_DEADLINE_MS), quiet = deadline_in(silence);
    unsigned before = scene->episode->calls;

    while (session_is_busy(scene->guest) || deadline_left(quiet) > 0) {
        if (deadline_left(deadline) == 0) {
            return diagnose(scene->real->diagnostic, EXIT_INTERNAL, NULL, 0, 0,
                            "libvirtd: '%s' did not end before the deadline", scene->episode->name);
        }
        if (!let_on(scene)) {
            return false;
        }
        if (scene->episode->calls != before) {
            before = scene->episode->calls;
            quiet = deadline_in(silence);
        }
    }
    return true;
}

static bool
command(struct scene *scene, const char *verb)
{
    return session_begin(scene->session, GUEST,
                         (const char *const[]){verb, scene->guest->name, NULL}) &&
           let_all(scene, QUIET_BEHIND_COMMAND_MS) &&
           (scene->fails || libvirt_has_succeeded(scene->session, GUEST));
}

static bool
start(struct scene *scene)
{
    return command(scene, "start");
}

static bool
stop(struct scene *scene)
{
    return command(scene, "destroy");
}

static bool
restart(struct scene *scene)
{
    return session_restart(scene->session) && let_all(scene, QUIET_MS);
}

static bool
fail(struct scene *scene)
{
    scene->fails = true;
    return start(scene);
}

/* A start before it, which is not recorded. */
static bool
start_unseen(struct scene *scene)
{
    bool done = start(scene);

    scene->episode->calls = 0;
    return done;
}

static bool
crash(struct scene *scene)
{
    if (!start_unseen(scene)) {
        return false;
    }
    session_expect_stop(scene->session, GUEST);
    return libvirt_signal(scene->session, scene->guest->qemu, SIGKILL, "a guest") &&
           let_all(scene, QUIET_MS);
}

static bool
unplug(struct scene *scene)
{
    const char *type = definition_type(scene->real->world, GUEST);

    return start_unseen(scene) &&
           session_begin(
               scene->session, GUEST,
               (const char *const[]){"detach-interface", scene->guest->name, type, NULL}) &&
           let_all(scene, QUIET_BEHIND_COMMAND_MS);
}

static const struct {
    const char *name, *text;
    bool (*run)(struct scene *scene);
} scenes[EPISODES_COUNT] = {
    {"start", "a start", start},
    {"restart", "the daemon is killed and started again, and the guest runs on", restart},
    {"stop", "a stop (virsh destroy)", stop},
    {"failed-start", "a start whose device cannot be set up (EIO)", fail},
    {"crash", "QEMU is killed by somebody else", crash},
    {"unplug", "its nic is unplugged (virsh detach-interface)", unplug},
};

static bool
run_all(const struct job *job, struct real *real)
{
    struct session *session = &((struct libvirt_daemon *)job->daemon->context)->session[0];
    /* Nothing is held: Open vSwitch runs by itself. */
    bool done = real_begin(real) && (real->ovs == NULL || ovs_resume(real->ovs));

    for (unsigned i = 0; i < EPISODES_COUNT && done; i++) {
        struct scene scene = {.real = real,
                              .session = session,
                              .guest = &session->guest[GUEST],
                              .episode = &job->report->episode[i]};

        *scene.episode = (struct episode){.name = scenes[i].name, .text = scenes[i].text};
        session->did = record;
        session->context = &scene;
        done = scenes[i].run(&scene);
        session->did = NULL;
    }
    return real_end(real) && done;
}

static void
run_job(struct sandbox *sandbox)
{
    const struct job *job = sandbox->context;
    bool switched = scenario_has_ovs(job->scenario);
    struct ovs ovs;
    struct real real;

    if (switched &&
        !ovs_start(&ovs, world_has_system_datapath(job->world), false, sandbox->diagnostic)) {
        return;
    }
    if (real_open(&real, job->scenario, job->world, switched ? &ovs : NULL, NULL, job->daemon,
                  sandbox->diagnostic)) {
        run_all(job, &real);
    }
    real_close(&real);
    if (switched) {
        ovs_stop(&ovs);
    }
}

bool
episodes_run(const struct scenario *scenario, const struct world *world, const char *libvirtd,
             struct episode episodes[EPISODES_COUNT], struct diagnostic *diagnostic)
{
    struct libvirt_daemon of = {.path = libvirtd};
    struct real_daemon daemon = libvirt_daemon(&of);
    struct world stopped = *world; /* the first episode is a start */
    struct job job = {scenario, &stopped, &daemon, NULL};
    struct sandbox sandbox = {run_job, &job, NULL, ""};
    const char *unsupported = daemon.unsupported(world);

    memset(stopped.running, 0, sizeof stopped.running);
    if (unsupported != NULL) {
        return diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0, "not expressible on a libvirtd: %s",
                        unsupported);
    }
    if (!daemon.find(&of, diagnostic)) {
        return false;
    }
    job.report =
        mmap(NULL, sizeof *job.report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (job.report == MAP_FAILED) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    sandbox.diagnostic = &job.report->diagnostic;
    if (!sandbox_run(&sandbox, 1)) {
        diagnose(sandbox.diagnostic, EXIT_INTERNAL, NULL, 0, 0, "a process was killed");
    }
    memcpy(episodes, job.report->episode, sizeof job.report->episode);
    *diagnostic = job.report->diagnostic;
    munmap(job.report, sizeof *job.report);
    return diagnostic->status == EXIT_HOLDS;
}
