/* The matrix: which fix closes which race, with counts.  See report.h. */
#include "harness/daemons.h"
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *red = "", *bold = "", *dim = "", *plain = "";

void
report_in_colour(void)
{
    red = "\033[31m";
    bold = "\033[1m";
    dim = "\033[2m";
    plain = "\033[0m";
}

char *
report_share(const struct cell *cell, const struct explore_verdict *verdict)
{
    char *text;

    if (cell->result.counted) {
        gmp_asprintf(&text, "%Zd of %Zd", verdict->bad, cell->result.interleavings);
    } else if (cell_decides(cell, verdict)) {
        gmp_asprintf(&text, "%s", cell_observation(cell, verdict));
    } else {
        gmp_asprintf(&text, "%s", verdict->violated ? "violated" : "unknown");
    }
    return text;
}

/* Oracles that have a column: violated in some cell, not excluded by a search of any number of
 * guests that has come to its end, or claimed about. */
static oracle_set
columns(const struct scenario *scenario, const struct cell *cells, unsigned count)
{
    oracle_set set = 0;

    for (unsigned i = 0; i < count; i++) {
        set |= cell_violated(&cells[i]);
        set |= cell_is_complete(&cells[i]) ? cell_undecided(&cells[i]) : 0;
    }
    for (unsigned i = 0; i < scenario->claims; i++) {
        set |= ORACLE_BIT(scenario->claim[i].oracle);
    }
    return set;
}

enum { MAX_ROWS = SCENARIO_MAX_POLICIES + POLICY_MAX_NAMED };

/* Behind the share of a violation that never lasts to the end. */
static const char PASSING[] = " ~";

/* What stands in the table for one cell and one oracle. */
struct entry {
    char *text;
    bool passing;
    bool fails; /* a claim about it does not hold */
};

struct table {
    oracle_set set;
    unsigned rows, first; /* columns of a policy */
    unsigned width[ORACLE_COUNT];
    bool inconclusive;
    bool marked; /* PASSING is somewhere in it */
    struct entry entry[MAX_ROWS][ORACLE_COUNT];
};

static struct entry
make_entry(const struct scenario *scenario, const struct cell *cells, unsigned index,
           enum oracle oracle)
{
    static const char *const marks[] = {" ok", " undecided", " FAILS"};
    const struct explore_verdict *its = cell_verdict(&cells[index], oracle, false);
    const struct explore_verdict *lasting = cell_verdict(&cells[index], oracle, true);
    bool passing = its->violated && !lasting->violated && (ORACLES_THAT_LAST >> oracle & 1) != 0 &&
                   cell_decides(&cells[index], lasting);
    char *share = report_share(&cells[index], its), *text;
    int worst = -1; /* enum claim_verdict, if there is a claim */

    for (unsigned i = 0; i < scenario->claims && index < scenario->policies; i++) {
        const struct scenario_claim *claim = &scenario->claim[i];

        if (claim->policy == index && claim->oracle == oracle) {
            int verdict = (int)claim_judge(claim, cells);

            worst = verdict > worst ? verdict : worst;
        }
    }
    if (strcmp(cell_observation(&cells[index], its), "never") == 0) {
        strcpy(share, worst >= 0 ? "never" : "."); /* shorter than "0 of N" */
    }
    gmp_asprintf(&text, "%s%s%s", share, passing ? PASSING : "", worst >= 0 ? marks[worst] : "");
    free(share);
    return (struct entry){text, passing, worst == CLAIM_FAILS};
}

static void
make_table(struct table *table, const struct scenario *scenario, const struct cell *cells,
           unsigned count)
{
    *table = (struct table){.set = columns(scenario, cells, count), .rows = count, .first = 6};
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        table->width[oracle] = (unsigned)strlen(oracle_name(oracle));
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned length = (unsigned)strlen(cells[i].policy);

        table->first = length > table->first ? length : table->first;
        table->inconclusive = table->inconclusive || !cell_is_complete(&cells[i]);
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            struct entry entry = make_entry(scenario, cells, i, oracle);

            length = (unsigned)strlen(entry.text);
            table->entry[i][oracle] = entry;
            table->marked = table->marked || entry.passing;
            table->width[oracle] = length > table->width[oracle] ? length : table->width[oracle];
        }
    }
}

/* The oracles of the set that go on a line, one at the least. */
static oracle_set
fitting(const struct table *table, oracle_set set)
{
    unsigned column = 2 + table->first + (table->inconclusive ? 14 : 0);
    oracle_set fits = 0;

    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            column += 2 + table->width[oracle];
            if (column > print_width() && fits != 0) {
                break;
            }
            fits |= ORACLE_BIT(oracle);
        }
    }
    return fits;
}

static void
print_table(const struct table *table, const struct cell *cells, oracle_set set)
{
    printf("  %-*s", (int)table->first, "policy");
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            printf("  %-*s", (int)table->width[oracle], oracle_name(oracle));
        }
    }
    putchar('\n');
    for (unsigned i = 0; i < table->rows; i++) {
        printf("  %-*s", (int)table->first, cells[i].policy);
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            const struct entry *entry = &table->entry[i][oracle];

            if ((set >> oracle & 1) != 0) {
                printf("  %s%-*s%s", entry->fails ? red : "", (int)table->width[oracle],
                       entry->text, entry->fails ? plain : "");
            }
        }
        printf("%s\n", cell_is_complete(&cells[i]) ? "" : "  INCONCLUSIVE");
    }
}

void
report_matrix(const struct scenario *scenario, const struct cell *cells, unsigned count)
{
    struct table table;
    unsigned column;

    make_table(&table, scenario, cells, count);
    printf("%s", bold);
    print_wrapped(scenario->title, 0, 2);
    printf("%s\n%s  %s; ", plain, dim, scenario->path);
    column = 4 + print_columns(scenario->path);
    print_wrapped(scenario->report, column, 4);
    printf("%s\n", plain);
    daemons_print(scenario, "  ");
    for (oracle_set set = table.set, fits = 1; fits != 0; set &= (oracle_set)~fits) {
        fits = fitting(&table, set);
        if (fits != 0 || table.set == 0) {
            print_table(&table, cells, fits);
        }
    }
    if (table.marked) {
        printf("  ~: in no interleaving does it last to the end\n");
    }
    for (unsigned i = 0; i < count; i++) {
        char head[SCENARIO_MAX_POLICY_TEXT + 4];

        snprintf(head, sizeof head, "%s: ", cells[i].policy);
        report_unreached_line(&cells[i], head);
    }
    putchar('\n');
    for (unsigned i = 0; i < count; i++) {
        for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
            free(table.entry[i][oracle].text);
        }
    }
}
