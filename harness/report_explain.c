/* What is said of a schedule that goes wrong: see explained.h. */
#include "harness/explained.h"

#include "harness/print.h"
#include "harness/report.h"
#include "harness/share.h"

#include <stdio.h>

enum {
    MARGIN = 4,
    WHO_SIZE = WALK_ACTOR_SIZE + NARRATE_STEP_SIZE + 16,
};

static const char *
runs_text(const struct outlook *outlook, char text[SHARE_RUNS_SIZE])
{
    return share_runs(outlook->bad, outlook->runs, text);
}

/* "a's del-port vnet0". */
static const char *
who_text(const struct walk *walk, unsigned actor, const char *does, char text[WHO_SIZE])
{
    char name[WALK_ACTOR_SIZE];

    snprintf(text, WHO_SIZE, "%s: %s", walk_actor_name(walk->scenario, walk->world, actor, name),
             does);
    return text;
}

/* ---- step by step ---- */

static void
print_row(const char *step, const char *share, const char *runs, unsigned width, const char *what)
{
    unsigned column = (unsigned)printf("%*s%4s  %7s  %s", MARGIN, "", step, share, runs);

    if (what[0] != '\0') {
        column += (unsigned)printf("%*s", (int)(width + 2 - print_columns(runs)), "");
        print_wrapped(what, column, column);
    }
    putchar('\n');
}

static const char *
mark_text(const struct explained *explained, unsigned step)
{
    if (step > 0 && explained->outlook[step].wrong && !explained->outlook[step - 1].wrong) {
        return "  ** it goes wrong **";
    }
    return step == explained->lost ? "  <- from here on, all do" : "";
}

static void
print_steps(const struct explained *explained)
{
    const struct walk *walk = explained->walk;
    char step[16], share[SHARE_SIZE], runs[SHARE_RUNS_SIZE], what[WHO_SIZE + 32];
    unsigned width = 0;

    for (unsigned i = 0; i <= walk->length; i++) {
        const unsigned columns = print_columns(runs_text(&explained->outlook[i], runs));

        width = columns > width ? columns : width;
    }
    print_row("step", "wrong", "of runs", width, "");
    for (unsigned i = 0; i <= walk->length; i++) {
        snprintf(step, sizeof step, "%u", i);
        what[0] = '\0';
        if (i > 0) {
            who_text(walk, walk->step[i - 1].actor, walk->step[i - 1].text, what);
        }
        print_append(what, sizeof what, "%s", mark_text(explained, i));
        print_row(
            step,
            share_text(explained->outlook[i].bad, explained->outlook[i].runs, "none", "all", share),
            runs_text(&explained->outlook[i], runs), width, what);
    }
}

/* ---- what could have been ---- */

static void
print_choices(const struct explained *explained)
{
    const struct walk *walk = explained->walk;
    const unsigned lost = explained->lost;
    char who[WHO_SIZE], runs[SHARE_RUNS_SIZE];

    if (lost == 0 || lost > walk->length) {
        print_line(MARGIN, "    %s",
                   lost == 0 ? "every run goes wrong: nobody could have avoided it"
                             : "it can still be avoided after the last of these steps");
        return;
    }
    print_line(MARGIN, "    in place of step %u it could still have been avoided:", lost);
    for (unsigned i = 0; i < explained->choices; i++) {
        const struct explained_choice *choice = &explained->choice[i];
        const struct outlook *outlook = &explained->outlook[choice->outlook];

        if (choice->step == lost && !outlook_is_lost(outlook)) {
            print_line(2 * MARGIN + 2, "        %s: %s go wrong",
                       who_text(walk, choice->actor, choice->text, who), runs_text(outlook, runs));
        }
    }
}

static void
print_race(const struct explained *explained, unsigned number)
{
    const struct walk *walk = explained->walk;
    const struct race *race = &explained->races.race[number];
    const struct walk_step *first = &walk->step[race->first], *second = &walk->step[race->second];
    char before[WHO_SIZE], after[WHO_SIZE], runs[SHARE_RUNS_SIZE];

    print_line(2 * MARGIN + 2,
               "        %s (step %u) before %s (step %u): the other way round %s go wrong",
               who_text(walk, first->actor, first->text, before), race->first + 1,
               who_text(walk, second->actor, second->text, after), race->second + 1,
               runs_text(explained_turned(explained, number), runs));
}

static void
print_races(const struct explained *explained)
{
    unsigned matter = 0, others = 0;

    for (unsigned i = 0; i < explained->races.count; i++) {
        if (explained_matters(explained, i)) {
            if (matter++ == 0) {
                print_line(MARGIN, "    the order of these steps matters:");
            }
            print_race(explained, i);
        } else if (explained_turned(explained, i) != NULL) {
            others++;
        }
    }
    if (matter == 0) {
        print_line(MARGIN, "    no two steps race whose order matters");
    }
    if (others > 0) {
        print_line(MARGIN, "    %u other pair%s of steps race%s, and the same share goes wrong",
                   others, print_plural(others), others == 1 ? "s" : "");
    }
}

void
report_explained(const struct explained *explained)
{
    const struct walk *walk = explained->walk;

    report_head(walk->scenario, explained->policy);
    putchar('\n');
    print_line(MARGIN, "%s%s: %s", oracle_name(explained->of.oracle),
               explained->of.lasting ? ", lasting" : "", oracle_text(explained->of.oracle));
    report_victims(walk, explained->of.oracle);
    print_steps(explained);
    print_choices(explained);
    print_races(explained);
}
