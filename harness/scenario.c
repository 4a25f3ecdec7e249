/* Scenario files, as a whole: see scenario.h.  The parts are in scenario_world.c and
 * scenario_claims.c. */
#include "harness/scenario.h"

#include "harness/build.h"

#include <string.h>

/* names: {limit: N}, clock: {clean-up-takes: N} */
static bool
read_bounds(struct scenario *scenario, const struct tree *tree, yaml_node_t *names,
            yaml_node_t *clock, struct complaint *complaint)
{
    static const struct tree_key names_keys[] = {{"limit", true}};
    static const struct tree_key clock_keys[] = {{"clean-up-takes", true}};
    yaml_node_t *value;
    int number = 0;

    if (names != NULL) {
        if (!tree_mapping(tree, names, "names", names_keys, 1, &value, complaint) ||
            (number = tree_number(tree, value, "limit", 1, SCENARIO_MAX_LIMIT, complaint)) < 0) {
            return false;
        }
        scenario->limit = (uint8_t)number;
        scenario->limit_at =
            (struct scenario_place){value->start_mark.line + 1, value->start_mark.column + 1};
    }
    if (clock != NULL) {
        if (!tree_mapping(tree, clock, "clock", clock_keys, 1, &value, complaint) ||
            (number = tree_number(tree, value, "clean-up-takes", 1, POLICY_HOLD_MAX, complaint)) <
                0) {
            return false;
        }
        if (scenario->faults[FAULT_DAEMON_RESTART] > 0) {
            return tree_complain(tree, clock, 0, complaint,
                                 "a daemon that is restarted does not know when it has released a "
                                 "name: no clock together with daemon-restart");
        }
        scenario->clean_up_seconds = (uint8_t)number;
    }
    return true;
}

/* Copies a text of at most `size` - 1 bytes. */
static bool
read_line(const struct tree *tree, yaml_node_t *node, const char *what, char *out, size_t size,
          struct complaint *complaint)
{
    const char *text = tree_text(tree, node, what, complaint);

    if (text == NULL) {
        return false;
    }
    strncpy(out, text, size - 1);
    return true;
}

static bool
read_tree(struct scenario *scenario, const struct tree *tree, struct complaint *complaint)
{
    enum {
        TITLE,
        REPORT,
        PLATFORM,
        NETWORK,
        GUESTS,
        DEVICES,
        ROWS,
        NAMES,
        CLOCK,
        ACTORS,
        FAULTS,
        CLAIMS,
        KEYS
    };
    static const struct tree_key keys[KEYS] = {
        [PLATFORM] = {"platform", false}, [TITLE] = {"title", true},
        [REPORT] = {"report", true},      [NETWORK] = {"network", true},
        [GUESTS] = {"guests", true},      [DEVICES] = {"devices", false},
        [NAMES] = {"names", false},       [ROWS] = {"rows", false},
        [CLOCK] = {"clock", false},       [ACTORS] = {"actors", true},
        [FAULTS] = {"faults", false},     [CLAIMS] = {"claims", true},
    };
    yaml_node_t *value[KEYS];

    return tree_mapping(tree, tree->root, "a scenario", keys, KEYS, value, complaint) &&
           read_line(tree, value[TITLE], "title", scenario->title, sizeof scenario->title,
                     complaint) &&
           read_line(tree, value[REPORT], "report", scenario->report, sizeof scenario->report,
                     complaint) &&
           scenario_read_network(scenario, tree, value[NETWORK], complaint) &&
           scenario_read_guests(scenario, tree, value[GUESTS], complaint) &&
           (value[DEVICES] == NULL ||
            scenario_read_devices(scenario, tree, value[DEVICES], complaint)) &&
           (value[FAULTS] == NULL ||
            scenario_read_faults(scenario, tree, value[FAULTS], complaint)) &&
           (value[ROWS] == NULL || scenario_read_rows(scenario, tree, value[ROWS], complaint)) &&
           scenario_read_actors(scenario, tree, value[ACTORS], complaint) &&
           scenario_check_renames(scenario, tree, value[ACTORS], complaint) &&
           (value[FAULTS] == NULL ||
            scenario_check_faults(scenario, tree, value[FAULTS], complaint)) &&
           (value[PLATFORM] == NULL ||
            scenario_read_platform(scenario, tree, value[PLATFORM], complaint)) &&
           read_bounds(scenario, tree, value[NAMES], value[CLOCK], complaint) &&
           scenario_read_claims(scenario, tree, value[CLAIMS], complaint);
}

bool
scenario_read(struct scenario *scenario, const char *path, struct complaint *complaint)
{
    struct tree tree;
    struct world world;
    bool read;

    *scenario = (struct scenario){.path = path};
    if (!tree_open_yaml(&tree, path, complaint)) {
        return false;
    }
    memcpy(scenario->sha256, tree.sha256, sizeof scenario->sha256);
    read = read_tree(scenario, &tree, complaint);
    tree_close(&tree);
    for (unsigned i = 0; read && i < scenario->policies; i++) {
        read = build_world(scenario, &scenario->policy[i].policy, &world, complaint);
    }
    return read;
}
