/* The part of a scenario file that says on which platform its world is. */
#include "harness/scenario.h"

#include <stddef.h>

/* What the world has that is not known of FreeBSD, or not there; NULL if there is nothing. */
static const char *
foreign_to_freebsd(const struct scenario *scenario)
{
    for (unsigned i = 0; i < scenario->bridges; i++) {
        if (scenario->bridge[i].kind != BRIDGE_LINUX) {
            return "a bridge of kind ovs";
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].permanent.listed) {
            return "a persistent tap";
        }
    }
    for (unsigned i = 0; i < MAX_VERBS * scenario->outsiders; i++) {
        if (scenario->outsider[i / MAX_VERBS].to[i % MAX_VERBS][0] != '\0') {
            return "a device that is renamed";
        }
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        if (scenario->guest[i].qemu_verbs > 0) {
            return "IFF_PERSIST";
        }
    }
    for (unsigned i = 0; i < scenario->cards; i++) {
        const struct scenario_card *card = &scenario->card[i];

        if (card->kind != NIC_TAP || card->multi_queue || card->unmanaged) {
            return card->kind != NIC_TAP ? "a device that is no tap"
                   : card->multi_queue   ? "queues: 2"
                                         : "managed: false";
        }
    }
    return NULL;
}

bool
scenario_read_platform(struct scenario *scenario, const struct tree *tree, yaml_node_t *node,
                       struct complaint *complaint)
{
    static const char *const platforms[] = {
        [PLATFORM_LINUX] = "linux", [PLATFORM_FREEBSD] = "freebsd"};
    int platform = tree_word(tree, node, "platform", platforms, 2, complaint);
    const char *foreign;

    if (platform < 0) {
        return false;
    }
    scenario->platform = (enum platform)platform;
    foreign = scenario->platform == PLATFORM_FREEBSD ? foreign_to_freebsd(scenario) : NULL;
    return foreign == NULL ||
           tree_complain(tree, node, 0, complaint, "%s is not modelled on freebsd", foreign);
}
