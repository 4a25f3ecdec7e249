/* Which guests may change places: see alike.h. */
#include "sim/alike.h"

#include "sim/initial.h"
#include "sim/renaming.h"

#include <assert.h>
#include <string.h>

/* All that the world says of a guest, but for what says who it is: its number, its MACs, and its
 * turn among commands of others (names_guests). */
struct description {
    struct nic nic[MAX_NICS];
    uint8_t nics, daemon, running, leaked, helper_closes, ignores_sigterm, ignores_sigkill;
    uint8_t commands, command[MAX_COMMANDS];
    uint8_t qemu_commands, qemu_command[MAX_COMMANDS];
};

_Static_assert(sizeof(struct description) == MAX_NICS * sizeof(struct nic) + 9 + 2ul * MAX_COMMANDS,
               "no padding: descriptions are compared whole");

static struct description
describe(const struct world *world, unsigned guest)
{
    const struct context context = world_context(world, guest);
    struct description description = {
        .nics = (uint8_t)context.nics,
        .daemon = world->daemon[guest],
        .running = world->running[guest],
        .leaked = world->leaked[guest],
        .helper_closes = world->helper_closes[guest],
        .ignores_sigterm = world->ignores_sigterm[guest],
        .ignores_sigkill = world->ignores_sigkill[guest],
        .commands = world->commands[guest],
        .qemu_commands = world->qemu_commands[guest],
    };

    for (unsigned i = 0; i < context.nics; i++) {
        description.nic[i] = world->nic[context.nic_at[i]];
        description.nic[i].mac = 0;
    }
    memcpy(description.command, world->command[guest], sizeof description.command);
    memcpy(description.qemu_command, world->qemu_command[guest], sizeof description.qemu_command);
    return description;
}

/* Something in the world says which guest: a turn, a step that others wait for, or a fault that
 * strikes one.  Or it matters who comes first: a daemon that is started again reserves its guests'
 * names in their order, and of two that have one name the second gets none. */
static bool
names_guests(const struct world *world)
{
    bool names =
        world->ordered != 0 || world->landmarks != 0 ||
        (world_restarts(world) && WORLD_HAS_POLICY(world, reserve_again, RESERVE_AGAIN_FIRST));

    for (unsigned fault = 0; fault < FAULT_COUNT; fault++) {
        names = names || world->aim[fault].guest != 0;
    }
    return names;
}

/* Their exchange leaves the initial state as it is. */
static bool
begin_alike(const struct world *world, unsigned one, unsigned other)
{
    uint8_t guest[MAX_GUESTS];
    struct renaming_bytes bytes;
    struct renaming renaming;
    struct state state, exchanged;
    uint8_t conflict = initial_state(world, &state);

    assert(conflict == IFNAME_NONE);
    (void)conflict;
    for (unsigned i = 0; i < MAX_GUESTS; i++) {
        guest[i] = (uint8_t)(i == one ? other : i == other ? one : i);
    }
    renaming = renaming_by_guests(world, guest);
    renaming_bytes(world, &bytes);
    renaming_state(&bytes, &renaming, &state, &exchanged);
    return memcmp(&state, &exchanged, sizeof state) == 0;
}

static bool
are_alike(const struct world *world, unsigned one, unsigned other)
{
    const struct description a = describe(world, one), b = describe(world, other);

    return memcmp(&a, &b, sizeof a) == 0 && renaming_are_alike(world, one, other) &&
           begin_alike(world, one, other);
}

void
alike_classes(const struct world *world, uint8_t class_of[MAX_GUESTS])
{
    bool named = names_guests(world);

    for (unsigned guest = 0; guest < MAX_GUESTS; guest++) {
        unsigned like = 0;

        while (like < guest &&
               (named || guest >= world->guests || !are_alike(world, like, guest))) {
            like++;
        }
        class_of[guest] = (uint8_t)like;
    }
}
