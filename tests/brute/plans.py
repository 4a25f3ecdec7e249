"""Which operations a start, a stop and a clean-up consist of, and in which order.

A plan is a tuple of operations, each with the slot of the card that it is for.  What is done once
for all cards of a guest (`exec`, `kill`, `crash`, `connect`) is filed under its first card."""
from .creation import has_reserved, is_link, plan_creation
from .persistent import plan_remembering, plan_tap_deletion
from .state import for_card, memory_of

EVERYTHING = frozenset({"device", "port", "filter", "limit"})
# A start that fails in one of these does not forget the card's name any more.
LATE = ("set-qdisc", "set-limit", "set-qos", "get-persist", "exec", "macvtap-up")
# Where it has failed before any device was to have the name.
UNNAMED = ("lock", "pick-name", "lookup")
# What a stop asks before it deletes its port, and what it deletes it by.
GUARDS = {
    "none": ((), ("del-port",)),
    "mac": (("get-mac",), ("del-port",)),
    "quiet-mac": (("get-mac",), ("del-port",)),
    "exists": (("lookup-port",), ("del-port",)),
    "incarnation": (("lookup-port",), ("del-port",)),
    "port-uuid": ((), ("remove-port",)),
    "bridge": ((), ("del-port",)),
    "port-owner": ((), ("remove-own",)),
    "vm-id": ((), ("remove-own",)),
}


def once(world, guest, operation):
    return ((operation, world.cards[guest][0]),)


def plan_adding(world, slot):
    bridge = world.nics[slot].bridge
    if world.bridges[bridge].kind != "ovs":
        look_up = ("get-index",) if slot in world.contested else ()
        return (*look_up, "add-if") if world.bridges[bridge].kind == "linux" else ("bind-port",)
    if world.nics[slot].policy["ovs-add"] == "del-wait-add":
        return ("del-port-and-wait", "add-port")
    return ("add-port",)


def plan_start(world, guest):
    plan = ()
    for slot in world.cards[guest]:
        plan += for_card(slot, plan_card(world, slot))
    plan += once(world, guest, "exec")
    for slot in world.cards[guest]:
        plan += for_card(slot, ("macvtap-up",) if world.nics[slot].kind == "macvtap" else ())
    return plan


def is_limited_by_qos(world, slot):
    bridge = world.nics[slot].bridge
    return (world.nics[slot].limited and world.nics[slot].policy["limit-by"] != "tc"
            and bridge is not None and world.bridges[bridge].kind == "ovs")


def gets_qdisc(world, slot):
    """A default one, by name, where that may be another guest's device's."""
    nic = world.nics[slot]
    on_ovs = nic.bridge is not None and world.bridges[nic.bridge].kind == "ovs"
    return slot in world.exposed and nic.kind != "veth" and {
        "none": False, "not-ovs": not on_ovs, "all": True}[nic.policy["root-qdisc"]]


def plan_card(world, slot):
    nic = world.nics[slot]
    policy = nic.policy
    locked = policy["guard-lock"] == "create" and not is_link(world, slot)
    plan = ("lock",) if locked else ()
    plan += plan_creation(world, slot)
    plan += ("unlock",) if locked else ()
    plan += ("set-mac",) if nic.managed and not is_link(world, slot) else ()
    if nic.bridge is not None:
        plan += ("get-master",) if policy["attach"] == "reattach" else ()
        plan += plan_adding(world, slot)
    plan += ("link-up",) if nic.managed and nic.kind != "macvtap" else ()
    plan += ("add-filter",) if nic.filtered else ()
    plan += ("set-qdisc",) if gets_qdisc(world, slot) else ()
    if nic.limited:
        plan += ("set-qos",) if is_limited_by_qos(world, slot) else ("set-limit",)
    if not is_link(world, slot):
        plan += plan_remembering(world, slot)
    return plan


def plan_port_deletion(policy, card):
    guard, deletion = GUARDS[policy["port-guard"]]
    if policy["port-guard"] == "port-uuid" and card.told is None:
        # A start that has failed before add-port was told no UUID: there is nothing to ask for.
        deletion = ()
    if policy["guard-lock"] == "create":
        return ("lock",) + guard + deletion + ("unlock",)
    return guard + deletion


