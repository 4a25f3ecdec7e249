/* The audit of reductions: see audit.h. */
#include "harness/audit.h"

#include <stdio.h>
#include <string.h>

static bool
differ(uint64_t reduced, uint64_t whole, const char *what, char *text, size_t size)
{
    if (reduced != whole) {
        snprintf(text, size, "%s: %llu, and %llu without reductions", what,
                 (unsigned long long)reduced, (unsigned long long)whole);
    }
    return reduced != whole;
}

/* Numbers that may be of any length: of these the text says which differ, and not how. */
static bool
runs_differ(const mpz_t reduced, const mpz_t whole, const char *what, char *text, size_t size)
{
    if (mpz_cmp(reduced, whole) != 0) {
        snprintf(text, size, "%s: not as many as without reductions", what);
    }
    return mpz_cmp(reduced, whole) != 0;
}

static bool
verdicts_differ(const struct explore_verdict *reduced, const struct explore_verdict *whole,
                bool counted, const char *what, char *text, size_t size)
{
    if (differ(reduced->violated, whole->violated, what, text, size)) {
        return true;
    }
    if (!counted) {
        return false;
    }
    if (runs_differ(reduced->bad, whole->bad, what, text, size)) {
        return true;
    }
    if (reduced->violated && (reduced->length != whole->length ||
                              memcmp(reduced->trace, whole->trace, whole->length) != 0)) {
        snprintf(text, size, "%s: another counterexample than without reductions", what);
        return true;
    }
    return false;
}

/* What a search says that takes no steps alone. */
static bool
counts_differ(const struct explore_result *reduced, const struct explore_result *whole, char *text,
              size_t size)
{
    return differ(reduced->states, whole->states, "states", text, size) ||
           differ(reduced->transitions, whole->transitions, "transitions", text, size) ||
           differ(reduced->depth, whole->depth, "depth", text, size) ||
           runs_differ(reduced->interleavings, whole->interleavings, "interleavings", text, size);
}

bool
audit_compare(const struct explore_result *reduced, const struct explore_result *whole, char *text,
              size_t size)
{
    const bool counted = !reduced->ordered;
    bool differs =
        (counted && counts_differ(reduced, whole, text, size)) ||
        differ(reduced->last, whole->last, "last states", text, size) ||
        differ(reduced->names, whole->names, "names given, as bits", text, size) ||
        differ(reduced->reached, whole->reached, "landmarks reached, as bits", text, size);

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT && !differs; oracle++) {
        differs = verdicts_differ(&reduced->verdict[oracle], &whole->verdict[oracle], counted,
                                  oracle_name(oracle), text, size) ||
                  verdicts_differ(&reduced->lasting[oracle], &whole->lasting[oracle], counted,
                                  oracle_name(oracle), text, size);
    }
    return !differs;
}
