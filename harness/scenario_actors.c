/* The part of a scenario file that says who acts. */
#include "harness/scenario.h"

#include <string.h>

enum word { WORD_START, WORD_STOP, WORD_CRASH, WORD_CLOSE, WORD_CREATE, WORD_DELETE, WORDS };

static const char *const words[WORDS] = {"start", "stop", "crash", "close", "create", "delete"};

/* A command of the file, such as "stop a". */
struct command {
    enum word word;
    unsigned guest;           /* START, STOP, CRASH, CLOSE */
    char device[IFNAME_SIZE]; /* CREATE, DELETE */
};

/* The actor that an entry of the file is for, once its first command is known. */
enum entry_kind { ENTRY_NEW, ENTRY_GUEST, ENTRY_HELPER, ENTRY_OUTSIDER };

struct entry {
    enum entry_kind kind;
    unsigned index; /* the guest or the outsider */
};

static bool
read_object(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            const char *object, size_t offset, struct command *command, struct complaint *complaint)
{
    const char *guests[MAX_GUESTS];
    char hint[96];

    if (command->word >= WORD_CREATE) {
        if (!ifname_valid(object) || strchr(object, '%') != NULL) {
            return tree_complain(tree, node, offset, complaint,
                                 "'%s' is not a name that the kernel gives a device", object);
        }
        strcpy(command->device, object);
        return true;
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        guests[i] = scenario->guest[i].name;
        if (strcmp(guests[i], object) == 0) {
            command->guest = i;
            return true;
        }
    }
    return tree_complain(tree, node, offset, complaint, "unknown guest '%s'%s", object,
                         did_you_mean(object, guests, scenario->guests, hint));
}

static bool
read_command(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
             struct command *command, struct complaint *complaint)
{
    const char *text = tree_text(tree, node, "a command", complaint);
    const char *space;
    char verb[TREE_MAX_TEXT + 1], hint[96];

    if (text == NULL) {
        return false;
    }
    space = strchr(text, ' ');
    if (space == NULL || space[1] == '\0' || strchr(space + 1, ' ') != NULL) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is not a command: a verb, a space, and a guest or a device",
                             text);
    }
    memcpy(verb, text, (size_t)(space - text));
    verb[space - text] = '\0';
    for (int word = 0; word < WORDS; word++) {
        if (strcmp(verb, words[word]) == 0) {
            command->word = (enum word)word;
            return read_object(scenario, tree, node, space + 1, (size_t)(space + 1 - text), command,
                               complaint);
        }
    }
    return tree_complain(tree, node, 0, complaint, "unknown verb '%s'%s", verb,
                         did_you_mean(verb, words, WORDS, hint));
}

/* True if the guest runs after the commands it has so far. */
static bool
runs_by_then(const struct scenario_guest *guest)
{
    return guest->verbs == 0 ? guest->running : guest->verb[guest->verbs - 1] == VERB_START;
}

static bool
add_guest_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                  const struct entry *entry, const struct command *command,
                  struct complaint *complaint)
{
    static const enum verb verbs[] = {
        [WORD_START] = VERB_START, [WORD_STOP] = VERB_STOP, [WORD_CRASH] = VERB_CRASH};
    struct scenario_guest *guest = &scenario->guest[command->guest];

    if (command->guest != entry->index) {
        return tree_complain(tree, node, 0, complaint,
                             "an entry is one guest's thread: '%s' needs an entry of its own",
                             guest->name);
    }
    if (guest->kind == NIC_VETH && command->word != WORD_START) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is a container, by its veth: what becomes of it when it ends is "
                             "not modelled",
                             guest->name);
    }
    if (runs_by_then(guest) == (command->word == WORD_START)) {
        return tree_complain(tree, node, 0, complaint, "'%s' is %s by then", guest->name,
                             command->word == WORD_START ? "running" : "stopped");
    }
    if (guest->verbs == MAX_VERBS) {
        return tree_complain(tree, node, 0, complaint, "more than %d commands for '%s'", MAX_VERBS,
                             guest->name);
    }
    guest->verb[guest->verbs++] = (uint8_t)verbs[command->word];
    return true;
}

static bool
add_close(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
          const struct command *command, struct complaint *complaint)
{
    struct scenario_guest *guest = &scenario->guest[command->guest];

    if (!guest->leaked && scenario->faults[FAULT_FD_LEAK] == 0) {
        return tree_complain(tree, node, 0, complaint,
                             "no helper holds a descriptor of '%s': it is not leaked", guest->name);
    }
    if (guest->helper_closes) {
        return tree_complain(tree, node, 0, complaint, "the helper of '%s' can close it only once",
                             guest->name);
    }
    guest->helper_closes = true;
    return true;
}

