"""Held worlds, looked at with other eyes than the harness's own: ip, ovs-vsctl, and frames of the
test's own.

What is expected is written down here from docs/model.md and docs/facts.md; nothing is read from
what tapweave says of the world."""
import contextlib
import json
import re
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import BINARY, ROOT
from host import await_orphans, everything, in_own_host, tapweave

EYE = Path(__file__).with_name("eye.py")
HELD = re.compile(r" *held[^:]*: nsenter (-t \d+( -\S+)+); press Enter \(or close standard input\)")
LINUX = "scenarios/linux-only.yaml"
OVS = "scenarios/reported-race-netdev.yaml"


class World:
    """A held one, from inside."""

    def __init__(self, way_in):
        self.way_in = ["nsenter", *way_in.split()]

    def run(self, *command):
        run = subprocess.run([*self.way_in, *map(str, command)], capture_output=True, text=True,
                             check=False, timeout=20)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def links(self):
        return {link["ifname"]: link for link in json.loads(self.run("ip", "-d", "-j", "link"))}

    def eye(self, *arguments):
        return json.loads(self.run("/usr/bin/python3", EYE, *arguments))

    def table(self, name, *columns):
        table = json.loads(self.run("ovs-vsctl", "--format=json", f"--columns={','.join(columns)}",
                                    "list", name))
        return [dict(zip(table["headings"], row)) for row in table["data"]]

    def ports(self):
        """Every port but the bridges' own: the bridge it is on, and who its interface is of."""
        name_of = {row["_uuid"][1]: row["name"] for row in self.table("Port", "_uuid", "name")}
        owner_of = {row["name"]: dict(row["external_ids"][1]).get("owner")
                    for row in self.table("Interface", "name", "external_ids")}
        found = {}
        for bridge in self.table("Bridge", "name", "ports"):
            kind, value = bridge["ports"]
            for _, uuid in (value if kind == "set" else [bridge["ports"]]):
                found[name_of[uuid]] = (bridge["name"], owner_of[name_of[uuid]])
        assert sorted(found) == sorted(name_of.values())
        return {name: port for name, port in found.items() if name not in ("br0", "probe0")}


