"""Other libvirtds, built from source: each is held to the policy that bears its name, and the
patched one to what docs/patched-libvirt.md says.  Building one takes minutes; one that is in
build/libvirtd is taken as it is.  `make conform-releases` runs this."""
import json
import os
import re
import shlex
import subprocess

import observed
import pytest
from conftest import ROOT
from forced import ALONE
from test_conform_libvirt import SCENARIOS

pytestmark = [pytest.mark.usefixtures("libvirt"), pytest.mark.large]

PATCHED = "9.0.0-vm-id"
PATCHES = {PATCHED: [ROOT / "netns-tests/libvirt/del-port-of-vm-id.patch"]}
PAGE = ROOT / "docs/patched-libvirt.md"


@pytest.fixture(scope="session")
def built():
    def build(name):
        folder = ROOT / "build/libvirtd" / name
        if not folder.exists():
            subprocess.run([ROOT / "netns-tests/libvirt/build", name.split("-")[0], folder,
                            *PATCHES.get(name, [])], check=True)
        return folder / "build/src/libvirtd"
    return build


def policy(release, scenario):
    """The one that bears its name; but Linux since 5.19 does not let 7.0.0 delete macvtaps."""
    kernel = [int(part) for part in re.findall(r"\d+", os.uname().release)[:2]]
    bulk = release == "7.0.0" and kernel >= [5, 19] and scenario in (
        "macvtap-stop-start", "macvtap-unfinished", "macvtap-unplug", "macvtap-unplug-another")
    return f"libvirt-{release.removesuffix('.0')}" + (",link-delete=bulk" if bulk else "")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("release", ["7.0.0", "11.3.0"])
def test_every_transition(tapweave, built, release, scenario):
    run = tapweave("conform", "--on", "libvirt", "--datapath", "netdev", "--json", "-",
                   "-p", policy(release, scenario), "--libvirtd", built(release),
                   f"scenarios/{scenario}.yaml")
    assert run.returncode == 0, run.stdout + run.stderr
    cell = json.loads(run.stdout)["results"][0]
    assert cell["counts"]["walked"] == cell["counts"]["transitions"] > 0


@pytest.mark.parametrize("release", ["7.0.0", "11.3.0"])
def test_a_kill_that_fails(tapweave, built, release, tmp_path):
    """7.0.0 goes on; 11.3.0 fails, and stops the guest again when its monitor ends."""
    scenario = tmp_path / "alone.yaml"
    scenario.write_text(ALONE, encoding="utf-8")
    run = tapweave("conform", "--on", "libvirt", "--json", "-", "-p", policy(release, "alone"),
                   "--libvirtd", built(release), scenario)
    assert run.returncode == 0, run.stdout + run.stderr
    cell = json.loads(run.stdout)["results"][0]
    assert cell["counts"]["walked"] == cell["counts"]["transitions"] > 0


def test_a_port_has_the_limit_of_another_guest(tapweave, built):
    """Its QoS is in the way of nothing: libvirtd goes on to the removal of its own guest's."""
    schedule = ("a kernel/a b ovs-vswitchd b ovs-vswitchd b b ovs-vswitchd b b kernel/a"
                " ovs-vswitchd a ovs-vswitchd a b")
    run = tapweave("replay", "--on", "libvirt", "--datapath", "netdev", "-p", "libvirt-11.3",
                   "--libvirtd", built("11.3.0"), "-s", schedule,
                   "scenarios/bandwidth-switch.yaml")
    assert "libvirtd agrees after every step" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("release, commands", [("7.0.0", 4), ("11.3.0", 5)])
def test_what_it_does_is_what_the_page_says(request, tapweave, built, release, commands):
    built(release)
    page = ROOT / f"docs/libvirt-{release.removesuffix('.0')}.md"
    assert len(observed.commands(page.read_text(encoding="utf-8"))) == commands
    for which in range(commands):
        observed.compare(page, which, tapweave, request.config.getoption("--rewrite"))


def told():
    """The commands of the page, and the lines that stand below each."""
    for block in re.findall(r"```\n(\$ .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:'[^']*'|\\\n|[^\n'])*", one).group()
            words = shlex.split(command.replace("\\\n", " "))
            yield words, one[len(command):].strip("\n").splitlines()


@pytest.mark.parametrize("command, lines", told())
def test_the_path_of_a_patch(tapweave, built, command, lines):
    built("9.0.0")
    built(PATCHED)
    run = tapweave(*command[1:])
    said = [line.rstrip() for line in run.stdout.splitlines()]
    assert lines and not [line for line in lines if line not in said], run.stdout + run.stderr


def test_the_patched_one_in_every_transition(tapweave, built):
    run = tapweave("conform", "--on", "libvirt", "--datapath", "netdev",
                   "-p", "libvirt-9.0,port-guard=vm-id", "--libvirtd", built(PATCHED),
                   "scenarios/fixed-name-next.yaml")
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_patch_that_does_not_apply(tmp_path):
    """Behind an unpacked source, and before anything is compiled."""
    (tmp_path / "libvirt-0").mkdir()
    (tmp_path / "libvirt-0/file").write_text("one\n", encoding="utf-8")
    subprocess.run(["tar", "-C", tmp_path, "-cf", tmp_path / "a.tar", "libvirt-0"], check=True)
    patch = tmp_path / "a.patch"
    patch.write_text("--- a/file\n+++ b/file\n@@ -1 +1 @@\n-two\n+three\n", encoding="utf-8")
    run = subprocess.run([ROOT / "netns-tests/libvirt/build", tmp_path / "a.tar", tmp_path / "new",
                          patch], capture_output=True, text=True, check=False)
    assert run.returncode == 2, run.stderr
    assert f"{patch} does not apply to {tmp_path}/a.tar" in run.stderr
