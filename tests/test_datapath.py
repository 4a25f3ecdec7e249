"""--datapath: a scenario on another datapath than its own, and back again from its traces.

scenarios/reported-race.yaml and reported-race-netdev.yaml are one world but for the datapath, so
each has to become the other."""
import json

import pytest

ON_SYSTEM, ON_NETDEV = "scenarios/reported-race.yaml", "scenarios/reported-race-netdev.yaml"
ON_LINUX = "scenarios/linux-only.yaml"


def explored(tapweave, scenario, *options):
    """What is found, without what says where."""
    result = tapweave.json("explore", "-p", "libvirt-6.6", scenario, *options)
    assert result.pop("datapath", None) == (options[1] if options else None)
    oracles = [{**oracle, "trace": None, "lasting": {**oracle["lasting"], "trace": None}}
               if "lasting" in oracle else {**oracle, "trace": None}
               for oracle in result["oracles"]]
    return result["counts"], oracles


@pytest.mark.parametrize("scenario, datapath, same_as", [
    (ON_SYSTEM, "netdev", ON_NETDEV), (ON_NETDEV, "system", ON_SYSTEM),
    (ON_SYSTEM, "system", ON_SYSTEM), (ON_LINUX, "netdev", ON_LINUX)])
def test_a_scenario_on_another_datapath(tapweave, scenario, datapath, same_as):
    assert explored(tapweave, scenario, "--datapath", datapath) == explored(tapweave, same_as)


def test_the_two_datapaths_differ(tapweave):
    assert explored(tapweave, ON_SYSTEM) != explored(tapweave, ON_NETDEV)


def test_a_trace_remembers_its_datapath(tapweave, tmp_path):
    tapweave("explore", "-p", "atomic", ON_SYSTEM, "--datapath", "netdev", "--traces", tmp_path)
    path = tmp_path / "lost-attachment.json"
    trace = json.loads(path.read_text(encoding="utf-8"))
    assert trace["datapath"] == "netdev"
    assert tapweave("replay", path).returncode == 1
    del trace["datapath"]  # on the system datapath, atomic loses nothing
    path.write_text(json.dumps(trace), encoding="utf-8")
    assert tapweave("replay", path).returncode == 2
    assert tapweave("replay", path, "--datapath", "netdev").returncode == 1


def test_the_line_that_replays_it_has_the_datapath(tapweave):
    run = tapweave("explore", "-p", "atomic", ON_SYSTEM, "--datapath", "netdev")
    assert "tapweave replay --datapath netdev -p atomic -s " in run.stdout


@pytest.mark.parametrize("path,said", [(ON_SYSTEM, True), (ON_NETDEV, False)])
def test_it_is_said_that_it_is_another_one(tapweave, path, said):
    run = tapweave("explore", "-p", "atomic", path, "--datapath", "netdev")
    assert ("  --datapath netdev is not the datapath of this scenario, and has other races\n"
            in run.stdout) == said


@pytest.mark.parametrize("command", [["explore", "-p", "atomic"], ["conform"]])
def test_an_unknown_datapath(tapweave, command):
    run = tapweave(*command, ON_SYSTEM, "--datapath", "netdv")
    assert run.returncode == 2
    assert run.stderr == ("tapweave: --datapath 'netdv': it has to be system or netdev; "
                          "did you mean 'netdev'?\n")


def test_an_unknown_datapath_in_a_trace(tapweave, tmp_path):
    path = tmp_path / "trace.json"
    path.write_text('{"schema": "tapweave-trace/1",\n "scenario": {"path": "x"},\n'
                    ' "datapath": "sistem", "policy": "atomic", "steps": []}', encoding="utf-8")
    run = tapweave("replay", path)
    assert run.returncode == 2
    assert f"{path}:3:14: unknown datapath 'sistem'; did you mean 'system'?" in run.stderr
