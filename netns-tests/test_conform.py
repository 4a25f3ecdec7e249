"""The simulation held to the real kernel: every scenario under every policy that it makes claims
about, on Open vSwitch's userspace datapath and on Linux bridges; the reported race with frames."""
import errno
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

import pytest
import schemed
import yaml
from conftest import BESIDE_OTHERS, BINARY, ROOT
from seccomp import AF_NETLINK, NETLINK_GENERIC, refuse

ROOT_SCENARIO = "scenarios/reported-race-netdev.yaml"

# Scenarios, and what they become when every bridge is a Linux bridge.
ON_LINUX = ["linux-only", "name-taken", "name-taken-meanwhile", "exists-check-leak", "ethernet",
            "fixed-name", "fin-wait", "crash", "counter-wrap", "user-template", "port-first"]


def on_linux(scenario, tmp_path):
    with open(f"scenarios/{scenario}.yaml", encoding="utf-8") as file:
        text = re.sub(r"\{kind: ovs[^}]*\}", "{kind: linux}", file.read())
    path = tmp_path / f"{scenario}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(os.path.join(os.path.dirname(__file__), ".."))


@pytest.mark.parametrize("scenario", ON_LINUX)
def test_every_transition_agrees_on_linux_bridges(taps, tapweave, tmp_path, scenario):
    run = tapweave("conform", on_linux(scenario, tmp_path), "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    for result in json.loads(run.stdout)["results"]:
        counts = result["counts"]
        assert counts["walked"] == counts["transitions"] > 0 and counts["schedules"] > 0
        assert not result["diverged"] and not {"unsupported", "not-compared"} & result.keys()


def test_every_interleaving_agrees(taps, tapweave):
    run = tapweave("conform", "-p", "libvirt-6.6", "--cover", "interleavings", "--jobs", "32",
                   "scenarios/linux-only.yaml", "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    result, = json.loads(run.stdout)["results"]
    explored = json.loads(tapweave("explore", "-p", "libvirt-6.6", "scenarios/linux-only.yaml",
                                   "--json", "-").stdout)
    assert str(result["counts"]["schedules"]) == explored["counts"]["interleavings"]


def test_what_is_the_same_to_the_network_is_walked_once(taps, tapweave, tmp_path):
    """Each cell walks what no cell before it has walked."""
    run = tapweave("conform", "--cover", "network", on_linux("name-taken-meanwhile", tmp_path),
                   "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    cells = [result["counts"] for result in json.loads(run.stdout)["results"]]
    for counts in cells:
        assert counts["walked"] + counts["alike"] == counts["transitions"] > 0
    assert cells[0]["walked"] > 0 and cells[0]["alike"] < cells[-1]["alike"]


def has_family(name):
    """Whether the kernel has this generic netlink family, asked without the harness: the controller
    (0x10) is asked (CTRL_CMD_GETFAMILY, 3) for its name (CTRL_ATTR_FAMILY_NAME, 2)."""
    text = name.encode() + b"\0"
    text += b"\0" * (-len(text) % 4)
    body = struct.pack("BBHHH", 3, 1, 0, 4 + len(name) + 1, 2) + text
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as bus:
        bus.bind((0, 0))
        bus.send(struct.pack("IHHII", 16 + len(body), 0x10, 1, 1, 0) + body)
        return struct.unpack_from("H", bus.recv(65536), 4)[0] != 2  # NLMSG_ERROR


# What cannot be walked, by a scenario's name, and why: what this machine has is looked for.
LACKING = {
    **({} if has_family("ovs_datapath") else {
        "reported-race": "the system datapath: this kernel has no openvswitch module "
                         "(--on vm has one; --datapath netdev does without)"}),
    "midonet": "a Midonet port: this machine has " + (
        "mm-ctl, and tapweave does not drive it" if shutil.which("mm-ctl") else "no mm-ctl"),
}


@pytest.mark.parametrize("scenario", LACKING)
def test_nothing_walked_is_no_success(tapweave, scenario):
    """Counted, and not run."""
    path, why = f"scenarios/{scenario}.yaml", LACKING[scenario]
    run = tapweave("conform", path, "--json", "-")
    assert (run.returncode, run.stderr) == (4, "")
    for result in json.loads(run.stdout)["results"]:
        assert result["counts"]["transitions"] > 0 and result["counts"]["walked"] == 0
        assert result["unsupported"] == why
    schemed.expect("conform", json.loads(run.stdout))
    run = tapweave("conform", "-p", "libvirt-6.6", path)
    assert run.returncode == 4
    assert " ".join(run.stdout.split()).endswith(f"not expressible here: {why}")
    run = tapweave("replay", "--on", "netns", "-p", "libvirt-6.6", "-s", "a", path)
    assert (run.returncode, run.stderr) == (4, f"tapweave: not expressible here: {why}\n")


def test_a_kernel_is_asked_for_its_datapath(tapweave, less):
    """No answer is no answer: neither that it has one, nor that it has none."""
    run = tapweave("conform", "-p", "libvirt-6.6", "scenarios/reported-race.yaml",
                   preexec_fn=lambda: refuse("socket", {0: AF_NETLINK, 2: NETLINK_GENERIC},
                                             errno.EAFNOSUPPORT))
    assert run.returncode == 4
    assert " ".join(run.stdout.split()).endswith(
        "the system datapath: this kernel does not say whether it has one (--on vm has one; "
        "--datapath netdev does without)")


def test_a_machine_is_looked_at_for_its_midonet(tapweave, tmp_path):
    (tmp_path / "mm-ctl").touch(mode=0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    run = tapweave("conform", "scenarios/midonet.yaml", env={**os.environ, "PATH": path})
    assert run.returncode == 4
    assert " ".join(run.stdout.split()).endswith(
        "this machine has mm-ctl, and tapweave does not drive it")


@pytest.mark.parametrize("seconds, said", [
    ("0.000001", "the search is not complete"),
    ("0.5", r"only \d+ of \d+ schedules were conducted: stopped at --timeout")])
def test_a_timeout_is_looked_at(taps, tapweave, seconds, said):
    """In the search, and between schedules: what was not walked is not said to agree."""
    begun = time.monotonic()
    run = tapweave("conform", "--jobs", "1", "--cover", "interleavings", "--timeout", seconds, "-p",
                   "counter", "scenarios/linux-only.yaml")
    assert run.returncode == 3 and re.fullmatch(f"tapweave: {said}\n", run.stderr), run.stderr
    assert "agrees" not in run.stdout and time.monotonic() - begun < 20


def test_what_the_kernel_stands_in_for_is_named(taps, tapweave):
    run = tapweave("conform", "-p", "libvirt-6.6", "scenarios/freebsd.yaml", "--json", "-")
    said = json.loads(run.stdout)
    assert said["results"][0]["emulated"].startswith("freebsd")
    run = tapweave("conform", "-p", "libvirt-6.6", "scenarios/freebsd.yaml")
    assert "emulated on this kernel: freebsd" in run.stdout
    run = tapweave("conform", "-p", "libvirt-6.6", "scenarios/ethernet.yaml")
    assert "emulate" not in run.stdout
    schemed.expect("conform", said, broken=True)


# `make conform` walks every transition of every cell.  `make test` has minutes for all of them.  It
# takes the cells that have no more transitions than the first number, and of each scenario at least
# the smallest, if it has no more than the second; and walks what is the same to the network once
# (test_mutations.py shows that a wrong model is caught by that, too).  Some 200 steps take a second
# of a processor.
LARGE, LARGEST = 60, 500


def transitions():
    """How many each cell has (on the scenario's own datapath; the other has about as many)."""
    run = subprocess.run([BINARY, "check", *(path for path in (ROOT / "scenarios").glob("*.yaml")
                                             if path.stem != "any-number"), "--json", "-"],
                         capture_output=True, check=False)
    results = json.loads(run.stdout)["results"] if run.returncode == 0 else []
    return {(Path(result["scenario"]["path"]).stem, result["policy"]):
            result["counts"]["transitions"] for result in results}


def world_of(scenario):
    """What is the same in scenarios that are one world, and differ in what they claim; on one
    datapath many are."""
    text = yaml.safe_load((ROOT / "scenarios" / f"{scenario}.yaml").read_text(encoding="utf-8"))
    for bridge in text["network"].values():
        bridge.pop("datapath", None)
    return json.dumps({key: text[key] for key in text if key not in ("title", "report", "claims")})


def cells():
    """Every scenario and its policies, without those that are an earlier scenario's world under the
    same policy. {scenario: {policy: its transitions}}"""
    seen, found, counts = set(), {}, transitions()
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        scenario, world = yaml.safe_load(path.read_text(encoding="utf-8")), world_of(path.stem)
        if path.stem == "midonet" or "rounds" in scenario:  # runs without an end
            continue
        for policy in scenario["claims"]:
            if (world, policy) not in seen:
                found.setdefault(path.stem, {})[policy] = counts.get((path.stem, policy), 0)
            seen.add((world, policy))
    return found


def small():
    """Of each scenario its small cells, and those of scenarios that are the same world together:
    {the first of them: {policy: None}}"""
    first, found = {}, {}
    for scenario, policies in CELLS.items():
        for policy, count in policies.items():
            if count <= (LARGEST if count == min(policies.values()) else LARGE):
                one = first.setdefault(world_of(scenario), scenario)
                found.setdefault(one, {})[policy] = None
    return found


CELLS = cells()
SMALL = small()


def agreement(request, tapweave, scenario, *arguments):
    """The counts of each cell, none of which diverges, or is left out."""
    if "macvtap" in (ROOT / "scenarios" / f"{scenario}.yaml").read_text(encoding="utf-8"):
        request.getfixturevalue("macvtaps")
    run = tapweave("conform", *BESIDE_OTHERS, "--datapath", "netdev", *arguments, "--json", "-")
    assert run.returncode == 0, run.stdout + run.stderr
    results = json.loads(run.stdout)["results"]
    for result in results:
        assert not result["diverged"] and not {"unsupported", "not-compared"} & result.keys()
    schemed.expect("conform", json.loads(run.stdout))
    return [result["counts"] for result in results]


@pytest.mark.parametrize("scenario", SMALL)
def test_what_is_new_to_the_network_agrees_on_open_vswitch(request, ovs, tapweave, tmp_path,
                                                           scenario):
    """Of the small cells: each walks what none before it has walked."""
    path = tmp_path / f"{scenario}.yaml"
    text = yaml.safe_load((ROOT / "scenarios" / f"{scenario}.yaml").read_text(encoding="utf-8"))
    text["claims"] = {policy: {"deadlock": "never"} for policy in SMALL[scenario]}
    path.write_text(yaml.safe_dump(text, sort_keys=False), encoding="utf-8")
    all_counts = agreement(request, tapweave, scenario, "--cover", "network", path)
    assert len(all_counts) == len(SMALL[scenario]) and all_counts[0]["walked"] > 0
    for counts in all_counts:
        assert counts["walked"] + counts["alike"] == counts["transitions"] > 0


@pytest.mark.large
@pytest.mark.parametrize("scenario, policy", [(scenario, policy) for scenario in CELLS
                                              for policy in CELLS[scenario]])
def test_every_transition_agrees_on_open_vswitch(request, ovs, tapweave, scenario, policy):
    counts, = agreement(request, tapweave, scenario, "-p", policy, f"scenarios/{scenario}.yaml")
    assert counts["walked"] == counts["transitions"] > 0


def finish(tapweave, policy, schedule):
    """The schedule, and then whoever can step, in the order of actors, until nobody can."""
    for _ in range(100):
        run = tapweave("replay", "-p", policy, "-s", " ".join([*schedule, "nobody"]), ROOT_SCENARIO)
        assert "unknown actor 'nobody'" in run.stderr
        for actor in ("a", "kernel/a", "b", "ovs-vswitchd"):
            if tapweave("replay", "-p", policy, "-s", " ".join([*schedule, actor]),
                        ROOT_SCENARIO).returncode in (0, 1):
                schedule = [*schedule, actor]
                break
        else:
            return schedule
    raise AssertionError("the run does not end")


@pytest.mark.parametrize("policy", ["libvirt-6.6", "counter"])
def test_the_reported_race_with_real_frames(ovs, tapweave, policy):
    """B attaches before A's del-port: its frames are lost, unless its name is another one.

    The conductor compares frames with the simulation's verdict in the last state."""
    start = ["b"] * 3 if policy == "libvirt-6.6" else ["b"] * 5
    schedule = finish(tapweave, policy, ["a", "kernel/a", *start])
    run = tapweave("replay", "--on", "netns", "-p", policy, "-s", " ".join(schedule), ROOT_SCENARIO)
    assert re.search("agrees after every step, and in the frames of (1 guest|2 guests)\n",
                     run.stdout)
    assert ("violated: lost-attachment" in run.stdout) == (policy == "libvirt-6.6")


def processes_of(path):
    """Those that have the path on their command line, as every process of a run has."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if str(path).encode() in file.read().split(b"\0"):
                    found.append(pid)
        except OSError:
            pass  # it has ended in the meantime
    return found


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.5, 1.0])
def test_a_killed_run_leaves_no_process(taps, tmp_path, seconds):
    """And so no namespace and no mount: they go with the last process in them."""
    path = on_linux("two-rounds", tmp_path)
    with subprocess.Popen([BINARY, "conform", "--jobs", "4", str(path)],
                          stdout=subprocess.DEVNULL) as run:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=seconds)
        run.kill()
    deadline = time.monotonic() + 10
    while processes_of(path) and time.monotonic() < deadline:
        os.sched_yield()
    assert not processes_of(path)
