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
struct phrase {
    enum word word;
    unsigned guest;           /* START to UNPERSIST */
    char device[IFNAME_SIZE]; /* CREATE, DELETE, DELETE_PORT, RENAME */
    char to[IFNAME_SIZE];     /* RENAME */
    unsigned bridge;          /* DELETE_BRIDGE: 1 + index */
};

/* The actor that an entry of the file is for, once its first command is known. */
enum entry_kind { ENTRY_NEW, ENTRY_GUEST, ENTRY_HELPER, ENTRY_QEMU, ENTRY_THIRD_PARTY };

struct entry {
    enum entry_kind kind;
    unsigned index; /* the guest or the third_party */
};

/* Whose command each is. */
static const enum entry_kind kinds[WORDS] = {
    [WORD_START] = ENTRY_GUEST,        [WORD_STOP] = ENTRY_GUEST,
    [WORD_CRASH] = ENTRY_GUEST,        [WORD_UNPLUG] = ENTRY_GUEST,
    [WORD_CLOSE] = ENTRY_HELPER,       [WORD_PERSIST] = ENTRY_QEMU,
    [WORD_UNPERSIST] = ENTRY_QEMU,     [WORD_CREATE] = ENTRY_THIRD_PARTY,
    [WORD_DELETE] = ENTRY_THIRD_PARTY, [WORD_DELETE_PORT] = ENTRY_THIRD_PARTY,
    [WORD_RENAME] = ENTRY_THIRD_PARTY, [WORD_DELETE_BRIDGE] = ENTRY_THIRD_PARTY,
};

static bool
read_object(const struct scenario *scenario, const struct document *document, yaml_node_t *node,
            const char *object, size_t offset, struct phrase *phrase)
{
    const char *names[MAX_GUESTS > MAX_BRIDGES ? MAX_GUESTS : MAX_BRIDGES];
    bool bridge = phrase->word == WORD_DELETE_BRIDGE;
    unsigned count = bridge ? scenario->bridges : scenario->guests;
    char hint[DIAGNOSTIC_HINT_SIZE];

    if (phrase->word == WORD_RENAME) {
        return scenario_read_rename(scenario, document, node, offset, object, phrase->device,
                                    phrase->to);
    }
    if (!bridge && kinds[phrase->word] == ENTRY_THIRD_PARTY) {
        strncpy(phrase->device, object, sizeof phrase->device - 1);
        return scenario_check_name(scenario, document, node, offset, object);
    }
    for (unsigned i = 0; i < count; i++) {
        names[i] = bridge ? scenario->bridge[i].name : scenario->guest[i].name;
        if (strcmp(names[i], object) == 0) {
            *(bridge ? &phrase->bridge : &phrase->guest) = i + bridge;
            return true;
        }
    }
    return document_diagnose(document, node, offset, "unknown %s '%s'%s",
                             bridge ? "bridge" : "guest", object,
                             diagnostic_hint(object, names, count, hint));
}

static bool
read_command(const struct scenario *scenario, const struct document *document, yaml_node_t *node,
             struct phrase *phrase)
{
    const char *text = document_text(document, node, "a command");
    const char *space;
    char verb[DOCUMENT_MAX_TEXT + 1], hint[DIAGNOSTIC_HINT_SIZE];

    if (text == NULL) {
        return false;
    }
    space = strchr(text, ' ');
    if (space == NULL || space[1] == '\0' ||
        (strchr(space + 1, ' ') != NULL && strncmp(text, "rename ", 7) != 0)) {
        return document_diagnose(
            document, node, 0,
            "'%s' is not a command: a verb, a space, and a guest, a device or a bridge", text);
    }
    memcpy(verb, text, (size_t)(space - text));
    verb[space - text] = '\0';
    for (int word = 0; word < WORDS; word++) {
        if (strcmp(verb, words[word]) == 0) {
            phrase->word = (enum word)word;
            return read_object(scenario, document, node, space + 1, (size_t)(space + 1 - text),
                               phrase);
        }
    }
    return document_diagnose(document, node, 0, "unknown verb '%s'%s", verb,
                             diagnostic_hint(verb, words, WORDS, hint));
}

/* What the guest is after the commands it has so far: NULL if it is as the next one needs it. */
static const char *
blocker(const struct scenario_guest *guest, enum word word)
{
    enum command last = guest->commands == 0 ? (guest->running ? COMMAND_START : COMMAND_STOP)
                                             : (enum command)guest->command[guest->commands - 1];

    if (word == WORD_START) {
        return last == COMMAND_START || last == COMMAND_UNPLUG ? "running" : NULL;
    }
    if (last == COMMAND_UNPLUG) {
        return word == WORD_UNPLUG ? "without a nic" : NULL;
    }
    return last == COMMAND_START ? NULL : "stopped";
}

