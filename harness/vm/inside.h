/* The first process of a virtual machine: this program, as its init. */
#ifndef TAPWEAVE_HARNESS_VM_INSIDE_H
#define TAPWEAVE_HARNESS_VM_INSIDE_H

#include <stdbool.h>

/* What the machine and the harness outside agree on. */
#define INSIDE_ROOT "host"                     /* the tag of the host's root, by 9p, read-only */
#define INSIDE_MARK "tapweave"                 /* a word of the kernel's command line */
#define INSIDE_ARGUMENTS "/tapweave/arguments" /* the program's path, and its arguments */
#define INSIDE_ENVIRONMENT "/tapweave/environment" /* its environment */
#define INSIDE_FOLDER "/tapweave/folder"           /* where it is to run */
#define INSIDE_ACCELERATOR                                                \
    "TAPWEAVE_ACCELERATOR" /* a variable: what runs the machine, in words \
                            */

/* Terminals, in the order of their numbers: their names in the machine end with that. */
enum inside_port { PORT_CONTROL = 1, PORT_OUTPUT, PORT_ERRORS, PORT_JSON, PORTS };
#define INSIDE_JSON "/dev/vport0p4"

/* What is said on PORT_CONTROL, each with a newline: INSIDE_RUNS when the program is started, and
 * INSIDE_ENDED with its exit status. */
#define INSIDE_RUNS "runs"
#define INSIDE_ENDED "ended "

/* Whether this process is such a first one, by its number and by what is in its file system. */
bool inside_is_first(void);

/* As that process: loads the modules, makes the host's root its own, and runs the program that the
 * archive names, with its output to the ports.  Then the machine ends. */
_Noreturn void inside_run(void);

/* In the program: what runs the machine that it is in; NULL if it is in none of ours, which the
 * kernel's command line says. */
const char *inside_accelerator(void);

#endif
