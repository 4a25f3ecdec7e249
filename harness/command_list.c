/* tapweave list policies|oracles|operations|faults|machines|scenarios: what there is to choose
 * from. */
#include "core/machine.h"
#include "harness/commands.h"
#include "harness/folder.h"
#include "harness/output.h"
#include "harness/print.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* A list in the making.  It is gone through twice to be printed: first to see how wide its names
 * are, and then with that width. */
struct list {
    json_t *json; /* an array to be filled instead; NULL to print */
    unsigned width;
    bool measured;
};

enum { WIDEST = 33 /* columns of a name that has its text beside it */ };

static void
list_entry(struct list *list, const char *name, const char *text)
{
    unsigned columns = print_columns(name);

    if (list->json != NULL) {
        json_array_append_new(list->json,
                              json_pack("{s:o, s:s}", "name", output_text(name), "text", text));
    } else if (list->measured) {
        print_entry(2, name, list->width, text);
    } else if (columns > list->width) {
        list->width = columns > WIDEST ? WIDEST : columns;
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
print_choices(void)
{
    enum { WIDTH = 15 /* a choice's name, and a value's, which is indented by 2 */ };
    const struct policy_choice *choice;

    putchar('\n');
    print_line(2, "  A policy is BASE[,CHOICE=VALUE]..., BASE one of these, and CHOICE one of");
    for (unsigned i = 0; (choice = policy_choice(i)) != NULL; i++) {
        putchar('\n');
        print_entry(2, choice->name, WIDTH, choice->text);
        for (unsigned value = 0; choice->values != NULL && value < choice->count; value++) {
            print_entry(4, choice->values[value], WIDTH - 2, choice->texts[value]);
        }
        if (choice->values == NULL) {
            printf("    0 to %d\n", choice->count - 1);
        }
    }
}

static void
list_policies(struct list *list)
{
    const struct policy_named *named;

    for (unsigned i = 0; (named = policy_named(i)) != NULL; i++) {
        if (list->json != NULL) {
            json_array_append_new(list->json, json_policy(named));
        } else {
            list_entry(list, named->name, named->text);
        }
    }
    if (list->json == NULL && list->measured) {
        print_choices();
    }
}

static void
list_oracles(struct list *list)
{
    for (enum oracle oracle = 0; oracle < ORACLE_COUNT; oracle++) {
        char text[200];

        snprintf(text, sizeof text, "%s: %s", oracle_when(oracle), oracle_text(oracle));
        list_entry(list, oracle_name(oracle), text);
    }
}

static void
list_operations(struct list *list)
{
    for (int kind = OP_NONE + 1; kind < OP_COUNT; kind++) {
        list_entry(list, operation_name((enum op_kind)kind), operation_text((enum op_kind)kind));
    }
}

static void
list_faults(struct list *list)
{
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        list_entry(list, fault_name((enum fault)fault), fault_text((enum fault)fault));
    }
}

/* The machines' tables, as DOT. */
static void
list_machines(struct list *list)
{
    static const enum machine_kind kinds[] = {MACHINE_START, MACHINE_STOP, MACHINE_RECONNECT};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct machine_table *table = machine_table(kinds[i]);

        if (list->json != NULL || !list->measured) {
            list_entry(list, table->name, "a state machine of the daemon");
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

/* The scenarios of a folder, or of tapweave's own. */
static void
list_scenarios(struct list *list, const char *path, struct diagnostic *diagnostic)
{
    static struct scenario scenario;
    struct folder folder;

    if (!folder_open(&folder, path, diagnostic)) {
        return;
    }
    for (unsigned i = 0; i < folder.count && list->json == NULL; i++) {
        list_entry(list, folder.path[i], NULL);
    }
    list->measured = true;
    for (unsigned i = 0; i < folder.count; i++) {
        if (diagnostic->status == EXIT_HOLDS &&
            scenario_read(&scenario, folder.path[i], diagnostic)) {
            list_entry(list, folder.path[i], scenario.title);
        }
    }
    folder_close(&folder);
}

enum exit_status
command_list(const struct options *options, struct diagnostic *diagnostic)
{
    enum { POLICIES, ORACLES_, OPERATIONS_, FAULTS_, MACHINES, SCENARIOS, WORDS };
    static const char *const words[WORDS] = {"policies", "oracles",  "operations",
                                             "faults",   "machines", "scenarios"};
    static void (*const lists[])(struct list *) = {list_policies, list_oracles, list_operations,
                                                   list_faults, list_machines};
    struct list list = {.json = options->json == NULL ? NULL : json_array()};
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
                 options->count == 1 ? diagnostic_near_hint(wanted, words, WORDS, hint) : "");
    } else if (word == SCENARIOS) {
        list_scenarios(&list, options->count > 1 ? options->files[1] : NULL, diagnostic);
    } else {
        lists[word](&list);
        list.measured = true;
        if (list.json == NULL) {
            lists[word](&list);
        }
    }
    if (diagnostic->status != EXIT_HOLDS) {
        json_decref(list.json);
    } else if (list.json != NULL) {
        output_json(json_pack("{s:s, s:s, s:o, s:o*}", "schema", "tapweave-list/1", "list",
                              words[word], "entries", list.json, "choices",
                              word == POLICIES ? json_choices() : NULL),
                    options->json, diagnostic);
    }
    return EXIT_HOLDS;
}
