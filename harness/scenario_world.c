/* The part of a scenario file that says which guests there are. */
#include "harness/daemons.h"

enum { NIC, NICS, STATE, LEAKED, SIGTERM_WORD, SIGKILL_WORD, DAEMON, VM, KEYS };

/* nic, or nics: one nic, or several.  The first one has the guest's index, and the others those
 * behind all guests'. */
static bool
read_nics(struct scenario *scenario, unsigned index, struct part whole, const struct part in[KEYS])
{
    struct world *world = &scenario->world;
    bool one = in[NIC].node != NULL;
    int count = one ? 1 : part_members(in[NICS], "nics", YAML_SEQUENCE_NODE, 1, MAX_NICS);

    if (one == (in[NICS].node != NULL)) {
        return one ? refuse(in[NICS], "a guest has either 'nic' or 'nics'")
                   : refuse(whole, "a guest lacks 'nic'");
    }
    for (int i = 0; i < count; i++) {
        struct part part = one ? in[NIC] : part_member(in[NICS], i);
        unsigned nic = i == 0 ? index : world_nics(world);

        if (nic == MAX_NICS) {
            return refuse(part, "the world is too large: more than %d nics in all", MAX_NICS);
        }
        if (i > 0) {
            world->more++;
        }
        world->nic_guest[nic] = (uint8_t)index;
        if (!scenario_read_nic(scenario, nic, part)) {
            return false;
        }
        if (count > 1 && world->nic[nic].kind == NIC_VETH) {
            return refuse(part, "a container, which has a veth, is modelled with one nic");
        }
    }
    scenario->guest[index].nics = (uint8_t)count;
    return count >= 0;
}

/* What goes together with the nics, and what does not. */
static bool
check_guest(const struct scenario *scenario, unsigned index, const struct part in[KEYS])
{
    const struct world *world = &scenario->world;
    bool carried = false;

    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        carried =
            carried || (world->nic_guest[nic] == index && scenario->nic[nic].carried[0] != '\0');
    }
    if (world->leaked[index] && world->nic[index].kind != NIC_TAP) {
        return refuse(in[LEAKED], "only a tap lives as long as somebody has a descriptor of it");
    }
    if (world->running[index] && carried) {
        return refuse(in[STATE], "what its definition carried ('xml') does not matter any more");
    }
    if (world->ignores_sigkill[index] && world->nic[index].kind == NIC_VETH) {
        return refuse(in[SIGKILL_WORD], "a container's processes end by SIGKILL here");
    }
    if (world->leaked[index] && !world->running[index]) {
        return refuse(in[LEAKED],
                      "only a running guest has a tap whose descriptor could be leaked");
    }
    return !world->leaked[index] || scenario->guest[index].nics == 1 ||
           refuse(in[LEAKED], "a leaked descriptor is modelled of a guest with one nic");
}

bool
scenario_read_guests(struct scenario *scenario, struct part part)
{
    static const char *const states[] = {"stopped", "running", NULL};
    static const char *const obediences[] = {"obeyed", "ignored", NULL};
    static const struct document_key keys[KEYS] = {
        [NIC] = {.name = "nic"},
        [NICS] = {.name = "nics"},
        [STATE] = {.name = "state", .words = states},
        [LEAKED] = {.name = "leaked", .words = document_truths},
        [SIGTERM_WORD] = {.name = "sigterm", .words = obediences},
        [SIGKILL_WORD] = {.name = "sigkill", .words = obediences},
        [DAEMON] = {.name = "daemon", .least = 1, .most = MAX_DAEMONS},
        [VM] = {.name = "vm"},
    };
    struct world *world = &scenario->world;
    int count = part_members(part, "guests", YAML_MAPPING_NODE, 1, MAX_GUESTS);

    scenario->guests_at = part_place(part, 0);
    world->guests = (uint8_t)count;
    for (int i = 0; i < count; i++) {
        struct part whole = part_member(part, i), in[KEYS];

        if (!scenario_read_word(part_key(part, i), "a guest's name", scenario->guest[i].name) ||
            !part_mapping(whole, "a guest", keys, KEYS, in)) {
            return false;
        }
        world->running[i] = (uint8_t)in[STATE].value;
        world->leaked[i] = (uint8_t)in[LEAKED].value;
        world->ignores_sigterm[i] = (uint8_t)in[SIGTERM_WORD].value;
        world->ignores_sigkill[i] = (uint8_t)in[SIGKILL_WORD].value;
        world->daemon[i] = (uint8_t)(in[DAEMON].node == NULL ? 0 : in[DAEMON].value - 1);
        if (!read_nics(scenario, (unsigned)i, whole, in) ||
            !check_guest(scenario, (unsigned)i, in) ||
            (in[VM].node != NULL && !scenario_read_vm(scenario, (unsigned)i, in[VM]))) {
            return false;
        }
    }
    return count >= 0;
}

/* The daemon, by its index, has a guest; and some guest's has no policy of its own. */
static bool
has_guest(const struct world *world, unsigned daemon)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (world->daemon[guest] == daemon) {
            return true;
        }
    }
    return false;
}

static bool
leaves_a_guest(const struct world *world)
{
    for (unsigned guest = 0; guest < world->guests; guest++) {
        if (!world->has_own[world->daemon[guest]]) {
            return true;
        }
    }
    return false;
}

bool
scenario_read_daemons(struct scenario *scenario, struct part part)
{
    struct scenario_policy own[MAX_DAEMONS] = {{.text = ""}};

    if (part.node == NULL) {
        return true;
    }
    if (!daemons_read(part, own)) {
        return false;
    }
    for (unsigned daemon = 0; daemon < MAX_DAEMONS; daemon++) {
        if (own[daemon].text[0] != '\0' && !has_guest(&scenario->world, daemon)) {
            return refuse(part, "daemon %u has a policy, and no guest", daemon + 1);
        }
    }
    daemons_use(scenario, own);
    return leaves_a_guest(&scenario->world) ||
           refuse(part, "each daemon has a policy of its own: there is no guest for that of -p and "
                        "of claims");
}
