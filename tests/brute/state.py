"""The state of a world, and what happens in the kernel and in Open vSwitch.

Everything that changes while a world runs is here.  A device, row or port is an immutable tuple
that is replaced as a whole, so that copying a state means copying a few small dictionaries."""
from typing import NamedTuple, Optional

from . import rename

OTHER = "other software"  # as the owner of a device


class Device(NamedTuple):
    uid: int              # the incarnation: names are used again, this is not
    kind: str             # "tap", "veth" or "macvtap"
    owner: object         # the slot of the card it was created for, or OTHER
    holders: frozenset    # whose descriptors keep it: ("daemon", slot), ("qemu", slot),
                          # ("helper", slot), or ("other", OTHER)
    mac: Optional[str]    # None: nobody's yet
    master: Optional[str]  # the Linux bridge it is on; ovs-system shows as a live port
    up: bool
    queues: int = 1       # 2: created with IFF_MULTI_QUEUE
    persistent: bool = False
    permanent: bool = False  # an administrator's
    promiscuous: bool = False  # ovs-vswitchd has made it so
    limited: bool = False  # its bandwidth has a limit
    stays: bool = False   # of a platform that deletes none by itself
    stuck: Optional[str] = None  # to ovs-system: the name of its port that ovs-vswitchd has lost
    orphan: bool = False  # a veth whose container is dead


class Row(NamedTuple):
    bridge: str
    uuid: int             # of this row alone
    owner: Optional[tuple]  # slot of the card whose start wrote its external ids; None: nobody's
    start: Optional[int] = None  # and which of its starts that was, if the policy writes it down
    tag: Optional[int] = None  # its VLAN, "parked", or none
    qos: Optional[str] = None  # the guest whose QoS row it refers to


class Port(NamedTuple):
    bridge: str
    live: bool            # False: stale, or away
    remembered: Optional[str] = None  # "up", "down", or None: nothing
    said: Optional[str] = None  # what the last device of its name was, if promiscuous, as it left
    tag: Optional[int] = None  # in force: its row's at the last run
    inherited: bool = False  # its device was promiscuous when it was made: nothing to take back
    away: Optional[int] = None  # uid of its device, which has another name now
    target: Optional[int] = None  # uid of the last device that had its name, if that was renamed
    shaped: bool = False  # ovs-vswitchd has set a qdisc for it


class Guest:
    """What a guest's thread is at, and its QEMU process."""

    __hash__ = None  # it changes

    def __init__(self):
        self.command = 0         # index of the next command
        self.over = 0            # how many of its commands are over
        self.start = 0           # a number of its present life: of its start, 0 from the beginning
        self.doing = None        # "start", "undo", "clean-up", "stop", or None when all is done
        self.todo = ()           # what is left to do: operations, each with the slot of its card
        self.waits_for = None    # "exit" or "ovs": the thread waits in the middle of an operation
        self.waits_in = None     # that operation, with its card's slot
        self.started = False     # its start has ended and its stop has not begun
        self.process = None      # "running", "exiting", "closed"
        self.loaded = False      # its command has not taken its first step
        self.obeyed = False      # its QEMU has ended by the SIGTERM of the stop in work, and that
                                 # spoils its status file
        self.stuck = False       # its stop has failed: another is due when QEMU closes its monitor
        self.unasked = False     # its stop follows from a reconnection that has failed
        self.unfinished = False  # QEMU runs, or has run, and its start has not ended, or never will
        self.forked = False      # its start has failed with a QEMU of its own, which has not run
        self.keeping = None      # slot of the card whose name has taken its template's place
        self.forgetting = None   # slot of the card whose name is forgotten when it has been undone
        self.died = False        # by itself, and the stop that follows has not begun
        self.excused = False     # a fault has failed its start
        self.unplugged = False   # its QEMU has no network device any more
        self.cardless = False    # nor has it a card, as far as the daemon knows
        self.again = False       # a daemon that is no more was unplugging its card, which its
                                 # status file still has
        self.late = None         # of an unplug that has been given up: "kept", "unsaid"; "said" and
                                 # "told" when DEVICE_DELETED has come for them; "unheard"
        self.helper = False      # a helper holds its tap's descriptor, too
        self.qemu_done = 0       # what its QEMU has done to its tap

    def copy(self):
        twin = object.__new__(Guest)
        twin.__dict__.update(self.__dict__)
        return twin


class Card:
    """What the daemon knows of one of a guest's network cards, and the descriptors of its tap."""

    __hash__ = None  # it changes

    def __init__(self):
        self.name = None         # of its device
        self.chosen = False      # the allocator chose the name
        self.tries = 0           # names that its start has tried
        self.leaving = None      # the Linux bridge that its device is to leave
        self.device = None       # uid of the device that its start created or opened
        self.held = None         # uid of the device that the daemon's descriptor leads to
        self.index = None        # uid of the device whose index its start has asked for
        self.tap = None          # uid of the device that QEMU's descriptor leads to
        self.persistent = False  # whether its tap had IFF_PERSIST before QEMU ran
        self.told = None         # the UUID of its row, as its start was told
        self.made = frozenset()  # what its start made: "device", "port", "filter", "limit"
        self.released = None     # the name that the stop in work has released
        self.forgotten = False   # the daemon does not know which incarnation its device is

    def copy(self):
        twin = object.__new__(Card)
        twin.__dict__.update(self.__dict__)
        return twin