def plan_ending(world, state, slot, ending, made):
    """What a stop or a clean-up does for one card, by the parts that plan_stop() puts in order."""
    nic, card = world.nics[slot], state.cards[slot]
    kind = world.bridges[nic.bridge].kind if nic.bridge is not None else None
    parts = {"release": ("release",)}
    # No name is needed for it, but a card: one that was unplugged is in no definition any more.
    if kind == "midonet" and "port" in made and not state.guests[slot.guest].cardless:
        parts["port"] = ("unbind-port",)
    if card.name is None:
        return parts
    if (ending is not None and has_reserved(world, state, slot) and not is_link(world, slot)
            and nic.policy["release"] == "device-death"):
        parts["early"] = ("release-name",)
    if nic.limited and "limit" in made:
        qos = is_limited_by_qos(world, slot) and (
            ending == "unplug" or nic.policy["limit-by"] == "qos")
        parts["limit"] = ("clear-qos",) if qos else ("clear-limit",)
    if nic.filtered and "filter" in made:
        parts["filter"] = ("remove-filter",)
    if kind == "ovs" and "port" in made:
        parts["port"] = plan_port_deletion(nic.policy, card)
    if is_link(world, slot) and "device" in made:
        parts["link"] = ("delete-link",)
        # One that a reconnection goes on with has been set down there.
        if nic.kind == "macvtap" and ending == "unplug" and not state.guests[slot.guest].again:
            parts["down"] = ("link-down",)
    elif "device" in made:
        parts["tap"] = plan_tap_deletion(world, slot, ending)
    return parts


def plan_stop(world, state, guest, ending, made):
    """`ending`: "kill", "unplug", or None for a clean-up, which finds no process.  `made`: by slot,
    what there is to undo, as far as it is up to this stop at all."""
    end = once(world, guest, ending) if ending is not None else ()
    cards = [(slot, plan_ending(world, state, slot, ending, made[slot]))
             for slot in world.cards[guest]]

    def of_each(*names):
        plan = ()
        for slot, parts in cards:
            for name in names:
                plan += for_card(slot, parts.get(name, ()))
        return plan

    limits, filters, early = of_each("limit"), of_each("filter"), of_each("early")
    end = of_each("down") + end
    if world.policies[guest]["stop-order"] == "port-first":
        return (limits + filters + of_each("port") + end + early
                + of_each("tap", "link", "release"))
    begin = limits + end + early if ending == "unplug" else end + early + limits
    return begin + filters + of_each("tap", "port", "link", "release")


def keeps_its_name(world, state, slot):
    """True of a card whose name a failed start neither gives back nor forgets: it is needed until
    its link has been deleted, or what has been made is undone; or it has taken the place of its
    user's template in the definition."""
    has_link = is_link(world, slot) and "device" in state.cards[slot].made
    return (world.policies[slot.guest]["clean-up"] == "created" or has_link
            or state.guests[slot.guest].keeping == slot)


def plan_unfiltering(world, state, operation, slot):
    """What a start that has failed does about filters: of its card, if that could not be connected;
    and of those that could, before it closes its taps, and behind that."""
    guest, own, torn = state.guests[slot.guest], (), ()
    policy = world.policies[slot.guest]
    first = policy["start-unfilters"] == "first"
    if operation == "macvtap-up" or (operation == "exec" and guest.forked):
        return own, torn, torn  # it is QEMU that has failed
    if policy["filter-key"] == "name-mac":
        return own, torn, torn  # that is ebtables
    for each in world.cards[slot.guest]:
        if world.nics[each].kind == "tap" and "filter" in state.cards[each].made:
            torn += for_card(each, ("remove-filter",))
    if first and operation not in LATE and policy["clean-up"] != "created":
        known = (state.cards[slot].name is not None
                 and (world.nics[slot].fixed is not None or keeps_its_name(world, state, slot)))
        if known and world.nics[slot].kind == "tap" and world.nics[slot].filtered:
            own = ("remove-filter",)
    return own, torn if first else (), () if first else torn


def plan_undo(world, state, operation, slot):
    """What a start does right after it has failed, in an operation for the card of that slot, and
    before the clean-up: for that card, and for the others."""
    plan, cards = (), world.cards[slot.guest]
    own, first, last = plan_unfiltering(world, state, operation, slot)
    if operation not in LATE:
        if memory_of(world, state, slot).mutex == slot.guest:
            plan += ("unlock",)
        if state.cards[slot].held is not None:
            plan += ("close-tap",)
        if has_reserved(world, state, slot) and not keeps_its_name(world, state, slot):
            plan += ("release-name",)
        cards = [other for other in cards if other != slot]
    plan = for_card(slot, plan + own) + first
    for other in cards:
        if state.cards[other].held is not None:
            plan += for_card(other, ("close-tap",))
    return plan + last
