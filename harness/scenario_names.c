/* The names in a scenario file: which device names the kernel, Open vSwitch or the harness would
 * refuse, which nothing can ever have, and what guests and bridges may be called. */
#include "harness/scenario.h"
#include "sim/actor.h"

#include <stdio.h>
#include <string.h>

/* Names that the kernel gives nothing here, beside those that it gives no device at all. */
static const struct {
    const char *name, *why;
} taken[] = {
    {"lo", "the loopback device, which is there already"},
    {"ovs-system", "Open vSwitch's own device"},
    {"ovs-netdev", "Open vSwitch's own device"},
    {"--", "what ends a command of ovs-vsctl"},
};

/* The harness's own devices, on which it sends and receives frames. */
static const char own[] = "probe";

bool
scenario_is_made_of(const char *text, const char *prefix)
{
    size_t length = strlen(prefix), digits;

    digits = strncmp(text, prefix, length) == 0 ? strspn(text + length, "0123456789") : 0;
    return digits > 0 && text[length + digits] == '\0' && (text[length] != '0' || digits == 1);
}

bool
scenario_check_name(const struct scenario *scenario, struct part part, size_t offset,
                    const char *text)
{
    if (!ifname_valid(text) || strchr(text, '%') != NULL) {
        return refuse_at(part, offset, "'%s' is not a name that the kernel gives a device", text);
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(text, taken[i].name) == 0) {
            return refuse_at(part, offset, "'%s' is %s", text, taken[i].why);
        }
    }
    for (unsigned i = 0; i < scenario->world.bridges; i++) {
        if (strcmp(text, scenario->bridge[i].name) == 0) {
            return refuse_at(part, offset, "'%s' is a bridge", text);
        }
    }
    return strncmp(text, own, strlen(own)) != 0 ||
           refuse_at(part, offset, "'%s' begins with '%s', as the harness's own devices do", text,
                     own);
}

bool
scenario_read_name(const struct scenario *scenario, struct part part, const char *what,
                   char name[IFNAME_SIZE])
{
    const char *text = part_text(part, what);

    if (text == NULL || !scenario_check_name(scenario, part, 0, text)) {
        return false;
    }
    strcpy(name, text);
    return true;
}

bool
scenario_check_template(const struct scenario *scenario, struct part part, const char *prefix)
{
    for (unsigned i = 0; i < scenario->world.bridges; i++) {
        if (scenario_is_made_of(scenario->bridge[i].name, prefix)) {
            return refuse(part, "'%s%%d' makes '%s', which is a bridge", prefix,
                          scenario->bridge[i].name);
        }
    }
    return strncmp(prefix, own, strlen(own)) != 0 ||
           refuse(part, "'%s%%d' begins with '%s', as the harness's own devices do", prefix, own);
}

bool
scenario_check_bridge(struct part part, const char *text)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const struct scenario none = {0};

    for (size_t i = 0; i < sizeof generated / sizeof *generated; i++) {
        if (scenario_is_made_of(text, generated[i])) {
            return refuse(part, "a bridge cannot be '%s': libvirt gives such names to devices",
                          text);
        }
    }
    return scenario_check_name(&none, part, 0, text);
}

/* ---- names that nothing can ever have ---- */

enum {
    MOST_NAMES = 5 * MAX_NICS + SCENARIO_MAX_DEVICES + SCENARIO_MAX_ROWS +
                 2 * MAX_THIRD_PARTIES * MAX_COMMANDS
};

/* Names that some device, or row, may have: of a family, the one with the number looked for. */
struct names {
    char text[MOST_NAMES][IFNAME_SIZE];
    const char *at[MOST_NAMES];
    size_t count;
};

static void
add_name(struct names *names, const char *begin, const char *end)
{
    char *text = names->text[names->count];

    if (begin[0] != '\0' && snprintf(text, IFNAME_SIZE, "%s%s", begin, end) < IFNAME_SIZE) {
        names->at[names->count++] = text;
    }
}

