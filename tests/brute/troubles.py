"""What goes wrong in a step beside what a schedule is to show: of schedules of one length, that
with the least of it is shown."""
from . import faults


def troubles(state, actor, found, shown=None):
    """How much goes wrong in a step from the state, which itself violates these oracles, beside
    the one that is shown: a fault, a start that fails, an error that is logged."""
    struck = (actor[0] in faults.BY_ACTOR
              or faults.BY_SINGLE.get(actor, (None,))[0] is not None
              or (actor[0] == "timeout" and state.guests[actor[1]].waits_for == "ovs"))
    return struck + len(found & {"start-failed", "spurious-error"} - {shown})
