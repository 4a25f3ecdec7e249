/* The oracles, by name, and sets of them: what must not happen, whatever the policy does to prevent
 * it.  sim/oracle.h judges states by them; steps are judged where they are taken. */
#ifndef TAPWEAVE_SIM_ORACLE_SET_H
#define TAPWEAVE_SIM_ORACLE_SET_H

#include <stdint.h>

/* Name, when it is judged, and what a violation is. */
#define ORACLES(X)                                                                             \
    X(LOST_ATTACHMENT, "lost-attachment", STATE,                                               \
      "a running guest's device is not attached where it was configured, and nothing pending " \
      "will mend it")                                                                          \
    X(WRONG_NETWORK, "wrong-network", STATE,                                                   \
      "a device gets frames of a network that is not its own, even for a moment")              \
    X(FOREIGN_DELETE, "foreign-delete", STEP,                                                  \
      "a device, or the port of a device that lives, is deleted or detached by somebody else") \
    X(START_FAILED, "start-failed", STEP, "a start fails for no reason of its own")            \
    X(DUPLICATE_NAME, "duplicate-name", STATE,                                                 \
      "the daemon has one device name for two guests at once")                                 \
    X(SHARED_TAP, "shared-tap", STATE, "two guests run on one tap")                            \
    X(LOST_FILTER, "lost-filter", STATE, "a running guest's device lacks its packet filter")   \
    X(LOST_QOS, "lost-qos", STATE,                                                             \
      "a running guest's device is not limited, though its bandwidth is to be")                \
    X(STALE_PORT, "stale-port", QUIESCENCE,                                                    \
      "a port is left that no running guest of its bridge uses")                               \
    X(LEAKED_TAP, "leaked-tap", QUIESCENCE, "a tap is left that no running guest uses")        \
    X(LOST_PERSISTENCE, "lost-persistence", QUIESCENCE,                                        \
      "a tap that an administrator made persistent is gone, or is not any more, or has been "  \
      "taken from where they put it")                                                          \
    X(SPURIOUS_ERROR, "spurious-error", STEP, "an error is logged on a path that is normal")   \
    X(DEADLOCK, "deadlock", QUIESCENCE, "nobody can take a step, and a command has not ended")

enum oracle {
#define X(id, name, when, text) ORACLE_##id,
    ORACLES(X)
#undef X
        ORACLE_COUNT,
};

/* A set of oracles: bit n for oracle n. */
typedef uint16_t oracle_set;

_Static_assert(ORACLE_COUNT <= 16, "a bit for every oracle");

#define ORACLE_BIT(oracle) ((oracle_set)(1u << (oracle)))

/* Those that also have a second verdict: whether a violation lasts to the end of a run.  They judge
 * every state, and so the last one, too. */
enum { ORACLES_THAT_LAST = 1 << ORACLE_LOST_ATTACHMENT | 1 << ORACLE_WRONG_NETWORK };

/* Those that judge the last state of a run alone: QUIESCENCE above. */
enum {
    ORACLES_OF_ENDS = 1 << ORACLE_STALE_PORT | 1 << ORACLE_LEAKED_TAP |
                      1 << ORACLE_LOST_PERSISTENCE | 1 << ORACLE_DEADLOCK
};

/* The name of an oracle, a line on what violates it, and when it is judged, in words. */
const char *oracle_name(enum oracle oracle);
const char *oracle_text(enum oracle oracle);
const char *oracle_when(enum oracle oracle);

#endif
