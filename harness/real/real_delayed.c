/* Transactions that are read later: see real_delayed.h. */
#include "harness/real/real_delayed.h"

#include "harness/real/ovs_call.h"
#include "harness/real/real_ovs.h"

#include <errno.h>
#include <signal.h>

bool
real_send_delayed(struct real *real, unsigned guest, struct operation op)
{
    struct real_delayed *delayed = &real->delayed[guest];
    char name[IFNAME_SIZE];
    int listening, status = 128 + SIGALRM;

    ifname_text(&real->world->names, op.name, name);
    ovs_delay_drop(&delayed->transaction); /* an earlier one that can come to nothing only */
    *delayed =
        (struct real_delayed){.op = op, .nic = control_nic(real->world, &real->control, guest)};
    if (op.kind != OP_REMOVE_OWN &&
        ((listening = ovs_delay_begin(real->ovs)) < 0 ||
         !ovs_delay_take(real->ovs, listening, real_call_ovs(real, delayed->nic, op, name),
                         &delayed->transaction, &status))) {
        delayed->op.kind = OP_NONE;
        return false;
    }
    real->outcome.error = status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    return true;
}

bool
real_commit_delayed(struct real *real, unsigned guest)
{
    struct real_delayed delayed = real->delayed[guest];
    char name[IFNAME_SIZE];
    bool applied;

    real->delayed[guest] = (struct real_delayed){0};
    real->outcome = (struct outcome){0};
    if (delayed.op.kind == OP_NONE) {
        real->outcome.error = EAGAIN;
        return true;
    }
    if (delayed.op.kind == OP_REMOVE_OWN) {
        ifname_text(&real->world->names, delayed.op.name, name);
        return real_remove_own(real, delayed.nic, delayed.op, name, &applied);
    }
    if (!ovs_delay_commit(real->ovs, &delayed.transaction, &applied)) {
        return false;
    }
    real->outcome.error = applied ? 0 : EAGAIN;
    return true;
}

bool
real_commit_rest(struct real *real, bool *applied)
{
    *applied = false;
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        if (real->delayed[guest].op.kind == OP_NONE) {
            continue;
        }
        if (!real_commit_delayed(real, guest)) {
            return false;
        }
        *applied = *applied || real->outcome.error == 0;
    }
    return true;
}

void
real_drop_delayed(struct real *real)
{
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        ovs_delay_drop(&real->delayed[guest].transaction);
        real->delayed[guest] = (struct real_delayed){0};
    }
}
