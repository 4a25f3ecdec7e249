"""Wrong models of what single choices of a policy ask for: see mutations.py."""
from mutation import Mutation

CHOICES = [
    Mutation(
        "a kill finds a process that is gone",
        "If there is no process any more it says so, ESRCH", "sim/operate.c",
        "outcome->error = state->process[guest].phase == PROCESS_NONE ? ESRCH : 0;",
        "*waits = state->process[guest].phase == PROCESS_NONE ? CALL_NONE : CALL_EXIT;\n"
        "        break;",
        "crash", "outcome: simulation: Success; kernel: No such process"),
]
