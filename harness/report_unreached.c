/* What is waited for in vain: see report.h. */
#include "core/client.h"
#include "harness/print.h"
#include "harness/report.h"

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
