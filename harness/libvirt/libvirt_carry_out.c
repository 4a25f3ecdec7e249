/* Operations of a libvirtd, one row each: see libvirt_carry_out.h. */
#include "harness/libvirt/libvirt_carry_out.h"

#include "harness/libvirt/libvirt_filter.h"
#include "harness/libvirt/libvirt_limit.h"
#include "harness/libvirt/libvirt_link.h"
#include "harness/libvirt/libvirt_ovs.h"
#include "harness/libvirt/libvirt_process.h"
#include "harness/libvirt/session_restart.h"
#include "harness/real/device.h"
#include "harness/real/ovs_call.h"
#include "harness/real/real_carry_out.h"
#include "harness/real/real_create.h"
#include "harness/real/real_terms.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DEVICE = 32 };

static bool
end_lookup(struct work *work)
{
    int index = device_index(work->name);

    work->real->outcome.value = index == 0 ? 0 : real_incarnation(work->real, index);
    return libvirt_end_call(work);
}

/* The MTU is set before a device is attached, and that fails if it has gone.  So it goes with what
 * comes before, and has the outcome of that. */
static bool
set_mtu(struct work *work)
{
    const struct session_guest *guest = work->guest;

    return session_arrive(work->session, work->index) &&
           (!guest->waits || guest->at.call.kind != CALL_SET_MTU ||
            session_pass(work->session, work->index, 0));
}

static bool
end_set_mac(struct work *work)
{
    return libvirt_end_call(work) && (work->real->outcome.error != 0 || set_mtu(work));
}

/* The call that it is asked for comes next. */
static bool
end_index(struct work *work)
{
    return libvirt_end_call(work) &&
           (work->real->outcome.error != 0 || session_arrive(work->session, work->index));
}

/* It asks for the index of the name, and if there is one, for the link.  What it has been told then
 * is what anybody is told now. */
static bool
end_master(struct work *work)
{
    if (!libvirt_end_call(work) || work->real->outcome.error != 0) {
        return work->real->outcome.error != 0;
    }
    return session_arrive(work->session, work->index) && work->guest->waits &&
           work->guest->at.call.kind == CALL_GET_LINK && libvirt_end_call(work) &&
           (work->real->outcome.error != 0 ||
            (real_carry_out(work->real, work->nic, work->op) && set_mtu(work)));
}

/* A tap of two queues is opened, and closed, once for each of them. */
static bool
end_queues(struct work *work)
{
    const struct session_guest *guest = work->guest;
    enum call_kind kind = (enum call_kind)guest->at.call.kind;

    return libvirt_end_call(work) &&
           (work->real->outcome.error != 0 || work->real->world->nic[work->nic].multi_queue == 0 ||
            (session_arrive(work->session, work->index) &&
             (!guest->waits || guest->at.call.kind != kind ||
              session_pass(work->session, work->index, 0))));
}

/* It may run a program next, and what it forks for that has copies of all taps for a moment. */
static bool
end_close(struct work *work)
{
    return end_queues(work) && session_arrive(work->session, work->index);
}

static bool
end_create(struct work *work)
{
    struct real *real = work->real;

    if (!end_queues(work)) {
        return false;
    }
    real->outcome.value = work->op.name;
    if (real->outcome.error == 0) {
        real_note_device(real, work->nic, work->guest->result.call.text);
    }
    return true;
}

/* It makes the device if there is none, for the moment until it closes it. */
static bool
end_open(struct work *work)
{
    struct outcome *outcome = &work->real->outcome;

    if (!libvirt_end_call(work)) {
        return false;
    }
    if (outcome->error == 0) {
        real_note_device(work->real, work->nic, work->guest->result.call.text);
        *outcome = (struct outcome){0};
    }
    return true;
}

/* At its end, a hot-unplug asks QEMU for the devices that are left: one that dies does not answer
 * before it has closed all. */
static bool
asks_the_dead(const struct work *work)
{
    return work->real->control.thread[work->index].machine.kind == MACHINE_UNPLUG &&
           work->real->control.phase[work->index] != PROCESS_RUNNING;
}

