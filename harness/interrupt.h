/* SIGINT as a request: what has been found so far is printed, as inconclusive, and not lost. */
#ifndef TAPWEAVE_HARNESS_INTERRUPT_H
#define TAPWEAVE_HARNESS_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT is noted, and a second one ends the program as it always does.  One
 * that is ignored, as in the background of a shell without job control, stays ignored. */
void interrupt_catch(void);

/* From now on a SIGINT ends the program at once again. */
void interrupt_release(void);

/* True once it has come.  Any thread may ask. */
bool interrupt_came(void);

#endif
