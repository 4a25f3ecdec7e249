"""A guard for the speed of the search: instructions for each state that is kept, as valgrind counts
them. They do not depend on what else the machine does, as seconds do (bench/search.py).

A bound is a quarter more than what was counted when it was written (2026-11-30, gcc 12 -O2): it is
there for what makes the search slower by much, unnoticed. Whoever makes it faster may lower it."""
import re
import subprocess

import pytest
from conftest import BINARY

GUESTS = "abc"
WORLD = f"""
title: Three guests start and stop
report: none
network: {{br0: {{kind: ovs}}}}
guests: {{{", ".join(f"{guest}: {{nic: {{bridge: br0}}}}" for guest in GUESTS)}}}
actors: [{", ".join(f"[start {guest}, stop {guest}]" for guest in GUESTS)}]
"""


@pytest.mark.parametrize(("reduce", "kept", "most"), [
    ("none", 20880, 20900), ("guests", 3544, 27000), ("guests,order", 481, 72500)])
def test_a_state_takes_no_more_instructions_than_it_did(tapweave, tmp_path, reduce, kept, most):
    path = tmp_path / "world.yaml"
    path.write_text(WORLD, encoding="utf-8")
    command = ["explore", "-p", "libvirt-6.6", "--jobs=1", f"--reduce={reduce}", path]
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BINARY,
                          *command], capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", run.stderr)
    assert run.returncode == 1 and counted, run.stderr
    states = tapweave.json(*command)["search"]["states"]
    assert states == kept
    assert int(counted.group(1)) / states <= most
