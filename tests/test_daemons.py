"""Daemons with a policy of their own: what reports say of it, and that a trace keeps them."""
import json

from conftest import ROOT

SCENARIO = (ROOT / "scenarios/half-upgraded.yaml").read_text(encoding="utf-8")


def explore(tapweave, path, policy):
    return tapweave.json("explore", "-p", policy, path, status=1)


def interleavings(report):
    return report["counts"]["interleavings"]


def test_a_cell_is_under_the_policy_of_the_others(tapweave, tmp_path):
    """The daemon that is named stays as it is; the one that is not has the policy of -p."""
    path = tmp_path / "own.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    old = explore(tapweave, path, "libvirt-6.6")
    new = explore(tapweave, path, "libvirt-9.0")
    assert old["daemons"] == new["daemons"] == {"2": "libvirt-6.6"}
    assert (old["policy"], new["policy"]) == ("libvirt-6.6", "libvirt-9.0")
    assert interleavings(old) != interleavings(new)
    path.write_text(SCENARIO.replace("daemons: {2: libvirt-6.6}\n", ""), encoding="utf-8")
    both = explore(tapweave, path, "libvirt-6.6")
    assert "daemons" not in both and interleavings(both) == interleavings(old)
    assert "daemons" not in both["oracles"][0]["trace"]


def test_a_policy_is_a_daemons_and_not_a_guests_place_in_the_file(tapweave, tmp_path):
    """Which of the daemons is named does not matter, if their guests go with them."""
    path, counts = tmp_path / "own.yaml", set()
    for own, other in ((2, 1), (1, 3), (3, 2)):
        path.write_text(SCENARIO.replace("daemon: 2", f"daemon: {own}")
                        .replace("b: {nic: {bridge: br0}}",
                                 f"b: {{nic: {{bridge: br0}}, daemon: {other}}}")
                        .replace("{2: libvirt-6.6}", f"{{{own}: libvirt-6.6}}"), encoding="utf-8")
        counts.add(interleavings(explore(tapweave, path, "libvirt-9.0")))
    assert counts == {interleavings(explore(tapweave, ROOT / "scenarios/half-upgraded.yaml",
                                            "libvirt-9.0"))}


def test_texts_name_them(tapweave):
    says = "daemon 2 has a policy of its own: libvirt-6.6"
    path = ROOT / "scenarios/half-upgraded.yaml"
    assert says in tapweave("explore", "-p", "counter", path).stdout
    assert says in tapweave("check", path).stdout


def test_a_trace_is_replayed_with_its_own(tapweave, tmp_path):
    """Also if the scenario's daemons have other policies by then."""
    path = tmp_path / "own.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    tapweave("explore", "-p", "libvirt-9.0", path, "--traces", tmp_path)
    trace = tmp_path / "lost-attachment.json"
    assert json.loads(trace.read_text(encoding="utf-8"))["daemons"] == {"2": "libvirt-6.6"}
    path.write_text(SCENARIO.replace("{2: libvirt-6.6}", "{2: port-first}"), encoding="utf-8")
    run = tapweave("replay", trace)
    assert run.returncode == 1 and "2 has a policy of its own: libvirt-6.6" in run.stdout
    told = json.loads(trace.read_text(encoding="utf-8"))
    del told["daemons"]
    trace.write_text(json.dumps(told), encoding="utf-8")
    assert tapweave("replay", trace).returncode == 2  # the first step is no kill any more
