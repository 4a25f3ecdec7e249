/* One scenario under an older and a newer policy, oracle by oracle: see diff.h. */
#include "harness/diff.h"

#include "harness/print.h"
#include "harness/share.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 2,
    GAP = 3,
    LONGEST_WORD = 12,
    NAME_SIZE = 40,
    VERDICT_SIZE = SHARE_SIZE + SHARE_RUNS_SIZE
};

/* A row of the table. */
struct pair_row {
    char name[NAME_SIZE];
    char before[VERDICT_SIZE], now[VERDICT_SIZE];
    enum change change;
};

enum { MOST_ROWS = 2 * ORACLE_COUNT };

struct table {
    struct pair_row row[MOST_ROWS];
    unsigned rows, name, before, now; /* and columns */
    bool brief;
};

/* "24.0 %, 227 of 945", or the share alone if `brief`; "never", or what else is known. */
static void
verdict_text(const struct cell *cell, enum oracle oracle, bool lasting, bool brief,
             char text[VERDICT_SIZE])
{
    const struct explore_verdict *verdict = cell_verdict(cell, oracle, lasting);
    const struct explore_result *result = &cell->result;
    char share[SHARE_SIZE], runs[SHARE_RUNS_SIZE];

    if (!cell_decides(cell, verdict)) {
        snprintf(text, VERDICT_SIZE, "%s", verdict->violated ? "violated" : "not known");
    } else if (!result->counted || !verdict->violated) {
        snprintf(text, VERDICT_SIZE, "%s", cell_observation(cell, verdict));
    } else {
        snprintf(text, VERDICT_SIZE, "%s%s%s",
                 share_text(verdict->bad, result->interleavings, "never", "always", share),
                 brief ? "" : ", ",
                 brief ? "" : share_runs(verdict->bad, result->interleavings, runs));
    }
}

static unsigned
wider(unsigned width, const char *text)
{
    const unsigned columns = print_columns(text);

    return columns > width ? columns : width;
}

static void
add_row(struct table *table, const struct compared *compared, enum oracle oracle, bool lasting)
{
    const enum change change = comparison_change(compared->now, compared->before, oracle, lasting);
    struct pair_row *row = &table->row[table->rows];

    if (change == CHANGES) {
        return;
    }
    row->change = change;
    snprintf(row->name, sizeof row->name, "%s%s", oracle_name(oracle), lasting ? ", lasting" : "");
    verdict_text(compared->before, oracle, lasting, table->brief, row->before);
    verdict_text(compared->now, oracle, lasting, table->brief, row->now);
    table->name = wider(table->name, row->name);
    table->before = wider(table->before, row->before);
    table->now = wider(table->now, row->now);
    table->rows++;
}

static void
print_row(const struct table *table, const char *name, const char *before, const char *now,
          const char *change)
{
    printf("%*s%-*s%*s%-*s%*s", MARGIN, "", (int)table->name, name, GAP, "", (int)table->before,
           before, GAP, "");
    printf("%-*s%*s%s\n", change[0] == '\0' ? 0 : (int)table->now, now, change[0] == '\0' ? 0 : GAP,
           "", change);
}

/* A search that has not come to its end. */
static void
print_end(const struct cell *cell)
{
    if (!cell_is_complete(cell)) {
        print_line(4, "  the search of %s is inconclusive: %s", cell->policy, cell_end(cell));
    }
}

static void
make_table(struct table *table, const struct compared *compared, bool brief)
{
    *table = (struct table){.name = 6, .before = 3, .now = 3, .brief = brief};
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        add_row(table, compared, oracle, false);
        if ((ORACLES_THAT_LAST >> oracle & 1) != 0) {
            add_row(table, compared, oracle, true);
        }
    }
}

void
report_pair(const struct compared *compared)
{
    const struct scenario *scenario = compared->now->scenario;
    struct table table;

    print_line(2, "%s", scenario->title);
    print_line(4, "  %s: %s (old), %s (new)", scenario->path, compared->before->policy,
               compared->now->policy);
    print_end(compared->before);
    print_end(compared->now);
    make_table(&table, compared, false);
    if (MARGIN + table.name + table.before + table.now + 3u * GAP + LONGEST_WORD > print_width()) {
        make_table(&table, compared, true);
    }
    if (table.rows == 0) {
        printf("  no oracle is violated, under either of them\n");
        return;
    }
    print_row(&table, "oracle", "old", "new", "");
    for (unsigned i = 0; i < table.rows; i++) {
        const struct pair_row *row = &table.row[i];

        print_row(&table, row->name, row->before, row->now, comparison_word(row->change));
    }
}
