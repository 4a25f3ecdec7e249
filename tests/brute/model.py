"""Who can step in a state, and what a step does.

Together with the other modules of this folder this is the model of docs/model.md over again.  It
was written from that page alone, without a look at the C code, and for clarity only: it is here to
find out where the C code and the page, or the page and common sense, part."""
from .allocator import one_second
from . import daemon, faults, outage, restart
from .beginning import state_at_first
from .others import step_other
from .outcome import DONE, FAILED, WAITS_FOR_OVS
from .plans import EVERYTHING, LATE, UNNAMED, keeps_its_name, once, plan_start, plan_stop, plan_undo
from .state import (Card, close_descriptor, find_device, memory_of, orphan_of, tags_by_agent,
                    tap_of_helper, unregister)

OPERATIONS = {**daemon.OPERATIONS, **restart.OPERATIONS}


def initial_state(world):
    state, events = state_at_first(world), set()
    settle_all(world, state, events)
    return state


# ---- a guest's thread ----

def begin_command(world, state, name):
    guest = state.guests[name]
    verb = world.commands[name][guest.command]
    guest.command += 1
    if guest.process != "running":
        guest.late = None
    if verb == "unplug" and guest.late == "kept":
        return  # QEMU is at it, and refuses
    if verb == "start" and (guest.started or guest.process == "running"):
        return  # its stop went with a restart of the daemon: it runs on, and cannot be started
    guest.loaded, guest.again = True, False
    if verb == "start":
        assert guest.process is None
        guest.doing = "start"
        guest.start = guest.command
        guest.excused = False
        guest.todo = plan_start(world, name)
        guest.cardless = False
        for slot in world.cards[name]:
            state.cards[slot] = Card()
    elif guest.started or guest.process == "running":
        begin_stop(world, state, name, "unplug" if verb == "unplug" else "kill")
        if verb == "crash":
            guest.todo = once(world, name, "crash") + guest.todo
    else:
        # Its start has failed: it cannot be stopped, and has no process that could crash.
        guest.loaded = False


def begin_stop(world, state, name, ending="kill"):
    guest = state.guests[name]
    guest.doing = {"unplug": "unplug", "removal": "removal"}.get(ending, "stop")
    ending = "unplug" if ending == "removal" else ending
    made = {slot: EVERYTHING for slot in world.cards[name]}
    for slot in world.cards[name]:
        state.cards[slot].released = None
    guest.todo = plan_stop(world, state, name, ending, made)


def begin_clean_up(world, state, name):
    """Over all cards: of one that has no name, it is the definition's."""
    guest, rule, made = state.guests[name], world.policies[name]["clean-up"], {}
    for slot in world.cards[name]:
        nic, card = world.nics[slot], state.cards[slot]
        if card.name is None and rule != "created":
            card.name = nic.fixed or nic.tried_first
        made[slot] = card.made if rule == "created" else EVERYTHING
        if rule == "created-link" and nic.kind == "macvtap" and "device" not in card.made:
            made[slot] -= {"device"}
        card.released = None
    guest.doing = "clean-up"
    guest.todo = plan_stop(world, state, name, None, made)


def forget_name(world, state, name):
    """That of the card which has failed the start, when that has been undone as far as it is."""
    guest = state.guests[name]
    slot = guest.forgetting
    if slot is None or any(other == slot for _, other in guest.todo):
        return
    guest.forgetting = None
    kept = keeps_its_name(world, state, slot)
    guest.keeping = None
    if world.nics[slot].fixed is None and not kept:
        state.cards[slot].name, state.cards[slot].chosen = None, False


def settle(world, state, name, events):
    """The bookkeeping after an operation: what is next?"""
    guest = state.guests[name]
    forget_name(world, state, name)
    while guest.waits_for is None and not guest.todo:
        if guest.doing is None:
            guest.over = guest.command
        if guest.doing == "start":
            guest.started, guest.unfinished = True, False
            guest.doing = None
        elif guest.doing == "undo":
            if not guest.excused:
                events.add("start-failed")
            if guest.unfinished:
                guest.died = False
                begin_stop(world, state, name)
            else:
                begin_clean_up(world, state, name)
        elif guest.doing == "reconnect":
            guest.started = not (guest.again or guest.cardless or guest.late == "unheard")
            guest.doing = None
            if guest.again and not guest.died:
                begin_stop(world, state, name, "unplug")
        elif guest.doing == "refused":
            guest.doing = None
        elif guest.doing == "gone":
            guest.started, guest.died = False, False
            begin_stop(world, state, name)
            guest.unasked = True
        elif guest.doing is not None:
            guest.cardless, guest.again = guest.doing in ("unplug", "removal"), False
            guest.late = None
            guest.obeyed, guest.unfinished, guest.unasked = False, False, False
            guest.forked = False
            for slot in world.cards[name]:
                card = state.cards[slot]
                card.name, card.chosen, card.released = None, False, None
            guest.doing = None
        elif guest.died:
            guest.died = False
            begin_stop(world, state, name)
        elif guest.late in ("said", "told"):
            begin_stop(world, state, name, "removal")
        elif guest.command < len(world.commands[name]) and is_given(world, state, name):
            begin_command(world, state, name)
        else:
            return


