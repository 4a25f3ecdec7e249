/* A walk as a table: one column per actor that takes part, and what changed at each step.  See
 * report.h.
 *
 * What changed is wrapped within its column.  Where that leaves no room for it, the actors share
 * two columns: who, each a little further to the right than the one before, and what it does. */
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 4,
    STEP = 4, /* columns of a step's number */
    GAP = 2,
    ENOUGH = 30,  /* columns of what changed that are enough, if it is wrapped */
    TOO_FEW = 20, /* columns that are too few for it: it stands below */
    STAGGER = 2,
    WIDEST_STEP = 26, /* of what an actor does, if all share a column */
    TIED = 1,         /* stands for a blank that a line is not broken at */
    MAX_COLUMNS = MAX_ACTORS + 2,
    STAGGERED_SIZE = WALK_ACTOR_SIZE + STAGGER * MAX_ACTORS,
    TEXT_SIZE = NARRATE_CHANGE_SIZE + 4 * REPORT_VICTIMS_SIZE,
};

/* A table in the making. */
struct columns {
    unsigned count;
    unsigned width[MAX_COLUMNS];
    unsigned of_actor[MAX_ACTORS]; /* its column; 0 if it takes no step */
};

static void
widen(unsigned *width, unsigned needed)
{
    *width = needed > *width ? needed : *width;
}

bool
report_step_victims(const struct walk *walk, unsigned step, enum oracle oracle,
                    char text[REPORT_VICTIMS_SIZE])
{
    char whose[NARRATE_VICTIM_SIZE];

    text[0] = '\0';
    for (unsigned i = 0; i < walk->victims; i++) {
        const struct walk_victim *victim = &walk->victim[i];

        if (victim->step == step && victim->is.oracle == oracle) {
            narrate_victim(walk->scenario, walk->world, &victim->is, victim->life, whose);
            print_append(text, REPORT_VICTIMS_SIZE, "%s%s", text[0] == '\0' ? "" : ", ", whose);
        }
    }
    return text[0] != '\0';
}

/* What changed at a step (from 1), and who has become a victim of what: in one piece if that fits
 * into so many columns. */
static void
change_text(const struct walk *walk, unsigned step, unsigned width, char text[TEXT_SIZE])
{
    const char *change = walk->step[step - 1].change;
    char victims[REPORT_VICTIMS_SIZE], mark[REPORT_VICTIMS_SIZE + 32];

    snprintf(text, TEXT_SIZE, "%s", change[0] == '\0' ? "-" : change);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if (report_step_victims(walk, step, oracle, victims)) {
            snprintf(mark, sizeof mark, "**%c%s of %s%c**", TIED, oracle_name(oracle), victims,
                     TIED);
            for (char *at = mark; *at != '\0' && print_columns(mark) <= width; at++) {
                if (*at == ' ') {
                    *at = (char)TIED;
                }
            }
            print_append(text, TEXT_SIZE, "  %s", mark);
        }
    }
}

void
report_victims(const struct walk *walk, enum oracle oracle)
{
    char whose[NARRATE_VICTIM_SIZE], name[WALK_ACTOR_SIZE];

    for (unsigned i = 0; i < walk->victims; i++) {
        const struct walk_victim *victim = &walk->victim[i];

        if (victim->is.oracle != oracle) {
            continue;
        }
        narrate_victim(walk->scenario, walk->world, &victim->is, victim->life, whose);
        if (victim->step == 0) {
            print_line(2 * MARGIN, "%*sof %s, from the beginning", MARGIN, "", whose);
        } else {
            const struct walk_step *step = &walk->step[victim->step - 1];

            print_line(2 * MARGIN, "%*sof %s, by %s's %s (step %u)", MARGIN, "", whose,
                       walk_actor_name(walk->scenario, walk->world, step->actor, name), step->name,
                       victim->step);
        }
    }
}

/* Columns that are left for what changed, behind the others. */
static unsigned
room(const struct columns *columns)
{
    unsigned used = MARGIN + STEP + GAP;

    for (unsigned i = 1; i + 1 < columns->count; i++) {
        used += GAP + columns->width[i];
    }
    return used < print_width() ? print_width() - used : 0;
}

/* A column for each actor.  False if that leaves less than `wanted` for what changed. */
static bool
measure_actors(const struct walk *walk, unsigned wanted, struct columns *columns)
{
    char name[WALK_ACTOR_SIZE];

    *columns = (struct columns){.count = 1, .width = {STEP}};
    for (unsigned actor = 0; actor < actor_count(walk->world); actor++) {
        unsigned *width = &columns->width[columns->count];

        for (unsigned i = 0; i < walk->length; i++) {
            if (walk->step[i].actor == actor) {
                widen(width, print_columns(walk->step[i].text));
                columns->of_actor[actor] = columns->count;
            }
        }
        if (columns->of_actor[actor] != 0) {
            widen(width, print_columns(walk_actor_name(walk->scenario, walk->world, actor, name)));
            columns->count++;
        }
    }
    columns->count++;
    columns->width[columns->count - 1] = room(columns);
    return room(columns) >= wanted;
}

/* The actor's name, further to the right the later it comes among those that take part. */
static const char *
staggered(const struct walk *walk, const struct columns *columns, unsigned actor,
          char text[STAGGERED_SIZE])
{
    char name[WALK_ACTOR_SIZE];

    snprintf(text, STAGGERED_SIZE, "%*s%s", (int)(STAGGER * (columns->of_actor[actor] - 1)), "",
             walk_actor_name(walk->scenario, walk->world, actor, name));
    return text;
}

