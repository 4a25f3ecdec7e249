/* What this machine's kernel can do of a world: see real_support.h. */
#define _DEFAULT_SOURCE /* syscall */
#include "harness/real/real_support.h"

#include "harness/real/child.h"
#include "harness/real/netlink.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <sys/syscall.h>
#include <unistd.h>

/* 0 if the kernel has this generic netlink family, whose module is loaded for it if that is
 * possible; ENOENT if it has none; or the errno of what stopped the question. */
static int
find_family(const char *name)
{
    char bytes[128] = "";
    struct nlmsghdr *header = mnl_nlmsg_put_header(bytes);
    struct genlmsghdr *message = mnl_nlmsg_put_extra_header(header, sizeof *message);

    header->nlmsg_type = GENL_ID_CTRL;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    header->nlmsg_seq = 1;
    message->cmd = CTRL_CMD_GETFAMILY;
    message->version = 1;
    mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, name);
    return netlink_ask(NETLINK_GENERIC, header, header->nlmsg_len, NULL, NULL);
}

static const char *
probe_datapath(void)
{
    int error = find_family("ovs_datapath");

    return error == 0 ? "the system datapath: this kernel has it, and tapweave does not drive it"
           : error == ENOENT ? "the system datapath: this kernel has no openvswitch module"
                             : "the system datapath: this kernel does not say whether it has one";
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
    return real->daemon != NULL ? real->daemon->not_compared
           : !real->has_filters ? "packet filters: this kernel has no nf_tables for bridges"
                                : NULL;
}

const char *
real_emulated(const struct world *world)
{
    return world->platform == PLATFORM_FREEBSD
               ? "freebsd, by taps with IFF_PERSIST and names that are looked up"
               : NULL;
}
