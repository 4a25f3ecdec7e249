/* Guests as libvirt's domains: see definition.h.  What stands between the tags is a name of the
 * scenario's, of letters, digits and dashes, or a number. */
#include "harness/libvirt/definition.h"

#include "harness/libvirt/guest_libvirt.h"
#include "harness/libvirt/libvirt_filter.h"
#include "harness/real/real_link.h"
#include "harness/real/real_terms.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A virtual machine of 16 MiB without a disk, which ends in its BIOS. */
#define HEAD                                                                       \
    "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>" \
    "<name>%s</name><uuid>00000000-0000-4000-8000-%012x</uuid>"                    \
    "<memory unit='MiB'>16</memory><vcpu>1</vcpu>"                                 \
    "<os><type arch='x86_64' machine='pc'>hvm</type></os>"                         \
    "<features><acpi/></features><devices><emulator>%s</emulator>"                 \
    "<controller type='usb' model='none'/><memballoon model='none'/>\n"
#define TAIL                                               \
    "</devices><qemu:commandline><qemu:arg value='-qmp'/>" \
    "<qemu:arg value='unix:%s,server=on,wait=off'/></qemu:commandline></domain>\n"

const char *
definition_unsupported(const struct world *world)
{
    if (world->platform != PLATFORM_LINUX) {
        return "libvirt's QEMU driver is on Linux";
    }
    if (world->next_number != 0) {
        return "a counter that stands where the scenario says (names: next)";
    }
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        const struct nic *definition = &world->nic[nic];

        if (definition->kind == NIC_VETH) {
            return "containers: this is libvirt's QEMU driver";
        }
        if (definition->multi_queue != 0 && world_context(world, nic).nics > 1) {
            return "a tap with several queues, of a guest with several nics";
        }
        if (definition->carried != IFNAME_NONE) {
            return "a name that a guest has from elsewhere";
        }
#define X(id, member, key, text, oracle)                              \
    if (PROPERTY_##id != PROPERTY_LIMIT && definition->member != 0) { \
        return "a nic with the property '" key "'";                   \
    }
        NIC_PROPERTIES(X)
#undef X
    }
    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        if (world->has_own[daemon] != 0) {
            return "a daemon with a policy of its own: all run one libvirtd";
        }
    }
    return NULL;
}

const char *
definition_type(const struct world *world, unsigned guest)
{
    const struct nic *nic = &world->nic[guest];

    return nic->kind == NIC_MACVTAP ? "direct" : nic->bridge == 0 ? "ethernet" : "bridge";
}

static void
write_source(FILE *file, const struct real *real, const struct nic *nic)
{
    if (nic->kind == NIC_MACVTAP) {
        fprintf(file, "<interface type='direct'><source dev='" REAL_PARENT "' mode='vepa'/>");
    } else if (nic->bridge == 0) {
        fprintf(file, "<interface type='ethernet'>");
    } else {
        fprintf(file, "<interface type='bridge'><source bridge='%s'/>",
                real_bridge_name(real, nic->bridge));
    }
}

static void
write_target(FILE *file, const struct real *real, const struct nic *nic)
{
    const struct ifname_table *names = &real->world->names;
    char name[IFNAME_SIZE];

    if (nic->name != IFNAME_NONE) {
        fprintf(file, "<target dev='%s'%s/>", ifname_text(names, nic->name, name),
                nic->unmanaged != 0 ? " managed='no'" : "");
    } else if (nic->template != 0) {
        fprintf(file, "<target dev='%s%%d'/>", names->family[nic->family].prefix);
    }
}

static void
write_nic(FILE *file, const struct real *real, unsigned number, unsigned slot)
{
    const struct context context = world_context(real->world, number);
    const struct nic *nic = &real->world->nic[number];
    char id[REAL_ID_SIZE];
    uint8_t mac[6];

    write_source(file, real, nic);
    /* A tap gets its own of the guest's, with fe in front; a macvtap gets the guest's. */
    if (nic->kind == NIC_MACVTAP) {
        real_mac(nic->mac, mac);
    } else {
        real_source(nic->mac, mac);
    }
    fprintf(file, "<mac address='%02x:%02x:%02x:%02x:%02x:%02x'/>", mac[0], mac[1], mac[2], mac[3],
            mac[4], mac[5]);
    if (nic->bridge != 0 && real->world->bridge_kind[nic->bridge - 1] == BRIDGE_OVS) {
        fprintf(file,
                "<virtualport type='openvswitch'><parameters interfaceid='%s'/></virtualport>",
                real_interface_id(number, id));
    }
    if (nic->vlan != VLAN_NONE) {
        fprintf(file, "<vlan><tag id='%d'/></vlan>", real_tag(nic->vlan));
    }
    write_target(file, real, nic);
    if (daemon_has_filter(&context)) {
        fprintf(file, "<filterref filter='" LIBVIRT_FILTER "'/>");
    }
    /* What is sent on the device: of a macvtap, libvirt looks from outside. */
    if (nic->limit != 0) {
        fprintf(file, "<bandwidth><%s average='1000'/></bandwidth>",
                nic->kind == NIC_MACVTAP ? "outbound" : "inbound");
    }
    /* Only virtio has several queues, and its taps put a header before each frame.  Without a ROM,
     * nobody switches the nic on, so that QEMU leaves its frames to us (guest_libvirt.h). */
    fprintf(file, "%s",
            nic->multi_queue != 0 ? "<model type='virtio'/><driver name='qemu' queues='2'/>"
                                  : "<model type='e1000'/>");
    fprintf(file,
            "<rom enabled='no'/>"
            "<address type='pci' domain='0' bus='0' slot='%u' function='0'/></interface>\n",
            slot);
}

bool
definition_write(const struct real *real, unsigned guest, const char *emulator, const char *path)
{
    const struct context context = world_context(real->world, guest);
    FILE *file = fopen(path, "we");
    char monitor[GUEST_LIBVIRT_PATH];

    if (file != NULL) {
        fprintf(file, HEAD, real->scenario->guest[guest].name, guest + 1, emulator);
        for (unsigned i = 0; i < context.nics; i++) {
            write_nic(file, real, context.nic_at[i], GUEST_LIBVIRT_SLOT + i);
        }
        guest_libvirt_monitor(guest, monitor);
        fprintf(file, TAIL, monitor);
    }
    return (file != NULL && fclose(file) == 0) ||
           diagnose(real->diagnostic, EXIT_INTERNAL, path, 0, 0, "%s", strerror(errno));
}
