/* What is to come: see outlook.h. */
#include "sim/outlook.h"

#include <stdlib.h>

void
outlook_open(struct outlook *outlook, uint32_t id, bool wrong)
{
    outlook->id = id;
    outlook->wrong = wrong;
    mpz_init(outlook->runs);
    mpz_init(outlook->bad);
}

void
outlook_close(struct outlook *outlook)
{
    mpz_clear(outlook->runs);
    mpz_clear(outlook->bad);
}

/* Counts one kind of runs over the whole graph, and takes what it is from each of the states. */
static enum count_error
count_kind(struct counter *counter, struct count_wanted wanted, struct outlook *outlook,
           unsigned count, bool all)
{
    enum count_error error;
    mpz_t runs, *every = &runs;

    mpz_init(runs);
    error = counter_count(counter, &wanted, 1, &every, NULL);
    for (unsigned i = 0; i < count && error == COUNT_OK; i++) {
        counter_from(counter, outlook[i].id, all ? outlook[i].runs : outlook[i].bad);
    }
    mpz_clear(runs);
    return error;
}

enum count_error
outlook_count(const struct graph *graph, struct allowance *allowance, const struct count_pace *pace,
              struct fate_of of, struct outlook *outlook, unsigned count)
{
    const oracle_set oracle = ORACLE_BIT(of.oracle);
    const struct count_wanted all = {0}, sought = {.without = of.lasting ? 0 : oracle,
                                                   .ending = of.lasting ? oracle : 0};
    struct counter counter;
    enum count_error error = counter_open(&counter, graph, allowance, pace);

    if (error != COUNT_OK) {
        return error;
    }
    error = count_kind(&counter, all, outlook, count, true);
    if (error == COUNT_OK) {
        error = count_kind(&counter, sought, outlook, count, false);
    }
    counter_close(&counter);
    for (unsigned i = 0; i < count && error == COUNT_OK; i++) {
        if (outlook[i].wrong && !of.lasting) {
            mpz_set(outlook[i].bad, outlook[i].runs);
        } else if (!of.lasting) {
            mpz_sub(outlook[i].bad, outlook[i].runs, outlook[i].bad); /* those that are good */
        }
        outlook[i].fate = (uint8_t)((mpz_cmp(outlook[i].bad, outlook[i].runs) < 0 ? FATE_WELL : 0) |
                                    (mpz_sgn(outlook[i].bad) > 0 ? FATE_WRONG : 0));
    }
    return error;
}

bool
outlook_foresee(const struct graph *graph, struct allowance *allowance, struct fate_of of,
                struct outlook *outlook, unsigned count)
{
    uint8_t *fate;

    if (!fate_find(graph, allowance, of, &fate)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        outlook[i].fate = outlook[i].wrong ? FATE_WRONG : fate[outlook[i].id];
    }
    free(fate);
    return true;
}

const char *
outlook_word(const struct outlook *outlook)
{
    return outlook_is_lost(outlook) ? "all" : (outlook->fate & FATE_WRONG) != 0 ? "some" : "none";
}

bool
outlook_is_lost(const struct outlook *outlook)
{
    return (outlook->fate & FATE_WELL) == 0;
}

int
outlook_compare(const struct outlook *a, const struct outlook *b)
{
    int order = ((a->fate & FATE_WRONG) != 0) - ((b->fate & FATE_WRONG) != 0);
    mpz_t left, right;

    order += outlook_is_lost(a) - outlook_is_lost(b);
    if (order != 0) {
        return order;
    }
    mpz_init(left);
    mpz_init(right);
    mpz_mul(left, a->bad, b->runs);
    mpz_mul(right, b->bad, a->runs);
    order = mpz_cmp(left, right);
    mpz_clear(left);
    mpz_clear(right);
    return order;
}
