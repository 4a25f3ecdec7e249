/* What the named policies come to over all scenarios: what none of them helps against, and which
 * scenarios defeat which policy apart from that.  See report.h.
 *
 * A violation under every policy says nothing of any: it is a contradiction of the user's, or a
 * fault that no daemon can undo.  What one policy keeps, though, another could have kept. */
#include "harness/output.h"
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

enum {
    LINE = 100, /* columns of what is printed */
    EVERY = (1 << ORACLE_COUNT) - 1,
};

static unsigned
policies(void)
{
    unsigned count = 0;

    while (policy_named(count) != NULL) {
        count++;
    }
    return count;
}

void
standing_note(struct standing *standing, const struct scenario *scenario, const struct cell *cells,
              unsigned count)
{
    *standing = (struct standing){.path = scenario->path};
    for (unsigned policy = 0; policy < policies(); policy++) {
        for (unsigned i = 0; i < count; i++) {
            oracle_set violated = 0;

            if (strcmp(cells[i].policy, policy_named(policy)->name) != 0) {
                continue;
            }
            for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
                violated = (oracle_set)(violated | (cells[i].result.verdict[oracle].violated
                                                        ? ORACLE_BIT(oracle)
                                                        : 0));
            }
            standing->violated[policy] = violated;
            standing->unknown[policy] =
                cells[i].result.end == EXPLORE_COMPLETE ? 0 : (oracle_set)(EVERY & ~violated);
        }
    }
}

/* The oracles that some policy keeps. */
static oracle_set
kept(const struct standing *standing)
{
    oracle_set set = 0;

    for (unsigned policy = 0; policy < policies(); policy++) {
        set =
            (oracle_set)(set | (EVERY & ~standing->violated[policy] & ~standing->unknown[policy]));
    }
    return set;
}

/* Those that every policy violates. */
static oracle_set
hopeless(const struct standing *standing)
{
    oracle_set set = EVERY;

    for (unsigned policy = 0; policy < policies(); policy++) {
        set &= standing->violated[policy];
    }
    return set;
}

/* Those of which neither is known. */
static oracle_set
undecided(const struct standing *standing)
{
    return (oracle_set)(EVERY & ~kept(standing) & ~hopeless(standing));
}

/* What the policy violates of what another one keeps. */
static oracle_set
defeat(const struct standing *standing, unsigned policy)
{
    return standing->violated[policy] & kept(standing);
}

/* What it might violate, or violates where it is not known whether another one would not. */
static oracle_set
doubt(const struct standing *standing, unsigned policy)
{
    return standing->unknown[policy] |
           (oracle_set)(standing->violated[policy] & undecided(standing));
}

/* How many policies the scenario defeats. */
static unsigned
victims(const struct standing *standing)
{
    unsigned count = 0;

    for (unsigned policy = 0; policy < policies(); policy++) {
        count += defeat(standing, policy) != 0;
    }
    return count;
}

/* How many scenarios have something in that set for the policy. */
static unsigned
count_of(const struct standing *standing, unsigned scenarios, unsigned policy,
         oracle_set (*set)(const struct standing *, unsigned))
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenarios; i++) {
        count += set(&standing[i], policy) != 0;
    }
    return count;
}

/* ---- for people ---- */

/* Prints a word of a list that begins behind column `indent`; *column is where the line is. */
static void
print_word(const char *word, bool first, unsigned indent, unsigned *column)
{
    unsigned length = (unsigned)strlen(word);

    if (!first && *column + 2 + length > LINE - 1) {
        printf(",\n%*s", (int)indent, "");
        *column = indent;
    } else if (!first) {
        printf(", ");
        *column += 2;
    }
    printf("%s", word);
    *column += length;
}

/* A line, or a few, for each oracle that is in that set of some scenario. */
static void
print_by_oracle(const struct standing *standing, unsigned scenarios,
                oracle_set (*set)(const struct standing *), const char *head)
{
    enum { INDENT = 22 };
    char name[REPORT_NAME_SIZE];
    bool any = false;

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        unsigned column = INDENT;
        bool first = true;

        for (unsigned i = 0; i < scenarios; i++) {
            if ((set(&standing[i]) >> oracle & 1) == 0) {
                continue;
            }
            if (first) {
                printf("%s    %-17s ", any ? "" : head, oracle_name((enum oracle)oracle));
            }
            report_name(standing[i].path, name);
            print_word(name, first, INDENT, &column);
            first = false;
            any = true;
        }
        printf("%s", first ? "" : "\n");
    }
    printf("%s", any ? "\n" : "");
}

/* The scenarios that defeat a policy, those first that defeat the fewest others: they say most of
 * this one.  All of them if they are few, and as many as there is room for in the line if not. */