def is_given(world, state, name):
    """A client gives its next command when its last one, of another guest, is over."""
    command = name, state.guests[name].command
    gate = world.gates.get(command)
    if not has_reached(world, state, *command):
        return False
    return gate is None or state.guests[gate[0]].over >= gate[1]


def has_reached(world, state, *who):
    """The step has been taken that they begin after."""
    return world.after.get(who) in (None, *state.reached)


def reach(world, state, actor):
    """The actor is about to take its step, which others may begin after.  Where a fault takes the
    place of an operation, that operation has had its turn, too."""
    if actor[0] == "kernel":
        closes = state.guests[actor[1]].process == "exiting"
        step_taken = "close-descriptors" if closes else "exit", actor[1]
    elif actor[0] in ("fail", "lie", "late"):
        step_taken = faults.present_operation(state.guests[actor[1]]), actor[1]
    elif len(actor) == 1 and actor[0] in state.guests:
        step_taken = faults.present_operation(state.guests[actor[0]]), actor[0]
    else:
        return
    if step_taken in world.after.values():
        state.reached |= {step_taken}


def settle_all(world, state, events):
    """One guest's command may be over by this, and another's given."""
    before = None
    while before != [guest.over for guest in state.guests.values()]:
        before = [guest.over for guest in state.guests.values()]
        for name in world.guests:
            settle(world, state, name, events)


def thread_can_step(world, state, name):
    guest = state.guests[name]
    if guest.waits_for is not None or not guest.todo:
        return False
    operation, slot = guest.todo[0]
    return operation != "lock" or memory_of(world, state, slot).mutex is None


def fail_start(world, state, operation, slot):
    """It has failed in that operation for the card of that slot."""
    guest = state.guests[slot.guest]
    assert guest.doing == "start"
    guest.doing = "undo"
    guest.keeping = (slot if world.nics[slot].of_template and operation not in (*UNNAMED, *LATE)
                     else None)
    guest.todo = plan_undo(world, state, operation, slot)
    guest.forgetting = slot if operation not in LATE else None


def step_thread(world, state, name, events):
    guest = state.guests[name]
    (operation, slot), guest.todo = guest.todo[0], guest.todo[1:]
    guest.loaded = False
    if guest.doing in ("stop", "unplug", "removal"):
        guest.started = False
    if guest.doing == "start" and state.cards[slot].name is None:
        state.cards[slot].name = world.nics[slot].fixed
    outcome = OPERATIONS[operation](world, state, slot, events)
    if outcome == FAILED and guest.doing == "reconnect":
        guest.todo = restart.plan_after_failure(guest, operation, slot)
    elif outcome == FAILED:
        fail_start(world, state, operation, slot)
    elif outcome != DONE:
        guest.waits_for, guest.waits_in = outcome, (operation, slot)
    settle(world, state, name, events)


def complete_waits(world, state, names, reason, events):
    for name in names:
        if state.guests[name].waits_for == reason:
            state.guests[name].waits_for = None
            settle(world, state, name, events)


# ---- the other actors ----

def step_kernel(world, state, name, events):
    guest = state.guests[name]
    if guest.process == "exiting":
        for slot in world.cards[name]:
            card = state.cards[slot]
            close_descriptor(world, state, card.tap, ("qemu", slot))
            card.tap = None
        guest.process = "closed"
        if guest.stuck:  # the daemon sees the end of the monitor
            guest.stuck, guest.died = False, True
            settle(world, state, name, events)
    else:
        guest.process = None
        complete_waits(world, state, (name,), "exit", events)


def step_vswitchd(world, state, events):
    if outage.step_vswitchd(world, state):
        complete_waits(world, state, world.guests, "ovs", events)


def timeout_can_step(world, state, name):
    guest = state.guests[name]
    if guest.waits_for == "exit":
        return guest.process == "running" or (guest.process == "exiting"
                                              and name in world.ignores_sigkill)
    return outage.runs_out(state, guest) or (
        guest.waits_for == "ovs" and state.faults.get("ovs-timeout", 0) > 0
        and faults.is_aimed_at(world, state, "ovs-timeout", name))


def give_up(world, state, name, events):
    """Its QEMU has not ended by SIGKILL: the stop goes on, or fails if somebody is told that."""
    guest = state.guests[name]
    guest.waits_for = None
    fails = world.policies[name]["kill-fails"] == "fail"
    if fails and not guest.unasked and not guest.unfinished:
        guest.stuck, guest.doing, guest.todo = True, None, ()
    settle(world, state, name, events)


