/* Scenario files, as a whole, their names, clock and platform: see scenario.h.  The other parts are
 * in scenario_*.c. */
#include "harness/scenario.h"

#include "harness/build.h"
#include "harness/folder.h"
#include "sim/view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* names: {limit: N, next: N} */
static bool
read_names(struct scenario *scenario, struct part part)
{
    enum { LIMIT, NEXT, KEYS };
    static const struct document_key keys[KEYS] = {
        [LIMIT] = {.name = "limit", .least = 1, .most = SCENARIO_MAX_LIMIT},
        [NEXT] = {.name = "next", .most = SCENARIO_MAX_LIMIT - 1},
    };
    struct part in[KEYS];

    if (part.node == NULL) {
        return true;
    }
    if (!part_mapping(part, "names", keys, KEYS, in)) {
        return false;
    }
    if (in[LIMIT].node == NULL && in[NEXT].node == NULL) {
        return refuse(part, "names lacks 'limit' or 'next'");
    }
    if (in[LIMIT].node != NULL && in[NEXT].value >= in[LIMIT].value) {
        return refuse(in[NEXT], "of %d numbers, which begin with 0, none is %d", in[LIMIT].value,
                      in[NEXT].value);
    }
    scenario->limit = (uint8_t)in[LIMIT].value;
    scenario->limit_at = part_place(in[LIMIT].node != NULL ? in[LIMIT] : in[NEXT], 0);
    scenario->world.next_number = (uint8_t)(in[NEXT].node == NULL ? 0 : in[NEXT].value + 1);
    return true;
}

/* clock: {clean-up-takes: N} */
static bool
read_clock(struct scenario *scenario, struct part part)
{
    static const struct document_key keys[] = {
        {.name = "clean-up-takes", .required = true, .least = 1, .most = POLICY_HOLD_MAX}};
    struct part seconds;

    if (part.node == NULL) {
        return true;
    }
    if (!part_mapping(part, "clock", keys, 1, &seconds)) {
        return false;
    }
    scenario->world.clean_up_seconds = (uint8_t)seconds.value;
    return !world_restarts(&scenario->world) ||
           refuse(part, "a daemon that is restarted does not know when it has released a name: no "
                        "clock together with daemon-restart");
}

/* What the world has that is not known of FreeBSD, or not there; NULL if there is nothing. */
static const char *
foreign_to_freebsd(const struct scenario *scenario)
{
    const struct world *world = &scenario->world;

    for (unsigned i = 0; i < world->bridges; i++) {
        if (world->bridge_kind[i] != BRIDGE_LINUX) {
            return "a bridge of kind ovs";
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].preset.present) {
            return "a persistent tap";
        }
    }
    for (unsigned i = 0; i < scenario->commands; i++) {
        if (scenario->command[i].to[0] != '\0') {
            return "a device that is renamed";
        }
    }
    for (unsigned i = 0; i < world->guests; i++) {
        if (world->qemu_commands[i] > 0) {
            return "IFF_PERSIST";
        }
    }
    for (unsigned i = 0; i < world_nics(world); i++) {
        const struct nic *nic = &world->nic[i];

        if (nic->kind != NIC_TAP || nic->multi_queue || nic->unmanaged) {
            return nic->kind != NIC_TAP ? "a device that is no tap"
                   : nic->multi_queue   ? "queues: 2"
                                        : "managed: false";
        }
    }
    return NULL;
}

static bool
read_platform(struct scenario *scenario, struct part part)
{
    static const char *const platforms[] = {
        [PLATFORM_LINUX] = "linux", [PLATFORM_FREEBSD] = "freebsd"};
    int platform = part.node == NULL ? PLATFORM_LINUX : part_word(part, "platform", platforms, 2);
    const char *foreign = platform == PLATFORM_FREEBSD ? foreign_to_freebsd(scenario) : NULL;

    scenario->world.platform = (uint8_t)platform;
    return platform >= 0 &&
           (foreign == NULL || refuse(part, "%s is not modelled on freebsd", foreign));
}

