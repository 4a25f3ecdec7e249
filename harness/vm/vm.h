/* --on vm: the same command in a virtual machine, whose kernel has what this one may lack: Open
 * vSwitch's own datapath (docs/vm.md). */
#ifndef TAPWEAVE_HARNESS_VM_VM_H
#define TAPWEAVE_HARNESS_VM_VM_H

#include "harness/options.h"

/* Whether the command is to be run in a virtual machine, and we are not in it. */
bool vm_is_to_run(const struct options *options);

/* Runs it there, and writes what the options have for --json.  The status that the command has
 * there. */
enum exit_status vm_run(const struct options *options, struct diagnostic *diagnostic);

/* In the machine: has the JSON sent out of it. */
void vm_enter(struct options *options);

/* In the machine: a line on it, for people and for JSON: its kernel's release, and what runs it.
 * NULL elsewhere. */
const char *vm_description(void);

#endif
