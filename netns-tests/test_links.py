"""Macvtaps and veths on the real kernel, with other eyes than the harness's own."""
import glob
import subprocess

import pytest
from conftest import BINARY, ROOT
from test_eyes import held
from test_guests import all_agree, qemu  # noqa: F401 (a fixture)

MACVTAP = "scenarios/macvtap-stop-start.yaml"


def macvtap(world, name="macvtap0"):
    """Its mode, whether it is up, and whether its MAC is a guest's; None without the device."""
    link = world.links().get(name)
    if link is None:
        return None
    assert link["linkinfo"]["info_kind"] == "macvtap" and link["link"] == "probe-parent"
    return (link["linkinfo"]["info_data"]["mode"], "UP" in link["flags"],
            link["address"].startswith("fe:"))


@pytest.mark.parametrize("schedule, expected", [
    ("a", ("bridge", True, True)),
    ("a kernel/a", ("bridge", True, True)),     # its user has closed the descriptor
    ("a kernel/a kernel/a", ("bridge", True, True)),  # and is gone
    ("a kernel/a kernel/a a", None),            # delete-link
])
def test_a_macvtap_is_as_the_model_has_it(macvtaps, schedule, expected):
    with held(MACVTAP, "libvirt-6.6", schedule) as world:
        assert macvtap(world) == expected


def test_a_name_is_free_when_its_macvtap_has_been_deleted(macvtaps):
    """B's macvtap1 comes beside A's: the name is taken although nobody uses the device."""
    with held(MACVTAP, "libvirt-6.6", "a kernel/a kernel/a b b b b") as world:
        assert macvtap(world) == ("bridge", True, True)
        assert macvtap(world, "macvtap1") == ("bridge", True, True)


def test_a_failed_start_deletes_the_others_macvtap(macvtaps):
    """rhbz 2166235: the second start fails, and its clean-up is what A's device falls to."""
    with held("scenarios/rhbz-2166235.yaml", "libvirt-9.0", "b") as world:
        assert macvtap(world, "mv0") == ("bridge", True, True)
    with held("scenarios/rhbz-2166235.yaml", "libvirt-9.0", "b b") as world:
        assert macvtap(world, "mv0") is None
    with held("scenarios/rhbz-2166235.yaml", "libvirt-11.3", "b b") as world:
        assert macvtap(world, "mv0") == ("bridge", True, True)


def test_an_unprivileged_process_cannot_delete_a_macvtap(macvtaps):
    """Mail 004: "an unprivileged process can't delete a macvtap"; facts 4, EPERM."""
    with held(MACVTAP, "libvirt-6.6", "a") as world:
        command = ["nsenter", *world.way_in[1:], "setpriv", "--reuid", "65534", "--regid", "65534",
                   "--clear-groups", "ip", "link", "del", "macvtap0"]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        assert run.returncode != 0 and "Operation not permitted" in run.stderr
        assert macvtap(world) is not None


def test_the_machines_own_nodes_are_let_alone(macvtaps, tapweave):
    """docs/facts.md: /dev/tapN is one folder for all namespaces."""
    before = glob.glob("/dev/tap[0-9]*")
    all_agree(tapweave("conform", "-p", "libvirt-6.6", MACVTAP, "--json", "-"))
    strange = set(glob.glob("/dev/tap[0-9]*")) - set(before)
    assert not [path for path in strange if int(path.removeprefix("/dev/tap")) < 1 << 30]


def test_without_root_it_says_what_it_needs(own_host):
    run = subprocess.run(["unshare", "-Ur", str(BINARY), "conform", "-p", "libvirt-6.6", MACVTAP],
                         cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 4
    assert "needs root, to open macvtaps by device nodes of its own" in run.stderr


def test_qemu_takes_a_macvtap(qemu, macvtaps, tapweave):  # noqa: F811
    counts, = all_agree(tapweave("conform", "--guest", "qemu", "--jobs", "4", "-p", "libvirt-6.6",
                                 MACVTAP, "--json", "-"))
    assert counts["frames"] >= counts["schedules"]


def test_a_container_is_no_qemu(qemu, taps, tapweave):  # noqa: F811
    run = tapweave("conform", "--guest", "qemu", "-p", "libvirt-9.0", "scenarios/lxc-1600.yaml")
    assert run.returncode == 2
    assert run.stderr == "tapweave: --guest qemu: 'first' is a container, by its veth\n"


def test_a_veth_goes_with_both_ends(taps):
    """lxc/lxc#1600: the second container's clean-up deletes the first one's pair."""
    with held("scenarios/lxc-1600.yaml", "libvirt-9.0", "second") as world:
        links = world.links()
        assert links["veth-lxc"]["master"] == "lb0"
        # Its other end is in a namespace of its own, which that of the world has a number for.
        assert "link_netnsid" in links["veth-lxc"] and "link" not in links["veth-lxc"]
    with held("scenarios/lxc-1600.yaml", "libvirt-9.0", "second second second") as world:
        assert "veth-lxc" not in world.links()


def test_a_veth_outlives_its_container(taps):
    """It goes with the container's namespace, and takes both ends of the cable along."""
    for steps, there in (("a kernel/a kernel/a", True), ("a kernel/a netns/a", False)):
        with held("scenarios/container-veth-reused.yaml", "libvirt-6.6", steps) as world:
            assert ("veth0" in world.links()) == there
