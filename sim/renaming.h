/* Guests and names by other names: what that makes of a state, and of an operation.
 *
 * A network treats guests with one description alike, and names, too: nothing in it depends on
 * which of them does what.  So of two steps that a renaming leads into each other, one says what
 * the network does in the other (sim/fingerprint.h).  To the daemons names are not alike: they
 * compare names, and count them. */
#ifndef TAPWEAVE_SIM_RENAMING_H
#define TAPWEAVE_SIM_RENAMING_H

#include "sim/field.h"
#include "sim/state.h"

enum { MAX_RENAMINGS = 120 /* of guests: 5 with one description */ };

/* Each array is a permutation of what the world has: what the one of that index, or id, becomes.
 * Nics go with their guests. */
struct renaming {
    uint8_t guest[MAX_GUESTS];
    uint8_t nic[MAX_NICS];
    uint8_t name[IFNAME_MAX_NAMES + 1];
    bool filter_by_mac; /* packet filters have a bit for each MAC (state_filter_bit) */
};

/* The bytes of the state that can be other than 0 in a world, by the table of fields. */
struct renaming_bytes {
    unsigned count;
    struct renaming_byte {
        uint16_t row; /* of the table */
        uint8_t index;
    } byte[sizeof(struct state)];
};

void renaming_bytes(const struct world *world, struct renaming_bytes *bytes);

/* Stores the renamings that exchange guests which are alike to a network in every way, and leave
 * names as they are; the first one leaves all as it is.  Returns how many; 1 if there were more
 * than MAX_RENAMINGS.
 * A network sees what a guest's nics are, who its daemon is, and how its process ends; not what the
 * guest is told to do, and not which names it is to have. */
unsigned renaming_of_guests(const struct world *world, struct renaming all[MAX_RENAMINGS]);

/* True if a network treats these two guests alike, as above. */
bool renaming_are_alike(const struct world *world, unsigned one, unsigned other);

/* The renaming that makes guest[i] of guest i, and leaves names as they are.  Those that change
 * places have as many nics. */
struct renaming renaming_by_guests(const struct world *world, const uint8_t guest[MAX_GUESTS]);

/* A field's value as the renaming has it. */
uint8_t renaming_value(const struct renaming *renaming, enum field_means means, uint8_t value);

/* The index of a field that is one of several as the renaming has it. */
unsigned renaming_index(const struct renaming *renaming, enum field_of of, unsigned index);

/* Writes to `to` the state `from` as the renaming has it. */
void renaming_state(const struct renaming_bytes *bytes, const struct renaming *renaming,
                    const struct state *from, struct state *to);

/* The operation as the renaming has it. */
struct operation renaming_operation(const struct renaming *renaming, struct operation op);

#endif
