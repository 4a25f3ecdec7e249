/* Time as the real world's daemon and its calls of ovs-vsctl see it: libfaketime's clock, which
 * stands still and is moved by the schedule alone, so that minutes pass in milliseconds.
 *
 * A clock is a file with a number of seconds, which libfaketime reads whenever its program asks for
 * the time.  The program itself is put under libfaketime with CLOCK_MONOTONIC left alone, so that
 * deadlines (deadline.h) remain those of this machine. */
#ifndef TAPWEAVE_HARNESS_REAL_CLOCK_H
#define TAPWEAVE_HARNESS_REAL_CLOCK_H

#include "harness/diagnostic.h"
#include "harness/real/sandbox.h"
#include "sim/state.h"

/* The clock of the daemon; each sandbox has its own. */
#define CLOCK_FILE SANDBOX_FOLDER "/clock"

enum { CLOCK_BEGIN = 1000000000 /* what every clock shows at first, in seconds since 1970 */ };

/* True if time passes in that world: a name can be held back, a process can ignore SIGTERM, or a
 * call of ovs-vsctl can run out of time. */
bool clock_matters(const struct world *world);

/* True if a call of ovs-vsctl can run out of time there. */
bool clock_times_calls(const struct world *world);

/* Puts this program under libfaketime: it begins again, with the same arguments, and returns true
 * from here then; so nothing may have been printed before.  False with a diagnostic of EXIT_MISSING
 * if there is no libfaketime. */
bool clock_enter(struct diagnostic *diagnostic);

/* Sets the clock, whoever may be reading it.  False with a diagnostic. */
bool clock_set(const char *file, long long seconds, struct diagnostic *diagnostic);

/* What this program's clock shows, in seconds since 1970. */
long long clock_now(void);

/* What a program started from here needs in its environment to live by the clock in `file`, its
 * CLOCK_MONOTONIC too: LD_PRELOAD=... and FAKETIME_TIMESTAMP_FILE=..., of PATH_MAX bytes each.
 * False with a diagnostic of EXIT_MISSING without libfaketime. */
bool clock_variables(const char *file, char *preload, char *timestamp,
                     struct diagnostic *diagnostic);

#endif