/* What core makes of it; but a name is that of the next call. */
static bool
end_unseen(struct work *work)
{
    struct real *real = work->real;
    const struct call *next = &work->guest->at.call;
    char name[DEVICE];

    if (work->error != 0) {
        return diagnose(real->diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "not expressible on a libvirtd: %s that fails: no call stands for it",
                        operation_name((enum op_kind)work->op.kind));
    }
    if (operation_is_daemons((enum op_kind)work->op.kind)) {
        real->outcome = control_carry_out(real->world, &real->control, work->index, work->op);
    }
    if (work->op.kind == OP_PICK_NAME) {
        if (!libvirt_arrive(work)) {
            return false;
        }
        snprintf(name, sizeof name, "%.*s", (int)strcspn(next->text, " "), next->text);
        real->outcome.value = work->guest->waits ? ifname_find(&real->world->names, name) : 0;
    }
    return work->op.kind != OP_RELEASE || asks_the_dead(work) || libvirt_end_command(work);
}

/* How each operation is seen, and what follows once the thread waits there. */
static const struct {
    struct seen seen;
    bool (*end)(struct work *work);
} seen_as[OP_COUNT] = {
    [OP_LOOKUP] = {{"", CALL_GET_FLAGS, true}, end_lookup},
    [OP_GET_MAC] = {{"", CALL_GET_MAC, true}, libvirt_end_call},
    [OP_GET_MASTER] = {{"", CALL_GET_INDEX, true}, end_master},
    [OP_CREATE_TAP] = {{"", CALL_TUNSETIFF, false}, end_create},
    [OP_CREATE_LINK] = {{"", CALL_NEW_LINK, false}, libvirt_end_create_link},
    [OP_SET_MAC] = {{"", CALL_SET_MAC, true}, end_set_mac},
    [OP_ADD_PORT] = {{" add-port ", CALL_RUN, false}, libvirt_end_transaction},
    [OP_GET_INDEX] = {{"", CALL_GET_INDEX, true}, end_index},
    [OP_ADD_IF] = {{"", CALL_BRIDGE_ADD, false}, libvirt_end_call},
    [OP_DEL_IF] = {{"", CALL_BRIDGE_DELETE, false}, libvirt_end_call},
    [OP_LINK_UP] = {{" up", CALL_SET_FLAGS, true}, libvirt_end_call},
    [OP_LINK_DOWN] = {{" down", CALL_SET_FLAGS, true}, libvirt_end_call},
    [OP_EXEC] = {{"qemu-system-", CALL_RUN, false}, libvirt_end_exec},
    [OP_CLOSE_TAP] = {{"", CALL_CLOSE_TAP, false}, end_close},
    [OP_CONNECT] = {{"", CALL_CONNECT, false}, libvirt_end_connect},
    [OP_KILL] = {{"", CALL_KILL, false}, libvirt_end_kill},
    [OP_UNPLUG] = {{"netdev_del ", CALL_MONITOR, false}, libvirt_end_unplug},
    [OP_OPEN_TAP] = {{"", CALL_TUNSETIFF, true}, end_open},
    [OP_SET_PERSIST] = {{"", CALL_TUNSETPERSIST, false}, libvirt_end_call},
    [OP_DELETE_LINK] = {{"", CALL_DELETE_LINK, true}, libvirt_end_delete_link},
    [OP_DEL_PORT] = {{" del-port ", CALL_RUN, false}, libvirt_end_transaction},
    [OP_REMOVE_OWN] = {{" del-port ", CALL_RUN, false}, libvirt_end_remove_own},
    [OP_SET_QDISC] = {{" root handle 0: noqueue", CALL_RUN, false}, libvirt_end_limit},
    [OP_SET_LIMIT] = {{" htb ", CALL_RUN, false}, libvirt_end_limit},
    [OP_CLEAR_LIMIT] = {{" root", CALL_RUN, false}, libvirt_end_limit},
    [OP_SET_QOS] = {{" queue ", CALL_RUN, false}, libvirt_end_transaction},
    [OP_CLEAR_QOS] = {{"ovs-vsctl ", CALL_RUN, false}, libvirt_end_removal},
    [OP_ADD_FILTER] = {{"", CALL_ACCESS, false}, libvirt_end_add_filter},
    [OP_REMOVE_FILTER] = {{"", CALL_ACCESS, false}, libvirt_end_remove_filter},
};

