/* What holds in every state that a world can reach: the best description of the state there is.
 *
 * The tests and the sanitizer build (TAPWEAVE_INVARIANTS) check it in every state they visit. */
#ifndef TAPWEAVE_SIM_INVARIANT_H
#define TAPWEAVE_SIM_INVARIANT_H

#include "sim/field.h"

/* One of them: in words, what it is about, and whether it holds of the one of that index. */
struct invariant {
    const char *text; /* NULL behind the last one of a table */
    enum field_of of; /* OF_NAME, OF_NIC or OF_GUEST */
    bool (*holds)(const struct world *world, const struct state *state, unsigned index);
};

/* The function of one: what `expression` says is true of the `subject`, a name, a nic or a guest.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): a parameter has none */
#define INVARIANT(id, subject, expression)                                                 \
    static bool id(const struct world *world, const struct state *state, unsigned subject) \
    {                                                                                      \
        (void)world;                                                                       \
        return expression;                                                                 \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* The tables: devices, rows and ports, by name; and what daemons remember, by nic, and threads and
 * processes, by guest. */
extern const struct invariant invariants_of_network[], invariants_of_control[];

/* The first invariant that the state breaks, in words; NULL if it breaks none.  `limits` are the
 * world's (field_limits). */
const char *invariant_broken(const struct world *world, const struct field_limits *limits,
                             const struct state *state);

#endif
