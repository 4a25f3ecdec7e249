/* The part of a scenario file that says which guests there are. */
#include "harness/scenario.h"

#include <string.h>

bool
scenario_read_word(const struct tree *tree, yaml_node_t *node, const char *what,
                   char word[SCENARIO_MAX_WORD], struct complaint *complaint)
{
    static const char *const reserved[] = {"ovs-vswitchd", "clock",  "other",   "other2",
                                           "kernel",       "helper", "timeout", "agent",
                                           "qemu",         "ovsdb",  "netns"};
    const char *text = tree_text(tree, node, what, complaint);
    bool own = false;

    if (text == NULL) {
        return false;
    }
    if (strlen(text) >= SCENARIO_MAX_WORD ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text) || text[0] < 'a') {
        return tree_complain(
            tree, node, 0, complaint,
            "%s '%s' has to be 1 to %d small letters, digits and dashes, a letter first", what,
            text, SCENARIO_MAX_WORD - 1);
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        own = own || strcmp(text, reserved[i]) == 0;
    }
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        const char *actor = fault_actor((enum fault)fault);

        own = own || (actor != NULL && strcmp(text, actor) == 0);
    }
    if (own) {
        return tree_complain(tree, node, 0, complaint,
                             "'%s' is the name of an actor of tapweave's own", text);
    }
    strcpy(word, text);
    return true;
}

/* nic, or nics: one card, or several.  The first one has the guest's index, and the others those
 * behind all guests'. */
static bool
read_nics(struct scenario *scenario, unsigned index, const struct tree *tree,
          yaml_node_t *const value[2], yaml_node_t *whole, struct scenario_macs *macs,
          struct complaint *complaint)
{
    size_t count = 1;

    if ((value[0] == NULL) == (value[1] == NULL)) {
        return tree_complain(tree, value[0] == NULL ? whole : value[1], 0, complaint,
                             value[0] == NULL ? "a guest lacks 'nic'"
                                              : "a guest has either 'nic' or 'nics'");
    }
    if (value[1] != NULL && !tree_members(tree, value[1], "nics", YAML_SEQUENCE_NODE, 1, MAX_CARDS,
                                          &count, complaint)) {
        return false;
    }
    scenario->guest[index].cards = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *nic = value[0] != NULL ? value[0] : tree_value_at(tree, value[1], i);
        unsigned card = i == 0 ? index : scenario->cards++;

        if (card == MAX_CARDS) {
            return tree_complain(tree, nic, 0, complaint,
                                 "the world is too large: more than %d cards in all", MAX_CARDS);
        }
        scenario->card[card].guest = (uint8_t)index;
        if (!scenario_read_nic(scenario, card, tree, nic, macs, complaint)) {
            return false;
        }
        if (count > 1 && scenario->card[card].kind == NIC_VETH) {
            return tree_complain(tree, nic, 0, complaint,
                                 "a container, which has a veth, is modelled with one card");
        }
    }
    return true;
}

/* What goes together with the cards, and what does not. */
static bool
check_guest(const struct scenario *scenario, unsigned index, const struct tree *tree,
            yaml_node_t *state, yaml_node_t *leaked, struct complaint *complaint)
{
    const struct scenario_guest *guest = &scenario->guest[index];
    bool carried = false;

    for (unsigned card = 0; card < scenario->cards; card++) {
        carried = carried ||
                  (scenario->card[card].guest == index && scenario->card[card].carried[0] != '\0');
    }
    if (guest->leaked && scenario->card[index].kind != NIC_TAP) {
        return tree_complain(tree, leaked, 0, complaint,
                             "only a tap lives as long as somebody has a descriptor of it");
    }
    if (guest->running && carried) {
        return tree_complain(tree, state, 0, complaint,
                             "what its definition carried ('xml') does not matter any more");
    }
    if (guest->leaked && !guest->running) {
        return tree_complain(tree, leaked, 0, complaint,
                             "only a running guest has a tap whose descriptor could be leaked");
    }
    return !guest->leaked || guest->cards == 1 ||
           tree_complain(tree, leaked, 0, complaint,
                         "a leaked descriptor is modelled of a guest with one card");
}

bool
scenario_read_guests(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                     struct complaint *complaint)
{
    enum { NIC, NICS, STATE, LEAKED, SIGTERM_WORD, DAEMON, KEYS };
    static const struct tree_key keys[KEYS] = {{"nic", false},     {"nics", false},
                                               {"state", false},   {"leaked", false},
                                               {"sigterm", false}, {"daemon", false}};
    static const char *const states[] = {"stopped", "running"};
    static const char *const sigterms[] = {"obeyed", "ignored"};
    struct scenario_macs macs = {0};
    size_t count;

    if (!tree_members(tree, node, "guests", YAML_MAPPING_NODE, 1, MAX_GUESTS, &count, complaint)) {
        return false;
    }
    scenario->guests_at =
        (struct scenario_place){node->start_mark.line + 1, node->start_mark.column + 1};
    scenario->cards = (unsigned)count;
    for (size_t i = 0; i < count; i++) {
        struct scenario_guest *guest = &scenario->guest[i];
        yaml_node_t *value[KEYS], *whole = tree_value_at(tree, node, i);
        int running = 0, leaked = 0, sigterm = 0, daemon = 1;

        if (!scenario_read_word(tree, tree_key_at(tree, node, i), "a guest's name", guest->name,
                                complaint) ||
            !tree_mapping(tree, whole, "a guest", keys, KEYS, value, complaint) ||
            !read_nics(scenario, (unsigned)i, tree, value, whole, &macs, complaint) ||
            (value[STATE] != NULL &&
             (running = tree_word(tree, value[STATE], "state", states, 2, complaint)) < 0) ||
            (value[LEAKED] != NULL &&
             (leaked = tree_truth(tree, value[LEAKED], "leaked", complaint)) < 0) ||
            (value[SIGTERM_WORD] != NULL &&
             (sigterm = tree_word(tree, value[SIGTERM_WORD], "sigterm", sigterms, 2, complaint)) <
                 0) ||
            (value[DAEMON] != NULL && (daemon = tree_number(tree, value[DAEMON], "daemon", 1,
                                                            MAX_DAEMONS, complaint)) < 0)) {
            return false;
        }
        guest->running = running == 1;
        guest->leaked = leaked == 1;
        guest->daemon = (uint8_t)(daemon - 1);
        guest->ignores_sigterm = sigterm == 1;
        if (!check_guest(scenario, (unsigned)i, tree, value[STATE], value[LEAKED], complaint)) {
            return false;
        }
    }
    scenario->guests = (unsigned)count;
    return true;
}
