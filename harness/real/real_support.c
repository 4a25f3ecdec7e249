/* What this machine's kernel can do of a world: see real_support.h. */
#include "harness/real/real_support.h"

#include "harness/real/probe.h"

const char *
real_unsupported(const struct world *world)
{
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        if (world->bridge_kind[bridge] == BRIDGE_MIDONET) {
            return probe_midonet();
        }
        if (world_datapath(world, (uint8_t)(bridge + 1), DATAPATH_SYSTEM)) {
            return probe_datapath();
        }
    }
    return NULL;
}

const char *
real_unsupported_here(const struct real *real)
{
    return world_looks_at_filters(real->world) ? real_not_compared(real) : NULL;
}

const char *
real_not_compared(const struct real *real)
{
    return !real->has_filters ? "packet filters: this kernel has no nf_tables for bridges" : NULL;
}

const char *
real_emulated(const struct world *world)
{
    return world->platform == PLATFORM_FREEBSD
               ? "freebsd, by taps with IFF_PERSIST and names that are looked up"
               : NULL;
}