/* A column for the actors, and one for what they do. */
static void
measure_shared(const struct walk *walk, struct columns *columns)
{
    char text[STAGGERED_SIZE];

    columns->count = 4;
    columns->width[1] = 5;
    columns->width[2] = 4;
    for (unsigned i = 0; i < walk->length; i++) {
        widen(&columns->width[1],
              print_columns(staggered(walk, columns, walk->step[i].actor, text)));
        widen(&columns->width[2], print_columns(walk->step[i].text));
    }
    columns->width[2] = columns->width[2] < WIDEST_STEP ? columns->width[2] : WIDEST_STEP;
    columns->width[3] = room(columns);
}

static void
print_part(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        print("%c", text[i] == TIED ? ' ' : text[i]);
    }
}

/* What changed, if something has, in lines of its own. */
static void
print_below(const char *text)
{
    enum { INDENT = MARGIN + STEP + 2 * GAP };

    for (size_t fits; strcmp(text, "-") != 0 && *text != '\0';
         text += fits, text += strspn(text, " ")) {
        fits = print_fit(text, print_width() - INDENT);
        print("%*s", INDENT, "");
        print_part(text, fits);
        print("\n");
    }
}

/* One row: as many lines as its longest text takes. */
static void
print_row(const struct columns *columns, const char *texts[MAX_COLUMNS])
{
    unsigned last = columns->count - 1, count = columns->width[last] < TOO_FEW ? last : last + 1;
    bool more = true;

    while (more) {
        unsigned blanks = MARGIN;

        more = false;
        for (unsigned i = 0; i < count; i++) {
            size_t fits = print_fit(texts[i], columns->width[i]);

            if (fits > 0) {
                print("%*s", (int)blanks, "");
                print_part(texts[i], fits);
                blanks = 0;
            }
            blanks += GAP + (fits < columns->width[i] ? columns->width[i] - (unsigned)fits : 0);
            texts[i] += fits;
            texts[i] += strspn(texts[i], " ");
            more = more || *texts[i] != '\0';
        }
        print("\n");
    }
    if (count == last) {
        print_below(texts[last]);
    }
}

static void
print_head(const struct walk *walk, const struct columns *columns, bool shared)
{
    const char *texts[MAX_COLUMNS] = {"step", "actor", "does"};
    char name[MAX_ACTORS][WALK_ACTOR_SIZE];

    for (unsigned actor = 0; actor < actor_count(walk->world) && !shared; actor++) {
        if (columns->of_actor[actor] != 0) {
            texts[columns->of_actor[actor]] =
                walk_actor_name(walk->scenario, walk->world, actor, name[actor]);
        }
    }
    texts[columns->count - 1] = "what changed";
    print_row(columns, texts);
}

void
report_walk(const struct walk *walk)
{
    char number[16], name[STAGGERED_SIZE], change[TEXT_SIZE];
    unsigned longest = (unsigned)strlen("what changed");
    struct columns columns;
    bool shared;

    for (unsigned i = 0; i < walk->length; i++) {
        change_text(walk, i + 1, 0, change);
        widen(&longest, print_columns(change));
    }
    shared = !measure_actors(walk, longest < ENOUGH ? longest : ENOUGH, &columns);
    if (shared) {
        measure_shared(walk, &columns);
    }
    print_head(walk, &columns, shared);
    for (unsigned i = 0; i < walk->length; i++) {
        const struct walk_step *step = &walk->step[i];
        const char *texts[MAX_COLUMNS];

        for (unsigned j = 0; j < MAX_COLUMNS; j++) {
            texts[j] = "";
        }
        snprintf(number, sizeof number, "%*u", STEP, i + 1);
        change_text(walk, i + 1, columns.width[columns.count - 1], change);
        texts[0] = number;
        if (shared) {
            texts[1] = staggered(walk, &columns, step->actor, name);
            texts[2] = step->text;
        } else {
            texts[columns.of_actor[step->actor]] = step->text;
        }
        texts[columns.count - 1] = change;
        print_row(&columns, texts);
    }
}

void
report_replay(const struct scenario *scenario, const struct world *world, const char *policy,
              const uint8_t *actors, unsigned length, const char *what, const char *where)
{
    char head[SCENARIO_MAX_POLICY_TEXT + 100], name[WALK_ACTOR_SIZE];
    unsigned column, columns = 0;
    bool wraps;

    snprintf(head, sizeof head, "    %s: tapweave replay%s%s%s -p %s -s '", what, where,
             scenario->datapath == NULL ? "" : " --datapath ",
             scenario->datapath == NULL ? "" : scenario->datapath, policy);
    for (unsigned i = 0; i < length; i++) {
        columns += (unsigned)strlen(walk_actor_name(scenario, world, actors[i], name)) + 1;
    }
    column = (unsigned)strlen(head);
    wraps = column + columns + 2 + print_columns(scenario->path) > print_width();
    print("%s", head);
    for (unsigned i = 0; i < length; i++) {
        walk_actor_name(scenario, world, actors[i], name);
        if (wraps && (i == 0 || column + 1 + strlen(name) + strlen("' \\") > print_width())) {
            column = (unsigned)print("\n%*s%s", 2 * MARGIN, "", name) - 1;
        } else {
            column += (unsigned)print("%s%s", i == 0 ? "" : " ", name);
        }
    }
    wraps = wraps && column + 5 + print_columns(scenario->path) > print_width();
    print("' %s%s", wraps ? "\\\n        " : "", scenario->path[0] == '-' ? "-- " : "");
    print_quoted(scenario->path);
    print("\n");
}