@contextlib.contextmanager
def held(scenario, policy, schedule):
    with subprocess.Popen([BINARY, "replay", "--on", "netns", "--hold", "-p", policy, "-s",
                           schedule, scenario], cwd=ROOT, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        way_in = next(filter(None, map(HELD.match, run.stdout)), None)
        assert way_in is not None, run.communicate()
        yield World(way_in[1])
        out, err = run.communicate("\n")
    assert run.returncode in (0, 1), err
    assert "the real kernel agrees after every step" in out


# ---- Linux bridges ----

def tap(world, name="vnet0"):
    """What is to be seen of a tap: its master, whether it is up, and whether its MAC is a guest's
    (its first byte is fe: facts 1a, S4).  No tap is ever persistent (S3)."""
    link = world.links().get(name)
    if link is None:
        return None
    assert link["linkinfo"]["info_kind"] == "tun"
    assert link["linkinfo"]["info_data"]["type"] == "tap"
    assert not link["linkinfo"]["info_data"]["persist"]
    return link.get("master"), "UP" in link["flags"], link["address"].startswith("fe:")


# Guest a runs on lb0.  The start of b is create-tap, set-mac, add-if, link-up, exec;
# the stop of a is kill, release; its kernel closes descriptors, then exits.
LINUX_PREFIXES = [
    ("a", ("lb0", True, True)),  # its process begins to exit, and has its descriptors
    ("a kernel/a", None),  # the last holder has closed it
    ("a kernel/a b", (None, False, False)),
    ("a kernel/a b b", (None, False, True)),
    ("a kernel/a b b b", ("lb0", False, True)),
    ("a kernel/a b b b b", ("lb0", True, True)),
    ("a kernel/a b b b b b", ("lb0", True, True)),
    ("a kernel/a b b b b b kernel/a a", ("lb0", True, True)),  # nothing is done by name
]


@pytest.mark.parametrize("schedule, expected", LINUX_PREFIXES)
def test_a_tap_is_as_the_model_has_it(taps, schedule, expected):
    with held(LINUX, "libvirt-6.6", schedule) as world:
        assert tap(world) == expected


def test_incarnations(taps):
    """A name is used again, an interface index is not (facts 4); every guest has its own MAC."""
    with held(LINUX, "libvirt-6.6", "a") as world:
        old = world.links()["vnet0"]
    with held(LINUX, "libvirt-6.6", "a kernel/a b b") as world:
        new = world.links()["vnet0"]
    assert new["ifindex"] > old["ifindex"] and new["address"] != old["address"]


def test_who_holds_the_tap(taps):
    """The daemon does until exec, QEMU afterwards; the one is the sandbox's first process."""
    for schedule, by_daemon in (("a kernel/a b b b b", True), ("a kernel/a b b b b b", False)):
        with held(LINUX, "libvirt-6.6", schedule) as world:
            holder, = world.eye("holders", "vnet0")
            assert (holder == 1) == by_daemon


def test_frames_on_a_linux_bridge(taps):
    with held(LINUX, "libvirt-6.6", "a kernel/a b b b b b kernel/a a") as world:
        world.run("ip", "link", "add", "eye0", "type", "veth", "peer", "name", "eye1")
        world.run("ip", "link", "set", "eye1", "up")
        world.run("ip", "link", "set", "eye0", "up")
        assert world.eye("frames", "vnet0", "eye1") == {"in": False, "out": False, "spoofed": False}
        world.run("ip", "link", "set", "eye0", "master", "lb0")
        assert world.eye("frames", "vnet0", "eye1") == {"in": True, "out": True, "spoofed": True}
        world.run("ip", "link", "delete", "eye0")


# ---- Open vSwitch ----

# Guest a runs on br0.  The start of b is create-tap, set-mac, add-port, which waits for
# ovs-vswitchd, link-up, exec; the stop of a is kill, del-port, which waits, release.
OVS_PREFIXES = [
    ("a", True, ("br0", "a")),
    ("a kernel/a", False, ("br0", "a")),  # a row outlives its device (facts 3)
    ("a kernel/a kernel/a", False, ("br0", "a")),
    ("a kernel/a kernel/a a", False, None),  # committed, though ovs-vswitchd has not run
    ("a kernel/a b", True, ("br0", "a")),
    ("a kernel/a b b b", True, ("br0", "b")),  # del-port and add-port in one transaction
    ("a kernel/a b b b kernel/a a", True, None),  # del-port is by name: it is b's
]


@pytest.mark.parametrize("schedule, exists, port", OVS_PREFIXES)
def test_rows_are_as_the_model_has_them(ovs, schedule, exists, port):
    with held(OVS, "libvirt-6.6", schedule) as world:
        assert (tap(world) is not None) == exists
        assert world.ports() == ({} if port is None else {"vnet0": port})


def look(world, name):
    """Frames between the tap and a port of the test's own, and the ports that there are before."""
    ports = world.ports()
    # A schedule's prefix is held with ovs-vswitchd stopped.
    world.run("sh", "-c", 'for p in /proc/[0-9]*; do [ "$(cat $p/comm)" != ovs-vswitchd ] || '
              'kill -CONT "${p#/proc/}"; done')
    world.run("ip", "link", "add", "eye0", "type", "veth", "peer", "name", "eye1")
    world.run("ip", "link", "set", "eye0", "up")
    world.run("ip", "link", "set", "eye1", "up")
    world.run("ip", "link", "set", name, "up")  # ovs-vswitchd may have taken it down
    world.run("ovs-vsctl", "add-port", "br0", "eye0")
    frames = world.eye("frames", name, "eye1")
    world.run("ovs-vsctl", "del-port", "br0", "eye0")
    world.run("ip", "link", "delete", "eye0")
    return ports, frames


@pytest.mark.parametrize("policy, schedule, name, ports, frames", [
    # B has attached before A's del-port, which is by name.
    ("libvirt-6.6", "a kernel/a b b b ovs-vswitchd b b kernel/a a ovs-vswitchd a", "vnet0", {},
     {"in": False, "out": False, "spoofed": False}),
    # The same, and A's del-port has not come yet: the half-dead port of facts 3b and 3c.
    ("libvirt-6.6", "a kernel/a b b b ovs-vswitchd b b", "vnet0", {"vnet0": ("br0", "b")},
     {"in": True, "out": False, "spoofed": False}),
    # A name of its own, behind a pick-name and a lookup.
    ("counter", "a kernel/a b b b b b ovs-vswitchd b b kernel/a a ovs-vswitchd a", "vnet1",
     {"vnet1": ("br0", "b")}, {"in": True, "out": True, "spoofed": True}),
    # A's whole stop comes first.
    ("libvirt-6.6", "a kernel/a kernel/a a ovs-vswitchd a b b b ovs-vswitchd b b", "vnet0",
     {"vnet0": ("br0", "b")}, {"in": True, "out": True, "spoofed": True}),
])
def test_frames_on_open_vswitch(ovs, policy, schedule, name, ports, frames):
    with held(OVS, policy, schedule) as world:
        assert look(world, name) == (ports, frames)


# ---- holding itself ----

HOLD = ("replay", "--on", "netns", "--hold", "-p", "libvirt-6.6", "-s", "a kernel/a")


def test_the_end_of_standard_input_lets_it_go(taps, tapweave):
    run = tapweave(*HOLD, LINUX, stdin=subprocess.DEVNULL)
    assert run.returncode == 0 and HELD.search(run.stdout)


def test_json_has_standard_output_to_itself(taps, tapweave):
    run = tapweave(*HOLD, LINUX, "--json", "-", stdin=subprocess.DEVNULL)
    assert json.loads(run.stdout)["violated"] == [] and HELD.search(run.stderr)


def end_a_held_world(number):
    before = everything()
    for scenario in ("linux-only.yaml", "reported-race-netdev.yaml"):
        run = tapweave(*HOLD, scenario, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert any(map(HELD.match, run.stdout))
        run.send_signal(number)
        assert run.wait() == -number
        if number == signal.SIGKILL:
            await_orphans(10)
        assert everything() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it_and_leaves_nothing(ovs, own_host, number):
    in_own_host(end_a_held_world, number)
