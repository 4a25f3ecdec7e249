/* What a stop does with a device itself: see stop_device.h. */
#include "core/stop_device.h"

#include <assert.h>

POLICY_TWO(UNPLUGS);

bool
stop_deletes_tap(const struct machine *machine, const struct context *context)
{
    const struct policy *policy = context->policy;
    const struct nic *nic = &context->nic[context->at_hand];
    bool needed = context->platform == PLATFORM_FREEBSD;

    if (nic->unmanaged || daemon_has_link(context) ||
        (machine->kind == MACHINE_UNPLUG && policy->unplug == UNPLUG_KEEP)) {
        return false;
    }
    switch ((enum tap_delete)policy->tap_delete) {
    case TAP_DELETE_ETHERNET:
        return needed || nic->bridge == 0;
    case TAP_DELETE_NEVER:
        return false;
    case TAP_DELETE_REQUIRED:
        return needed;
    case TAP_DELETE_ALL:
        return true;
    case TAP_DELETE_RESTORE:
        return needed || machine->kind != MACHINE_CLEAN_UP;
    }
    assert(false);
    return false;
}

bool
stop_sets_down(const struct machine *machine, const struct context *context)
{
    return machine->kind == MACHINE_UNPLUG && (machine->flag & MACHINE_AGAIN) == 0 &&
           context->nic[context->at_hand].kind == NIC_MACVTAP;
}
