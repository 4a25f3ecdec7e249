"""Malformed scenarios of several daemons: see bad_scenarios.py."""
from bad_scenarios import CASES, bad, guests, scenario  # CASES: what is said here is added to it

bad("fourth-daemon", "daemon has to be a whole number from 1 to 3",
    guests="{a: {nic: {}, daemon: «4}}")
bad("daemon-text", "daemon has to be a whole number", guests="{a: {nic: {}, daemon: «other}}")
OLD = guests().replace("}}}", "}, daemon: 2}}")  # guest b is another daemon's
bad("policy-of-no-daemon", "daemon has to be a whole number from 1 to 3", guests=OLD,
    daemons="{«4: libvirt-6.6}")
bad("policy-of-a-word", "daemon has to be a whole number from 1 to 3", guests=OLD,
    daemons="{«second: libvirt-6.6}")
bad("policy-of-a-daemon-without-guest", "daemon 3 has a policy, and no guest", guests=OLD,
    daemons="«{3: libvirt-6.6}")
bad("policy-of-a-daemon-unknown", "unknown policy 'libvirt-6.7'; did you mean 'libvirt-6.6'?",
    guests=OLD, daemons="{2: «libvirt-6.7}")
bad("choice-of-a-daemon-unknown", "unknown name 'count'; did you mean 'counter'?", guests=OLD,
    daemons="{2: 'libvirt-6.6,name=«count'}")
bad("policy-of-a-daemon-list", "a policy has to be a text", guests=OLD,
    daemons="{2: «[libvirt-6.6]}")
bad("policy-of-all-daemons", "there is no guest for that of -p and of claims", guests=OLD,
    daemons="«{1: libvirt-6.6, 2: libvirt-9.0}")
bad("policy-twice-of-a-daemon", "twice", guests=OLD,
    daemons="{2: libvirt-6.6, «2: libvirt-9.0}")
bad("no-policy-of-a-daemon", "daemons", guests=OLD, daemons="«{}")
bad("daemons-list", "daemons has to be", guests=OLD, daemons="«[libvirt-6.6]")
bad("key-daemons", "'deamons'; did you mean 'daemons'?", text=scenario() + "«deamons: {}\n")
bad("key-daemon", "'deamon'; did you mean 'daemon'?", guests="{a: {nic: {}, «deamon: 2}}")
