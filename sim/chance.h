/* Numbers by chance that are the same for one seed everywhere: xoshiro256** (Blackman and Vigna,
 * 2018), begun by splitmix64, as its authors advise. */
#ifndef TAPWEAVE_SIM_CHANCE_H
#define TAPWEAVE_SIM_CHANCE_H

#include <stdint.h>

struct chance {
    uint64_t word[4];
};

/* Begins the numbers of one seed and one stream: streams of one seed have nothing to do with each
 * other, so that what one of them is used for does not move the numbers of the next. */
void chance_begin(struct chance *chance, uint64_t seed, uint64_t stream);

/* The next number of 64 bits; and the next one from 0 to limit - 1, each equally likely.  `limit`
 * is not 0. */
uint64_t chance_next(struct chance *chance);
uint64_t chance_below(struct chance *chance, uint64_t limit);

/* Puts `count` numbers into an order, each order equally likely. */
void chance_shuffle(struct chance *chance, unsigned *number, unsigned count);

#endif
