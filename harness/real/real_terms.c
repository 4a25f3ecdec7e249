/* What things of a world are called on this machine: see real_terms.h. */
#include "harness/real/real_terms.h"

#include "harness/real/real_support.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

/* The first byte of a tap's own MAC, and of the one that its guest has (facts 1a, S4). */
enum { TAPS = 0xfe, GUESTS = 0x52 };

enum { TAG_PARKED = 4095 };

static void
fill_mac(uint8_t first, uint8_t number, uint8_t mac[6])
{
    const uint8_t bytes[6] = {first, 0x54, 0, 0, 0, number};

    memcpy(mac, bytes, sizeof bytes);
}

void
real_mac(uint8_t number, uint8_t mac[6])
{
    fill_mac(TAPS, number, mac);
}

void
real_source(uint8_t number, uint8_t mac[6])
{
    fill_mac(GUESTS, number, mac);
}

uint8_t
real_mac_number(const uint8_t mac[6])
{
    uint8_t same[6];

    real_mac(mac[5], same);
    return memcmp(mac, same, sizeof same) == 0 ? mac[5] : 0;
}

int
real_tag(uint8_t vlan)
{
    return vlan == VLAN_PARKED ? TAG_PARKED : vlan;
}

uint8_t
real_vlan(int tag)
{
    return tag == TAG_PARKED ? VLAN_PARKED : (uint8_t)tag;
}

const char *
real_nic_name(const struct real *real, unsigned nic, char text[REAL_NIC_SIZE])
{
    unsigned guest = world_guest(real->world, nic), number = 1;
    const char *name = real->scenario->guest[world_vm(real->world, guest)].name;

    for (unsigned other = real->world->guests; other <= nic; other++) {
        number += world_guest(real->world, other) == guest;
    }
    snprintf(text, REAL_NIC_SIZE, number == 1 ? "%s" : "%s.%u", name, number);
    return text;
}

const char *
real_interface_id(unsigned nic, char text[REAL_ID_SIZE])
{
    snprintf(text, REAL_ID_SIZE, "00000000-0000-4000-9000-%012x", nic + 1);
    return text;
}

uint8_t
real_find_nic(const struct real *real, const char *text)
{
    char name[REAL_NIC_SIZE], id[REAL_ID_SIZE];

    for (unsigned nic = 0; nic < world_nics(real->world) && real->daemon != NULL; nic++) {
        if (strcmp(real_interface_id(nic, id), text) == 0) {
            return (uint8_t)(nic + 1);
        }
    }
    for (unsigned nic = 0; nic < world_nics(real->world); nic++) {
        if (strcmp(real_nic_name(real, nic, name), text) == 0) {
            return (uint8_t)(nic + 1);
        }
    }
    return 0;
}

const char *
real_bridge_name(const struct real *real, uint8_t bridge)
{
    return real->scenario->bridge[bridge - 1].name;
}

uint8_t
real_find_bridge(const struct real *real, const char *text)
{
    for (uint8_t bridge = 1; bridge <= real->world->bridges; bridge++) {
        if (strcmp(real_bridge_name(real, bridge), text) == 0) {
            return bridge;
        }
    }
    return 0;
}

/* Nothing is in the way of what is built here, unless the kernel has no such devices, or none for
 * us: ENOPKG is a bridge's way of saying so, EOPNOTSUPP a veth's. */
bool
real_fail(const struct real *real, const char *what, const char *name, int error)
{
    bool missing = error == EPERM || error == EACCES || error == ENOPKG || error == EOPNOTSUPP;

    return diagnose(real->diagnostic, missing ? EXIT_MISSING : EXIT_INTERNAL, NULL, 0, 0,
                    "%s %s: %s%s", what, name, strerror(error),
                    error == EPERM && !real_has_capability(CAP_NET_ADMIN) ? " (needs CAP_NET_ADMIN)"
                                                                          : "");
}
