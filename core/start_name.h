/* What a start does about a nic's name, besides asking the allocator for one: whether it is looked
 * up, whether another one is picked, and what becomes of it when the start fails. */
#ifndef TAPWEAVE_CORE_START_NAME_H
#define TAPWEAVE_CORE_START_NAME_H

#include "core/machine.h"

/* True if the nic's name is looked up before its device is created or opened: one that the daemon
 * picked, or one of the user's that must not exist, or has to (facts 1a: "dev must exist"). */
bool start_looks_up(const struct context *context);

/* True if `outcome`, of that operation, says that the name is taken, and another one is to be
 * picked.  A lookup that finds a device says so, too: virNetDevGenerateName goes on to the next
 * number.  RTM_NEWLINK fails for other reasons as well, which only EEXIST tells from that (facts
 * 1a, "on EEXIST"). */
bool start_picks_again(enum op_kind kind, struct machine *machine, const struct context *context,
                       struct outcome outcome);

/* True if the start, which has failed, gives the name up at once.  A link that still has it is
 * deleted first (facts 1a). */
bool start_gives_name_up(const struct machine *machine, const struct context *context,
                         const struct nic_record *record);

/* The nic that could not be connected has been cleaned up after: its name is forgotten (facts 1a:
 * "if template_ifname, net->ifname=NULL"), but for that of a link which is there to be deleted. */
void start_forget_name(const struct machine *machine, const struct context *context,
                       struct nic_record *record);

/* The start has failed.  Each nic that has got no name by it has the one of its definition, which a
 * clean-up by name acts upon (facts 1c, "incl. those never created").  `records`: of all nics. */
void start_set_names_of_definitions(const struct context *context, struct nic_record *records);

#endif
