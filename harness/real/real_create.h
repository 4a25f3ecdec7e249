/* The devices that the daemon creates on the real kernel, and whose each one is. */
#ifndef TAPWEAVE_HARNESS_REAL_REAL_CREATE_H
#define TAPWEAVE_HARNESS_REAL_REAL_CREATE_H

#include "harness/real/real.h"

/* The token of the incarnation that has this interface index: 1 + the nic whose start or stop
 * created it, ADMINISTRATOR or THIRD_PARTY. */
uint8_t real_incarnation(const struct real *real, int index);

/* device_open_tap, as the world's platform has it (docs/model-kernel.md, "A platform that deletes
 * none"). */
int real_open_tap(const struct real *real, const char *name, bool multi, int *fd,
                  char got[IFNAME_SIZE]);

/* The start for that nic has got the device of that name: its id and its token are the outcome. */
void real_note_device(struct real *real, unsigned nic, const char *name);

/* TUNSETIFF by name or by template, for a start or for virNetDevTapDelete: what comes of it is in
 * real->outcome. */
void real_create_tap(struct real *real, unsigned nic, struct operation op);

/* RTM_NEWLINK, and what it takes to have it open: by its name, or by that of its family which is
 * the first not to be taken.  False with a diagnostic if the test bed fails. */
bool real_create_link(struct real *real, unsigned nic, struct operation op);

#endif
