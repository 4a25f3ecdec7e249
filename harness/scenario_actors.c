/* The part of a scenario file that says who acts. */
#include "harness/scenario.h"

#include <string.h>

enum word {
    WORD_START,
    WORD_STOP,
    WORD_CRASH,
    WORD_UNPLUG,
    WORD_CLOSE,
    WORD_PERSIST,
    WORD_UNPERSIST,
    WORD_CREATE,
    WORD_DELETE,
    WORD_DELETE_PORT,
    WORD_DELETE_BRIDGE,
    WORD_RENAME,
    WORDS
};

static const char *const words[WORDS] = {"start",  "stop",        "crash",         "unplug",
                                         "close",  "persist",     "unpersist",     "create",
                                         "delete", "delete-port", "delete-bridge", "rename"};

/* A command of the file, such as "stop a". */
struct command {
    enum word word;
    unsigned guest;           /* START to UNPERSIST */
    char device[IFNAME_SIZE]; /* CREATE, DELETE, DELETE_PORT, RENAME */
    char to[IFNAME_SIZE];     /* RENAME */
    unsigned bridge;          /* DELETE_BRIDGE: 1 + index */
};

/* The actor that an entry of the file is for, once its first command is known. */
enum entry_kind { ENTRY_NEW, ENTRY_GUEST, ENTRY_HELPER, ENTRY_QEMU, ENTRY_OUTSIDER };

struct entry {
    enum entry_kind kind;
    unsigned index; /* the guest or the outsider */
};

/* Whose command it is. */
static enum entry_kind
kind_of(enum word word)
{
    switch (word) {
    case WORD_CLOSE:
        return ENTRY_HELPER;
    case WORD_PERSIST:
    case WORD_UNPERSIST:
        return ENTRY_QEMU;
    case WORD_CREATE:
    case WORD_DELETE:
    case WORD_DELETE_PORT:
    case WORD_DELETE_BRIDGE:
    case WORD_RENAME:
        return ENTRY_OUTSIDER;
    default:
        return ENTRY_GUEST;
    }
}

static bool
read_bridge(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            const char *object, size_t offset, struct command *command, struct complaint *complaint)
{
    const char *names[MAX_BRIDGES];
    char hint[96];

    for (unsigned i = 0; i < scenario->bridges; i++) {
        names[i] = scenario->bridge[i].name;
        if (strcmp(names[i], object) == 0) {
            command->bridge = i + 1;
            return true;
        }
    }
    return tree_complain(tree, node, offset, complaint, "unknown bridge '%s'%s", object,
                         did_you_mean(object, names, scenario->bridges, hint));
}

static bool
read_object(const struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            const char *object, size_t offset, struct command *command, struct complaint *complaint)
{
    const char *guests[MAX_GUESTS];
    char hint[96];

    if (command->word == WORD_DELETE_BRIDGE) {
        return read_bridge(scenario, tree, node, object, offset, command, complaint);
    }
    if (command->word == WORD_RENAME) {
        return scenario_read_rename(scenario, tree, node, offset, object, command->device,
                                    command->to, complaint);
    }
    if (kind_of(command->word) == ENTRY_OUTSIDER) {
        return scenario_read_device(tree, node, offset, object, command->device, complaint);
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
    if (space == NULL || space[1] == '\0' ||
        (strchr(space + 1, ' ') != NULL && strncmp(text, "rename ", 7) != 0)) {
        return tree_complain(
            tree, node, 0, complaint,
            "'%s' is not a command: a verb, a space, and a guest, a device or a bridge", text);
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

/* What the guest is after the commands it has so far: NULL if it is as the next one needs it. */
static const char *
hindrance(const struct scenario_guest *guest, enum word word)
{
    enum verb last = guest->verbs == 0 ? (guest->running ? VERB_START : VERB_STOP)
                                       : (enum verb)guest->verb[guest->verbs - 1];

    if (word == WORD_START) {
        return last == VERB_START || last == VERB_UNPLUG ? "running" : NULL;
    }
    if (last == VERB_UNPLUG) {
        return word == WORD_UNPLUG ? "without a card" : NULL;
    }
    return last == VERB_START ? NULL : "stopped";
}

static bool
add_guest_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                  const struct entry *entry, const struct command *command,
                  struct complaint *complaint)
{
    static const enum verb verbs[] = {[WORD_START] = VERB_START,
                                      [WORD_STOP] = VERB_STOP,
                                      [WORD_CRASH] = VERB_CRASH,
                                      [WORD_UNPLUG] = VERB_UNPLUG};
    struct scenario_guest *guest = &scenario->guest[command->guest];
    const char *state = hindrance(guest, command->word);

    if (command->guest != entry->index) {
        return tree_complain(tree, node, 0, complaint,
                             "an entry is one guest's thread: '%s' needs an entry of its own",
                             guest->name);
    }
    if (guest->kind == NIC_VETH && command->word == WORD_UNPLUG) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is a container, by its veth: it ends with its card, and does "
                             "not lose it alone",
                             guest->name);
    }
    if (state != NULL) {
        return tree_complain(tree, node, 0, complaint, "'%s' is %s by then", guest->name, state);
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

/* True if some other software deletes the bridge already. */
static bool
is_deleted(const struct scenario *scenario, unsigned bridge)
{
    for (unsigned i = 0; i < MAX_VERBS * scenario->outsiders; i++) {
        const struct scenario_outsider *outsider = &scenario->outsider[i / MAX_VERBS];

        if (i % MAX_VERBS < outsider->verbs && outsider->bridge[i % MAX_VERBS] == bridge) {
            return true;
        }
    }
    return false;
}

static bool
add_qemu_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                 const struct entry *entry, const struct command *command,
                 struct complaint *complaint)
{
    struct scenario_guest *guest = &scenario->guest[command->guest];

    if (command->guest != entry->index) {
        return tree_complain(tree, node, 0, complaint,
                             "an entry is one guest's QEMU: that of '%s' needs an entry of its own",
                             guest->name);
    }
    if (guest->kind != NIC_TAP) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' has no tap, and nothing else can be persistent", guest->name);
    }
    if (guest->qemu_verbs == MAX_VERBS) {
        return tree_complain(tree, node, 0, complaint, "more than %d commands for QEMU of '%s'",
                             MAX_VERBS, guest->name);
    }
    guest->qemu_verb[guest->qemu_verbs++] =
        command->word == WORD_PERSIST ? (uint8_t)QEMU_PERSIST : (uint8_t)QEMU_UNPERSIST;
    return true;
}

