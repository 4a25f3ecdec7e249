/* One state for all that exchanges of guests lead to each other.
 *
 * If guests are alike (sim/alike.h), a state and the one in which they have changed places have the
 * same future, but for who is who: as many runs, and as many of those that an oracle objects to.
 * So a search need keep only one of them, and loses no number, since it is known how many there
 * are.  Names are not exchanged: daemons and the kernel compare them. */
#ifndef TAPWEAVE_SIM_SYMMETRY_H
#define TAPWEAVE_SIM_SYMMETRY_H

#include "sim/renaming.h"

/* Where a field is in struct state: of each guest, or of all of them at [0]. */
struct symmetry_field {
    uint16_t offset[MAX_GUESTS]; /* SYMMETRY_NOWHERE: the guest has none */
    uint8_t means;               /* enum field_means */
};

enum { SYMMETRY_NOWHERE = UINT16_MAX };

/* Read-only once it is open. */
struct symmetry {
    const struct world *world;         /* not owned */
    uint8_t class_of[MAX_GUESTS];      /* alike_classes */
    uint8_t exchanged[MAX_GUESTS];     /* 1: another one is like it */
    uint8_t owner[MAX_NICS];           /* of each nic: its guest */
    uint8_t place[MAX_NICS];           /* and which of the guest's nics it is, from 0 */
    uint8_t nic[MAX_GUESTS][MAX_NICS]; /* the nic at that place of that guest */
    struct renaming nobody;            /* leaves all as it is */
    unsigned exchanges;   /* permutations of guests that are alike; 1: of none but itself */
    unsigned own, shared; /* fields of guests and their nics; those that refer to them */
    struct symmetry_field own_field[sizeof(struct state)], shared_field[sizeof(struct state)];
};

/* A permutation of guests, whose nics go with them. */
struct exchange {
    uint8_t to[MAX_GUESTS]; /* by guest: whose place it takes */
};

void symmetry_open(struct symmetry *symmetry, const struct world *world);

/* No two guests are taken for alike: each state stands for itself. */
void symmetry_none(struct symmetry *symmetry, const struct world *world);

/* Exchanges guests so that all states that exchanges lead to each other become the same one.
 * Returns how many different ones there are.  *applied is the exchange, if it is not NULL. */
unsigned symmetry_settle(const struct symmetry *symmetry, struct state *state,
                         struct exchange *applied);

#endif
