"""Other software, and an administrator, who counts as such: what they do to devices, ports and
bridges."""
from .ports import note_row_loss
from .rename import rename_device
from .state import OTHER, create_device, unregister


def step_other(world, state, index, events):
    done = state.done_by_others
    verb, name, *new_name = world.others[index][done[index]]
    state.done_by_others = done[:index] + (done[index] + 1,) + done[index + 1:]
    device = state.devices.get(name)
    if verb == "create" and device is None:
        create_device(state, name, "tap", OTHER, "other")
    elif verb == "delete" and device is not None:
        if device.owner != OTHER and (device.holders or not device.permanent):
            events.add("foreign-delete")
        unregister(world, state, name)
    elif verb == "delete-port" and name in state.rows:
        note_row_loss(state, None, name, events)
        del state.rows[name]
    elif verb == "rename":
        rename_device(state, name, new_name[0])
    elif verb == "delete-bridge":
        delete_bridge(state, name, events)


def delete_bridge(state, bridge, events):
    """Rows go with it; devices that were on it are on none."""
    state.bridges_gone |= {bridge}
    for name in [name for name, row in state.rows.items() if row.bridge == bridge]:
        note_row_loss(state, None, name, events)
        del state.rows[name]
    for name, device in state.devices.items():
        if device.master == bridge:
            state.devices[name] = device._replace(master=None)
            if device.owner != OTHER and (device.holders or not device.permanent):
                events.add("foreign-delete")
