/* The part of a scenario file that says who acts. */
#include "harness/scenario.h"

#include <string.h>

/* The actor that an entry of the file is for, once its first command is known. */
enum entry_kind { ENTRY_NEW, ENTRY_GUEST, ENTRY_HELPER, ENTRY_QEMU, ENTRY_THIRD_PARTY };

struct entry {
    struct part after_at; /* where the step is named that it begins after */
    uint8_t after;        /* 1 + the index of that landmark; 0: it begins at once */
    enum entry_kind kind;
    unsigned index;  /* the guest or the third_party */
    unsigned guests; /* ENTRY_GUEST: whom it has commands for, or-ed: bit g */
    uint8_t last;    /* 1 + whom the last one of them is for; 0 before the first */
};

/* The commands of the file, such as "stop a": whose command each is, and which of its commands. */
static const struct verb {
    const char *text;
    enum entry_kind kind;
    uint8_t command; /* of a helper, which has but one: 0 */
} verbs[] = {
    {"start", ENTRY_GUEST, COMMAND_START},
    {"stop", ENTRY_GUEST, COMMAND_STOP},
    {"crash", ENTRY_GUEST, COMMAND_CRASH},
    {"unplug", ENTRY_GUEST, COMMAND_UNPLUG},
    {"close", ENTRY_HELPER, 0},
    {"persist", ENTRY_QEMU, QEMU_PERSIST},
    {"unpersist", ENTRY_QEMU, QEMU_UNPERSIST},
    {"create", ENTRY_THIRD_PARTY, THIRD_PARTY_CREATE},
    {"delete", ENTRY_THIRD_PARTY, THIRD_PARTY_DELETE},
    {"delete-port", ENTRY_THIRD_PARTY, THIRD_PARTY_DELETE_PORT},
    {"delete-bridge", ENTRY_THIRD_PARTY, THIRD_PARTY_DELETE_BRIDGE},
    {"rename", ENTRY_THIRD_PARTY, THIRD_PARTY_RENAME},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

/* A command as it is read. */
struct phrase {
    const struct verb *verb;
    unsigned guest;                      /* but of other software */
    struct scenario_command third_party; /* of other software */
};

static bool
is_verb(const struct phrase *phrase, enum third_party_command command)
{
    return phrase->verb->kind == ENTRY_THIRD_PARTY && phrase->verb->command == command;
}

static bool
read_object(const struct scenario *scenario, struct part part, const char *object, size_t offset,
            struct phrase *phrase)
{
    const char *names[MAX_GUESTS > MAX_BRIDGES ? MAX_GUESTS : MAX_BRIDGES];
    bool bridge = is_verb(phrase, THIRD_PARTY_DELETE_BRIDGE);
    unsigned count = bridge ? scenario->world.bridges : scenario->world.guests;
    struct scenario_command *command = &phrase->third_party;
    int index;

    command->place = part_text_place(part, offset);
    if (is_verb(phrase, THIRD_PARTY_RENAME)) {
        return scenario_read_rename(scenario, part, offset, object, command);
    }
    if (!bridge && phrase->verb->kind == ENTRY_THIRD_PARTY) {
        strncpy(command->name, object, sizeof command->name - 1);
        return scenario_check_name(scenario, part, offset, object);
    }
    for (unsigned i = 0; i < count; i++) {
        names[i] = bridge ? scenario->bridge[i].name : scenario->guest[i].name;
    }
    index = diagnostic_word(part.document->diagnostic, command->place, bridge ? "bridge" : "guest",
                            object, names, count);
    phrase->guest = (unsigned)(index < 0 ? 0 : index);
    command->bridge = (uint8_t)(bridge ? index + 1 : 0);
    return index >= 0;
}

static bool
read_command(const struct scenario *scenario, struct part part, struct phrase *phrase)
{
    const char *text = part_text(part, "a command"), *space;
    char verb[DOCUMENT_MAX_TEXT + 1] = "";
    const char *words[VERBS];
    int index;

    if (text == NULL) {
        return false;
    }
    space = strchr(text, ' ');
    if (space == NULL || space[1] == '\0' ||
        (strchr(space + 1, ' ') != NULL && strncmp(text, "rename ", 7) != 0)) {
        return refuse(part,
                      "'%s' is not a command: a verb, a space, and a guest, a device or a bridge",
                      text);
    }
    memcpy(verb, text, (size_t)(space - text));
    for (int i = 0; i < VERBS; i++) {
        words[i] = verbs[i].text;
    }
    index =
        diagnostic_word(part.document->diagnostic, part_place(part, 0), "verb", verb, words, VERBS);
    phrase->verb = &verbs[index < 0 ? 0 : index];
    return index >= 0 && read_object(scenario, part, space + 1, (size_t)(space + 1 - text), phrase);
}

/* What the guest is after the commands it has so far: NULL if it is as the next one needs it. */
static const char *
blocker(const struct world *world, unsigned guest, enum command next)
{
    unsigned before = world->commands[guest];
    enum command last = before > 0              ? (enum command)world->command[guest][before - 1]
                        : world->running[guest] ? COMMAND_START
                                                : COMMAND_STOP;

    if (next == COMMAND_START && last == COMMAND_START) { /* another one may have failed */
        return before > 0 ? NULL : "running";
    }
    if (next == COMMAND_START) {
        return last == COMMAND_UNPLUG ? "running" : NULL;
    }
    if (last == COMMAND_UNPLUG) {
        return next == COMMAND_UNPLUG ? "without a nic" : NULL;
    }
    return last == COMMAND_START ? NULL : "stopped";
}

static const char already[] =
    "'%s' has commands already: a guest's commands stand in one entry, in their order";
static const char several[] = "'%s' has several nics: that is modelled of one nic alone";

/* A client gives its next command when the one before, of another guest, is over; the first one
 * when the step has been taken that the entry begins after. */
static void
add_turn(struct world *world, unsigned guest, const struct entry *entry)
{
    unsigned last = entry->last - 1u;

    if (entry->last != 0 && last != guest) {
        world->turn[guest][world->commands[guest]] =
            (struct turn){.guest = entry->last, .commands = world->commands[last]};
        world->ordered = true;
    } else if (entry->last == 0 && entry->after != 0) {
        world->turn[guest][world->commands[guest]].after = entry->after;
        world->ordered = true;
    }
}

/* It would be started while a QEMU of its may still be there. */
static bool
starts_beside_itself(const struct world *world, unsigned guest, enum command next)
{
    return next == COMMAND_START && world->ignores_sigkill[guest] &&
           (world->running[guest] || world->commands[guest] > 0);
}

static bool
add_guest_command(struct scenario *scenario, struct part part, struct entry *entry,
                  const struct phrase *phrase)
{
    struct world *world = &scenario->world;
    unsigned guest = phrase->guest;
    enum command command = (enum command)phrase->verb->command;
    const char *name = scenario->guest[guest].name, *state = blocker(world, guest, command);

    if (world->commands[guest] > 0 && (entry->guests >> guest & 1) == 0) {
        return refuse(part, already, name);
    }
    if (entry->after != 0 && world->landmark[entry->after - 1].guest == guest) {
        return refuse(entry->after_at, "'%s' has its commands in this entry, and would never begin",
                      name);
    }
    if (world->nic[guest].kind == NIC_VETH && command == COMMAND_UNPLUG) {
        return refuse(part,
                      "'%s' is a container, by its veth: it ends with its nic, and does not lose "
                      "it alone",
                      name);
    }
    if (state != NULL) {
        return refuse(part, "'%s' is %s by then", name, state);
    }
    if (starts_beside_itself(world, guest, command)) {
        return refuse(
            part,
            "'%s' ignores SIGKILL: that is modelled of a guest that is started once, since "
            "its QEMU may still be there",
            name);
    }
    if (command == COMMAND_UNPLUG && scenario->guest[guest].nics > 1) {
        return refuse(part, several, name);
    }
    if (world->commands[guest] == MAX_COMMANDS) {
        return refuse(part, "more than %d commands for '%s'", MAX_COMMANDS, name);
    }
    add_turn(world, guest, entry);
    entry->guests |= 1u << guest;
    entry->last = (uint8_t)(guest + 1);
    world->command[guest][world->commands[guest]++] = (uint8_t)command;
    return true;
}

static bool
add_close(struct scenario *scenario, struct part part, struct entry *entry,
          const struct phrase *phrase)
{
    struct world *world = &scenario->world;
    unsigned guest = phrase->guest;

    if (!world->leaked[guest] && world->faults[FAULT_FD_LEAK] == 0) {
        return refuse(part, "no helper holds a descriptor of '%s': it is not leaked",
                      scenario->guest[guest].name);
    }
    if (world->helper_closes[guest]) {
        return refuse(part, "the helper of '%s' can close it only once",
                      scenario->guest[guest].name);
    }
    world->helper_closes[guest] = true;
    world->helper_after[guest] = entry->after;
    return true;
}

static bool
add_qemu_command(struct scenario *scenario, struct part part, struct entry *entry,
                 const struct phrase *phrase)
{
    struct world *world = &scenario->world;
    unsigned guest = phrase->guest;
    const char *name = scenario->guest[guest].name;

    if (guest != entry->index) {
        return refuse(part, "an entry is one guest's QEMU: that of '%s' needs an entry of its own",
                      name);
    }
    if (scenario->guest[guest].nics > 1) {
        return refuse(part, several, name);
    }
    if (world->nic[guest].kind != NIC_TAP) {
        return refuse(part, "'%s' has no tap, and nothing else can be persistent", name);
    }
    if (world->qemu_commands[guest] == MAX_COMMANDS) {
        return refuse(part, "more than %d commands for QEMU of '%s'", MAX_COMMANDS, name);
    }
    world->qemu_after[guest] = entry->after;
    world->qemu_command[guest][world->qemu_commands[guest]++] = phrase->verb->command;
    return true;
}

/* True if some other software deletes the bridge already. */
static bool
is_deleted(const struct scenario *scenario, unsigned bridge)
{
    bool deleted = false;

    for (unsigned i = 0; i < scenario->commands; i++) {
        deleted = deleted || scenario->command[i].bridge == bridge;
    }
    return deleted;
}

static bool
add_third_party_command(struct scenario *scenario, struct part part, struct entry *entry,
                        const struct phrase *phrase)
{
    struct third_party *third_party = &scenario->world.third_party[entry->index];
    struct scenario_command command = phrase->third_party;
    const char *bridge = scenario->bridge[command.bridge > 0 ? command.bridge - 1 : 0].name;

    if (third_party->commands == MAX_COMMANDS) {
        return refuse(part, "more than %d commands for other software", MAX_COMMANDS);
    }
    if (scenario_bridge_kind(scenario, command.bridge) == BRIDGE_MIDONET) {
        return refuse(part, "'%s' is no bridge of this host's to delete", bridge);
    }
    if (command.bridge > 0 && is_deleted(scenario, command.bridge)) {
        return refuse(part, "'%s' can be deleted only once", bridge);
    }
    if (is_verb(phrase, THIRD_PARTY_DELETE_PORT) && !scenario_has_ovs(scenario)) {
        return refuse(part, "there is no port to delete: there is no bridge of kind ovs");
    }
    command.third_party = (uint8_t)entry->index;
    command.command = (enum third_party_command)phrase->verb->command;
    third_party->bridge[third_party->commands] = command.bridge;
    third_party->command[third_party->commands++] = phrase->verb->command;
    scenario->command[scenario->commands++] = command;
    return true;
}

/* The first command of an entry decides whose it is. */
static bool
begin_entry(struct scenario *scenario, struct part part, struct entry *entry,
            const struct phrase *phrase)
{
    struct world *world = &scenario->world;

    entry->kind = phrase->verb->kind;
    entry->index = phrase->guest;
    if (entry->kind == ENTRY_THIRD_PARTY) {
        if (world->third_parties == MAX_THIRD_PARTIES) {
            return refuse(part, "more than %d actors of other software", MAX_THIRD_PARTIES);
        }
        entry->index = world->third_parties++;
        world->third_party[entry->index].after = entry->after;
        return true;
    }
    return entry->kind != ENTRY_QEMU || world->qemu_commands[phrase->guest] == 0 ||
           refuse(part, already, scenario->guest[phrase->guest].name);
}

static bool
add_command(struct scenario *scenario, struct part part, struct entry *entry)
{
    static bool (*const add[])(struct scenario *, struct part, struct entry *,
                               const struct phrase *) = {
        [ENTRY_GUEST] = add_guest_command,
        [ENTRY_HELPER] = add_close,
        [ENTRY_QEMU] = add_qemu_command,
        [ENTRY_THIRD_PARTY] = add_third_party_command,
    };
    struct phrase command = {0};

    if (!read_command(scenario, part, &command) ||
        (entry->kind == ENTRY_NEW && !begin_entry(scenario, part, entry, &command))) {
        return false;
    }
    if (command.verb->kind != entry->kind) {
        return refuse(part, "'%s' is another actor's: it needs an entry of its own",
                      command.verb->text);
    }
    return add[entry->kind](scenario, part, entry, &command);
}

/* A command or a list of commands. */
static bool
add_commands(struct scenario *scenario, struct part part, struct entry *entry)
{
    int count;

    if (part.node->type != YAML_SEQUENCE_NODE) {
        return add_command(scenario, part, entry);
    }
    count = part_members(part, "a list of commands", YAML_SEQUENCE_NODE, 1, MAX_COMMANDS);
    for (int i = 0; i < count; i++) {
        if (!add_command(scenario, part_member(part, i), entry)) {
            return false;
        }
    }
    return count >= 0;
}

/* Each is a command, a list of commands, or {do: commands, times: N, after: STEP}. */
bool
scenario_read_actors(struct scenario *scenario, struct part part)
{
    enum { DO, TIMES, AFTER, KEYS };
    static const struct document_key keys[KEYS] = {
        [DO] = {.name = "do", .required = true},
        [TIMES] = {.name = "times", .least = 1, .most = MAX_COMMANDS},
        [AFTER] = {.name = "after"},
    };
    int count =
        part_members(part, "actors", YAML_SEQUENCE_NODE, 1, 3 * MAX_GUESTS + MAX_THIRD_PARTIES);

    for (int i = 0; i < count; i++) {
        struct part item = part_member(part, i), in[KEYS] = {0};
        struct entry entry = {0};

        in[DO] = item;
        if (item.node->type == YAML_MAPPING_NODE &&
            !part_mapping(item, "an actor", keys, KEYS, in)) {
            return false;
        }
        if (in[AFTER].node != NULL &&
            (entry.after = scenario_read_landmark(scenario, in[AFTER])) == 0) {
            return false;
        }
        entry.after_at = in[AFTER];
        for (int time = 0; time == 0 || time < in[TIMES].value; time++) {
            if (!add_commands(scenario, in[DO], &entry)) {
                return false;
            }
        }
    }
    return count >= 0;
}
