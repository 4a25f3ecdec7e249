/* Whose violations are, in words: see narrate.h. */
#include "harness/narrate.h"

#include "harness/print.h"

#include <assert.h>
#include <stdio.h>

enum { OWNER_SIZE = 2 * SCENARIO_MAX_WORD + 32 };

unsigned
narrate_nic_number(const struct world *world, unsigned nic)
{
    struct context context = world_context(world, nic);
    unsigned number = 0;

    while (context.nic_at[number] != nic) {
        number++;
    }
    return number + 1;
}

/* "b", or, of a guest with several nics, "b's nic 2"; whoever else may be an owner. */
static void
name_owner(const struct scenario *scenario, const struct world *world, uint8_t owner, bool nic,
           char text[OWNER_SIZE])
{
    if (owner == THIRD_PARTY || owner == ADMINISTRATOR) {
        snprintf(text, OWNER_SIZE, "%s",
                 owner == THIRD_PARTY ? "other software" : "the administrator");
        return;
    }
    snprintf(text, OWNER_SIZE, "%s", scenario->guest[world_guest(world, owner - 1u)].name);
    if (nic && world_context(world, owner - 1u).nics > 1) {
        print_append(text, OWNER_SIZE, "'s nic %u", narrate_nic_number(world, owner - 1u));
    }
}

void
narrate_victim(const struct scenario *scenario, const struct world *world,
               const struct victim *victim, unsigned life, char text[NARRATE_VICTIM_SIZE])
{
    char owner[OWNER_SIZE], other[OWNER_SIZE], name[IFNAME_SIZE];

    text[0] = '\0';
    if (victim->other != 0) {
        name_owner(scenario, world, victim->owner, true, owner);
        name_owner(scenario, world, victim->other, true, other);
        print_append(text, NARRATE_VICTIM_SIZE, "%s and %s, ", owner, other);
    } else if (victim->owner != 0) {
        bool nic = victim->kind == VICTIM_GUEST && victim->oracle == ORACLE_LOST_ATTACHMENT;

        name_owner(scenario, world, victim->owner, nic, owner);
        print_append(text, NARRATE_VICTIM_SIZE, "%s%s", owner,
                     victim->kind == VICTIM_GUEST ? "" : "'s ");
    }
    if (victim->kind != VICTIM_GUEST) {
        print_append(text, NARRATE_VICTIM_SIZE, "%s%s", victim->kind == VICTIM_PORT ? "port " : "",
                     ifname_text(&world->names, victim->name, name));
    }
    if (victim->kind == VICTIM_DEVICE) {
        print_append(text, NARRATE_VICTIM_SIZE, "#%u", life);
    }
}
