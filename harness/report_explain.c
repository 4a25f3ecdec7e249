/* What is said of a schedule that goes wrong: see explained.h. */
#include "harness/explained.h"

#include "harness/print.h"
#include "harness/report.h"
#include "harness/share.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 4,
    WHO_SIZE = WALK_ACTOR_SIZE + NARRATE_STEP_SIZE + 16,
};

/* "227 of 945", or "some" where there are no numbers. */
static const char *
runs_text(const struct explained *explained, const struct outlook *outlook,
          char text[SHARE_RUNS_SIZE])
{
    return explained->counted ? share_runs(outlook->bad, outlook->runs, text)
                              : outlook_word(outlook);
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
    unsigned column = (unsigned)printf("%*s%4s  %7s", MARGIN, "", step, share);

    if (runs[0] != '\0') {
        column += (unsigned)printf("  %s", runs);
    }
    if (what[0] != '\0') {
        column += (unsigned)printf("%*s", (int)(width + 2 - print_columns(runs)), "");
        print_wrapped(what, column, column);
    }
    putchar('\n');
}

static const char *
mark_text(const struct explained *explained, unsigned step)
{
    const struct fairness *starving = explained->of.starving;

    if (step > 0 && starving == NULL &&
        (explained->walk->step[step - 1].violated >> explained->of.oracle & 1) != 0) {
        return "  ** it goes wrong **";
    }
    if (starving != NULL && step == starving->trip.length - starving->trip.loop + 1) {
        return "  <- from here to the end, again and again";
    }
    return step == explained->lost ? "  <- from here on, all do" : "";
}

static void
print_steps(const struct explained *explained)
{
    const struct walk *walk = explained->walk;
    char step[16], share[SHARE_SIZE], runs[SHARE_RUNS_SIZE], what[WHO_SIZE + 64];
    const bool counted = explained->counted;
    unsigned width = 0;

    for (unsigned i = 0; i <= walk->length && counted; i++) {
        const unsigned columns = print_columns(runs_text(explained, &explained->outlook[i], runs));

        width = columns > width ? columns : width;
    }
    print_row("step", "wrong", counted ? "of runs" : "", width, "");
    for (unsigned i = 0; i <= walk->length; i++) {
        const struct outlook *outlook = &explained->outlook[i];

        snprintf(step, sizeof step, "%u", i);
        what[0] = '\0';
        if (i > 0) {
            who_text(walk, walk->step[i - 1].actor, walk->step[i - 1].text, what);
        }
        print_append(what, sizeof what, "%s", mark_text(explained, i));
        print_row(step,
                  counted ? share_text(outlook->bad, outlook->runs, "none", "all", share)
                          : outlook_word(outlook),
                  counted ? runs_text(explained, outlook, runs) : "", width, what);
    }
}

/* ---- what could have been ---- */

/* Both are ways out, and the same but for the steps in whose place they are. */
static bool
is_same_way(const struct explained *explained, unsigned one, unsigned other)
{
    const struct explained_choice *a = &explained->choice[one], *b = &explained->choice[other];

    return explained_is_way_out(explained, a) && explained_is_way_out(explained, b) &&
           a->actor == b->actor && strcmp(a->text, b->text) == 0;
}

/* What could have been done, and in place of which steps. */
static void
print_way_out(const struct explained *explained, unsigned number)
{
    const struct explained_choice *choice = &explained->choice[number];
    char head[WHO_SIZE + 32], who[WHO_SIZE], step[16];
    struct print_list list = {head, .indent = 2 * MARGIN + 2};

    snprintf(head, sizeof head, "        %s, in place of step ",
             who_text(explained->walk, choice->actor, choice->text, who));
    for (unsigned i = number; i < explained->choices; i++) {
        if (is_same_way(explained, number, i)) {
            snprintf(step, sizeof step, "%u", explained->choice[i].step);
            print_list_add(&list, step);
        }
    }
    print_list_end(&list);
}

/* Of runs that need not end: what could have been done so that it cannot go wrong any more. */
static void
print_ways_out(const struct explained *explained)
{
    unsigned ways = 0;

    for (unsigned i = 0; i < explained->choices; i++) {
        unsigned first = 0;

        while (!is_same_way(explained, first, i) && first < i) {
            first++;
        }
        if (first == i && explained_is_way_out(explained, &explained->choice[i])) {
            if (ways++ == 0) {
                print_line(MARGIN, "    after these, it could not go wrong any more:");
            }
            print_way_out(explained, i);
        }
    }
}

static void
print_choices(const struct explained *explained)
{
    const struct walk *walk = explained->walk;
    const unsigned lost = explained->lost;
    char who[WHO_SIZE], runs[SHARE_RUNS_SIZE];

    if (lost == 0 || lost > walk->length) {
        const bool gone = (explained->outlook[walk->length].fate & FATE_WRONG) == 0;

        print_line(MARGIN, "    %s",
                   lost == 0 ? "every run goes wrong: nobody could have avoided it"
                   : gone    ? "it cannot go wrong any more after the last of these steps"
                             : "it can still be avoided after the last of these steps");
        print_ways_out(explained);
        return;
    }
    print_line(MARGIN, "    in place of step %u it could still have been avoided:", lost);
    for (unsigned i = 0; i < explained->choices; i++) {
        const struct explained_choice *choice = &explained->choice[i];
        const struct outlook *outlook = &explained->outlook[choice->outlook];

        if (choice->step == lost && !outlook_is_lost(outlook)) {
            print_line(2 * MARGIN + 2, "        %s: %s go wrong",
                       who_text(walk, choice->actor, choice->text, who),
                       runs_text(explained, outlook, runs));
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
               runs_text(explained, explained_turned(explained, number), runs));
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
        print_line(MARGIN, "    %s",
                   explained->counted ? "no two steps race whose order matters"
                                      : "no order of two steps changes what can be told here "
                                        "(none, some or all)");
    }
    if (others > 0) {
        print_line(MARGIN, "    %u other pair%s of steps race%s, and %s", others,
                   print_plural(others), others == 1 ? "s" : "",
                   explained->counted ? "the same share goes wrong"
                                      : "that is the same the other way round");
    }
}

void
report_explained(const struct explained *explained, const struct cell *cell)
{
    const struct walk *walk = explained->walk;

    report_head(walk->scenario, explained->policy);
    report_unreached_line(cell, "");
    putchar('\n');
    if (explained->of.starving != NULL) {
        report_starvation(walk->scenario, explained->of.starving);
    } else {
        print_line(MARGIN, "%s%s: %s", oracle_name(explained->of.oracle),
                   explained->of.lasting ? ", lasting" : "", oracle_text(explained->of.oracle));
        report_victims(walk, explained->of.oracle);
    }
    if (!explained->counted) {
        print_line(MARGIN, "    these runs need not end, and are not counted: of the fair ones, "
                           "none, some or all go wrong");
    }
    print_steps(explained);
    print_choices(explained);
    print_races(explained);
}
