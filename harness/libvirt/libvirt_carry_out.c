/* Operations of a libvirtd, one row each: see libvirt_carry_out.h.
 *
 * A thread of libvirtd waits at the gate before each watched call.  Some calls stand for an
 * operation; the others ask something, or keep books, and are passed over. */
#include "harness/libvirt/libvirt_carry_out.h"

#include "harness/libvirt/guest_libvirt.h"
#include "harness/real/device.h"
#include "harness/real/ovs_call.h"
#include "harness/real/real_carry_out.h"
#include "harness/real/real_create.h"
#include "harness/real/real_terms.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SERVE_MS = 10, DEVICE = 32, SAID = 400 /* of a command line, in a diagnostic */ };

/* An operation in work. */
struct work {
    struct session *session;
    struct real *real;
    struct session_guest *guest;
    unsigned index; /* of the guest */
    unsigned nic;
    struct operation op;
    char name[IFNAME_SIZE]; /* that it speaks of; "" if there is none */
    int error;              /* that the call is to fail with, or 0 */
};

/* How an operation is seen: what has to be in the text of its call, what follows once the thread
 * waits there, the kind of the call, and whether its text begins with the name that the operation
 * speaks of.  CALL_NONE: no call tells it from others.  It is done in the daemon's memory, and
 * shows in what comes next. */
struct seen {
    const char *has;
    bool (*end)(struct work *work);
    enum call_kind kind;
    bool named;
};
static const struct seen seen_as[OP_COUNT];

/* ---- which call it is ---- */

static bool
begins_with(const char *text, const char *word)
{
    size_t length = strlen(word);

    return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == ' ');
}

/* "PID 0" asks whether the process is there. */
static bool
only_asks(const struct call *call)
{
    const char *signal = strrchr(call->text, ' ');

    return call->kind == CALL_KILL && signal != NULL && strcmp(signal, " 0") == 0;
}

static bool
stands_for(const struct work *work, const struct call *call)
{
    const struct seen *seen = &seen_as[work->op.kind];

    return call->kind == seen->kind && strstr(call->text, seen->has) != NULL &&
           (!seen->named || begins_with(call->text, work->name)) && !only_asks(call);
}

static bool
ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), of = strlen(end);

    return length >= of && strcmp(text + length - of, end) == 0;
}

/* Programs that libvirt runs, and that change nothing which a world has: a del-port for a nic whose
 * name has been forgotten, which is an error of ovs-vsctl's (facts, "Found of libvirtd"); and the
 * qdisc that a tap has by itself. */
static bool
runs_for_nothing(const struct call *call)
{
    return call->kind == CALL_RUN &&
           (ends_with(call->text, " del-port") || ends_with(call->text, " root handle 0: noqueue"));
}

/* A second signal to a QEMU that is gone is passed over (docs/policies.md, libvirt-6.6: "the second
 * kill"), and so is the closing of a descriptor, which the holders of the devices show. */
static bool
is_passed_over(const struct call *call)
{
    switch ((enum call_kind)call->kind) {
    case CALL_GET_FLAGS:
    case CALL_GET_MAC:
    case CALL_GET_INDEX:
    case CALL_GET_LINK:
    case CALL_SET_MTU:
    case CALL_RENAME:
    case CALL_UNLINK:
    case CALL_CONNECT:
    case CALL_CLOSE_TAP:
    case CALL_KILL:
        return true;
    case CALL_NONE:
    case CALL_TUNSETIFF:
    case CALL_TUNSETPERSIST:
    case CALL_SET_FLAGS:
    case CALL_SET_MAC:
    case CALL_SET_NAME:
    case CALL_BRIDGE_ADD:
    case CALL_BRIDGE_DELETE:
    case CALL_NEW_LINK:
    case CALL_DELETE_LINK:
    case CALL_SET_LINK:
    case CALL_RUN:
    case CALL_COUNT:
        break;
    }
    return false;
}

