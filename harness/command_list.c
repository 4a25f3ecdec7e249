/* tapweave list policies|oracles|operations|faults|machines|scenarios: what there is to choose
 * from. */
#include "core/machine.h"
#include "harness/commands.h"
#include "harness/output.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The lists.  Each one prints, or fills an array if `json` is not NULL. */

static void
list_entry(json_t *json, const char *name, const char *text)
{
    if (json != NULL) {
        json_array_append_new(json,
                              json_pack("{s:o, s:s}", "name", output_text(name), "text", text));
    } else {
        printf("  %-18s %s\n", name, text);
    }
}

/* A value of a choice, as it stands behind CHOICE=. */
static json_t *
json_value(const struct policy_choice *choice, unsigned value)
{
    return choice->values != NULL ? json_string(choice->values[value]) : json_sprintf("%u", value);
}

/* Every choice with its values, in the order of the table. */
static json_t *
json_choices(void)
{
    const struct policy_choice *choice;
    json_t *json = json_array();

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        json_t *values = json_array();

        for (unsigned value = 0; value < choice->count; value++) {
            json_array_append_new(values, json_value(choice, value));
        }
        json_array_append_new(json, json_pack("{s:s, s:s, s:o}", "name", choice->name, "text",
                                              choice->text, "values", values));
    }
    return json;
}

/* A named policy, with all that it chooses. */
static json_t *
json_policy(const struct policy_named *named)
{
    const struct policy_choice *choice;
    json_t *choices = json_object();

    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        json_object_set_new(choices, choice->name,
                            json_value(choice, policy_get(&named->policy, choice)));
    }
    return json_pack("{s:s, s:s, s:o}", "name", named->name, "text", named->text, "choices",
                     choices);
}

static void
list_policies(json_t *json)
{
    const struct policy_choice *choice;
    const struct policy_named *named;

    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        if (json != NULL) {
            json_array_append_new(json, json_policy(named));
        } else {
            list_entry(json, named->name, named->text);
        }
    }
    if (json != NULL) {
        return;
    }
    printf("\n  A policy is BASE[,CHOICE=VALUE]..., BASE one of these, and CHOICE one of\n\n");
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        printf("  %-18s %s: ", choice->name, choice->text);
        for (unsigned value = 0; choice->values != NULL && value < choice->count; value++) {
            printf("%s%s", value == 0 ? "" : " | ", choice->values[value]);
        }
        if (choice->values == NULL) {
            printf("0 to %d", choice->count - 1);
        }
        putchar('\n');
    }
}

static void
list_oracles(json_t *json)
{
    for (int oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        char text[200];

        snprintf(text, sizeof text, "%s: %s", oracle_when((enum oracle)oracle),
                 oracle_text((enum oracle)oracle));
        list_entry(json, oracle_name((enum oracle)oracle), text);
    }
}

static void
list_operations(json_t *json)
{
    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        list_entry(json, operation_name((enum op_kind)kind), operation_text((enum op_kind)kind));
    }
}

static void
list_faults(json_t *json)
{
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        list_entry(json, fault_name((enum fault)fault), fault_text((enum fault)fault));
    }
}

/* The machines' tables, as DOT. */
static void
list_machines(json_t *json)
{
    static const enum machine_kind kinds[] = {MACHINE_START, MACHINE_STOP, MACHINE_RECONNECT};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct machine_table *table = machine_table(kinds[i]);

        if (json != NULL) {
            list_entry(json, table->name, "a state machine of the daemon");
            continue;
        }
        printf("digraph \"%s\" {\n    node [shape=box];\n", table->name);
        for (unsigned from = 0; from < table->states; from++) {
            const struct machine_state *state = &table->state[from];

            if (state->op == OP_NONE) {
                printf("    \"%s\" [shape=oval];\n", state->name);
            } else {
                printf("    \"%s\" [label=\"%s\\n%s\"];\n", state->name, state->name,
                       operation_name(state->op));
            }
            for (unsigned to = 0; to < table->states; to++) {
                if ((state->next >> to & 1) != 0) {
                    printf("    \"%s\" -> \"%s\";\n", state->name, table->state[to].name);
                }
            }
        }
        printf("}\n");
    }
}

static int
is_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folder's scenarios in the order of their names' bytes, whatever the locale or the folder's
 * own. */
static bool
list_scenarios(json_t *json, const char *folder, struct diagnostic *diagnostic)
{
    static struct scenario scenario;
    struct dirent **entries;
    int count = scandir(folder, &entries, is_scenario, by_bytes);

    if (count < 0) {
        return diagnose(diagnostic, EXIT_BAD_INPUT, folder, 0, 0,
                        "is not a folder that can be read");
    }
    for (int i = 0; i < count; i++) {
        char path[DOCUMENT_MAX_PATH + 300];

        snprintf(path, sizeof path, "%.4096s/%.255s", folder, entries[i]->d_name);
        if (diagnostic->status == EXIT_HOLDS && scenario_read(&scenario, path, diagnostic)) {
            list_entry(json, path, scenario.title);
        }
        free(entries[i]);
    }
    free(entries);
    return diagnostic->status == EXIT_HOLDS;
}

enum exit_status
command_list(const struct options *options, struct diagnostic *diagnostic)
{
    enum { POLICIES, ORACLES_, OPERATIONS_, FAULTS_, MACHINES, SCENARIOS, WORDS };
    static const char *const words[WORDS] = {"policies", "oracles",  "operations",
                                             "faults",   "machines", "scenarios"};
    static void (*const lists[])(json_t *) = {list_policies, list_oracles, list_operations,
                                              list_faults, list_machines};
    json_t *json = options->json == NULL ? NULL : json_array();
    const char *wanted = options->count > 0 ? options->files[0] : "";
    char hint[96];
    int word = 0;

    while (word < WORDS && strcmp(words[word], wanted) != 0) {
        word++;
    }
    if (word == WORDS || options->count > 1 + (word == SCENARIOS)) {
        diagnose(diagnostic, EXIT_BAD_INPUT, NULL, 0, 0,
                 "list needs one of policies, oracles, operations, faults, machines, or scenarios "
                 "[FOLDER]%s",
                 options->count == 1 ? did_you_mean(wanted, words, WORDS, hint) : "");
    } else if (word == SCENARIOS) {
        list_scenarios(json, options->count > 1 ? options->files[1] : "scenarios", diagnostic);
    } else {
        lists[word](json);
    }
    if (diagnostic->status != EXIT_HOLDS) {
        json_decref(json);
        return diagnostic->status;
    }
    if (json != NULL) {
        json = json_pack("{s:s, s:s, s:o}", "schema", "tapweave-list/1", "list", words[word],
                         "entries", json);
        if (word == POLICIES) {
            json_object_set_new(json, "choices", json_choices());
        }
        output_json(json, options->json, diagnostic);
    }
    return diagnostic->status;
}
