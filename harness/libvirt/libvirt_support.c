/* What cannot be forced on a libvirtd: see libvirt_support.h. */
#include "harness/libvirt/libvirt_support.h"

#include "harness/libvirt/definition.h"
#include "harness/libvirt/libvirt_filter.h"
#include "harness/libvirt/libvirt_limit.h"

#include <string.h>

static bool
may_die(const struct world *world, unsigned guest)
{
    return world->faults[FAULT_QEMU_CRASH] > 0 ||
           memchr(world->command[guest], COMMAND_CRASH, world->commands[guest]) != NULL;
}

/* While a hot-unplug is late, the thread that was to remove the nic would say nothing that it could
 * be known by.  One that sleeps in its death says nothing on its monitor, so that libvirtd does not
 * begin a stop that it could give up.  And where that fails a stop, the event loop waits for the
 * domain's lock when QEMU ends (qemuProcessInShutdownPidfdCb), which the next stop has. */
static const char *
unsupported_death(const struct world *world)
{
    bool late = world->faults[FAULT_UNPLUG_LATE] > 0 || world->faults[FAULT_MONITOR_LATE] > 0;

    for (unsigned guest = 0; guest < world->guests; guest++) {
        bool sleeps = world->ignores_sigkill[guest] != 0;

        if (may_die(world, guest) && late) {
            return "a QEMU that dies by itself while a hot-unplug is late";
        }
        if (may_die(world, guest) && sleeps) {
            return "a QEMU that dies by itself, and takes its time";
        }
        if (sleeps && world->guests > 1 &&
            world_policy(world, guest)->kill_fails == KILL_FAILS_FAIL) {
            return "a stop that has failed, and other guests: libvirtd begins nothing for them";
        }
    }
    return NULL;
}

/* Of a VM by its UUID, which is written on ports: lives elsewhere are known by nothing but their
 * MAC, which two domains may have. */
static bool
is_next_life(const struct world *world, unsigned guest)
{
    const struct context context = world_context(world, guest);

    return world->vm[guest] != 0 &&
           daemon_bridge_kind(&context, world->nic[guest].bridge) == BRIDGE_OVS;
}

const char *
libvirt_unsupported(const struct world *world)
{
    const char *why = definition_unsupported(world);

    why = why == NULL ? unsupported_death(world) : why;
    why = why == NULL ? libvirt_limit_unsupported(world) : why;
    why = why == NULL ? libvirt_filter_unsupported(world) : why;
    if (why == NULL && world->faults[FAULT_OVSDB_OUTAGE] > 0) {
        return "the fault ovsdb-outage";
    }
    for (unsigned guest = 0; guest < world->guests && why == NULL; guest++) {
        why = world->qemu_commands[guest] > 0 ? "a QEMU that changes its tap by itself"
              : is_next_life(world, guest)
                  ? "two lives of one VM on Open vSwitch: a libvirtd has one domain of a UUID"
                  : NULL;
    }
    return why;
}
