"""Devices that get another name: what docs/model-kernel.md says in "Names that change"."""


def flags(device):
    """What a link event says of the device: nothing to remember, if it is not promiscuous."""
    if not device.promiscuous:
        return None
    return "up" if device.up else "down"


def rename_device(state, name, new):
    """Nothing happens if there is no such device, or the new name is another's."""
    device = state.devices.get(name)
    if device is None or new in state.devices:
        return
    state.devices[new] = state.devices.pop(name)
    left, reached = state.ports.get(name), state.ports.get(new)
    if left is not None:
        on_netdev = left.bridge in state.netdev
        state.ports[name] = left._replace(
            live=False,
            away=device.uid if left.live else left.away,
            target=device.uid if on_netdev else None,
            said=flags(device) if on_netdev else None)
    if reached is not None:
        back = reached.away == device.uid
        state.ports[new] = reached._replace(live=back, away=None if back else reached.away,
                                            target=None)


def forget_device(state, uid):
    """The device is gone, under whatever name: no port hears it, or sends to it, any more."""
    for name, port in list(state.ports.items()):
        if port.away == uid and port.bridge not in state.netdev:
            del state.ports[name]
            continue
        state.ports[name] = port._replace(away=None if port.away == uid else port.away,
                                          target=None if port.target == uid else port.target)


def is_enslaved(world, ports, device):
    """True if a port of another name holds the device on ovs-system."""
    return any(port.away == device.uid and world.bridges[port.bridge].datapath == "system"
               for port in ports.values())


def hears(state, name, port):
    """The uid of the device whose frames the port gets, or None."""
    return state.devices[name].uid if port.live else port.away


def sends(state, name, port):
    """The uid of the device that the port's frames go to, or None."""
    if port.bridge not in state.netdev:
        return hears(state, name, port)
    if port.target is not None:
        return port.target
    return state.devices[name].uid if name in state.devices else None
