/* Macvtaps of a libvirtd: see libvirt_link.h. */
#include "harness/libvirt/libvirt_link.h"

#include "harness/libvirt/call_device.h"
#include "harness/real/device.h"
#include "harness/real/real_create.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The kernel answers by another message. */
bool
libvirt_end_create_link(struct work *work)
{
    struct real *real = work->real;
    struct session_guest *guest = work->guest;
    bool taken = device_index(guest->at.call.text) != 0;
    char name[IFNAME_SIZE];

    snprintf(name, sizeof name, "%.15s", guest->at.call.text);
    if (!libvirt_end_call(work) || real->outcome.error != 0) {
        return real->outcome.error != 0;
    }
    real->outcome.error = taken ? EEXIST : 0;
    real->outcome.value = ifname_find(&real->world->names, name);
    if (taken) {
        return true;
    }
    real_note_device(real, work->nic, name);
    do {
        if (!session_arrive(work->session, work->index)) {
            return false;
        }
    } while (guest->waits &&
             (guest->at.call.kind == CALL_GET_INDEX || guest->at.call.kind == CALL_TUNSETIFF) &&
             session_pass(work->session, work->index, 0));
    return true;
}

/* As there. */
bool
libvirt_end_delete_link(struct work *work)
{
    bool bulk = strstr(work->guest->at.call.text, CALL_IN_BULK) != NULL;
    int error = bulk && device_refuses_bulk()   ? EOPNOTSUPP
                : device_index(work->name) != 0 ? 0
                                                : ENODEV;
    bool ended = libvirt_end_call(work);

    work->real->outcome.error = work->real->outcome.error != 0 ? work->real->outcome.error : error;
    return ended;
}
