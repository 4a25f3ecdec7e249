/* A schedule that has been walked, from the scenario's title to what it violates: see report.h. */
#include "harness/print.h"
#include "harness/report.h"

void
report_replayed(const struct walk *walk, const char *policy)
{
    report_head(walk->scenario, policy);
    report_walk(walk);
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        if ((walk->violated >> oracle & 1) != 0) {
            print_line(4, "  violated: %s: %s", oracle_name(oracle), oracle_text(oracle));
            report_victims(walk, oracle);
            if ((ORACLES_THAT_LAST >> oracle & 1) != 0 && walk_is_at_rest(walk)) {
                print("    %s\n", (walk_lasting(walk) >> oracle & 1) != 0
                                      ? "it lasts to the end"
                                      : "it does not last to the end");
            }
        }
    }
    if (walk->violated == 0) {
        print("  no oracle is violated\n");
    }
}
