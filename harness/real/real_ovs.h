/* What the rooms of the real world share, and its part that speaks to Open vSwitch. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_OVS_H
#define TAPWEAVE_HARNESS_REAL_REAL_OVS_H

#include "harness/real/real.h"

/* A guest's MAC by its number, and back; 0 for a MAC that is no guest's. */
void real_mac(uint8_t number, uint8_t mac[6]);
uint8_t real_mac_number(const uint8_t mac[6]);

/* "WHAT NAME: error": EXIT_MISSING if the kernel has no such devices, or none for us. */
bool real_fail(struct diagnostic *diagnostic, const char *what, const char *name, int error);
/* The tag that a VLAN of a world has on the wire and in OVSDB, 0 for none, and back. */
int real_tag(uint8_t vlan);
uint8_t real_vlan(int tag);
/* ovs-vswitchd has run: every call that waited for that has ended, and its thread goes on. */
void real_answer_calls(struct real *real);

/* device_open_tap, as the world's platform has it (docs/model-kernel.md, "A platform that deletes
 * none"). */
int real_open_tap(const struct real *real, const char *name, bool multi, int *fd,
                  char got[IFNAME_SIZE]);

/* Carries out an operation for that nic, of its guest's thread.  False with a diagnostic if the
 * test bed fails. */
bool real_carry_out(struct real *real, unsigned nic, struct operation op, struct outcome *outcome,
                    struct diagnostic *diagnostic);
bool real_commit(struct real *real, unsigned nic, struct operation op, const char *name,
                 struct outcome *outcome, struct diagnostic *diagnostic);

/* Starts the ovs-vsctl of an operation: its pid, or -1 with a diagnostic. */
pid_t real_call_ovs(struct real *real, unsigned nic, struct operation op, const char *name,
                    struct diagnostic *diagnostic);

/* Compare-and-delete of what the external ids say, which no command of ovs-vsctl does.  *changed is
 * whether it has deleted the row. */
bool real_remove_own(struct real *real, unsigned nic, struct operation op, const char *name,
                     bool *changed, struct diagnostic *diagnostic);

/* Adds the row of a nic of a guest that runs from the beginning, and waits until it is bound. */
bool real_add_row(struct real *real, unsigned nic, const char *name, uint8_t bridge,
                  struct diagnostic *diagnostic);

/* One round of the agent, which knows a row's nic by its iface-id (LP 1734320). */
bool real_set_tags(struct real *real, struct diagnostic *diagnostic);

/* `ovs-vsctl --no-wait COMMAND`, an administrator's: waits for nobody.  *error is 0, or ENODEV if
 * there is nothing to delete. */
bool real_delete_rows(struct real *real, const char *const *command, int *error,
                      struct diagnostic *diagnostic);

/* Deletes a bridge (1 + index), as an administrator does; and builds those again that are gone when
 * a schedule has ended, with the tap on each that frames are sent by. */
bool real_delete_bridge(struct real *real, uint8_t bridge, int *error,
                        struct diagnostic *diagnostic);
bool real_restore_bridges(struct real *real, struct diagnostic *diagnostic);

/* Deletes every row of the world's names, and lets ovs-vswitchd, which then runs, follow. */
bool real_clear_rows(struct real *real, struct diagnostic *diagnostic);

#endif