static bool
read_document(struct scenario *scenario, const struct document *document)
{
    enum {
        TITLE,
        REPORT,
        PLATFORM,
        NETWORK,
        GUESTS,
        DAEMONS,
        DEVICES,
        ROWS,
        NAMES,
        CLOCK,
        ACTORS,
        ROUNDS,
        MORE_GUESTS,
        FAULTS,
        CLAIMS,
        KEYS
    };
    static const struct document_key keys[KEYS] = {
        [PLATFORM] = {.name = "platform"},
        [TITLE] = {.name = "title", .required = true},
        [REPORT] = {.name = "report", .required = true},
        [NETWORK] = {.name = "network", .required = true},
        [GUESTS] = {.name = "guests", .required = true},
        [DAEMONS] = {.name = "daemons"},
        [DEVICES] = {.name = "devices"},
        [NAMES] = {.name = "names"},
        [ROWS] = {.name = "rows"},
        [CLOCK] = {.name = "clock"},
        [ACTORS] = {.name = "actors", .required = true},
        [ROUNDS] = {.name = "rounds"},
        [MORE_GUESTS] = {.name = "more-guests"},
        [FAULTS] = {.name = "faults"},
        [CLAIMS] = {.name = "claims"},
    };
    struct part in[KEYS];

    return part_mapping(document->root, "a scenario", keys, KEYS, in) &&
           part_copy(in[TITLE], "title", scenario->title, sizeof scenario->title) &&
           part_copy(in[REPORT], "report", scenario->report, sizeof scenario->report) &&
           scenario_read_network(scenario, in[NETWORK]) &&
           scenario_read_guests(scenario, in[GUESTS]) &&
           scenario_read_daemons(scenario, in[DAEMONS]) &&
           scenario_read_devices(scenario, in[DEVICES]) &&
           scenario_read_faults(scenario, in[FAULTS]) && scenario_read_rows(scenario, in[ROWS]) &&
           scenario_read_actors(scenario, in[ACTORS]) &&
           scenario_read_rounds(scenario, in[ROUNDS]) &&
           scenario_read_more_guests(scenario, in[MORE_GUESTS]) &&
           scenario_check_third_parties(scenario, document->diagnostic) &&
           scenario_check_lives(scenario, in[GUESTS]) &&
           scenario_check_renames(scenario, in[ACTORS]) &&
           scenario_check_faults(scenario, in[FAULTS]) && read_platform(scenario, in[PLATFORM]) &&
           read_names(scenario, in[NAMES]) && read_clock(scenario, in[CLOCK]) &&
           scenario_read_claims(scenario, in[CLAIMS]);
}

/* Any number of guests more can be searched, whatever the policy, if there may be any. */
static bool
check_more_guests(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    const char *refusal;
    struct world world;

    if (!scenario->more_guests) {
        return true;
    }
    if (!build_world(scenario, &policy_named(0)->policy, &(struct growth){0}, &world, diagnostic)) {
        return false;
    }
    refusal = view_refuses(&world);
    return refusal == NULL ||
           diagnose_at(diagnostic, scenario->more_at,
                       "any number of guests is not for this scenario: %s", refusal);
}

/* A name as lists have it is no path: the path that it means is named. */
static bool
is_path(const char *path, struct diagnostic *diagnostic)
{
    char *own = access(path, F_OK) == 0 ? NULL : folder_find(path);
    const bool is = own == NULL;

    if (!is) {
        diagnose(diagnostic, EXIT_BAD_INPUT, path, 0, 0, "is not here; there is %s", own);
    }
    free(own);
    return is;
}

bool
scenario_read(struct scenario *scenario, const char *path, struct diagnostic *diagnostic)
{
    struct document document;
    struct world world;
    bool read;

    *scenario = (struct scenario){.path = path};
    if (!is_path(path, diagnostic) || !document_open_yaml(&document, path, diagnostic)) {
        return false;
    }
    memcpy(scenario->sha256, document.sha256, sizeof scenario->sha256);
    read = read_document(scenario, &document);
    document_close(&document);
    read = read && check_more_guests(scenario, diagnostic);
    for (unsigned i = 0; read && i < scenario->policies; i++) {
        read = build_world(scenario, &scenario->policy[i].policy, &(struct growth){0}, &world,
                           diagnostic);
    }
    return read;
}