static const char several[] = "'%s' has several nics: that is modelled of one nic alone";

static bool
add_guest_command(struct scenario *scenario, const struct document *document, yaml_node_t *node,
                  const struct entry *entry, const struct phrase *phrase)
{
    static const enum command commands[] = {[WORD_START] = COMMAND_START,
                                            [WORD_STOP] = COMMAND_STOP,
                                            [WORD_CRASH] = COMMAND_CRASH,
                                            [WORD_UNPLUG] = COMMAND_UNPLUG};
    struct scenario_guest *guest = &scenario->guest[phrase->guest];
    const char *state = blocker(guest, phrase->word);

    if (phrase->guest != entry->index) {
        return document_diagnose(document, node, 0,
                                 "an entry is one guest's thread: '%s' needs an entry of its own",
                                 guest->name);
    }
    if (scenario->nic[phrase->guest].is.kind == NIC_VETH && phrase->word == WORD_UNPLUG) {
        return document_diagnose(document, node, 0,
                                 "'%s' is a container, by its veth: it ends with its nic, and does "
                                 "not lose it alone",
                                 guest->name);
    }
    if (state != NULL) {
        return document_diagnose(document, node, 0, "'%s' is %s by then", guest->name, state);
    }
    if (phrase->word == WORD_UNPLUG && guest->nics > 1) {
        return document_diagnose(document, node, 0, several, guest->name);
    }
    if (guest->commands == MAX_COMMANDS) {
        return document_diagnose(document, node, 0, "more than %d commands for '%s'", MAX_COMMANDS,
                                 guest->name);
    }
    guest->command[guest->commands++] = (uint8_t)commands[phrase->word];
    return true;
}

static bool
add_close(struct scenario *scenario, const struct document *document, yaml_node_t *node,
          const struct phrase *phrase)
{
    struct scenario_guest *guest = &scenario->guest[phrase->guest];

    if (!guest->leaked && scenario->faults[FAULT_FD_LEAK] == 0) {
        return document_diagnose(document, node, 0,
                                 "no helper holds a descriptor of '%s': it is not leaked",
                                 guest->name);
    }
    if (guest->helper_closes) {
        return document_diagnose(document, node, 0, "the helper of '%s' can close it only once",
                                 guest->name);
    }
    guest->helper_closes = true;
    return true;
}

/* True if some other software deletes the bridge already. */
static bool
is_deleted(const struct scenario *scenario, unsigned bridge)
{
    for (unsigned i = 0; i < MAX_COMMANDS * scenario->third_parties; i++) {
        const struct scenario_third_party *third_party = &scenario->third_party[i / MAX_COMMANDS];

        if (i % MAX_COMMANDS < third_party->commands &&
            third_party->bridge[i % MAX_COMMANDS] == bridge) {
            return true;
        }
    }
    return false;
}

static bool
add_qemu_command(struct scenario *scenario, const struct document *document, yaml_node_t *node,
                 const struct entry *entry, const struct phrase *phrase)
{
    struct scenario_guest *guest = &scenario->guest[phrase->guest];

    if (phrase->guest != entry->index) {
        return document_diagnose(
            document, node, 0,
            "an entry is one guest's QEMU: that of '%s' needs an entry of its own", guest->name);
    }
    if (scenario->nic[phrase->guest].is.kind != NIC_TAP || guest->nics > 1) {
        return document_diagnose(
            document, node, 0,
            guest->nics > 1 ? several : "'%s' has no tap, and nothing else can be persistent",
            guest->name);
    }
    if (guest->qemu_commands == MAX_COMMANDS) {
        return document_diagnose(document, node, 0, "more than %d commands for QEMU of '%s'",
                                 MAX_COMMANDS, guest->name);
    }
    guest->qemu_command[guest->qemu_commands++] =
        phrase->word == WORD_PERSIST ? (uint8_t)QEMU_PERSIST : (uint8_t)QEMU_UNPERSIST;
    return true;
}

