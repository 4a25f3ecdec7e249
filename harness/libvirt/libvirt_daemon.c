/* A libvirtd as the daemon: see libvirt_daemon.h. */
#include "harness/libvirt/libvirt_daemon.h"

#include "harness/libvirt/definition.h"
#include "harness/libvirt/ebtables.h"
#include "harness/libvirt/guest_libvirt.h"
#include "harness/libvirt/libvirt_actor.h"
#include "harness/libvirt/libvirt_belief.h"
#include "harness/libvirt/libvirt_filter.h"
#include "harness/libvirt/libvirt_process.h"
#include "harness/libvirt/libvirt_support.h"
#include "harness/real/device.h"
#include "harness/real/real_fault.h"
#include "harness/real/sandbox.h"

#include <string.h>

#define DEFINITION SANDBOX_FOLDER "/domain.xml"

static struct libvirt_daemon *
daemon_of(const struct real *real)
{
    return real->daemon->context;
}

static bool
find(void *context, struct diagnostic *diagnostic)
{
    struct libvirt_daemon *daemon = context;

    return libvirtd_find(&daemon->libvirtd[0], daemon->path, diagnostic);
}

static bool
open_libvirtd(struct real *real)
{
    struct libvirt_daemon *daemon = daemon_of(real);

    daemon->libvirtd[0].diagnostic = real->diagnostic;
    daemon->daemons = 1;
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        daemon->daemons = real->world->daemon[guest] < daemon->daemons
                              ? daemon->daemons
                              : real->world->daemon[guest] + 1u;
    }
    for (unsigned number = 1; number < daemon->daemons; number++) {
        daemon->libvirtd[number] = daemon->libvirtd[0];
        daemon->libvirtd[number].number = number;
    }
    return (!world_has_filters(real->world) || libvirt_filter_find(real->diagnostic)) &&
           libvirtd_prepare(&daemon->libvirtd[0]);
}

/* All its calls are let through. */
static bool
start(struct session *session, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];

    if (!session_begin(session, guest, (const char *const[]){"start", of->name, NULL})) {
        return false;
    }
    while (session_is_busy(of)) {
        if (!session_arrive(session, guest) || (of->waits && !session_pass(session, guest, 0))) {
            return false;
        }
    }
    return libvirt_has_succeeded(session, guest);
}

static bool
begin_guest(struct real *real, struct session *session, unsigned guest)
{
    const struct context context = world_context(real->world, guest);
    char name[IFNAME_SIZE];

    if (!start(session, guest)) {
        return false;
    }
    guest_libvirt_take(&real->guest[guest], session->guest[guest].qemu, context.nics);
    real->control.phase[guest] = PROCESS_RUNNING;
    for (unsigned i = 0; i < context.nics; i++) {
        unsigned nic = context.nic_at[i];

        ifname_text(&real->world->names, real->control.daemon.record[nic].name, name);
        real->index[nic] = device_index(name);
    }
    return real->world->leaked[guest] == 0 || real_leak(real, guest);
}

static bool
open_session(struct real *real, unsigned number)
{
    struct libvirt_daemon *daemon = daemon_of(real);
    struct session *session = &daemon->session[number];

    *session = (struct session){.libvirtd = &daemon->libvirtd[number],
                                .guests = real->world->guests,
                                .beginning = -1,
                                .process = &real->process[number],
                                .filters = world_has_filters(real->world),
                                .diagnostic = real->diagnostic};
    for (unsigned guest = 0; guest < session->guests; guest++) {
        session->guest[guest].name = real->scenario->guest[guest].name;
        session->guest[guest].ignores_sigterm = real->world->ignores_sigterm[guest] != 0;
    }
    return libvirtd_start(session->libvirtd) && session_open(session) &&
           (!session->filters || libvirt_filter_define(session));
}

static bool
begin(struct real *real)
{
    struct libvirt_daemon *daemon = daemon_of(real);

    for (unsigned number = 0; number < daemon->daemons; number++) {
        if (!open_session(real, number)) {
            return false;
        }
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        struct session *session = &daemon->session[real->world->daemon[guest]];

        if (!definition_write(real, guest, session->libvirtd->qemu, DEFINITION) ||
            !session_run(session, (const char *const[]){"define", DEFINITION, NULL}) ||
            (real->world->running[guest] && !begin_guest(real, session, guest))) {
            return false;
        }
    }
    return true;
}

static bool
compare(struct real *real)
{
    struct libvirt_daemon *daemon = daemon_of(real);

    for (unsigned number = 0; number < daemon->daemons; number++) {
        if (!libvirt_compare_beliefs(&daemon->session[number], real)) {
            return false;
        }
    }
    return true;
}

static bool
end_session(struct session *session)
{
    for (unsigned guest = 0; guest < session->guests; guest++) {
        child_kill(&session->guest[guest].virsh);
    }
    libvirtd_stop(session->libvirtd);
    return libvirtd_forget(session->libvirtd);
}

static bool
end(struct real *real)
{
    struct libvirt_daemon *daemon = daemon_of(real);
    bool ended = true;

    for (unsigned number = 0; number < daemon->daemons; number++) {
        /* Of one that has not been begun there is nothing. */
        if (daemon->session[number].libvirtd != NULL) {
            ended = end_session(&daemon->session[number]) && ended;
        }
        real->process[number] = 0;
    }
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        real->guest[guest] = (struct guest){0};
    }
    return (!real->has_filters || ebtables_clear(real->diagnostic)) && ended;
}

struct real_daemon
libvirt_daemon(struct libvirt_daemon *of)
{
    return (struct real_daemon){.name = "libvirtd",
                                .unsupported = libvirt_unsupported,
                                .find = find,
                                .open = open_libvirtd,
                                .begin = begin,
                                .take = libvirt_take,
                                .compare = compare,
                                .end = end,
                                .filters = libvirt_filter_list,
                                .context = of};
}
