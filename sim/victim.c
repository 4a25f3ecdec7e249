/* Whose violations are: see victim.h. */
#include "sim/victim.h"

#include <assert.h>

void
victims_add(struct victims *victims, struct victim victim)
{
    assert(victims->count < MAX_VICTIMS);
    assert((victim.kind == VICTIM_GUEST) == (victim.name == IFNAME_NONE));
    victims->victim[victims->count++] = victim;
}

/* Those of foreign-delete.  What is nobody's is not foreign: a row without an owner is an
 * administrator's. */
static void
add_foreign(const struct state *before, const struct event *event, struct victims *victims)
{
    for (unsigned name = 1; name <= IFNAME_MAX_NAMES; name++) {
        struct victim victim = {.oracle = ORACLE_FOREIGN_DELETE, .name = (uint8_t)name};

        if ((event->ports >> (name - 1) & 1) != 0) {
            victim.kind = VICTIM_PORT;
            victim.owner = before->network.row[name].owner;
            victim.owner = victim.owner == 0 ? (uint8_t)ADMINISTRATOR : victim.owner;
            victims_add(victims, victim);
        }
        if ((event->devices >> (name - 1) & 1) != 0) {
            victim.kind = VICTIM_DEVICE;
            victim.owner = before->network.device[name].owner;
            victims_add(victims, victim);
        }
    }
}

void
victims_of_step(const struct state *before, const struct event *event, struct victims *victims)
{
    add_foreign(before, event, victims);
    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        struct victim victim = {.owner = (uint8_t)(guest + 1)}; /* its first nic is its index */

        if ((event->failed >> guest & 1) != 0) {
            victim.oracle = ORACLE_START_FAILED;
            victims_add(victims, victim);
        }
        if ((event->erred >> guest & 1) != 0) {
            victim.oracle = ORACLE_SPURIOUS_ERROR;
            victims_add(victims, victim);
        }
    }
}
