"""Cells held to SPIN and Rumur (docs/other-checkers.md), and mistakes that they notice.  `make
xcheck` takes more of them."""
import os
import re

import pytest
import xcheck

CELLS = ["reported-race:libvirt-6.6", "macvtap-stop-start:libvirt-6.6", "ovs-orphan:libvirt-9.0"]

# A start of b that fails, and takes a's port, step by step.
SMALL = "fixed-name:libvirt-9.0"

# What is changed in its model, as a regular expression and what comes in its place.
MISTAKES = {
    "an actor that takes no step": {
        "promela": (r"    :: STEP\(1\).*\n", ""),
        "murphi": (r'rule "b" has_step_1', r'rule "b" false & has_step_1'),
    },
    "a step that writes something else": {
        "murphi": (r"control_daemon_record_name_1 := 4", r"control_daemon_record_name_1 := 3"),
    },
    "another first state": {
        "promela": (r"(packed_world_begin\(&world, now.state\);)",
                    r"\1 packed_world_step(&world, now.state, 1, 0);"),
        "murphi": (r"network_row_bridge_4 := 1", "network_row_bridge_4 := 0"),
    },
    "an oracle that objects": {
        "murphi": (r"(function violated\(\)(?:.|\n)*?return )0;", r"\g<1>2;"),
    },
    "an oracle that does not object": {
        "murphi": (r'cover "lost-attachment" .*\n', ""),
    },
}


@pytest.fixture(scope="module", autouse=True)
def tools():
    if xcheck.missing():
        if os.environ.get("TAPWEAVE_REQUIRE_REAL") == "1":
            pytest.fail(f"missing: {xcheck.missing()}")
        pytest.skip(f"missing: {xcheck.missing()}")


@pytest.mark.parametrize("cell", CELLS)
def test_spin_and_rumur_agree(tapweave, cell):
    differences, here = xcheck.check(tapweave.binary, cell)
    assert differences == []
    assert here["states"] > 0


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_noticed(tapweave, mistake):
    found = MISTAKES[mistake]

    def change(language, model):
        changed, times = re.subn(*found[language], model, count=1)
        assert times == 1
        return changed

    for language in found:
        try:
            differences, _ = xcheck.check(tapweave.binary, SMALL, [language], change)
        except RuntimeError as error:  # it is no model any more
            differences = [error]
        assert differences != []


def test_every_bridge_and_fault_is_among_the_cells(tapweave):
    """What `make xcheck` says that it covers (docs/other-checkers.md)."""
    texts = [(xcheck.ROOT / f"scenarios/{cell.split(':')[0]}.yaml").read_text(encoding="utf-8")
             for cell in xcheck.CELLS]
    faults = [entry["name"] for entry in tapweave.json("list", "faults")["entries"]]
    kinds = ["kind: ovs", "kind: linux", "kind: midonet", "kind: macvtap", "netdev"]
    assert len(set(xcheck.CELLS)) == len(xcheck.CELLS) >= 30
    for word in faults + kinds:
        assert any(word in text for text in texts), word