static struct work
work_on(struct session *session, struct real *real, unsigned guest, struct operation op)
{
    struct work work = {.session = session,
                        .real = real,
                        .guest = &session->guest[guest],
                        .index = guest,
                        .nic = control_nic(real->world, &real->control, guest),
                        .op = op,
                        .seen = &seen_as[op.kind].seen};

    assert(op.kind < OP_COUNT);
    if (op.name != IFNAME_NONE) {
        ifname_text(&real->world->names, op.name, work.name);
    }
    return work;
}

bool
libvirt_orphan(struct session *session, struct real *real, unsigned guest, struct operation op)
{
    struct work work = work_on(session, real, guest, op);
    bool left_out;

    if (!libvirt_find_call(&work, &left_out)) {
        return false;
    }
    work.guest->orphan = work.guest->at.process;
    return session_restart(session);
}

bool
libvirt_lie(struct session *session, struct real *real, unsigned guest, struct operation op)
{
    struct work work = work_on(session, real, guest, op);
    bool left_out;

    return libvirt_find_call(&work, &left_out) &&
           gate_order(&session->libvirtd->gate,
                      (struct gate_order){GATE_LIE, work.guest->at.thread, 0}) &&
           libvirt_end_call(&work) &&
           session_await(session, guest, session_helper_has_ended, "a program that does nothing");
}

bool
libvirt_be_late(struct session *session, struct real *real, unsigned guest, struct operation op)
{
    struct work work = work_on(session, real, guest, op);
    struct real_delayed *delayed = &real->delayed[guest];
    bool left_out;

    if (op.kind == OP_REMOVE_OWN) {
        return diagnose(real->diagnostic, EXIT_MISSING, NULL, 0, 0,
                        "not expressible on a libvirtd: a removal that depends on the row's owner, "
                        "and is read late");
    }
    ovs_delay_drop(&delayed->transaction); /* an earlier one that can come to nothing only */
    *delayed = (struct real_delayed){.nic = work.nic};
    if (!libvirt_find_call(&work, &left_out) || !libvirt_end_late(&work, &delayed->transaction)) {
        return false;
    }
    delayed->op = op;
    return true;
}

bool
libvirt_run_orphan(struct session *session, struct real *real, unsigned guest)
{
    struct session_guest *of = &session->guest[guest];
    struct gate_order pass = {GATE_PASS, of->orphan, 0};
    long long before;
    bool waits;

    if (!ovs_next_cfg(real->ovs, &before) || !gate_order(&session->libvirtd->gate, pass) ||
        !libvirt_await_commit(session, real->ovs, before, &of->orphan, &waits)) {
        return false;
    }
    real->outcome.error = waits || of->orphan_status == 0 ? 0 : EEXIST;
    return true;
}

bool
libvirt_carry_out(struct session *session, struct real *real, unsigned guest, struct operation op,
                  int error)
{
    struct work work = work_on(session, real, guest, op);
    bool left_out;

    work.error = error;
    if (op.kind == OP_CLOSE_TAP && real->forked[guest] != 0) {
        return libvirt_end_forked(&work);
    }
    if (libvirt_waits_for_monitor(&work)) {
        real->outcome.waits = WAIT_EXIT;
        return true;
    }
    if ((op.kind == OP_UNPLUG || op.kind == OP_LINK_DOWN) && !libvirt_is_told(&work)) {
        real->outcome.error = ESRCH;
        return true;
    }
    /* What has been removed as missing from QEMU's list is not removed once more. */
    if (op.kind == OP_UNPLUG && real->control.thread[guest].machine.kind == MACHINE_UNPLUG &&
        (real->control.thread[guest].machine.flag & MACHINE_AGAIN) != 0) {
        real->outcome.error = ENOENT;
        return true;
    }
    if (work.seen->kind == CALL_NONE) {
        return end_unseen(&work);
    }
    if (!libvirt_find_call(&work, &left_out)) {
        return false;
    }
    if (left_out) {
        real->outcome.error = real->control.phase[guest] == PROCESS_RUNNING ? 0 : ESRCH;
        return true;
    }
    return seen_as[op.kind].end(&work);
}

bool
libvirt_settle_thread(struct session *session, struct real *real, unsigned guest)
{
    bool idle = real->control.thread[guest].machine.kind == MACHINE_IDLE;
    struct operation next = idle ? (struct operation){.kind = OP_NONE}
                                 : control_want(real->world, &real->control, guest);
    struct work work = work_on(session, real, guest, next);

    return libvirt_settle(&work);
}
