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

# ---- what a fault is aimed at ----
bad("fault-aimed-at-nobody", "unknown guest 'x'; valid: a, b",
    faults="{start-fails: {guest: «x}}")
bad("fault-at-nothing", "unknown operation 'ad-port'; did you mean 'add-port'?",
    faults="{start-fails: {at: «ad-port}}")
bad("fault-of-no-key", "unknown key 'gest'; did you mean 'guest'?",
    faults="{start-fails: {«gest: b}}")
bad("fault-too-often", "times has to be a whole number from 1 to 9",
    faults="{start-fails: {guest: b, times: «10}}")
bad("fault-not-there", "start-fails does not strike at 'kill'",
    faults="{start-fails: {guest: b, at: «kill}}")
bad("timeout-not-there", "ovs-timeout does not strike at 'create-tap'",
    faults="{ovs-timeout: {at: «create-tap}}")
bad("fault-of-no-guest", "daemon-restart strikes no guest alone: it lacks 'at'",
    faults="{daemon-restart: {guest: «a}}")
bad("fault-cannot-strike", "start-fails cannot strike 'a'",
    faults="{«start-fails: {guest: a, at: exec}}")

# ---- what an entry waits for ----
bad("after-one-word", "'kill' is no step: an operation, and its guest",
    actors="[stop a, {do: start b, after: «kill}]")
bad("after-no-step", "unknown step 'kil'; did you mean 'kill'?",
    actors="[stop a, {do: start b, after: «kil a}]")
bad("after-nobody", "unknown guest 'c'; valid: a, b",
    actors="[stop a, {do: start b, after: kill «c}]")
bad("after-list", "after has to be a text", actors="[stop a, {do: start b, after: «[kill a]}]")
bad("after-itself", "'a' has its commands in this entry, and would never begin",
    actors="[{do: [start b, stop a], after: «kill a}]")
bad("after-key", "unknown key 'afer'; did you mean 'after'?",
    actors="[stop a, {do: start b, «afer: kill a}]")
