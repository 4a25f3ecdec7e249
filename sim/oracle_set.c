/* The table of oracles: see oracle_set.h. */
#include "sim/oracle_set.h"

#include <assert.h>

static const struct {
    const char *name;
    const char *text;
    const char *when;
} oracles[ORACLE_COUNT] = {
#define STATE "in every state"
#define STEP "at every step"
#define QUIESCENCE "at the end"
#define X(id, name, when, text) [ORACLE_##id] = {name, text, when},
    ORACLES(X)
#undef X
};

const char *
oracle_name(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].name;
}

const char *
oracle_text(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].text;
}

const char *
oracle_when(enum oracle oracle)
{
    assert(oracle < ORACLE_COUNT);
    return oracles[oracle].when;
}
