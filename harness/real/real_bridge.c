/* The bridges of the real world: see real_bridge.h. */
#include "harness/real/real_bridge.h"

#include "harness/real/device.h"
#include "harness/real/real_ovs.h"
#include "harness/real/real_terms.h"

#include <stdio.h>

static const char *
datapath_type(const struct real *real, unsigned bridge)
{
    return world_datapath(real->world, (uint8_t)(bridge + 1), DATAPATH_SYSTEM) ? "system"
                                                                               : "netdev";
}

/* Each bridge has a tap on it that frames can be sent and received by. */
static bool
build_bridge(struct real *real, unsigned bridge)
{
    const char *name = real_bridge_name(real, (uint8_t)(bridge + 1));
    char probe[IFNAME_SIZE];
    int error;

    snprintf(probe, sizeof probe, "probe%u", bridge);
    if (real->world->bridge_kind[bridge] != BRIDGE_LINUX) {
        return ovs_add_bridge(real->ovs, name, datapath_type(real, bridge)) &&
               ovs_insert_port(real->ovs, name, probe, 0, "");
    }
    if ((error = device_add_bridge(name)) != 0 || (error = device_set_up(name, true)) != 0 ||
        (error = device_bridge_add(name, device_index(probe))) != 0) {
        return real_fail(real, "cannot make the bridge", name, error);
    }
    return true;
}

bool
real_open_bridge(struct real *real, unsigned bridge)
{
    char probe[IFNAME_SIZE], got[IFNAME_SIZE];
    int error;

    snprintf(probe, sizeof probe, "probe%u", bridge);
    if ((error = device_open_tap(probe, false, &real->probe[bridge], got)) != 0 ||
        (error = device_set_up(probe, true)) != 0) {
        return real_fail(real, "cannot make the tap", probe, error);
    }
    return build_bridge(real, bridge);
}

bool
real_delete_bridge(struct real *real, uint8_t bridge, int *error)
{
    const char *name = real_bridge_name(real, bridge);

    real->bridge_gone[bridge - 1] = true;
    if (real->world->bridge_kind[bridge - 1] != BRIDGE_LINUX) {
        return real_delete_rows(real, (const char *const[]){"del-br", name, NULL}, error);
    }
    *error = device_delete(name, false);
    return true;
}

bool
real_restore_bridges(struct real *real)
{
    for (unsigned bridge = 0; bridge < real->world->bridges; bridge++) {
        if (real->bridge_gone[bridge] && !build_bridge(real, bridge)) {
            return false;
        }
        real->bridge_gone[bridge] = false;
    }
    return true;
}
