/* The thread of libvirtd that works for a guest: see libvirt_thread.h. */
#include "harness/libvirt/libvirt_thread.h"

#include "harness/libvirt/definition.h"
#include "harness/real/device.h"

#include <stdio.h>
#include <string.h>

enum { SAID = 400 /* of a command line, in a diagnostic */ };

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

/* Before some calls, libvirtd asks by the device's name for what it needs: of a device that has
 * gone, that is an error, and the call is not made.  Nor is a device set up that is up already, or
 * down that is down (virNetDevSetIFFlag). */
static bool
asks_and_is_content(const struct work *work, const struct call *call)
{
    static const struct {
        enum op_kind op;
        enum call_kind asks;
    } first[] = {
        {OP_SET_MAC, CALL_GET_MAC},
        {OP_ADD_IF, CALL_GET_INDEX},
        {OP_LINK_UP, CALL_GET_FLAGS},
        {OP_LINK_DOWN, CALL_GET_FLAGS},
        /* Of a tap: qemuBuildInterfaceCommandLine. */
        {OP_SET_QDISC, CALL_GET_INDEX},
        {OP_SET_LIMIT, CALL_GET_INDEX},
        {OP_EXEC, CALL_GET_INDEX},
    };

    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        if (work->op.kind == first[i].op && call->kind == first[i].asks) {
            return device_index(call->text) == 0 ||
                   (work->op.kind == OP_LINK_UP && device_is_up(call->text)) ||
                   (work->op.kind == OP_LINK_DOWN && !device_is_up(call->text));
        }
    }
    return false;
}

/* It only asks which rows there are. */
static bool
asks_switch(const struct call *call)
{
    return call->kind == CALL_RUN && strstr(call->text, " --columns=_uuid ") != NULL;
}

/* There are several such calls, and which comes first depends on what there is to remove. */
static bool
is_no_removal(const struct work *work, const struct call *call)
{
    return work->op.kind == OP_CLEAR_QOS && strstr(call->text, "-port ") != NULL;
}

static bool
stands_for(const struct work *work, const struct call *call)
{
    const struct seen *seen = work->seen;

    return asks_and_is_content(work, call) ||
           (call->kind == seen->kind && strstr(call->text, seen->has) != NULL &&
            (!seen->named || begins_with(call->text, work->name)) && !only_asks(call) &&
            !asks_switch(call) && !is_no_removal(work, call));
}

static bool
ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), of = strlen(end);

    return length >= of && strcmp(text + length - of, end) == 0;
}

/* Programs that libvirt runs, and that change nothing which a world has: a del-port for a nic whose
 * name has been forgotten, which is an error of ovs-vsctl's (facts, "Found of libvirtd"); the qdisc
 * of a nic that is not exposed; the rates of a QoS that has them; the clearing of limits, before
 * one is set, and before a hot-unplug of a nic that has none; and the question of 11.3.0 for what
 * it has set. */
static bool
runs_for_nothing(const struct call *call)
{
    static const char *const ends[] = {" del-port", " root handle 0: noqueue", " root", " ingress",
                                       " ingress_policing_rate=0 ingress_policing_burst=0"};

    if (call->kind != CALL_RUN) {
        return false;
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ends_with(call->text, ends[i])) {
            return true;
        }
    }
    return asks_switch(call) || call_shares_limit(call) ||
           strstr(call->text, " qdisc show ") != NULL || strstr(call->text, " set qos ") != NULL;
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
    case CALL_MONITOR: /* what the guest sees goes first */
        return strstr(call->text, "device_del ") != NULL || call_asks_for_devices(call);
    case CALL_NONE:
    case CALL_TUNSETIFF:
    case CALL_TUNSETPERSIST:
    case CALL_SET_FLAGS:
    case CALL_SET_MAC:
    case CALL_SET_NAME:
    case CALL_ACCESS:
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
    case MACHINE_UNPLUG:
        return session_begin(work->session, work->index,
                             (const char *const[]){"detach-interface", name,
                                                   definition_type(work->real->world, work->index),
                                                   NULL});
    case MACHINE_IDLE:
    case MACHINE_CLEAN_UP:
    case MACHINE_RECONNECT:
    case MACHINE_KINDS:
        break;
    }
    return true;
}

