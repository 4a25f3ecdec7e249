/* The answers that 'new' takes, as tables: the word, what it means, and what it puts into the
 * scenario (harness/new/compose.c).  The first one of a table is its default.  Faults, oracles and
 * policies have tables of their own. */
#ifndef TAPWEAVE_HARNESS_NEW_CHOICES_H
#define TAPWEAVE_HARNESS_NEW_CHOICES_H

/* What the nics are on: the bridges, the nic of the first guest and of the others, what the kernel
 * or libvirt calls their devices, and what a nic has to say for that. */
#define NEW_NETWORKS(X)                                                                            \
    X("ovs", "one Open vSwitch bridge, the kernel's datapath",                                     \
      "  br0: {kind: ovs, datapath: system}\n", "bridge: br0", "bridge: br0", "vnet", NULL)        \
    X("ovs-netdev", "one Open vSwitch bridge, the userspace datapath",                             \
      "  br0: {kind: ovs, datapath: netdev}\n", "bridge: br0", "bridge: br0", "vnet", NULL)        \
    X("two-ovs", "two Open vSwitch bridges: one for the first guest, one for the others",          \
      "  br0: {kind: ovs}\n  br1: {kind: ovs}\n", "bridge: br0", "bridge: br1", "vnet", NULL)      \
    X("vlans", "one Open vSwitch bridge: the first guest has VLAN 1, the others VLAN 2",           \
      "  br0: {kind: ovs}\n", "bridge: br0, vlan: 1", "bridge: br0, vlan: 2", "vnet", NULL)        \
    X("linux", "one Linux bridge", "  br0: {kind: linux}\n", "bridge: br0", "bridge: br0", "vnet", \
      NULL)                                                                                        \
    X("ovs-and-linux", "the first guest is on Open vSwitch, the others on a Linux bridge",         \
      "  br0: {kind: ovs}\n  lb0: {kind: linux}\n", "bridge: br0", "bridge: lb0", "vnet", NULL)    \
    X("none", "taps on no bridge (libvirt's type='ethernet')", NULL, NULL, NULL, "vnet", NULL)     \
    X("macvtap", "macvtaps on one parent", NULL, "kind: macvtap", "kind: macvtap", "macvtap",      \
      NULL)                                                                                        \
    X("veth", "containers' veths on one Linux bridge", "  br0: {kind: linux}\n",                   \
      "kind: veth, bridge: br0", "kind: veth, bridge: br0", "veth", "veth%d")

/* What happens to the guests a, b and c: how many there are, how many of them run at first, and the
 * actors. */
#define NEW_STORIES(X)                                                                            \
    X("stop-start", "one guest is stopped, another one is started", 2, 1,                         \
      "  - stop a\n  - start b\n")                                                                \
    X("crash-start", "a guest's QEMU dies by itself, another guest is started", 2, 1,             \
      "  - crash a\n  - start b\n")                                                               \
    X("unplug-start", "a guest's nic is unplugged, another guest is started", 2, 1,               \
      "  - unplug a\n  - start b\n")                                                              \
    X("stop-then-start", "one guest is stopped; when that is over, another one is started", 2, 1, \
      "  - [stop a, start b]\n")                                                                  \
    X("stop-two-starts", "one guest is stopped, two others are started", 3, 1,                    \
      "  - stop a\n  - start b\n  - start c\n")                                                   \
    X("stop-retry", "one guest is stopped; another one is started, again if that fails", 2, 1,    \
      "  - stop a\n  - [start b, start b]\n")                                                     \
    X("reboot", "one guest is stopped, and then started again", 1, 1, "  - [stop a, start a]\n")  \
    X("crash-reboot", "a guest's QEMU dies by itself, and it is started again", 1, 1,             \
      "  - [crash a, start a]\n")                                                                 \
    X("reboot-start", "one guest is stopped and started again, another one is started", 2, 1,     \
      "  - [stop a, start a]\n  - start b\n")                                                     \
    X("run-start", "one guest runs on, another one is started", 2, 1, "  - start b\n")            \
    X("two-starts", "two guests are started", 2, 0, "  - start a\n  - start b\n")                 \
    X("one-start", "one guest is started", 1, 0, "  - start a\n")

/* What the devices are called: what stands before the number of a guest, if it does; and what a nic
 * says: "#" is that number. */
#define NEW_NAMES(X)                                                            \
    X("automatic", "as the kernel or libvirt names them (vnet0)", NULL, NULL)   \
    X("template", "by a template of the user's (mytap%d)", "mytap#", "mytap%d") \
    X("fixed", "each guest has a fixed name (web0, web1)", "web#", "web#")      \
    X("same", "all guests have one fixed name (web0)", "web0", "web0")

/* What else there is, beside the faults of core/fault.h, and where that stands: it is said of the
 * first guest or of the others, or it is an actor's command, perhaps of one that waits for the
 * first guest's end, or it is there from before.  "@" is the name of the first guest's device; or,
 * of what is there, of that of the next one. */
#define NEW_BESIDES(X)                                                                          \
    X("nothing", "nothing", NOTHING, "")                                                        \
    X("second-daemon", "the other guests are another daemon's", OTHERS, "daemon: 2")            \
    X("held-tap", "a helper process holds the first guest's tap open", FIRST, "leaked: true")   \
    X("deaf-guest", "the first guest's QEMU ignores SIGTERM", FIRST, "sigterm: ignored")        \
    X("delete-port", "an administrator deletes the port of the first guest's name", ACTOR,      \
      "  - delete-port @\n")                                                                    \
    X("late-delete-port",                                                                       \
      "other software deletes the port of the first guest's name after its end", LATE,          \
      "  - {do: [delete-port @], after: exit a}\n")                                             \
    X("delete-bridge", "an administrator deletes the first bridge", ACTOR,                      \
      "  - delete-bridge br0\n")                                                                \
    X("delete-device", "other software deletes the device of the first guest's name", ACTOR,    \
      "  - delete @\n")                                                                         \
    X("create-device", "other software makes a device of the first guest's name", ACTOR,        \
      "  - create @\n")                                                                         \
    X("left-row", "a port's row is left in OVSDB, under a name that the next guest may get",    \
      BEFORE, "rows:\n  @: {bridge: br0}\n")                                                    \
    X("left-tap", "other software has a tap, under a name that the next guest may get", BEFORE, \
      "devices:\n  @: {kind: tap}\n")

/* Each of these tables, and the option that gives an answer of it. */
#define NEW_TABLES(X)            \
    X("--network", NEW_NETWORKS) \
    X("--story", NEW_STORIES) X("--names", NEW_NAMES) X("--beside", NEW_BESIDES)

/* The word of a row, whatever else the row has; and the same of the faults. */
#define NEW_WORD(word, ...) word,
#define NEW_FAULT_WORD(id, word, text) word,

#endif
