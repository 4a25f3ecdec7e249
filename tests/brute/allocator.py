"""The allocator: who gets which number, and when a name is free again.

One counter serves all templates, as in libvirt (facts 2, by 7.0.0)."""


def reserves(world):
    """True if the strategy keeps a list of the names that are in use."""
    return world.policy["name"] in ("lowest-free", "quarantine")


def is_beyond(world, number):
    """True if the family has no such number, or has not as many as that."""
    return world.limit is not None and number >= world.limit


def choose_name(world, memory, prefix, after=None):
    """Chooses a name; `after` is the one that was chosen before and turned out to be taken."""
    if world.policy["name"] == "counter":
        number = memory.last_number + 1
        if is_beyond(world, number):
            number = 0
        memory.last_number = number
        return f"{prefix}{number}"
    number = 0
    if after is not None:
        memory.reserved -= {after}  # only what has been somebody's is held back
        number = int(after.removeprefix(prefix)) + 1
    while f"{prefix}{number}" in memory.reserved or f"{prefix}{number}" in memory.held_back:
        number += 1
    memory.reserved |= {f"{prefix}{number}"}
    return f"{prefix}{number}"


def release_name(world, memory, name):
    memory.reserved -= {name}
    if world.policy["name"] == "quarantine" and world.policy["hold"] > 0:
        memory.held_back[name] = world.policy["hold"]


def one_second(memory):
    memory.held_back = {name: left - 1 for name, left in memory.held_back.items() if left > 1}