bool
libvirt_arrive(struct work *work)
{
    uint8_t kind = work->real->control.thread[work->index].machine.kind;
    bool begun = work->guest->waits || session_is_busy(work->guest);

    if (work->guest->lets_go && kind == MACHINE_STOP) {
        return diagnose(work->real->diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "not expressible on a libvirtd: a stop of %s before it has been told that "
                        "its nic is gone: the removal has the job already",
                        work->guest->name);
    }

    if (!begun && !(kind == MACHINE_RECONNECT ? session_await_reconnect(work->session, work->index)
                                              : begin_command(work))) {
        return false;
    }
    return session_arrive(work->session, work->index);
}

/* A look whether QEMU has gone is one of many: it does not sleep before the next one. */
static bool
pass_what_is_nothing(struct work *work)
{
    const struct gate_event *at = &work->guest->at;
    struct gate_order hurry = {GATE_HURRY, at->thread, 0};

    return (!only_asks(&at->call) || gate_order(&work->session->libvirtd->gate, hurry)) &&
           session_pass(work->session, work->index, 0);
}

/* Of a nic whose name has been forgotten, no packet filter is removed (libvirt_filter.h). */
static bool
stands_for_nothing(const struct work *work, const struct call *call)
{
    return is_passed_over(call) || runs_for_nothing(call) ||
           (call->kind == CALL_ACCESS &&
            work->real->control.daemon.record[work->nic].name == IFNAME_NONE);
}

static bool
pass_over(struct work *work)
{
    return work->guest->waits && stands_for_nothing(work, &work->guest->at.call)
               ? pass_what_is_nothing(work)
               : does_other(work);
}

static bool
rests(const struct session_guest *guest)
{
    return guest->waits || !session_is_busy(guest);
}

static bool
rests_or_dies(const struct session_guest *guest)
{
    return guest->dies || rests(guest);
}

/* Up to what stands for something, be it only because the operation in work is next, or until the
 * condition of the guest is true without a call. */
static bool
settle(struct work *work, bool (*condition)(const struct session_guest *guest))
{
    while (session_is_busy(work->guest)) {
        if (!session_await(work->session, work->index, condition, "its next call")) {
            return false;
        }
        if (!work->guest->waits || !stands_for_nothing(work, &work->guest->at.call) ||
            stands_for(work, &work->guest->at.call)) {
            return true;
        }
        if (!pass_what_is_nothing(work)) {
            return false;
        }
    }
    return true;
}

bool
libvirt_settle(struct work *work)
{
    return settle(work, rests);
}

bool
libvirt_settle_start(struct work *work)
{
    return settle(work, rests_or_dies);
}

/* A stop of a QEMU that is gone begins with that. */
static bool
clears_limit(const struct work *work, const struct call *call)
{
    const struct context context = world_context(work->real->world, work->index);
    bool limited = false;

    for (unsigned i = 0; i < context.nics; i++) {
        limited = limited || context.nic[context.nic_at[i]].limit != 0;
    }
    return limited && call->kind == CALL_RUN && ends_with(call->text, " root");
}

/* A thread that knows that there is no process of QEMU any more need neither connect to it nor kill
 * it.  One that takes a guest back whose stop has come to its files does not connect, and kills. */
static bool
leaves_out(const struct work *work)
{
    const struct call *next = &work->guest->at.call;
    uint8_t phase = work->real->control.phase[work->index];
    bool kills = next->kind == CALL_KILL && !only_asks(next);

    if (!work->guest->waits || (work->op.kind != OP_CONNECT && work->op.kind != OP_KILL)) {
        return false;
    }
    return (phase == PROCESS_NONE &&
            (!stands_for_nothing(work, next) || clears_limit(work, next))) ||
           (work->op.kind == OP_CONNECT && kills);
}

bool
libvirt_find_call(struct work *work, bool *left_out)
{
    do {
        if (!libvirt_arrive(work)) {
            return false;
        }
        *left_out = leaves_out(work);
        if (*left_out || (work->guest->waits && stands_for(work, &work->guest->at.call))) {
            return true;
        }
    } while (pass_over(work));
    return false;
}

bool
libvirt_end_command(struct work *work)
{
    const struct session_guest *guest = work->guest;

    /* A stop that has not begun waits for QEMU's end. */
    while (guest->commanded || guest->reconnects || guest->stops || guest->lets_go) {
        if (!session_arrive(work->session, work->index) ||
            (work->guest->waits && !pass_over(work))) {
            return false;
        }
    }
    return true;
}

bool
libvirt_end_call(struct work *work)
{
    if (!session_pass(work->session, work->index, work->error)) {
        return false;
    }
    work->real->outcome.error = work->guest->result.error;
    return true;
}