static bool
add_third_party_command(struct scenario *scenario, const struct document *document,
                        yaml_node_t *node, const struct entry *entry, const struct phrase *phrase)
{
    static const enum third_party_command commands[WORDS] = {
        [WORD_CREATE] = THIRD_PARTY_CREATE,
        [WORD_DELETE] = THIRD_PARTY_DELETE,
        [WORD_DELETE_PORT] = THIRD_PARTY_DELETE_PORT,
        [WORD_DELETE_BRIDGE] = THIRD_PARTY_DELETE_BRIDGE,
        [WORD_RENAME] = THIRD_PARTY_RENAME};
    struct scenario_third_party *third_party = &scenario->third_party[entry->index];

    if (third_party->commands == MAX_COMMANDS) {
        return document_diagnose(document, node, 0, "more than %d commands for other software",
                                 MAX_COMMANDS);
    }
    if (phrase->word == WORD_DELETE_BRIDGE &&
        scenario->bridge[phrase->bridge - 1].kind == BRIDGE_MIDONET) {
        return document_diagnose(document, node, 0, "'%s' is no bridge of this host's to delete",
                                 scenario->bridge[phrase->bridge - 1].name);
    }
    if (phrase->word == WORD_DELETE_BRIDGE && is_deleted(scenario, phrase->bridge)) {
        return document_diagnose(document, node, 0, "'%s' can be deleted only once",
                                 scenario->bridge[phrase->bridge - 1].name);
    }
    if (phrase->word == WORD_DELETE_PORT && !scenario_has_ovs(scenario)) {
        return document_diagnose(document, node, 0,
                                 "there is no port to delete: there is no bridge of kind ovs");
    }
    third_party->command[third_party->commands] = (uint8_t)commands[phrase->word];
    third_party->bridge[third_party->commands] = (uint8_t)phrase->bridge;
    third_party->place[third_party->commands] = (struct scenario_place){
        node->start_mark.line + 1, document_column(node, strlen(words[phrase->word]) + 1)};
    strcpy(third_party->to[third_party->commands], phrase->to);
    strcpy(third_party->name[third_party->commands++], phrase->device);
    return true;
}

/* The first command of an entry decides whose it is. */
static bool
begin_entry(struct scenario *scenario, const struct document *document, yaml_node_t *node,
            struct entry *entry, const struct phrase *phrase)
{
    const struct scenario_guest *guest = &scenario->guest[phrase->guest];
    enum entry_kind kind = kinds[phrase->word];

    if (kind == ENTRY_THIRD_PARTY) {
        if (scenario->third_parties == MAX_THIRD_PARTIES) {
            return document_diagnose(document, node, 0, "more than %d actors of other software",
                                     MAX_THIRD_PARTIES);
        }
        *entry = (struct entry){ENTRY_THIRD_PARTY, scenario->third_parties++};
        return true;
    }
    *entry = (struct entry){kind, phrase->guest};
    if ((kind == ENTRY_GUEST && guest->commands > 0) ||
        (kind == ENTRY_QEMU && guest->qemu_commands > 0)) {
        return document_diagnose(
            document, node, 0,
            "'%s' has commands already: a guest's commands stand in one entry, in their order",
            guest->name);
    }
    return true;
}

static bool
add_command(struct scenario *scenario, const struct document *document, yaml_node_t *node,
            struct entry *entry)
{
    struct phrase command = {.word = WORD_START};
    enum entry_kind kind;

    if (!read_command(scenario, document, node, &command) ||
        (entry->kind == ENTRY_NEW && !begin_entry(scenario, document, node, entry, &command))) {
        return false;
    }
    kind = kinds[command.word];
    if (kind != entry->kind) {
        return document_diagnose(document, node, 0,
                                 "'%s' is another actor's: it needs an entry of its own",
                                 words[command.word]);
    }
    switch (kind) {
    case ENTRY_GUEST:
        return add_guest_command(scenario, document, node, entry, &command);
    case ENTRY_HELPER:
        return add_close(scenario, document, node, &command);
    case ENTRY_QEMU:
        return add_qemu_command(scenario, document, node, entry, &command);
    case ENTRY_NEW: /* of no command */
    case ENTRY_THIRD_PARTY:
        break;
    }
    return add_third_party_command(scenario, document, node, entry, &command);
}

/* A command, a list of commands, or {do: commands, times: N}. */
static bool
add_commands(struct scenario *scenario, const struct document *document, yaml_node_t *node,
             struct entry *entry)
{
    size_t count;

    if (node->type != YAML_SEQUENCE_NODE) {
        return add_command(scenario, document, node, entry);
    }
    if (!document_members(document, node, "a list of commands", YAML_SEQUENCE_NODE, 1, MAX_COMMANDS,
                          &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!add_command(scenario, document, document_value_at(document, node, i), entry)) {
            return false;
        }
    }
    return true;
}

bool
scenario_read_actors(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    static const struct document_key keys[] = {{"do", true}, {"times", false}};
    size_t count;

    if (!document_members(document, node, "actors", YAML_SEQUENCE_NODE, 1,
                          3 * MAX_GUESTS + MAX_THIRD_PARTIES, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *item = document_value_at(document, node, i), *value[2] = {item, NULL};
        struct entry entry = {ENTRY_NEW, 0};
        int times = 1;

        if (item->type == YAML_MAPPING_NODE &&
            (!document_mapping(document, item, "an actor", keys, 2, value) ||
             (value[1] != NULL &&
              (times = document_number(document, value[1], "times", 1, MAX_COMMANDS)) < 0))) {
            return false;
        }
        for (int time = 0; time < times; time++) {
            if (!add_commands(scenario, document, value[0], &entry)) {
                return false;
            }
        }
    }
    return true;
}
