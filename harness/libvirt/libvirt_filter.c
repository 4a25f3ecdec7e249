/* Packet filters under a libvirtd: see libvirt_filter.h. */
#include "harness/libvirt/libvirt_filter.h"

#include "harness/libvirt/ebtables.h"
#include "harness/real/device.h"
#include "harness/real/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFINITION SANDBOX_FOLDER "/filter.xml"
#define BINDINGS SANDBOX_FOLDER "/libvirt/nwfilter-binding"

enum { BINDING = 1024 /* bytes, of which its file has some 400 */ };

/* With a UUID, it can be defined again. */
static const char definition[] =
    "<filter name='" LIBVIRT_FILTER "' chain='root'>"
    "<uuid>00000000-0000-4000-8000-00000000f117</uuid>"
    "<rule action='return' direction='out'><mac srcmacaddr='$MAC'/></rule>"
    "<rule action='drop' direction='out'><mac/></rule></filter>\n";

/* Each libvirtd has bindings of its own, and all of them one ebtables.  A stop opens one connection
 * for all nics of its guest. */
const char *
libvirt_filter_unsupported(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        const struct context context = world_context(world, nic);
        uint8_t bridge = world->nic[nic].bridge;

        if (!daemon_has_filter(&context)) {
            continue;
        }
        if (bridge != 0 && world->bridge_kind[bridge - 1] != BRIDGE_LINUX) {
            return "a packet filter of a port of Open vSwitch: libvirt refuses such a nic";
        }
        if (context.nics > 1) {
            return "a packet filter of a guest with several nics";
        }
    }
    for (unsigned guest = 0; guest < world->guests && world_has_filters(world); guest++) {
        if (world->daemon[guest] != 0) {
            return "packet filters of several daemons: each has bindings of its own";
        }
    }
    return NULL;
}

bool
libvirt_filter_find(struct diagnostic *diagnostic)
{
    char path[PATH_MAX];

    return child_find("ebtables", "ebtables", path, diagnostic) &&
           child_find("iptables", "iptables", path, diagnostic) &&
           child_find("ip6tables", "iptables", path, diagnostic);
}

bool
libvirt_filter_define(struct session *session)
{
    FILE *file = fopen(DEFINITION, "we");
    bool written = file != NULL && fputs(definition, file) >= 0;
    struct diagnostic said = {EXIT_HOLDS, ""}, *diagnostic = session->diagnostic;
    bool defined;

    if (file == NULL || fclose(file) != 0 || !written) {
        return diagnose(diagnostic, EXIT_INTERNAL, DEFINITION, 0, 0, "%s", strerror(errno));
    }
    session->diagnostic = &said;
    defined = session_run(session, (const char *const[]){"nwfilter-define", DEFINITION, NULL});
    session->diagnostic = diagnostic;
    return defined || diagnose(diagnostic, EXIT_MISSING, NULL, 0, 0,
                               "libvirtd makes no packet filters (driver nwfilter): %s", said.text);
}

/* The MAC of the guest that a binding is of, from its file. */
static bool
read_binding(const char *file, struct filter *filter)
{
    static const char mark[] = "<mac address='";
    char text[BINDING], *at;

    at = child_read(text, sizeof text, BINDINGS "/%s", file) ? strstr(text, mark) : NULL;
    at = at == NULL ? NULL : at + strlen(mark);
    for (size_t i = 0; i < sizeof filter->mac && at != NULL; i++) {
        filter->mac[i] = (uint8_t)strtoul(at, &at, 16);
        at += *at == ':';
    }
    return at != NULL;
}

/* A name that no device has may be bound, and the driver has made no rules then. */
static bool
is_bare(const char *file, struct filter *filter)
{
    const char *end = strrchr(file, '.');

    *filter = (struct filter){.name = ""};
    if (end == NULL || strcmp(end, ".xml") != 0 || (size_t)(end - file) >= sizeof filter->name) {
        return false;
    }
    memcpy(filter->name, file, (size_t)(end - file));
    return device_index(filter->name) == 0 && read_binding(file, filter);
}

bool
libvirt_filter_list(struct filter filters[FILTER_MOST], size_t *count,
                    struct diagnostic *diagnostic)
{
    const struct dirent *entry;
    struct filter filter;
    bool listed = ebtables_list(filters, count, diagnostic);
    DIR *folder = listed ? opendir(BINDINGS) : NULL;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (*count < FILTER_MOST && is_bare(entry->d_name, &filter)) {
            filters[(*count)++] = filter;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return listed;
}

/* What it is doing about a filter. */
struct doing {
    enum call_kind ends; /* it ends with this change of the binding's file */
    bool did;            /* and has done so */
};

/* It begins with questions for the device: what has gone is not looked at. */
static bool
asks(const struct work *work)
{
    const struct call *call = &work->guest->at.call;

    return (call->kind == CALL_GET_FLAGS || call->kind == CALL_GET_INDEX) &&
           strcmp(call->text, work->name) == 0;
}

/* The call before which it waits is a part of that. */
static bool
is_part(const struct work *work)
{
    return work->guest->waits && (call_is_of_filter(&work->guest->at.call) || asks(work));
}

/* A filter that cannot be made fails with its first chain; all that comes before makes room. */
static bool
pass_part(struct work *work)
{
    const struct call *call = &work->guest->at.call;
    bool fails = call_is_of_filter(call) && strstr(call->text, " -N ") != NULL;

    return session_pass(work->session, work->index, fails ? work->error : 0);
}

/* It goes on to what comes next: a binding whose file has gone is in the driver's memory still. */
static bool
let_on(struct work *work, struct doing *doing)
{
    const struct call *call = &work->guest->at.call;

    while (session_arrive(work->session, work->index)) {
        if (doing->did || !is_part(work)) {
            return true;
        }
        doing->did = call->kind == doing->ends && call_is_of_filter(call);
        if (!pass_part(work)) {
            return false;
        }
    }
    return false;
}

/* As the file says, which is there from the end of an addition to that of a removal. */
static bool
is_bound(const struct work *work)
{
    char file[PATH_MAX];

    snprintf(file, sizeof file, BINDINGS "/%s.xml", work->name);
    return access(file, F_OK) == 0;
}

/* Of one that is refused, nothing follows.  Nor does of one that is kept, when the questions of
 * what comes next may look like its own. */
bool
libvirt_end_add_filter(struct work *work)
{
    bool kept = work->op.filter_found == FILTER_KEEP && is_bound(work);
    struct doing add = {CALL_RENAME, false};

    if (!session_pass(work->session, work->index, 0) || (!kept && !let_on(work, &add))) {
        return false;
    }
    work->real->outcome.error = add.did || kept ? 0 : work->error != 0 ? work->error : EEXIST;
    return true;
}

bool
libvirt_end_remove_filter(struct work *work)
{
    bool bound = is_bound(work);
    struct doing removal = {CALL_UNLINK, false};

    return session_pass(work->session, work->index, 0) && (!bound || let_on(work, &removal));
}