static bool
does_other(const struct work *work)
{
    const struct session_guest *guest = work->guest;

    return diagnose(
        work->real->diagnostic, EXIT_DIVERGED, NULL, 0, 0,
        "%s: the model has '%s%s%s' next, and libvirtd %s%s%.*s", guest->name,
        operation_name((enum op_kind)work->op.kind), work->name[0] == '\0' ? "" : " ", work->name,
        guest->waits ? call_word((enum call_kind)guest->at.call.kind) : "is done with this guest",
        guest->waits ? " " : "", SAID, guest->waits ? guest->at.call.text : "");
}

/* What virsh is told, if the machine in work is one that a command begins. */
static bool
begin_command(struct work *work)
{
    const char *name = work->guest->name;

    switch ((enum machine_kind)work->real->control.thread[work->index].machine.kind) {
    case MACHINE_START:
        return session_begin(work->session, work->index,
                             (const char *const[]){"start", name, NULL});
    case MACHINE_STOP:
        return session_begin(work->session, work->index,
                             (const char *const[]){"destroy", name, NULL});
    case MACHINE_IDLE:
    case MACHINE_CLEAN_UP:
    case MACHINE_RECONNECT:
    case MACHINE_UNPLUG:
    case MACHINE_KINDS:
        break;
    }
    return true;
}

/* The thread waits at the gate, or has nothing left to do. */
static bool
arrive(struct work *work)
{
    bool begun = work->guest->waits || session_is_busy(work->guest) || begin_command(work);

    return begun && session_arrive(work->session, work->index);
}

static bool
pass_over(struct work *work)
{
    const struct call *call = &work->guest->at.call;

    return work->guest->waits && (is_passed_over(call) || runs_for_nothing(call))
               ? session_pass(work->session, work->index, 0)
               : does_other(work);
}

/* Goes on to the call that stands for the operation. */
static bool
find_call(struct work *work)
{
    do {
        if (!arrive(work)) {
            return false;
        }
        if (work->guest->waits && stands_for(work, &work->guest->at.call)) {
            return true;
        }
    } while (pass_over(work));
    return false;
}

/* What is left when the last operation of a command has been done. */
static bool
end_command(struct work *work)
{
    while (session_is_busy(work->guest)) {
        if (!session_arrive(work->session, work->index) ||
            (work->guest->waits && !pass_over(work))) {
            return false;
        }
    }
    return true;
}

/* ---- what comes of it ---- */

static bool
end_call(struct work *work)
{
    if (!session_pass(work->session, work->index, work->error)) {
        return false;
    }
    work->real->outcome.error = work->guest->result.error;
    return true;
}

static bool
end_lookup(struct work *work)
{
    int index = device_index(work->name);

    work->real->outcome.value = index == 0 ? 0 : real_incarnation(work->real, index);
    return end_call(work);
}

/* What libvirtd has been told is what anybody is told now. */
static bool
end_master(struct work *work)
{
    return end_call(work) &&
           (work->real->outcome.error != 0 || real_carry_out(work->real, work->nic, work->op));
}

static bool
end_create(struct work *work)
{
    struct real *real = work->real;

    if (!end_call(work)) {
        return false;
    }
    real->outcome.value = work->op.name;
    if (real->outcome.error == 0) {
        real_note_device(real, work->nic, work->guest->result.call.text);
    }
    return true;
}

/* A socket that is gone, or that nobody listens to: there is no such process. */
static bool
end_connect(struct work *work)
{
    bool ended = end_call(work);

    work->real->outcome.error = work->real->outcome.error == 0 ? 0 : ESRCH;
    return ended;
}

static bool
stands_in_death(const struct session_guest *guest)
{
    return guest->dies;
}

bool
libvirt_await_death(struct session *session, unsigned guest)
{
    return session_await(session, guest, stands_in_death, "QEMU's death");
}

static bool
end_kill(struct work *work)
{
    if (!end_call(work)) {
        return false;
    }
    if (work->real->outcome.error != 0) {
        return true;
    }
    work->real->outcome.waits = WAIT_EXIT;
    return libvirt_await_death(work->session, work->index);
}