def step_timeout(world, state, name, events):
    guest = state.guests[name]
    if guest.waits_for == "exit" and guest.process == "running":
        guest.process = "exiting"
        return
    if guest.waits_for == "exit":
        give_up(world, state, name, events)
        return
    excused = outage.time_passes(state, guest)
    guest.waits_for, (operation, slot) = None, guest.waits_in
    if operation == "add-port":
        # The row is there, but the start does not know it: it may be, so it has to be undone.
        state.cards[slot].told = None
    if guest.doing == "start" and operation in ("add-port", "set-qos"):
        guest.excused = excused
        fail_start(world, state, operation, slot)
    elif guest.doing == "reconnect":
        guest.todo = restart.plan_after_failure(guest, operation, slot)
    settle(world, state, name, events)


def step_helper(world, state, name):
    guest = state.guests[name]
    guest.helper = False
    slot = world.cards[name][0]
    close_descriptor(world, state, tap_of_helper(state, slot), ("helper", slot))


def qemu_can_step(world, state, name):
    guest = state.guests[name]
    return (guest.qemu_done < len(world.qemu[name]) and guest.process == "running"
            and has_reached(world, state, "QEMU", name)
            and find_device(state, tap_of_qemu(world, state, name)) is not None)


def tap_of_qemu(world, state, name):
    return state.cards[world.cards[name][0]].tap


def step_qemu(world, state, name):
    guest = state.guests[name]
    device_name = find_device(state, tap_of_qemu(world, state, name))
    persistent = world.qemu[name][guest.qemu_done] == "persist"
    state.devices[device_name] = state.devices[device_name]._replace(persistent=persistent)
    guest.qemu_done += 1


def clock_can_step(world, state):
    if not any(memory.held_back for memory in state.memory.values()):
        return False
    if world.clean_up_takes is None:
        return True
    for slot, card in state.cards.items():
        if card.released is not None:
            held_back = memory_of(world, state, slot).held_back
            passed = world.nics[slot].policy["hold"] - held_back.get(card.released, 0)
            if passed >= world.clean_up_takes:
                return False
    return True


# ---- all of them ----

def enabled_actors(world, state):
    """The actors that can step, in the order of the table in docs/model.md."""
    guests = state.guests
    actors = [(name,) for name in guests if thread_can_step(world, state, name)]
    actors += [("kernel", name) for name, guest in guests.items()
               if guest.process in ("exiting", "closed")]
    actors += [("ovs-vswitchd",)] if outage.vswitchd_can_step(world, state) else []
    actors += [("timeout", name) for name in guests if timeout_can_step(world, state, name)]
    actors += [("helper", name) for name in world.closing
               if has_reached(world, state, "helper", name)
               and guests[name].helper and tap_of_helper(state, world.cards[name][0]) is not None]
    actors += [("other", index) for index, commands in enumerate(world.others)
               if state.done_by_others[index] < len(commands)
               and outage.can_ask(world, state, commands[state.done_by_others[index]])
               and has_reached(world, state, "other", index)]
    if clock_can_step(world, state):
        actors.append(("clock",))
    if state.ovsdb != "down" and tags_by_agent(world, state.rows) != state.rows:
        actors.append(("agent",))
    actors += [("qemu", name) for name in world.qemu if qemu_can_step(world, state, name)]
    actors += [("netns", name) for name in guests if orphan_of(state, name) is not None]
    actors += [("deleted", name) for name, guest in guests.items()
               if guest.late in ("kept", "unsaid") and guest.process == "running"]
    return actors + faults.enabled_actors(world, state)


def step(world, state, actor):
    """The state after the actor's step, and the oracles that the step itself violates."""
    state, events = state.copy(), set()
    kind = actor[0]
    reach(world, state, actor)
    if kind == "kernel":
        step_kernel(world, state, actor[1], events)
    elif kind == "ovs-vswitchd":
        step_vswitchd(world, state, events)
    elif kind == "timeout":
        step_timeout(world, state, actor[1], events)
    elif kind == "helper":
        step_helper(world, state, actor[1])
    elif kind == "other":
        step_other(world, state, actor[1], events)
    elif kind == "netns":
        unregister(world, state, orphan_of(state, actor[1]))
    elif kind == "qemu":
        step_qemu(world, state, actor[1])
    elif kind == "clock":
        for memory in state.memory.values():
            one_second(memory)
    elif kind == "agent":
        state.rows = tags_by_agent(world, state.rows)
    elif kind == "deleted":
        faults.hear(world, state, actor[1])
        settle(world, state, actor[1], events)
    elif kind in ("ovsdb", "ovs-vsctl"):
        faults.carry_out_late(world, state, actor[1], events)
    elif actor in faults.BY_SINGLE:
        if faults.step_single(world, state, actor) == WAITS_FOR_OVS:
            complete_waits(world, state, world.guests, "ovs", events)
        settle_all(world, state, events)
    elif kind in faults.BY_ACTOR:
        struck = faults.next_operation(state.guests[actor[1]])
        if faults.step(world, state, actor, events) == FAILED:
            fail_start(world, state, *struck)
        settle(world, state, actor[1], events)
    else:
        step_thread(world, state, kind, events)
    if world.gates or world.after:
        settle_all(world, state, events)
    return state, events
