/* The part of a scenario file that says that there may be any number of guests more. */
#include "harness/scenario.h"

bool
scenario_read_more_guests(struct scenario *scenario, struct part part)
{
    static const char *const words[] = {"any"};

    if (part.node == NULL) {
        return true;
    }
    if (part_word(part, "more-guests", words, 1) < 0) {
        return false;
    }
    scenario->more_guests = true;
    scenario->more_at = part_place(part, 0);
    return scenario->world.unbounded ||
           refuse(part, "any number of guests is asked of rounds without a bound: the scenario "
                        "lacks 'rounds: unbounded'");
}

bool
scenario_has_own_guests_alone(const struct scenario *scenario, const char *what,
                              struct diagnostic *diagnostic)
{
    return !scenario->more_guests ||
           diagnose_at(diagnostic, scenario->more_at,
                       "%s is for the guests of a scenario alone, and 'more-guests: any' is for "
                       "any number more: leave that out",
                       what);
}
