/* What is said of a cell: see cell.h. */
#include "harness/cell.h"

#include <string.h>

const struct explore_verdict *
cell_verdict(const struct cell *cell, enum oracle oracle, bool lasting)
{
    return lasting ? &cell->result.lasting[oracle] : &cell->result.verdict[oracle];
}

/* No fair run is without it. */
static bool
is_unavoidable(const struct cell *cell, const struct explore_verdict *verdict)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (verdict == &cell->result.verdict[oracle]) {
            return (cell->result.fairness.unavoidable >> oracle & 1) != 0;
        }
    }
    return false;
}

/* Nothing that any number of guests may come to violates it, or ends so. */
static bool
is_excluded(const struct cell *cell, const struct explore_verdict *verdict)
{
    if (!more_guests_are_searched(&cell->more)) {
        return false;
    }
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (verdict == &cell->result.verdict[oracle]) {
            return (cell->more.violated >> oracle & 1) == 0;
        }
        if (verdict == &cell->result.lasting[oracle]) {
            return (cell->more.lasting >> oracle & 1) == 0;
        }
    }
    return false;
}

bool
cell_is_complete(const struct cell *cell)
{
    return cell->result.end == EXPLORE_COMPLETE &&
           (!cell->scenario->more_guests || more_guests_are_searched(&cell->more));
}

bool
cell_decides(const struct cell *cell, const struct explore_verdict *verdict)
{
    return cell->result.end == EXPLORE_COMPLETE &&
           (!cell->scenario->more_guests || verdict->violated || is_excluded(cell, verdict));
}

const char *
cell_observation(const struct cell *cell, const struct explore_verdict *verdict)
{
    if (!cell_decides(cell, verdict)) {
        return "inconclusive";
    }
    if (!verdict->violated) {
        return "never";
    }
    if (!cell->result.counted) {
        return is_unavoidable(cell, verdict) ? "unavoidable" : "possible";
    }
    return mpz_cmp(verdict->bad, cell->result.interleavings) == 0 ? "always" : "sometimes";
}

const char *
cell_observation_of_more(const struct cell *cell, enum oracle oracle)
{
    const struct explore_verdict *verdict = &cell->result.verdict[oracle];

    if (verdict->violated) {
        return "possible";
    }
    return cell->result.end == EXPLORE_COMPLETE && is_excluded(cell, verdict) ? "never"
                                                                              : "inconclusive";
}

oracle_set
cell_violated(const struct cell *cell)
{
    oracle_set set = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        set = (oracle_set)(set | (cell->result.verdict[oracle].violated ? ORACLE_BIT(oracle) : 0));
    }
    return set;
}

oracle_set
cell_undecided(const struct cell *cell)
{
    oracle_set set = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        const struct explore_verdict *verdict = &cell->result.verdict[oracle];
        bool open = !verdict->violated && !cell_decides(cell, verdict);

        set = (oracle_set)(set | (open ? ORACLE_BIT(oracle) : 0));
    }
    return set;
}

bool
cell_is_cut(const struct cell *cell)
{
    return cell->result.end == EXPLORE_COMPLETE
               ? cell->asks_more && more_guests_are_cut(&cell->more)
               : cell->result.end != EXPLORE_CYCLE;
}

static const char interrupted[] = "interrupted", late[] = "stopped at --max-time";

static const char *const ends[] = {
    [EXPLORE_COMPLETE] = "complete",
    [EXPLORE_MAX_STATES] = "stopped at --max-states",
    [EXPLORE_MAX_MEMORY] = "stopped at --max-memory",
    [EXPLORE_STOPPED] = "stopped at --timeout",
    [EXPLORE_DAMAGED] = "", /* an error: cell_run */
    [EXPLORE_LACKING] = "", /* it is searched again: cell_explore */
    [EXPLORE_CYCLE] = "some run never ends, so that runs cannot be counted",
    [EXPLORE_DECIDED] = "", /* it begins anew: cell_explore */
    [EXPLORE_MISTAKE] = "the footprints of steps are wrong",
};

const char *
cell_end(const struct cell *cell)
{
    if (cell->interrupted || cell->late) {
        return cell->interrupted ? interrupted : late;
    }
    return cell->scenario->more_guests && cell->result.end == EXPLORE_COMPLETE
               ? more_guests_end(&cell->more)
               : ends[cell->result.end];
}

bool
cell_read_end(struct cell *cell, const char *text)
{
    cell->interrupted = strcmp(text, interrupted) == 0;
    cell->late = strcmp(text, late) == 0;
    cell->result.end = EXPLORE_STOPPED;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (text[0] != '\0' && strcmp(text, ends[i]) == 0) {
            cell->result.end = (enum explore_end)i;
            return true;
        }
    }
    return cell->interrupted || cell->late;
}
