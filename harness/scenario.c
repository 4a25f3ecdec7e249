/* Scenario files, as a whole: see scenario.h.  The parts are in scenario_world.c and
 * scenario_claims.c. */
#include "harness/scenario.h"

#include "harness/build.h"

#include <string.h>

/* names: {limit: N}, clock: {clean-up-takes: N} */
static bool
read_bounds(struct scenario *scenario, const struct document *document, yaml_node_t *names,
            yaml_node_t *clock)
{
    static const struct document_key names_keys[] = {{"limit", true}};
    static const struct document_key clock_keys[] = {{"clean-up-takes", true}};
    yaml_node_t *value;
    int number = 0;

    if (names != NULL) {
        if (!document_mapping(document, names, "names", names_keys, 1, &value) ||
            (number = document_number(document, value, "limit", 1, SCENARIO_MAX_LIMIT)) < 0) {
            return false;
        }
        scenario->limit = (uint8_t)number;
        scenario->limit_at =
            (struct scenario_place){value->start_mark.line + 1, value->start_mark.column + 1};
    }
    if (clock != NULL) {
        if (!document_mapping(document, clock, "clock", clock_keys, 1, &value) ||
            (number = document_number(document, value, "clean-up-takes", 1, POLICY_HOLD_MAX)) < 0) {
            return false;
        }
        if (scenario->faults[FAULT_DAEMON_RESTART] > 0) {
            return document_diagnose(
                document, clock, 0,
                "a daemon that is restarted does not know when it has released a "
                "name: no clock together with daemon-restart");
        }
        scenario->clean_up_seconds = (uint8_t)number;
    }
    return true;
}

/* Copies a text of at most `size` - 1 bytes. */
static bool
read_line(const struct document *document, yaml_node_t *node, const char *what, char *out,
          size_t size)
{
    const char *text = document_text(document, node, what);

    if (text == NULL) {
        return false;
    }
    strncpy(out, text, size - 1);
    return true;
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
        DEVICES,
        ROWS,
        NAMES,
        CLOCK,
        ACTORS,
        FAULTS,
        CLAIMS,
        KEYS
    };
    static const struct document_key keys[KEYS] = {
        [PLATFORM] = {"platform", false}, [TITLE] = {"title", true},
        [REPORT] = {"report", true},      [NETWORK] = {"network", true},
        [GUESTS] = {"guests", true},      [DEVICES] = {"devices", false},
        [NAMES] = {"names", false},       [ROWS] = {"rows", false},
        [CLOCK] = {"clock", false},       [ACTORS] = {"actors", true},
        [FAULTS] = {"faults", false},     [CLAIMS] = {"claims", true},
    };
    yaml_node_t *value[KEYS];

    return document_mapping(document, document->root, "a scenario", keys, KEYS, value) &&
           read_line(document, value[TITLE], "title", scenario->title, sizeof scenario->title) &&
           read_line(document, value[REPORT], "report", scenario->report,
                     sizeof scenario->report) &&
           scenario_read_network(scenario, document, value[NETWORK]) &&
           scenario_read_guests(scenario, document, value[GUESTS]) &&
           (value[DEVICES] == NULL || scenario_read_devices(scenario, document, value[DEVICES])) &&
           (value[FAULTS] == NULL || scenario_read_faults(scenario, document, value[FAULTS])) &&
           (value[ROWS] == NULL || scenario_read_rows(scenario, document, value[ROWS])) &&
           scenario_read_actors(scenario, document, value[ACTORS]) &&
           scenario_check_third_parties(scenario, document->diagnostic) &&
           scenario_check_renames(scenario, document, value[ACTORS]) &&
           (value[FAULTS] == NULL || scenario_check_faults(scenario, document, value[FAULTS])) &&
           (value[PLATFORM] == NULL ||
            scenario_read_platform(scenario, document, value[PLATFORM])) &&
           read_bounds(scenario, document, value[NAMES], value[CLOCK]) &&
           scenario_read_claims(scenario, document, value[CLAIMS]);
}

bool
scenario_read(struct scenario *scenario, const char *path, struct diagnostic *diagnostic)
{
    struct document document;
    struct world world;
    bool read;

    *scenario = (struct scenario){.path = path};
    if (!document_open_yaml(&document, path, diagnostic)) {
        return false;
    }
    memcpy(scenario->sha256, document.sha256, sizeof scenario->sha256);
    read = read_document(scenario, &document);
    document_close(&document);
    for (unsigned i = 0; read && i < scenario->policies; i++) {
        read = build_world(scenario, &scenario->policy[i].policy, &(struct growth){0}, &world,
                           diagnostic);
    }
    return read;
}
