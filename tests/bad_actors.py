"""Malformed scenarios of clients and of faults that are aimed: see bad_scenarios.py."""
from bad_scenarios import CASES, bad  # CASES: what is said here is added to it

# ---- what a client gives ----
bad("entry-of-another-guest", "'b' has commands already", actors="[[stop a, start b], «stop b]")
bad("stopped-in-another-s-entry", "'a' is stopped by then",
    actors="[[stop a, start b, «stop a]]")
bad("verb-of-another-guest", "verb 'strat'; did you mean 'start'?", actors="[[stop a, «strat b]]")
bad("stop-behind-a-retry", "'b' is stopped by then",
    actors="[[start b, start b, stop b, «stop b]]")
bad("start-running-of-two", "'a' is running by then", actors="[[start b, start b, «start a]]")
