"""Scenarios held to Debian's libvirtd 9.0.0 under libvirt-9.0, every transition: they take minutes.
`make conform-libvirt` runs them.

Those that are not here have something that cannot be forced (docs/libvirt.md), or so many schedules
that they would take hours."""
import json

import pytest

pytestmark = [pytest.mark.usefixtures("libvirt"), pytest.mark.large]

SCENARIOS = [
    "antrea-276", "bandwidth-left", "failed-start-restart", "fixed-name", "index-looked-up",
    "linux-only", "lp-1734320", "mac-check-error-log", "macvtap-name-taken", "macvtap-stop-start",
    "macvtap-unfinished", "macvtap-unplug", "macvtap-unplug-another", "monitor-late", "name-taken",
    "name-taken-meanwhile", "ovs-issues-284-netdev", "ovs-lie", "ovs-orphan",
    "persistent-bridge-again", "persistent-on-switch", "persistent-precreated",
    "persistent-refused", "reboot-own-name", "reported-race-netdev", "restart-forgets-uuid",
    "sigterm-ignored", "template-taken", "tunsetiff-existing", "urunc-408", "vpp-1766",
]

# Those that have been walked on 9.0.0 alone.  Of 11.3.0, a stop that fails is refused where there
# are other guests.
OF_NINE = [
    "bandwidth", "bandwidth-switch", "exists-check-leak", "fd-leak", "filter-binding",
    "filter-cut-off", "filter-removed-twice", "leaked-for-ever", "limit-cut-off", "ovs-late",
    "persistent-multi-queue", "proxmox-qmeventd", "qubes-164", "shared-limit",
    "sigkill-fixed-name", "sigkill-ignored", "tunsetiff-multi-queue", "unplug-limit",
]

# What none of those has, in worlds that are as small as can be.
WORLDS = {
    "unplug, start": """
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
  b: {nic: {bridge: br0}}
actors: [unplug a, start b]
""",
    "unplug, restart": """
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
actors: [unplug a]
faults: {daemon-restart: 1}
""",
    "unplug, restart, of a macvtap": """
network: {}
guests:
  a: {nic: {kind: macvtap}, state: running}
actors: [unplug a]
faults: {daemon-restart: 1}
""",
    "unplug, late, restart": """
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
actors: [unplug a]
faults: {unplug-late: 1, daemon-restart: 1}
""",
    "unplug, crash": """
network: {br0: {kind: ovs}}
guests:
  a: {nic: {bridge: br0}, state: running}
actors: [unplug a]
faults: {qemu-crash: 1}
""",
    "packet filters of one name, unplug, start": """
network: {lb0: {kind: linux}}
guests:
  a: {nic: {bridge: lb0, name: tap0, filter: true}, state: running}
  b: {nic: {bridge: lb0, name: tap0, filter: true}}
actors: [unplug a, start b]
""",
    "a packet filter of a device that has gone": """
network: {lb0: {kind: linux}}
guests:
  a: {nic: {bridge: lb0, name: tap0, filter: true}}
actors: [start a, delete tap0]
""",
    "a packet filter, a start that fails": """
network: {lb0: {kind: linux}}
guests:
  a: {nic: {bridge: lb0, filter: true}}
actors: [start a]
faults: {start-fails: 1}
""",
}


@pytest.mark.parametrize("scenario", SCENARIOS + OF_NINE)
def test_every_transition(tapweave, scenario):
    check(tapweave, f"scenarios/{scenario}.yaml")


@pytest.mark.parametrize("name", WORLDS)
def test_every_transition_of_a_small_world(tapweave, tmp_path, name):
    scenario = tmp_path / "world.yaml"
    scenario.write_text(f"title: {name}\nreport: none\n{WORLDS[name]}"
                        "claims: {libvirt-9.0: {deadlock: never}}\n", encoding="utf-8")
    check(tapweave, scenario)


def check(tapweave, scenario):
    run = tapweave("conform", "--on", "libvirt", "--datapath", "netdev", "-p", "libvirt-9.0",
                   "--json", "-", scenario)
    assert run.returncode == 0, run.stdout + run.stderr
    cell = json.loads(run.stdout)["results"][0]
    assert cell["counts"]["walked"] == cell["counts"]["transitions"] > 0
