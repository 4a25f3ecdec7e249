/* Real network devices: taps, Linux bridges, and what the kernel says of them.
 *
 * Each function is one request to the kernel, with its errno: 0 if it succeeded.  Everything
 * happens in the network namespace of the calling process. */
#ifndef TAPWEAVE_HARNESS_REAL_DEVICE_H
#define TAPWEAVE_HARNESS_REAL_DEVICE_H

#include "core/ifname.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEVICE_MAX_LINKS = 64 };

/* Opens /dev/net/tun and does TUNSETIFF (IFF_TAP | IFF_NO_PI) with a name or a template such as
 * "vnet%d"; `multi`: with IFF_MULTI_QUEUE.  Stores the descriptor, which is closed on exec and does
 * not block, and the name it got. */
int device_open_tap(const char *name, bool multi, int *fd, char got[IFNAME_SIZE]);

/* TUNGETIFF on such a descriptor: EBADFD if its device has been deleted, ENOLINK of a macvtap's. Of
 * a socket on one device alone, ENODEV says that.  Stores whether it has IFF_PERSIST. */
int device_check_tap(int fd, bool *persistent);

int device_set_persistent(int fd, bool persistent); /* TUNSETPERSIST on such a descriptor */

int device_set_mac(const char *name, const uint8_t mac[6]); /* SIOCSIFHWADDR */
int device_get_mac(const char *name, uint8_t mac[6]);       /* SIOCGIFHWADDR */

/* RTM_DELQDISC at the device's root and, to set a limit, RTM_NEWQDISC behind it, as libvirt does.
 * ENOENT if there is no limit to clear, also if a default qdisc is deleted in its place. */
int device_limit(const char *name, bool limit);
bool device_is_limited(const char *name); /* false if there is none */

/* RTM_NEWQDISC of a noqueue, without a handle: in place of what is at the root. */
int device_default_qdisc(const char *name);

int device_set_up(const char *name, bool up);         /* SIOCSIFFLAGS, IFF_UP or not */
bool device_is_up(const char *name);                  /* false if there is none */
int device_add_bridge(const char *name);              /* SIOCBRADDBR */
int device_bridge_add(const char *bridge, int index); /* SIOCBRADDIF; 0, as of none: ENODEV */
int device_bridge_del(const char *bridge, const char *name); /* SIOCBRDELIF */

/* RTM_NEWLINK: a veth, and its other end, in the network namespace that `netns` leads to, or here
 * if that is -1. */
int device_add_veth(const char *name, const char *peer, int netns);

/* RTM_NEWLINK, exclusive: a macvtap on the device of index `parent`, in mode bridge.  It gets that
 * interface index, and that MAC unless it is NULL. */
int device_add_macvtap(const char *name, int parent, int index, const uint8_t *mac);

/* RTM_NEWLINK that gives the device another name: ENODEV, EEXIST; before Linux 6.2 also EBUSY, if
 * it is up. */
int device_rename(const char *name, const char *to);

/* RTM_DELLINK.  `bulk`: with NLM_F_EXCL, which is NLM_F_BULK of a deletion: EOPNOTSUPP since Linux
 * 5.19, be there such a device or not. */
int device_delete(const char *name, bool bulk);

/* True if this kernel refuses that. */
bool device_refuses_bulk(void);

/* A socket that gets every frame of the device, and sends some. */
int device_open_packets(const char *name, int *fd);

/* 0 if there is no such device: if_nametoindex. */
int device_index(const char *name);

/* A device as RTM_GETLINK shows it. */
struct device_link {
    char name[IFNAME_SIZE];
    int index;
    int master;      /* index of its master, 0 for none */
    bool up;         /* IFF_UP */
    bool tun;        /* IFLA_INFO_KIND is "tun" */
    bool macvtap;    /* ... or "macvtap" */
    bool limit;      /* IFLA_QDISC is "htb" */
    bool persistent; /* IFLA_TUN_PERSIST: a tap that outlives its descriptors */
    uint8_t mac[6];
};

/* All devices of the namespace but lo.  An errno; E2BIG if there are more than `most`. */
int device_list(struct device_link *links, size_t most, size_t *count);

#endif
