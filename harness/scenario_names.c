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
scenario_check_name(const struct scenario *scenario, const struct document *document,
                    yaml_node_t *node, size_t offset, const char *text)
{
    if (!ifname_valid(text) || strchr(text, '%') != NULL) {
        return document_diagnose(document, node, offset,
                                 "'%s' is not a name that the kernel gives a device", text);
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(text, taken[i].name) == 0) {
            return document_diagnose(document, node, offset, "'%s' is %s", text, taken[i].why);
        }
    }
    for (unsigned i = 0; i < scenario->bridges; i++) {
        if (strcmp(text, scenario->bridge[i].name) == 0) {
            return document_diagnose(document, node, offset, "'%s' is a bridge", text);
        }
    }
    return strncmp(text, own, strlen(own)) != 0 ||
           document_diagnose(document, node, offset,
                             "'%s' begins with '%s', as the harness's own devices do", text, own);
}

bool
scenario_check_template(const struct scenario *scenario, const struct document *document,
                        yaml_node_t *node, const char *prefix)
{
    for (unsigned i = 0; i < scenario->bridges; i++) {
        if (scenario_is_made_of(scenario->bridge[i].name, prefix)) {
            return document_diagnose(document, node, 0, "'%s%%d' makes '%s', which is a bridge",
                                     prefix, scenario->bridge[i].name);
        }
    }
    return strncmp(prefix, own, strlen(own)) != 0 ||
           document_diagnose(document, node, 0,
                             "'%s%%d' begins with '%s', as the harness's own devices do", prefix,
                             own);
}

bool
scenario_check_bridge(const struct document *document, yaml_node_t *node, const char *text)
{
    static const char *const generated[] = {"vnet", "macvtap", "macvlan"};
    const struct scenario none = {0};

    for (size_t i = 0; i < sizeof generated / sizeof *generated; i++) {
        if (scenario_is_made_of(text, generated[i])) {
            return document_diagnose(document, node, 0,
                                     "a bridge cannot be '%s': libvirt gives such names to devices",
                                     text);
        }
    }
    return scenario_check_name(&none, document, node, 0, text);
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
        IFNAME_SIZE - 3) {
        snprintf(prefix, IFNAME_SIZE, "%s-%u-", begin, guest);
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
    const struct scenario_nic *nic = &scenario->nic[index];

    add_name(names, nic->device, nic->is.template ? number : "");
    add_name(names, nic->carried, "");
    if (nic->is.template || nic->device[0] == '\0') {
        add_name(names, nic->is.kind == NIC_MACVTAP ? "macvtap" : "vnet", number);
    }
    if (nic->is.template) {
        add_own_name(names, nic->device, scenario, nic->guest, number);
    }
    add_own_name(names, "tap", scenario, nic->guest, number);
}

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
    for (unsigned i = 0; i < scenario->nics; i++) {
        add_nic_names(names, scenario, i, number);
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        add_name(names, scenario->device[i].name, "");
    }
    for (unsigned i = 0; i < scenario->rows && rows; i++) {
        add_name(names, scenario->row[i].name, "");
    }
    for (unsigned i = 0; i < MAX_COMMANDS * scenario->third_parties; i++) {
        const struct scenario_third_party *third_party = &scenario->third_party[i / MAX_COMMANDS];
        unsigned command = i % MAX_COMMANDS;

        add_name(names, third_party->to[command], "");
        if (command < third_party->commands &&
            third_party->command[command] == THIRD_PARTY_CREATE) {
            add_name(names, third_party->name[command], "");
        }
    }
}

bool
scenario_check_third_parties(const struct scenario *scenario, struct diagnostic *diagnostic)
{
    for (unsigned i = 0; i < MAX_COMMANDS * scenario->third_parties; i++) {
        const struct scenario_third_party *third_party = &scenario->third_party[i / MAX_COMMANDS];
        const struct scenario_place *place = &third_party->place[i % MAX_COMMANDS];
        const char *wanted = third_party->name[i % MAX_COMMANDS];
        struct names names;
        bool known = wanted[0] == '\0';
        char hint[96];

        collect(&names, scenario, wanted,
                third_party->command[i % MAX_COMMANDS] == THIRD_PARTY_DELETE_PORT);
        for (size_t name = 0; name < names.count; name++) {
            known = known || strcmp(names.at[name], wanted) == 0;
        }
        if (!known) {
            return diagnose(diagnostic, EXIT_BAD_INPUT, scenario->path, place->line, place->column,
                            "nothing ever has the name '%s'%s", wanted,
                            diagnostic_near_hint(wanted, names.at, names.count, hint));
        }
    }
    return true;
}

bool
scenario_read_word(const struct document *document, yaml_node_t *node, const char *what,
                   char word[SCENARIO_MAX_WORD])
{
    static const char *const reserved[] = {"other2"}; /* besides those of the table */
    const char *text = document_text(document, node, what);
    bool reserved_word = false;

    if (text == NULL) {
        return false;
    }
    if (strlen(text) >= SCENARIO_MAX_WORD ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text) || text[0] < 'a') {
        return document_diagnose(
            document, node, 0,
            "%s '%s' has to be 1 to %d small letters, digits and dashes, a letter first", what,
            text, SCENARIO_MAX_WORD - 1);
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        reserved_word = reserved_word || strcmp(text, reserved[i]) == 0;
    }
    for (enum actor_kind kind = 0; kind < ACTOR_KINDS; kind++) {
        reserved_word = reserved_word || strcmp(text, actor_kind_name(kind)) == 0;
    }
    if (reserved_word) {
        return document_diagnose(document, node, 0,
                                 "'%s' is the name of an actor of tapweave's own", text);
    }
    strcpy(word, text);
    return true;
}