class Memory:
    """What one daemon keeps for all of its guests."""

    __hash__ = None  # it changes

    def __init__(self):
        self.mutex = None       # the guest whose thread holds it
        self.last_numbers = {}  # counter -> the number it handed out last, whatever the template
        self.reserved = frozenset()
        self.held_back = {}     # quarantine: name -> seconds that are left

    def copy(self):
        twin = object.__new__(Memory)
        twin.__dict__.update(self.__dict__)
        twin.held_back = dict(self.held_back)
        return twin


class State:
    __hash__ = None  # it changes

    def __init__(self):
        self.guests = {}        # by name
        self.cards = {}         # by slot
        self.devices = {}       # by name, as all that follows
        self.rows = {}
        self.ports = {}
        self.netdev = frozenset()  # bridges with a userspace datapath: they stay the same
        self.filters = frozenset()
        self.qos = frozenset()  # rows that limit ports: (guest, name)
        self.bridges_gone = frozenset()
        self.ovsdb = "up"       # or "down", or "back": ovs-vswitchd is not connected yet
        self.bindings = {}      # Midonet: interface id, which is the card's slot -> device name
        self.memory = {}        # by daemon
        self.next_uid = 0
        self.faults = {}        # fault -> how often it may still happen
        self.late = {}          # guest -> its transaction that has not been read yet
        self.reached = frozenset()  # (step, guest) that somebody has waited for, or waits for
        self.done_by_others = ()  # how many commands each other software has done

    def copy(self):
        twin = object.__new__(State)
        twin.__dict__.update(self.__dict__)
        twin.guests = {name: guest.copy() for name, guest in self.guests.items()}
        twin.cards = {slot: card.copy() for slot, card in self.cards.items()}
        twin.devices = dict(self.devices)
        twin.rows = dict(self.rows)
        twin.ports = dict(self.ports)
        twin.bindings = dict(self.bindings)
        twin.memory = {daemon: memory.copy() for daemon, memory in self.memory.items()}
        twin.faults = dict(self.faults)
        twin.late = dict(self.late)
        return twin


def memory_of(world, state, slot):
    """The memory of the daemon that has the card's guest."""
    return state.memory[world.daemons[slot.guest]]


def belongs_to(owner, guest):
    """True if the owner of a device or a row is a card of that guest."""
    return owner not in (OTHER, None) and owner.guest == guest


def is_known_as(world, owner, slot):
    """True if what is written of the owner is what is written of the card: its VM's ids."""
    return owner not in (OTHER, None) and (world.vms[owner.guest], owner.number) == (
        world.vms[slot.guest], slot.number)


def for_card(slot, operations):
    """The operations as they stand in a guest's plan: each with the card that it is for."""
    return tuple((operation, slot) for operation in operations)


def lowest_free(state, prefix):
    number = 0
    while f"{prefix}{number}" in state.devices:
        number += 1
    return f"{prefix}{number}"


def new_uid(state):
    """A number that no device or row has had before."""
    state.next_uid += 1
    return state.next_uid


def create_device(state, name, kind, owner, holder, queues=1):
    state.devices[name] = Device(new_uid(state), kind, owner, frozenset({(holder, owner)}),
                                 mac=None, master=None, up=False, queues=queues)
    if name in state.ports:
        state.ports[name] = state.ports[name]._replace(target=None)
    return state.next_uid


def is_in_use(devices, name, mac):
    """True if the kernel does not let the macvtap have that MAC while it is up: another one that is
    up has it.  All are on one parent."""
    return devices[name].kind == "macvtap" and any(
        other != name and device.kind == "macvtap" and device.up and device.mac == mac is not None
        for other, device in devices.items())


def can_be_set_up(devices, name):
    return devices[name].up or not is_in_use(devices, name, devices[name].mac)


def can_be_opened(device, queues):
    """Whether TUNSETIFF by name gets a tap that exists."""
    if device.kind != "tap" or device.queues != queues or device.stays:
        return False
    return queues > 1 or (device.persistent and not device.holders)


def open_device(state, name, slot):
    """The daemon opens a tap that exists, for a card."""
    device = state.devices[name]
    if not device.holders:
        device = device._replace(owner=slot)
    state.devices[name] = device._replace(holders=device.holders | {("daemon", slot)})
    return device.uid


def find_device(state, uid):
    """The name of the device of that incarnation, or None if it is gone."""
    return next((name for name, device in state.devices.items() if device.uid == uid), None)


def tap_of_helper(state, slot):
    """The tap that the guest's helper holds: not always the one that the guest has by now."""
    for device in state.devices.values():
        if ("helper", slot) in device.holders:
            return device.uid
    return None


