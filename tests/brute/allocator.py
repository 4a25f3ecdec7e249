"""The allocator: who gets which number, and when a name is free again.

One counter serves all templates, as in libvirt (facts 2, by 7.0.0), and either macvtaps as well, or
they have one of their own."""


COUNTERS = ("macvtaps", "all others")
LONGEST = 15  # bytes of a device's name


def strategy(world, nic):
    """Macvtaps have always had a list of names in use (facts 1a)."""
    if nic.kind == "macvtap" and nic.policy["name"] == "kernel":
        return "lowest-free"
    return nic.policy["name"]


def retries(world, nic):
    """True if a name that is taken at creation is passed over."""
    return strategy(world, nic) != nic.policy["name"] or nic.policy["on-taken"] == "retry"


def reserves(world, nic):
    """True if the strategy keeps a list of the names that are in use."""
    return strategy(world, nic) in ("lowest-free", "quarantine")


def is_limited(world, nic):
    """True if the numbers of its names are those of a counter that has a limit."""
    return world.limit is not None and nic.policy["name"] == "counter"


def is_beyond(world, nic, number):
    """True if the family has no such number, or has not as many as that."""
    return is_limited(world, nic) and number >= world.limit


def number_of(name, nic):
    return int(name.removeprefix(nic.prefix))


def count(world, memory, nic):
    own = nic.kind == "macvtap" and nic.policy["name-pool"] == "kind"
    counter = COUNTERS[0] if own else COUNTERS[1]
    number = memory.last_numbers.get(counter, -1) + 1
    return counter, 0 if is_beyond(world, nic, number) else number


def keep_name(world, memory, nic):
    """The name that the definition has kept, unless it is reserved."""
    name = nic.tried_first
    if reserves(world, nic):
        if name in memory.reserved or name in memory.held_back:
            return None
        memory.reserved |= {name}
    else:
        keep_last_number(world, memory, nic, name)
    return name


def keep_last_number(world, memory, nic, name):
    """The counter goes on behind a name that somebody has."""
    counter, _ = count(world, memory, nic)
    last = max(memory.last_numbers.get(counter, -1), number_of(name, nic))
    memory.last_numbers = {**memory.last_numbers, counter: last}


def choose_name(world, memory, nic, after=None, anew=False):
    """Chooses a name; `after` is the one that was chosen before and turned out to be taken, and
    `anew` says that the next one is looked for from the beginning all the same."""
    if not reserves(world, nic):
        counter, number = count(world, memory, nic)
        if len(f"{nic.prefix}{number}") > LONGEST:
            if not is_limited(world, nic):
                return None  # as the next 10,000 are
            number = 0  # it wraps before that
        memory.last_numbers = {**memory.last_numbers, counter: number}
        return f"{nic.prefix}{number}"
    number = 0
    if after is not None:
        memory.reserved -= {after}  # only what has been somebody's is held back
        number = 0 if anew else number_of(after, nic) + 1
    while (f"{nic.prefix}{number}" in memory.reserved
           or f"{nic.prefix}{number}" in memory.held_back):
        number += 1
    if len(f"{nic.prefix}{number}") > LONGEST:
        return None
    memory.reserved |= {f"{nic.prefix}{number}"}
    return f"{nic.prefix}{number}"


def release_name(memory, nic, name):
    memory.reserved -= {name}
    if nic.policy["name"] == "quarantine" and nic.policy["hold"] > 0:
        memory.held_back[name] = nic.policy["hold"]


def one_second(memory):
    memory.held_back = {name: left - 1 for name, left in memory.held_back.items() if left > 1}
