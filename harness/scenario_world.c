/* The part of a scenario file that says which guests there are. */
#include "harness/scenario.h"

#include <string.h>

/* nic, or nics: one nic, or several.  The first one has the guest's index, and the others those
 * behind all guests'. */
static bool
read_nics(struct scenario *scenario, unsigned index, const struct document *document,
          yaml_node_t *const value[2], yaml_node_t *whole, struct scenario_macs *macs)
{
    size_t count = 1;

    if ((value[0] == NULL) == (value[1] == NULL)) {
        return document_diagnose(document, value[0] == NULL ? whole : value[1], 0,
                                 value[0] == NULL ? "a guest lacks 'nic'"
                                                  : "a guest has either 'nic' or 'nics'");
    }
    if (value[1] != NULL &&
        !document_members(document, value[1], "nics", YAML_SEQUENCE_NODE, 1, MAX_NICS, &count)) {
        return false;
    }
    scenario->guest[index].nics = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *node_of =
            value[0] != NULL ? value[0] : document_value_at(document, value[1], i);
        unsigned nic = i == 0 ? index : scenario->nics++;

        if (nic == MAX_NICS) {
            return document_diagnose(document, node_of, 0,
                                     "the world is too large: more than %d nics in all", MAX_NICS);
        }
        scenario->nic[nic].guest = (uint8_t)index;
        if (!scenario_read_nic(scenario, nic, document, node_of, macs)) {
            return false;
        }
        if (count > 1 && scenario->nic[nic].is.kind == NIC_VETH) {
            return document_diagnose(document, node_of, 0,
                                     "a container, which has a veth, is modelled with one nic");
        }
    }
    return true;
}

/* What goes together with the nics, and what does not. */
static bool
check_guest(const struct scenario *scenario, unsigned index, const struct document *document,
            yaml_node_t *state, yaml_node_t *leaked)
{
    const struct scenario_guest *guest = &scenario->guest[index];
    bool carried = false;

    for (unsigned nic = 0; nic < scenario->nics; nic++) {
        carried =
            carried || (scenario->nic[nic].guest == index && scenario->nic[nic].carried[0] != '\0');
    }
    if (guest->leaked && scenario->nic[index].is.kind != NIC_TAP) {
        return document_diagnose(document, leaked, 0,
                                 "only a tap lives as long as somebody has a descriptor of it");
    }
    if (guest->running && carried) {
        return document_diagnose(document, state, 0,
                                 "what its definition carried ('xml') does not matter any more");
    }
    if (guest->leaked && !guest->running) {
        return document_diagnose(document, leaked, 0,
                                 "only a running guest has a tap whose descriptor could be leaked");
    }
    return !guest->leaked || guest->nics == 1 ||
           document_diagnose(document, leaked, 0,
                             "a leaked descriptor is modelled of a guest with one nic");
}

bool
scenario_read_guests(struct scenario *scenario, const struct document *document, yaml_node_t *node)
{
    enum { NIC, NICS, STATE, LEAKED, SIGTERM_WORD, DAEMON, KEYS };
    static const struct document_key keys[KEYS] = {{"nic", false},     {"nics", false},
                                                   {"state", false},   {"leaked", false},
                                                   {"sigterm", false}, {"daemon", false}};
    static const char *const states[] = {"stopped", "running"};
    static const char *const sigterms[] = {"obeyed", "ignored"};
    struct scenario_macs macs = {0};
    size_t count;

    if (!document_members(document, node, "guests", YAML_MAPPING_NODE, 1, MAX_GUESTS, &count)) {
        return false;
    }
    scenario->guests_at =
        (struct scenario_place){node->start_mark.line + 1, node->start_mark.column + 1};
    scenario->nics = (unsigned)count;
    for (size_t i = 0; i < count; i++) {
        struct scenario_guest *guest = &scenario->guest[i];
        yaml_node_t *value[KEYS], *whole = document_value_at(document, node, i);
        int running = 0, leaked = 0, sigterm = 0, daemon = 1;

        if (!scenario_read_word(document, document_key_at(document, node, i), "a guest's name",
                                guest->name) ||
            !document_mapping(document, whole, "a guest", keys, KEYS, value) ||
            !read_nics(scenario, (unsigned)i, document, value, whole, &macs) ||
            (value[STATE] != NULL &&
             (running = document_word(document, value[STATE], "state", states, 2)) < 0) ||
            (value[LEAKED] != NULL &&
             (leaked = document_truth(document, value[LEAKED], "leaked")) < 0) ||
            (value[SIGTERM_WORD] != NULL &&
             (sigterm = document_word(document, value[SIGTERM_WORD], "sigterm", sigterms, 2)) <
                 0) ||
            (value[DAEMON] != NULL &&
             (daemon = document_number(document, value[DAEMON], "daemon", 1, MAX_DAEMONS)) < 0)) {
            return false;
        }
        guest->running = running == 1;
        guest->leaked = leaked == 1;
        guest->daemon = (uint8_t)(daemon - 1);
        guest->ignores_sigterm = sigterm == 1;
        if (!check_guest(scenario, (unsigned)i, document, value[STATE], value[LEAKED])) {
            return false;
        }
    }
    scenario->guests = (unsigned)count;
    return true;
}
