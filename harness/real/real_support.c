/* What this machine's kernel can do of a world: see real_support.h. */
#define _DEFAULT_SOURCE /* syscall */
#include "harness/real/real_support.h"

#include "harness/real/child.h"
#include "harness/real/datapath.h"
#include "harness/real/device.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names what it lacks for the system datapath, with the ways out; NULL: it has it. */
static const char *
probe_datapath(void)
{
    int error = datapath_probe();

    return error == 0 ? NULL
           : error == ENOENT
               ? "the system datapath: this kernel has no openvswitch module (--on vm has one; "
                 "--datapath netdev does without)"
               : "the system datapath: this kernel does not say whether it has one (--on vm has "
                 "one; --datapath netdev does without)";
}

static const char *
probe_midonet(void)
{
    struct diagnostic none = {EXIT_HOLDS, ""};
    char path[PATH_MAX];

    return child_find("mm-ctl", "midonet", path, &none)
               ? "a Midonet port: this machine has mm-ctl, and tapweave does not drive it"
               : "a Midonet port: this machine has no mm-ctl";
}

bool
real_has_capability(int capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

    return syscall(SYS_capget, &header, data) == 0 &&
           (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

const char *
real_unsupported(const struct world *world)
{
    for (unsigned bridge = 0; bridge < world->bridges; bridge++) {
        if (world->bridge_kind[bridge] == BRIDGE_MIDONET) {
            return probe_midonet();
        }
    }
    if (world_has_filters(world) && WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME_MAC) &&
        (WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_NAME) ||
         WORLD_HAS_POLICY(world, filter_key, FILTER_KEY_BINDING))) {
        return "packet filters of two kinds: the daemons differ in filter-key";
    }
    return world_has_system_datapath(world) ? probe_datapath() : NULL;
}

static bool
deletes_in_bulk(const struct world *world)
{
    for (unsigned nic = 0; nic < world_nics(world); nic++) {
        const struct policy *policy = world_policy(world, world_guest(world, nic));

        if (world->nic[nic].kind != NIC_TAP && policy->link_delete == LINK_DELETE_BULK) {
            return true;
        }
    }
    return false;
}

const char *
real_unsupported_here(const struct real *real)
{
    if (deletes_in_bulk(real->world) && !device_refuses_bulk()) {
        return "link-delete=bulk: this kernel is older than 5.19, and deletes such links";
    }
    /* A daemon other than the harness fails there. */
    return world_looks_at_filters(real->world) ||
                   (real->daemon != NULL && world_has_filters(real->world))
               ? real_not_compared(real)
               : NULL;
}

const char *
real_not_compared(const struct real *real)
{
    return real->has_filters ? NULL : "packet filters: this kernel has no nf_tables for bridges";
}

const char *
real_emulated(const struct world *world)
{
    return world->platform == PLATFORM_FREEBSD
               ? "freebsd, by taps with IFF_PERSIST and names that are looked up"
               : NULL;
}
