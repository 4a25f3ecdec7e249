/* What is waited for in vain: see report.h. */
#include "core/client.h"
#include "harness/print.h"
#include "harness/report.h"

#include <stdio.h>

bool
report_unreached(const struct cell *cell, char text[REPORT_UNREACHED_SIZE])
{
    const struct world *world = &cell->world;

    text[0] = '\0';
    for (unsigned i = 0; i < world->landmarks && cell->result.end == EXPLORE_COMPLETE; i++) {
        if ((cell->result.reached >> i & 1) == 0) {
            print_append(text, REPORT_UNREACHED_SIZE, "%s%s %s", text[0] == '\0' ? "" : ", ",
                         client_step_name(world->landmark[i].step),
                         cell->scenario->guest[world->landmark[i].guest].name);
        }
    }
    return text[0] != '\0';
}

void
report_unreached_line(const struct cell *cell, const char *head)
{
    char unreached[REPORT_UNREACHED_SIZE];

    if (report_unreached(cell, unreached)) {
        print_line(4, "  %sno run has these steps, so nothing that waits for them begins: %s", head,
                   unreached);
    }
}

void
report_unreached_in(const struct cell *cell)
{
    char name[REPORT_NAME_SIZE], head[REPORT_NAME_SIZE + SCENARIO_MAX_POLICY_TEXT + 4];

    report_name(cell->scenario->path, name);
    snprintf(head, sizeof head, "%s, %s: ", name, cell->policy);
    report_unreached_line(cell, head);
}
