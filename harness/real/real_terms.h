/* What the things of a world are called on this machine: MACs, tags of VLANs, names of nics and
 * bridges; and what it says of a device that cannot be made. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_TERMS_H
#define TAPWEAVE_HARNESS_REAL_REAL_TERMS_H

#include "harness/real/real.h"

/* The MAC of a nic's tap by its number, and back; 0 for a MAC that is no nic's. */
void real_mac(uint8_t number, uint8_t mac[6]);
uint8_t real_mac_number(const uint8_t mac[6]);

/* The MAC that the guest sends from by that nic. */
void real_source(uint8_t number, uint8_t mac[6]);

/* The tag that a VLAN of a world has on the wire and in OVSDB, 0 for none, and back. */
int real_tag(uint8_t vlan);
uint8_t real_vlan(int tag);

/* What a nic is called in external ids: by its guest's name (of a VM of several lives, by that of
 * the first), and its number if it is not the first one; and by a libvirtd, whose iface-ids are
 * UUIDs.  Which nic is called so: 1 + its index, or 0. */
enum { REAL_NIC_SIZE = SCENARIO_MAX_WORD + 2, REAL_ID_SIZE = 37 };
const char *real_interface_id(unsigned nic, char text[REAL_ID_SIZE]);
const char *real_nic_name(const struct real *real, unsigned nic, char text[REAL_NIC_SIZE]);
uint8_t real_find_nic(const struct real *real, const char *text);

/* The name of a bridge (1 + index), and back; 0 for a name that is no bridge's. */
const char *real_bridge_name(const struct real *real, uint8_t bridge);
uint8_t real_find_bridge(const struct real *real, const char *text);

/* "WHAT NAME: error": EXIT_MISSING if the kernel has no such devices, or none for us. */
bool real_fail(const struct real *real, const char *what, const char *name, int error);

#endif