/* ovs-vsctl commits its transaction and waits, or ends. */
static bool
end_transaction(struct work *work)
{
    struct outcome *outcome = &work->real->outcome;
    struct ovs *ovs = work->real->ovs;
    long long before;
    bool waits = false;

    if (!ovs_next_cfg(ovs, &before) || !end_call(work) || outcome->error != 0) {
        return outcome->error != 0;
    }
    while (work->guest->helper != 0 && !waits) {
        if (!ovs_has_passed(ovs, before, work->session->libvirtd->gate.socket, &waits) ||
            (!waits && !session_serve(work->session, SERVE_MS))) {
            return false;
        }
    }
    outcome->waits = waits ? WAIT_VSWITCHD : WAIT_NONE;
    outcome->error = waits || work->guest->helper_status == 0 ? 0 : EEXIST;
    return true;
}

/* Whether QEMU runs is what the command comes to. */
static bool
end_exec(struct work *work)
{
    struct real *real = work->real;
    struct session_guest *guest = work->guest;

    if (!end_call(work)) {
        return false;
    }
    if (real->outcome.error == 0 && !end_command(work)) {
        return false;
    }
    if (real->outcome.error == 0) {
        real->outcome.error = guest->status == 0 ? 0 : EBADFD;
        guest_libvirt_take(&real->guest[work->index], guest->qemu,
                           world_context(real->world, work->index).nics);
    }
    return true;
}

/* What core makes of it; but a name is that of the next call. */
static bool
end_unseen(struct work *work)
{
    struct real *real = work->real;
    const struct call *next = &work->guest->at.call;
    char name[DEVICE];

    if (operation_is_daemons((enum op_kind)work->op.kind)) {
        real->outcome = control_carry_out(real->world, &real->control, work->index, work->op);
    }
    if (work->op.kind == OP_PICK_NAME) {
        if (!arrive(work)) {
            return false;
        }
        snprintf(name, sizeof name, "%.*s", (int)strcspn(next->text, " "), next->text);
        real->outcome.value = work->guest->waits ? ifname_find(&real->world->names, name) : 0;
    }
    return work->op.kind != OP_RELEASE || end_command(work);
}

static const struct seen seen_as[OP_COUNT] = {
    [OP_LOOKUP] = {"", end_lookup, CALL_GET_FLAGS, true},
    [OP_GET_MAC] = {"", end_call, CALL_GET_MAC, true},
    [OP_GET_MASTER] = {"", end_master, CALL_GET_LINK, true},
    [OP_CREATE_TAP] = {"", end_create, CALL_TUNSETIFF, false},
    [OP_CREATE_LINK] = {"", end_create, CALL_NEW_LINK, false},
    [OP_SET_MAC] = {"", end_call, CALL_SET_MAC, true},
    [OP_ADD_PORT] = {" add-port ", end_transaction, CALL_RUN, false},
    [OP_ADD_IF] = {"", end_call, CALL_BRIDGE_ADD, false},
    [OP_DEL_IF] = {"", end_call, CALL_BRIDGE_DELETE, false},
    [OP_LINK_UP] = {" up", end_call, CALL_SET_FLAGS, true},
    [OP_EXEC] = {"qemu-system-", end_exec, CALL_RUN, false},
    [OP_CLOSE_TAP] = {"", end_call, CALL_CLOSE_TAP, false},
    [OP_CONNECT] = {"", end_connect, CALL_CONNECT, false},
    [OP_KILL] = {"", end_kill, CALL_KILL, false},
    [OP_OPEN_TAP] = {"", end_call, CALL_TUNSETIFF, true},
    [OP_SET_PERSIST] = {"", end_call, CALL_TUNSETPERSIST, false},
    [OP_DELETE_LINK] = {"", end_call, CALL_DELETE_LINK, true},
    [OP_DEL_PORT] = {" del-port ", end_transaction, CALL_RUN, false},
};

bool
libvirt_carry_out(struct session *session, struct real *real, unsigned guest, struct operation op,
                  int error)
{
    struct work work = {.session = session,
                        .real = real,
                        .guest = &session->guest[guest],
                        .index = guest,
                        .nic = control_nic(real->world, &real->control, guest),
                        .op = op,
                        .error = error};
    const struct seen *seen = &seen_as[op.kind];

    assert(op.kind < OP_COUNT);
    if (op.name != IFNAME_NONE) {
        ifname_text(&real->world->names, op.name, work.name);
    }
    return seen->kind == CALL_NONE ? end_unseen(&work) : find_call(&work) && seen->end(&work);
}
