/* The part of a scenario file that says on which platform its world is. */
#include "harness/scenario.h"

#include <stddef.h>

/* What the world has that is not known of FreeBSD, or not there; NULL if there is nothing. */
static const char *
foreign_to_freebsd(const struct scenario *scenario)
{
    const struct world *world = &scenario->world;

    for (unsigned i = 0; i < world->bridges; i++) {
        if (world->bridge_kind[i] != BRIDGE_LINUX) {
            return "a bridge of kind ovs";
        }
    }
    for (unsigned i = 0; i < scenario->devices; i++) {
        if (scenario->device[i].preset.present) {
            return "a persistent tap";
        }
    }
    for (unsigned i = 0; i < scenario->commands; i++) {
        if (scenario->command[i].to[0] != '\0') {
            return "a device that is renamed";
        }
    }
    for (unsigned i = 0; i < world->guests; i++) {
        if (world->qemu_commands[i] > 0) {
            return "IFF_PERSIST";
        }
    }
    for (unsigned i = 0; i < world_nics(world); i++) {
        const struct nic *nic = &world->nic[i];

        if (nic->kind != NIC_TAP || nic->multi_queue || nic->unmanaged) {
            return nic->kind != NIC_TAP ? "a device that is no tap"
                   : nic->multi_queue   ? "queues: 2"
                                        : "managed: false";
        }
    }
    return NULL;
}

bool
scenario_read_platform(struct scenario *scenario, struct part part)
{
    static const char *const platforms[] = {
        [PLATFORM_LINUX] = "linux", [PLATFORM_FREEBSD] = "freebsd"};
    int platform = part.node == NULL ? PLATFORM_LINUX : part_word(part, "platform", platforms, 2);
    const char *foreign = platform == PLATFORM_FREEBSD ? foreign_to_freebsd(scenario) : NULL;

    scenario->world.platform = (uint8_t)platform;
    return platform >= 0 &&
           (foreign == NULL || refuse(part, "%s is not modelled on freebsd", foreign));
}
