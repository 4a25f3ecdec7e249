/* What is around a libvirtd: see around.h. */
#include "harness/libvirt/around.h"

#include "harness/libvirt/guest_libvirt.h"
#include "harness/real/device.h"
#include "harness/real/real_link.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

bool
around_answer(unsigned guest, const struct call *call, struct diagnostic *diagnostic)
{
    char name[IF_NAMESIZE], node[32];
    unsigned nic; /* its number in the guest is in its alias */

    if (call->kind == CALL_MONITOR && sscanf(call->text, "device_del net%u", &nic) == 1) {
        return guest_libvirt_eject(guest, nic, diagnostic);
    }
    snprintf(name, sizeof name, "%.15s", call->text);
    if (call->kind != CALL_NEW_LINK || device_index(name) == 0) {
        return true;
    }
    snprintf(node, sizeof node, "/dev/tap%d", device_index(name));
    return real_make_node(name, node, diagnostic);
}
