/* What is around a libvirtd: see around.h. */
#include "harness/libvirt/around.h"

#include "harness/libvirt/guest_libvirt.h"
#include "harness/real/device.h"
#include "harness/real/real_link.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
around_answer(unsigned guest, const struct call *call, struct diagnostic *diagnostic)
{
    static const char removal[] = "device_del net"; /* and the nic's number in its guest */
    char name[IF_NAMESIZE], node[32];

    if (call->kind == CALL_MONITOR && strncmp(call->text, removal, strlen(removal)) == 0) {
        return guest_libvirt_eject(guest, (unsigned)strtoul(call->text + strlen(removal), NULL, 10),
                                   diagnostic);
    }
    snprintf(name, sizeof name, "%.15s", call->text);
    if (call->kind != CALL_NEW_LINK || device_index(name) == 0) {
        return true;
    }
    snprintf(node, sizeof node, "/dev/tap%d", device_index(name));
    return real_make_node(name, node, diagnostic);
}