static bool
add_outsider_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     const struct entry *entry, const struct command *command,
                     struct complaint *complaint)
{
    struct scenario_outsider *outsider = &scenario->outsider[entry->index];

    if (outsider->verbs == MAX_VERBS) {
        return tree_complain(tree, node, 0, complaint, "more than %d commands for other software",
                             MAX_VERBS);
    }
    outsider->verb[outsider->verbs] =
        command->word == WORD_CREATE ? (uint8_t)OUTSIDER_CREATE : (uint8_t)OUTSIDER_DELETE;
    strcpy(outsider->name[outsider->verbs++], command->device);
    return true;
}

/* The first command of an entry decides whose it is. */
static bool
begin_entry(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            struct entry *entry, const struct command *command, struct complaint *complaint)
{
    if (command->word >= WORD_CREATE) {
        if (scenario->outsiders == MAX_OUTSIDERS) {
            return tree_complain(tree, node, 0, complaint, "more than %d actors of other software",
                                 MAX_OUTSIDERS);
        }
        *entry = (struct entry){ENTRY_OUTSIDER, scenario->outsiders++};
        return true;
    }
    *entry =
        (struct entry){command->word == WORD_CLOSE ? ENTRY_HELPER : ENTRY_GUEST, command->guest};
    if (entry->kind == ENTRY_GUEST && scenario->guest[command->guest].verbs > 0) {
        return tree_complain(
            tree, node, 0, complaint,
            "'%s' has commands already: a guest's commands stand in one entry, in their order",
            scenario->guest[command->guest].name);
    }
    return true;
}

static bool
add_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            struct entry *entry, struct complaint *complaint)
{
    struct command command = {WORD_START, 0, ""};
    enum entry_kind kind;

    if (!read_command(scenario, tree, node, &command, complaint) ||
        (entry->kind == ENTRY_NEW &&
         !begin_entry(scenario, tree, node, entry, &command, complaint))) {
        return false;
    }
    kind = command.word >= WORD_CREATE  ? ENTRY_OUTSIDER
           : command.word == WORD_CLOSE ? ENTRY_HELPER
                                        : ENTRY_GUEST;
    if (kind != entry->kind) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is another actor's: it needs an entry of its own",
                             words[command.word]);
    }
    switch (kind) {
    case ENTRY_GUEST:
        return add_guest_command(scenario, tree, node, entry, &command, complaint);
    case ENTRY_HELPER:
        return add_close(scenario, tree, node, &command, complaint);
    default:
        return add_outsider_command(scenario, tree, node, entry, &command, complaint);
    }
}

/* A command, a list of commands, or {do: commands, times: N}. */
static bool
add_commands(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
             struct entry *entry, struct complaint *complaint)
{
    size_t count;

    if (node->type != YAML_SEQUENCE_NODE) {
        return add_command(scenario, tree, node, entry, complaint);
    }
    if (!tree_members(tree, node, "a list of commands", YAML_SEQUENCE_NODE, 1, MAX_VERBS, &count,
                      complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!add_command(scenario, tree, tree_value_at(tree, node, i), entry, complaint)) {
            return false;
        }
    }
    return true;
}

bool
scenario_read_actors(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     struct complaint *complaint)
{
    static const struct tree_key keys[] = {{"do", true}, {"times", false}};
    size_t count;

    if (!tree_members(tree, node, "actors", YAML_SEQUENCE_NODE, 1, 2 * MAX_GUESTS + MAX_OUTSIDERS,
                      &count, complaint)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *item = tree_value_at(tree, node, i), *value[2] = {item, NULL};
        struct entry entry = {ENTRY_NEW, 0};
        int times = 1;

        if (item->type == YAML_MAPPING_NODE &&
            (!tree_mapping(tree, item, "an actor", keys, 2, value, complaint) ||
             (value[1] != NULL &&
              (times = tree_number(tree, value[1], "times", 1, MAX_VERBS, complaint)) < 0))) {
            return false;
        }
        for (int time = 0; time < times; time++) {
            if (!add_commands(scenario, tree, value[0], &entry, complaint)) {
                return false;
            }
        }
    }
    return true;
}
