/* Which nics of a scenario have a packet filter: those that say so.  A file of the time when every
 * nic had one says nothing of it.  If such a file claims something of lost-filter, it goes on
 * meaning that. */
#include "harness/scenario.h"

#include <stdio.h>

bool
scenario_claims_filters(struct scenario *scenario, struct part oracle)
{
    struct place place = part_place(oracle, 0);

    if (world_has_filters(&scenario->world)) {
        return true;
    }
    if (scenario->says_filter) {
        return refuse(oracle, "no nic has a packet filter that it could lose: one needs "
                              "'filter: true'");
    }
    for (unsigned nic = 0; nic < world_nics(&scenario->world); nic++) {
        scenario->world.nic[nic].unfiltered = 0;
    }
    fprintf(stderr,
            "tapweave: %s:%zu:%zu: warning: no nic says whether it has a packet filter: each has "
            "one, as in older files; 'filter: true' says so\n",
            place.file, place.line, place.column);
    return true;
}
