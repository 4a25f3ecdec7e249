/* Daemons with a policy of their own: see daemons.h. */
#include "harness/daemons.h"

#include "harness/policy_text.h"
#include "harness/print.h"

#include <stdio.h>

bool
daemons_read(struct part part, struct scenario_policy own[MAX_DAEMONS])
{
    int count = part_members(part, "daemons", YAML_MAPPING_NODE, 1, MAX_DAEMONS);

    for (int i = 0; i < count; i++) {
        struct part member = part_member(part, i);
        int number = part_number(part_key(part, i), "a daemon", 1, MAX_DAEMONS);
        const char *text = number < 0 ? NULL : part_text(member, "a policy");

        if (text == NULL || !policy_text_read(&own[number - 1], text, part_text_place(member, 0),
                                              member.document->diagnostic)) {
            return false;
        }
    }
    return count >= 0;
}

void
daemons_use(struct scenario *scenario, const struct scenario_policy own[MAX_DAEMONS])
{
    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        if (own[daemon].text[0] != '\0') {
            scenario->daemon[daemon] = own[daemon];
            scenario->world.own[daemon] = own[daemon].policy;
            scenario->world.has_own[daemon] = 1;
        }
    }
}

void
daemons_print(const struct scenario *scenario, const char *before)
{
    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        if (scenario->daemon[daemon].text[0] != '\0') {
            print_line(4, "%sdaemon %u has a policy of its own: %s", before, daemon + 1,
                       scenario->daemon[daemon].text);
        }
    }
}

json_t *
daemons_json(const struct scenario *scenario)
{
    json_t *json = json_object();
    char number[12];

    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        if (scenario->daemon[daemon].text[0] != '\0') {
            snprintf(number, sizeof number, "%u", daemon + 1);
            json_object_set_new(json, number, json_string(scenario->daemon[daemon].text));
        }
    }
    if (json_object_size(json) == 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