static void
print_defeats(const struct standing *standing, unsigned scenarios, unsigned policy)
{
    enum { INDENT = 30, FEW = 12 };
    unsigned left = count_of(standing, scenarios, policy, defeat), column = INDENT;
    bool first = true, few = left <= FEW;

    for (unsigned others = 1; others <= policies(); others++) {
        for (unsigned i = 0; i < scenarios; i++) {
            oracle_set set = defeat(&standing[i], policy);
            char word[REPORT_NAME_SIZE + ORACLE_COUNT + 2];
            size_t end;

            if (set == 0 || victims(&standing[i]) != others) {
                continue;
            }
            report_name(standing[i].path, word);
            end = strlen(word);
            word[end++] = ' ';
            for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
                if ((set >> oracle & 1) != 0) {
                    word[end++] = report_letter((enum oracle)oracle);
                }
            }
            word[end] = '\0';
            if (!few && !first && column + end + strlen(", , and 1000 more") > LINE) {
                printf(", and %u more", left);
                return;
            }
            print_word(word, first, INDENT, &column);
            first = false;
            left--;
        }
    }
}

static bool
is_undefeated(const struct standing *standing, unsigned scenarios, unsigned policy)
{
    return count_of(standing, scenarios, policy, defeat) == 0 &&
           count_of(standing, scenarios, policy, doubt) == 0;
}

/* A line for each policy that something defeats, or might, those first that the fewest do. */
static void
print_defeated(const struct standing *standing, unsigned scenarios)
{
    bool any = false;

    for (unsigned defeats = 0; defeats <= scenarios; defeats++) {
        for (unsigned policy = 0; policy < policies(); policy++) {
            unsigned doubts = count_of(standing, scenarios, policy, doubt);

            if (count_of(standing, scenarios, policy, defeat) != defeats ||
                is_undefeated(standing, scenarios, policy)) {
                continue;
            }
            if (!any) {
                printf("  Defeated: the scenarios, of %u, in which a policy violates what "
                       "another one keeps.\n",
                       scenarios);
                any = true;
            }
            printf("    %-18s %4u   ", policy_named(policy)->name, defeats);
            print_defeats(standing, scenarios, policy);
            if (doubts != 0) {
                printf("%s%u inconclusive", defeats == 0 ? "" : "; ", doubts);
            }
            putchar('\n');
        }
    }
    printf("%s", any ? "\n" : "");
}

void
report_defeats(const struct standing *standing, unsigned scenarios)
{
    static const char begin[] = "  No scenario defeats ";
    unsigned column = sizeof begin - 1;
    bool first = true, decided = true;

    print_by_oracle(standing, scenarios, hopeless,
                    "  No named policy helps: violated under each.\n");
    print_by_oracle(standing, scenarios, undecided,
                    "  Inconclusive whether one helps: kept by none that was decided.\n");
    print_defeated(standing, scenarios);
    for (unsigned policy = 0; policy < policies(); policy++) {
        if (is_undefeated(standing, scenarios, policy)) {
            printf("%s", first ? begin : "");
            print_word(policy_named(policy)->name, first, 4, &column);
            first = false;
        }
        decided = decided && count_of(standing, scenarios, policy, doubt) == 0;
    }
    if (first) {
        printf("  Each policy is defeated by some scenario%s", decided ? "" : ", or inconclusive");
    }
    putchar('\n');
}

/* ---- as JSON ---- */

static json_t *
json_oracles(oracle_set set)
{
    json_t *json = json_array();

    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((set >> oracle & 1) != 0) {
            json_array_append_new(json, json_string(oracle_name((enum oracle)oracle)));
        }
    }
    return json;
}

static void
append_scenario(json_t *json, const struct standing *standing, oracle_set set)
{
    if (set != 0) {
        json_array_append_new(json, json_pack("{s:o, s:o}", "scenario", output_text(standing->path),
                                              "oracles", json_oracles(set)));
    }
}

json_t *
defeats_json(const struct standing *standing, unsigned scenarios)
{
    json_t *helpless = json_array(), *open = json_array(), *named = json_array(),
           *undefeated = json_array();

    for (unsigned i = 0; i < scenarios; i++) {
        append_scenario(helpless, &standing[i], hopeless(&standing[i]));
        append_scenario(open, &standing[i], undecided(&standing[i]));
    }
    for (unsigned policy = 0; policy < policies(); policy++) {
        json_t *defeats = json_array(), *doubts = json_array();

        for (unsigned i = 0; i < scenarios; i++) {
            append_scenario(defeats, &standing[i], defeat(&standing[i], policy));
            append_scenario(doubts, &standing[i], doubt(&standing[i], policy));
        }
        json_array_append_new(named,
                              json_pack("{s:s, s:o, s:o}", "policy", policy_named(policy)->name,
                                        "defeated", defeats, "inconclusive", doubts));
        if (is_undefeated(standing, scenarios, policy)) {
            json_array_append_new(undefeated, json_string(policy_named(policy)->name));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "hopeless", helpless, "inconclusive", open, "named",
                     named, "undefeated", undefeated);
}
