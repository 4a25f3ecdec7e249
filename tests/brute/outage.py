"""An outage of ovsdb-server: the fault ovsdb-outage of docs/model-faults.md."""
from .outcome import DONE, FAILED
from .state import read_link_events, run_of_vswitchd

START = ("start", "ovsdb-server")


def refused(operation, carry_out):
    """The call, which fails at once while there is no server.  Where nobody minds that it fails, it
    comes to no more than one that had nothing to do."""
    def call(world, state, slot, events):
        if state.ovsdb != "down":
            return carry_out(world, state, slot, events)
        guest = state.guests[slot.guest]
        if guest.doing == "reconnect":
            return FAILED
        if operation in ("add-port", "set-qos"):
            guest.excused = True
            return FAILED
        return DONE
    return call


def is_there(world, state):
    return state.ovsdb != "down"


def go_down(world, state):
    """ovs-vswitchd has been sent what was committed, and reads it."""
    if state.ovsdb == "up":
        state.ports, state.devices = run_of_vswitchd(world, state)
    state.ovsdb = "down"


def after_vswitchd(world, state):
    """The ports and the devices when it has done what it can."""
    if state.ovsdb == "up":
        return run_of_vswitchd(world, state)
    ports = read_link_events(world, state.ports, state.devices)
    if state.ovsdb == "down":
        return ports, state.devices
    connected = state.copy()  # what has happened to links it has read before
    connected.ports = ports
    return run_of_vswitchd(world, connected)


def vswitchd_can_step(world, state):
    awaited = state.ovsdb == "up" and any(guest.waits_for == "ovs"
                                          for guest in state.guests.values())
    return (awaited or state.ovsdb == "back"
            or after_vswitchd(world, state) != (state.ports, state.devices))


def step_vswitchd(world, state):
    """True if it tells those who wait."""
    state.ports, state.devices = after_vswitchd(world, state)
    if state.ovsdb == "down":
        return False
    state.ovsdb = "up"
    return True


def is_over(world, state):
    return state.ovsdb == "down"


def come_back(world, state):
    state.ovsdb = "back"


def runs_out(state, guest):
    """A call waits for an ovs-vswitchd that is not connected."""
    return guest.waits_for == "ovs" and state.ovsdb != "up"


def time_passes(state, guest):
    """A call runs out of time: true if that is because of the outage, and takes none of the
    budget."""
    if runs_out(state, guest):
        return True
    state.faults["ovs-timeout"] -= 1
    return False


def can_ask(world, state, command):
    """An administrator's ovs-vsctl, if it is one, finds a server."""
    verb, name, *_ = command
    asks = verb == "delete-port" or (verb == "delete-bridge" and world.bridges[name].kind == "ovs")
    return state.ovsdb != "down" or not asks