static bool
add_outsider_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     const struct entry *entry, const struct command *command,
                     struct complaint *complaint)
{
    static const enum outsider_verb verbs[WORDS] = {[WORD_CREATE] = OUTSIDER_CREATE,
                                                    [WORD_DELETE] = OUTSIDER_DELETE,
                                                    [WORD_DELETE_PORT] = OUTSIDER_DELETE_PORT,
                                                    [WORD_DELETE_BRIDGE] = OUTSIDER_DELETE_BRIDGE,
                                                    [WORD_RENAME] = OUTSIDER_RENAME};
    struct scenario_outsider *outsider = &scenario->outsider[entry->index];

    if (outsider->verbs == MAX_VERBS) {
        return tree_complain(tree, node, 0, complaint, "more than %d commands for other software",
                             MAX_VERBS);
    }
    if (command->word == WORD_DELETE_BRIDGE &&
        scenario->bridge[command->bridge - 1].kind == BRIDGE_MIDONET) {
        return tree_complain(tree, node, 0, complaint, "'%s' is no bridge of this host's to delete",
                             scenario->bridge[command->bridge - 1].name);
    }
    if (command->word == WORD_DELETE_BRIDGE && is_deleted(scenario, command->bridge)) {
        return tree_complain(tree, node, 0, complaint, "'%s' can be deleted only once",
                             scenario->bridge[command->bridge - 1].name);
    }
    if (command->word == WORD_DELETE_PORT && !scenario_has_ovs(scenario)) {
        return tree_complain(tree, node, 0, complaint,
                             "there is no port to delete: there is no bridge of kind ovs");
    }
    outsider->verb[outsider->verbs] = (uint8_t)verbs[command->word];
    outsider->bridge[outsider->verbs] = (uint8_t)command->bridge;
    strcpy(outsider->to[outsider->verbs], command->to);
    strcpy(outsider->name[outsider->verbs++], command->device);
    return true;
}

/* The first command of an entry decides whose it is. */
static bool
begin_entry(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            struct entry *entry, const struct command *command, struct complaint *complaint)
{
    const struct scenario_guest *guest = &scenario->guest[command->guest];
    enum entry_kind kind = kind_of(command->word);

    if (kind == ENTRY_OUTSIDER) {
        if (scenario->outsiders == MAX_OUTSIDERS) {
            return tree_complain(tree, node, 0, complaint, "more than %d actors of other software",
                                 MAX_OUTSIDERS);
        }
        *entry = (struct entry){ENTRY_OUTSIDER, scenario->outsiders++};
        return true;
    }
    *entry = (struct entry){kind, command->guest};
    if ((kind == ENTRY_GUEST && guest->verbs > 0) ||
        (kind == ENTRY_QEMU && guest->qemu_verbs > 0)) {
        return tree_complain(
            tree, node, 0, complaint,
            "'%s' has commands already: a guest's commands stand in one entry, in their order",
            guest->name);
    }
    return true;
}

static bool
add_command(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
            struct entry *entry, struct complaint *complaint)
{
    struct command command = {.word = WORD_START};
    enum entry_kind kind;

    if (!read_command(scenario, tree, node, &command, complaint) ||
        (entry->kind == ENTRY_NEW &&
         !begin_entry(scenario, tree, node, entry, &command, complaint))) {
        return false;
    }
    kind = kind_of(command.word);
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
    case ENTRY_QEMU:
        return add_qemu_command(scenario, tree, node, entry, &command, complaint);
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

    if (!tree_members(tree, node, "actors", YAML_SEQUENCE_NODE, 1, 3 * MAX_GUESTS + MAX_OUTSIDERS,
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
