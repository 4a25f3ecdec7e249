/* The part of a scenario file that says that rounds have no bound. */
#include "harness/scenario.h"
#include "sim/recount.h"

/* True if the guest runs when its list of commands has been done; it has one. */
static bool
ends_running(const struct world *world, unsigned guest)
{
    return world->command[guest][world->commands[guest] - 1] == COMMAND_START;
}

/* What begins and ends alike has a start, and what ends a guest: so in each round there is a
 * command that makes sense, whatever has failed. */
static bool
check_guest(const struct scenario *scenario, struct part part, unsigned guest)
{
    const struct world *world = &scenario->world;
    const char *name = scenario->guest[guest].name;
    static const char *const states[] = {"stopped", "running"};
    bool runs = ends_running(world, guest);

    if (world->command[guest][world->commands[guest] - 1] == COMMAND_UNPLUG) {
        return refuse(part, "a round of '%s' ends without its nic: it cannot begin again", name);
    }
    if (runs != (world->running[guest] != 0)) {
        return refuse(part,
                      "a round of '%s' begins with a guest that is %s, and ends with one "
                      "that is %s: it cannot begin again",
                      name, states[!runs], states[runs]);
    }
    return !world->ignores_sigkill[guest] ||
           refuse(part, "'%s' ignores SIGKILL: that is modelled of a guest that is started once",
                  name);
}

bool
scenario_read_rounds(struct scenario *scenario, struct part part)
{
    static const char *const words[] = {"unbounded"};
    struct world *world = &scenario->world;
    unsigned rounds = 0;

    if (part.node == NULL) {
        return true;
    }
    if (part_word(part, "rounds", words, 1) < 0) {
        return false;
    }
    if (world->ordered) {
        return refuse(part, "commands that wait for another guest's, or for a step, are given "
                            "once: not in rounds without a bound");
    }
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->commands[guest] > 0 && !check_guest(scenario, part, guest)) {
            return false;
        }
        rounds += world->commands[guest] > 0;
    }
    world->unbounded = true;
    return rounds > 0 || refuse(part, "no guest has commands: there are no rounds");
}

bool
scenario_is_bounded(const struct scenario *scenario, const char *command,
                    struct diagnostic *diagnostic)
{
    return scenario_has_own_guests_alone(scenario, command, diagnostic) &&
           (!scenario->world.unbounded ||
            diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, 0, 0,
                     "%s walks runs to their end, and 'rounds: unbounded' has none: give its "
                     "actors 'times' instead",
                     command));
}

/* Why a counter has no end of names. */
static const char *
endless(enum recount_end end)
{
    switch (end) {
    case RECOUNT_FINITE:
        break;
    case RECOUNT_MIXED:
        return "under this policy a counter numbers names for ever: with rounds without a bound "
               "that is modelled where counters choose all names, and no daemon is restarted";
    case RECOUNT_SHARED:
        return "under this policy two counters hand out names of one template for ever, and one "
               "may be any number ahead: with rounds without a bound that is not modelled";
    case RECOUNT_FEW:
        return "under this policy a counter comes to the end of the numbers for which a template "
               "has room: with rounds without a bound that is not modelled";
    }
    return NULL;
}

const char *
scenario_refuse_rounds(const struct world *world)
{
    struct recount recount;

    recount_open(&recount, world);
    if (endless(recount.end) != NULL) {
        return endless(recount.end);
    }
    /* Numbers of one byte, of a round that begins and all that something may still speak of. */
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->commands[guest] * (2 + world_most_rounds(world)) > UINT8_MAX) {
            return "under this policy each start has a number, and with so many commands in a "
                   "round without a bound there are too many";
        }
    }
    return NULL;
}
