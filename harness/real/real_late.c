/* Transactions that are read later: see real_late.h. */
#include "harness/real/real_late.h"

#include "harness/real/real.h"
#include "harness/real/real_ovs.h"

#include <errno.h>
#include <signal.h>

bool
real_send_late(struct real *real, unsigned guest, struct operation op, struct real_step *step,
               struct complaint *complaint)
{
    struct real_late *late = &real->late[guest];
    char name[IFNAME_SIZE];
    int listening, status = 128 + SIGALRM;

    ifname_text(&real->world->names, op.name, name);
    ovs_late_drop(&late->transaction); /* an earlier one that can come to nothing only */
    *late = (struct real_late){.op = op, .card = real_card(real, guest)};
    if (op.kind == OP_REMOVE_OWN) {
        real_write_start(real, guest, late->start);
    } else if ((listening = ovs_late_begin(real->ovs, complaint)) < 0 ||
               !ovs_late_take(real->ovs, listening,
                              real_call_ovs(real, late->card, op, name, complaint),
                              &late->transaction, &status, complaint)) {
        late->op.kind = OP_NONE;
        return false;
    }
    step->outcome.error = status == 128 + SIGALRM ? ETIMEDOUT : EIO;
    return true;
}

bool
real_commit_late(struct real *real, unsigned guest, struct real_step *step,
                 struct complaint *complaint)
{
    struct real_late late = real->late[guest];
    char name[IFNAME_SIZE];
    bool applied;

    real->late[guest] = (struct real_late){0};
    if (late.op.kind == OP_NONE) {
        step->outcome.error = EAGAIN;
        return true;
    }
    if (late.op.kind == OP_REMOVE_OWN) {
        ifname_text(&real->world->names, late.op.name, name);
        return real_remove_own(real, late.card, late.op, name, late.start, &applied, complaint);
    }
    if (!ovs_late_commit(real->ovs, &late.transaction, &applied, complaint)) {
        return false;
    }
    step->outcome.error = applied ? 0 : EAGAIN;
    return true;
}

bool
real_commit_rest(struct real *real, bool *applied, struct complaint *complaint)
{
    *applied = false;
    for (unsigned guest = 0; guest < real->world->guests; guest++) {
        struct real_step step = {.waits = CALL_NONE};

        if (real->late[guest].op.kind == OP_NONE) {
            continue;
        }
        if (!real_commit_late(real, guest, &step, complaint)) {
            return false;
        }
        *applied = *applied || step.outcome.error == 0;
    }
    return true;
}

void
real_drop_late(struct real *real)
{
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        ovs_late_drop(&real->late[guest].transaction);
        real->late[guest] = (struct real_late){0};
    }
}