void
scenario_own_prefix(const struct scenario *scenario, unsigned guest, const char *begin,
                    char prefix[IFNAME_SIZE])
{
    if (snprintf(prefix, IFNAME_SIZE, "%s-%s-", begin, scenario->guest[guest].name) >
            IFNAME_SIZE - 3 &&
        snprintf(prefix, IFNAME_SIZE, "%s-%u-", begin, guest) > IFNAME_SIZE - 3) {
        snprintf(prefix, IFNAME_SIZE, "tap-%u-", guest);
    }
}

static void
add_own_name(struct names *names, const char *begin, const struct scenario *scenario,
             unsigned guest, const char *number)
{
    char prefix[IFNAME_SIZE];

    scenario_own_prefix(scenario, guest, begin, prefix);
    add_name(names, prefix, number);
}

/* What its start may call a nic's device, under one policy or another. */
static void
add_nic_names(struct names *names, const struct scenario *scenario, unsigned index,
              const char *number)
{
    const struct scenario_nic *named = &scenario->nic[index];
    const struct nic *nic = &scenario->world.nic[index];
    unsigned guest = world_vm(&scenario->world, world_guest(&scenario->world, index));

    add_name(names, named->device, nic->template ? number : "");
    add_name(names, named->carried, "");
    if (nic->template || named->device[0] == '\0') {
        add_name(names, nic->kind == NIC_MACVTAP ? "macvtap" : "vnet", number);
    }
    if (nic->template) {
        add_own_name(names, named->device, scenario, guest, number);
    }
    add_own_name(names, "tap", scenario, guest, number);
}

/* The names that a command of other software may find. */
static void
collect(struct names *names, const struct scenario *scenario, const char *wanted, bool rows)
{
    size_t behind = strlen(wanted);
    const char *number;

    while (behind > 0 && wanted[behind - 1] >= '0' && wanted[behind - 1] <= '9') {
        behind--;
    }
    number = wanted + behind;
    number = number[0] == '\0' || (number[0] == '0' && number[1] != '\0') ? "0" : number;
    names->count = 0;
    for (unsigned i = 0; i < world_nics(&scenario->world); i++) {
        add_nic_names(names, scenario, i, number);
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        add_name(names, scenario->device[i].name, "");
    }
    for (unsigned i = 0; i < scenario->rows && rows; i++) {
        add_name(names, scenario->row[i].name, "");
    }
    for (unsigned i = 0; i < scenario->commands; i++) {
        const struct scenario_command *command = &scenario->command[i];

        add_name(names, command->to, "");
        if (command->command == THIRD_PARTY_CREATE) {
            add_name(names, command->name, "");
        }
    }
}

bool
scenario_check_third_parties(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < scenario->commands; i++) {
        const struct scenario_command *command = &scenario->command[i];
        struct names names;
        bool known = command->name[0] == '\0';
        char hint[96];

        collect(&names, scenario, command->name, command->command == THIRD_PARTY_DELETE_PORT);
        for (size_t name = 0; name < names.count; name++) {
            known = known || strcmp(names.at[name], command->name) == 0;
        }
        if (!known) {
            return diagnose_at(diagnostic, command->place, "nothing ever has the name '%s'%s",
                               command->name,
                               diagnostic_near_hint(command->name, names.at, names.count, hint));
        }
    }
    return true;
}

bool
scenario_read_word(struct part part, const char *what, char word[SCENARIO_MAX_WORD])
{
    const char *text = part_text(part, what);
    bool reserved;

    if (text == NULL) {
        return false;
    }
    if (strlen(text) >= SCENARIO_MAX_WORD ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text) || text[0] < 'a') {
        return refuse(part,
                      "%s '%s' has to be 1 to %d small letters, digits and dashes, a letter first",
                      what, text, SCENARIO_MAX_WORD - 1);
    }
    reserved = strcmp(text, "other2") == 0; /* besides those of the table */
    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        reserved = reserved || strcmp(text, actor_kind_name(kind)) == 0;
    }
    if (reserved) {
        return refuse(part, "'%s' is the name of an actor of tapweave's own", text);
    }
    strcpy(word, text);
    return true;
}
