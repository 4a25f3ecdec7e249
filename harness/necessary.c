/* What breaks without a choice: see necessary.h. */
#include "harness/necessary.h"

#include <stdlib.h>

bool
taken_out_is_needed(const struct taken_out *out)
{
    return out->cell != NULL;
}

bool
taken_out_only_worse(const struct taken_out *out)
{
    return taken_out_is_needed(out) && out->changes[CHANGE_NEW] + out->lasting[CHANGE_NEW] == 0;
}

bool
taken_out_is_open(const struct taken_out *out)
{
    return out->cell == NULL && (out->changes[CHANGE_OPEN] > 0 || out->lasting[CHANGE_OPEN] > 0);
}

/* True if what has become of the oracle there makes a better example than the one so far. */
static bool
is_better(const struct taken_out *out, const struct cell *cell, const struct cell *whole,
          enum oracle oracle, bool lasting)
{
    const enum change change = comparison_change(cell, whole, oracle, lasting);
    enum change so_far;

    if (!comparison_is_worse(change) || out->cell == NULL) {
        return comparison_is_worse(change);
    }
    so_far = comparison_change(out->cell, out->whole, out->oracle, out->at_the_end);
    if (change != so_far || oracle != out->oracle) {
        return change != so_far ? change == CHANGE_NEW : oracle < out->oracle;
    }
    return cell_verdict(cell, oracle, lasting)->length <
           cell_verdict(out->cell, out->oracle, out->at_the_end)->length;
}

static void
judge_oracle(struct taken_out *out, const struct cell *cell, const struct cell *whole,
             enum oracle oracle, bool lasting)
{
    const enum change change = comparison_change(cell, whole, oracle, lasting);

    if (change != CHANGES) {
        (lasting ? out->lasting : out->changes)[change]++;
    }
    if (is_better(out, cell, whole, oracle, lasting)) {
        out->cell = cell;
        out->whole = whole;
        out->oracle = oracle;
        out->at_the_end = lasting;
    }
}

bool
taken_out_judge(struct taken_out *out, const struct check *check, unsigned cell,
                struct diagnostic *diagnostic)
{
    out->summary = calloc(check->scenarios, sizeof *out->summary);
    if (out->summary == NULL) {
        return diagnose(diagnostic, EXIT_INTERNAL, NULL, 0, 0, "out of memory");
    }
    for (unsigned i = 0; i < check->scenarios; i++) {
        const struct cell *whole = check->checked[i].cell, *without = whole + cell;

        out->summary[i].path = check->checked[i].scenario.path;
        if (whole->refusal != NULL || without->refusal != NULL) {
            out->refused++;
            continue;
        }
        comparison_note(&out->summary[i], without, whole);
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            judge_oracle(out, without, whole, oracle, false);
            if ((ORACLES_THAT_LAST >> oracle & 1) != 0) {
                judge_oracle(out, without, whole, oracle, true);
            }
        }
    }
    return true;
}