def orphan_of(state, name):
    """The name of a veth that is to go with the namespace of the guest's container."""
    return next((device_name for device_name, device in state.devices.items()
                 if device.orphan and belongs_to(device.owner, name)), None)


def unregister(world, state, name):
    """The device goes: its name is free, it is on no bridge, its ports lead nowhere.

    A port of the kernel's datapath goes with it: who unregisters the device waits for that."""
    device = state.devices.pop(name)
    port = state.ports.get(name)
    if port is not None and port.live and world.bridges[port.bridge].datapath == "system":
        del state.ports[name]
    elif port is not None:
        state.ports[name] = port._replace(
            live=False, said="down" if device.promiscuous else None)
    rename.forget_device(state, device.uid)


def close_descriptor(world, state, uid, holder):
    """Returns whether that was the last descriptor of the tap, which is gone then.

    A device that was deleted from outside is not found, and closing does nothing (facts 4)."""
    for name, device in state.devices.items():
        if device.uid == uid:
            holders = device.holders - {holder}
            if device.kind == "veth" and holder[0] == "qemu":
                device = device._replace(orphan=True)
            if holders or device.persistent or device.stays or device.kind != "tap":
                state.devices[name] = device._replace(holders=holders)
                return False
            unregister(world, state, name)
            return True
    return False


def is_switch(world, bridge):
    return bridge is not None and world.bridges[bridge].kind == "ovs"


def is_bound_by_system(world, state, name):
    """True if the device's master is ovs-system."""
    port, device = state.ports.get(name), state.devices[name]
    if device.stuck is not None or rename.is_enslaved(world, state.ports, device):
        return True
    return port is not None and port.live and world.bridges[port.bridge].datapath == "system"


def can_be_bound(world, ports, name, device, bridge):
    if world.bridges[bridge].datapath == "netdev":
        return True
    if device.stuck not in (None, name) or rename.is_enslaved(world, ports, device):
        return False
    return device.master is None and device.kind != "macvtap"


def tags_by_agent(world, rows):
    """The rows as the agent leaves them: a row is known by whose it is."""
    def is_left_to_it(row):
        nic = world.nics[row.owner] if row.owner is not None else None
        return nic is not None and nic.vlan is not None and nic.policy["vlan-by"] != "add"

    return {name: row._replace(tag=world.nics[row.owner].vlan) if is_left_to_it(row) else row
            for name, row in rows.items()}


def lost_ports(world, state):
    """The ports that a run does not find any more, each with what its device is stuck by."""
    lost = {}
    for name, port in state.ports.items():
        if port.away is not None and world.bridges[port.bridge].datapath == "system":
            row, heir = state.rows.get(name), state.devices.get(name)
            replaced = (row is not None and heir is not None
                        and world.bridges[row.bridge].datapath == "system"
                        and can_be_bound(world, state.ports, name, heir, row.bridge))
            lost[name] = None if replaced else name
    return lost


def run_of_vswitchd(world, state):
    """The ports of the datapath, and the devices, as one run of ovs-vswitchd leaves them."""
    ports, devices = {}, dict(state.devices)
    lost = lost_ports(world, state)
    for name, port in state.ports.items():
        if name in lost:
            renamed = find_device(state, port.away)
            devices[renamed] = devices[renamed]._replace(stuck=lost[name])
        elif name in state.rows and state.rows[name].bridge == port.bridge:
            ports[name] = port._replace(tag=state.rows[name].tag)
        elif port.remembered is not None and name in devices:
            up = port.remembered == "up" and can_be_set_up(devices, name)
            devices[name] = devices[name]._replace(up=up, promiscuous=False)
    for name, row in state.rows.items():
        device = devices.get(name)
        if name not in ports and device is not None and can_be_bound(
                world, ports, name, device, row.bridge):
            ports[name] = Port(row.bridge, live=True, tag=row.tag, inherited=device.promiscuous,
                               shaped=row.qos is not None)
            # Where no limit is known of, there is to be none.
            device = device._replace(limited=row.qos is not None)
            if world.bridges[row.bridge].datapath == "netdev":
                devices[name] = device._replace(promiscuous=True)
            else:
                devices[name] = device._replace(stuck=None)
    shape(state, ports, devices)
    return read_link_events(world, ports, devices), devices


def shape(state, ports, devices):
    """Sets or clears the qdiscs of ports whose rows have come to a QoS row, or have lost it."""
    for name, port in ports.items():
        wanted, reached = state.rows[name].qos is not None, rename.sends(state, name, port)
        there = next((other for other, device in devices.items() if device.uid == reached), None)
        if port.shaped != wanted and there is not None:
            ports[name] = port._replace(shaped=wanted)
            devices[there] = devices[there]._replace(limited=wanted)


def read_link_events(world, ports, devices):
    """The same ports, each of them with what is remembered of it from now on."""
    def remembered(name, port):
        if world.bridges[port.bridge].datapath != "netdev" or port.inherited:
            return None
        if name not in devices:
            return port.said
        return rename.flags(devices[name])

    return {name: port._replace(remembered=remembered(name, port))
            for name, port in ports.items()}
