/* A walk as a table: one column per actor that takes part, and what changed at each step.  See
 * report.h. */
#include "harness/report.h"

#include <stdio.h>
#include <string.h>

/* The columns of the table: their widths, 0 for an actor that takes no step. */
struct widths {
    int actor[MAX_ACTORS];
    unsigned actors;
};

static void
measure(const struct walk *walk, struct widths *widths)
{
    char name[WALK_ACTOR_SIZE];

    *widths = (struct widths){.actors = actor_count(walk->world)};
    for (unsigned i = 0; i < walk->length; i++) {
        int *width = &widths->actor[walk->step[i].actor];
        int needed = (int)strlen(walk->step[i].text);

        if (*width == 0) {
            *width = (int)strlen(
                walk_actor_name(walk->scenario, walk->world, walk->step[i].actor, name));
        }
        *width = needed > *width ? needed : *width;
    }
}

static void
print_violations(oracle_set violated)
{
    for (unsigned oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((violated >> oracle & 1) != 0) {
            printf("  ** %s **", oracle_name((enum oracle)oracle));
        }
    }
    putchar('\n');
}

void
report_walk(const struct walk *walk)
{
    struct widths widths;
    char name[WALK_ACTOR_SIZE];

    measure(walk, &widths);
    printf("    step");
    for (unsigned actor = 0; actor < widths.actors; actor++) {
        if (widths.actor[actor] > 0) {
            printf("  %-*s", widths.actor[actor],
                   walk_actor_name(walk->scenario, walk->world, actor, name));
        }
    }
    printf("  what changed\n");
    for (unsigned i = 0; i < walk->length; i++) {
        const struct walk_step *step = &walk->step[i];

        printf("    %4u", i + 1);
        for (unsigned actor = 0; actor < widths.actors; actor++) {
            if (widths.actor[actor] > 0) {
                printf("  %-*s", widths.actor[actor], actor == step->actor ? step->text : "");
            }
        }
        printf("  %s", step->change[0] == '\0' ? "-" : step->change);
        print_violations(step->violated);
    }
}
