/* The part of the real world that speaks to Open vSwitch. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_OVS_H
#define TAPWEAVE_HARNESS_REAL_REAL_OVS_H

#include "harness/real/real.h"

/* ovs-vswitchd has run: every call that waited for that has ended, and its thread goes on. */
void real_answer_calls(struct real *real);

/* Carries out an operation that is a transaction.  False with a diagnostic if the test bed fails.
 */
bool real_commit(struct real *real, unsigned nic, struct operation op, const char *name);

/* Starts the ovs-vsctl of an operation; NULL with a diagnostic. */
struct child *real_call_ovs(struct real *real, unsigned nic, struct operation op, const char *name);

/* Compare-and-delete of what the external ids say, which no command of ovs-vsctl does.  *changed is
 * whether it has deleted the row. */
bool real_remove_own(struct real *real, unsigned nic, struct operation op, const char *name,
                     bool *changed);

/* Adds the row of a nic of a guest that runs from the beginning, and waits until it is bound. */
bool real_add_row(struct real *real, unsigned nic, const char *name, uint8_t bridge);

/* One round of the agent, which knows a row's nic by its iface-id (LP 1734320). */
bool real_set_tags(struct real *real);

/* `ovs-vsctl --no-wait COMMAND`, an administrator's: waits for nobody.  *error is 0, or ENODEV if
 * there is nothing to delete. */
bool real_delete_rows(struct real *real, const char *const *command, int *error);

/* Deletes every row of the world's names, and lets ovs-vswitchd, which then runs, follow. */
bool real_clear_rows(struct real *real);

/* The errno that an ovs-vsctl for the operation which has just failed stands for. */
int real_ovs_failure(struct operation op);

#endif
