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
        if (scenario->device[i].preset.present) {
            return "a persistent tap";
        }
    }
    for (unsigned i = 0; i < MAX_COMMANDS * scenario->third_parties; i++) {
        if (scenario->third_party[i / MAX_COMMANDS].to[i % MAX_COMMANDS][0] != '\0') {
            return "a device that is renamed";
        }
    }
    for (unsigned i = 0; i < scenario->guests; i++) {
        if (scenario->guest[i].qemu_commands > 0) {
            return "IFF_PERSIST";
        }
    }
    for (unsigned i = 0; i < scenario->nics; i++) {
        const struct scenario_nic *nic = &scenario->nic[i];

        if (nic->is.kind != NIC_TAP || nic->is.multi_queue || nic->is.unmanaged) {
            return nic->is.kind != NIC_TAP ? "a device that is no tap"
                   : nic->is.multi_queue   ? "queues: 2"
                                           : "managed: false";
        }
    }
    return NULL;
}

bool
scenario_read_platform(struct scenario *scenario, const struct document *document,
                       yaml_node_t *node)
{
    static const char *const platforms[] = {
        [PLATFORM_LINUX] = "linux", [PLATFORM_FREEBSD] = "freebsd"};
    int platform = document_word(document, node, "platform", platforms, 2);
    const char *foreign;

    if (platform < 0) {
        return false;
    }
    scenario->platform = (enum platform)platform;
    foreign = scenario->platform == PLATFORM_FREEBSD ? foreign_to_freebsd(scenario) : NULL;
    return foreign == NULL ||
           document_diagnose(document, node, 0, "%s is not modelled on freebsd", foreign);
}
