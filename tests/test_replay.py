"""replay: every counterexample there is, forced again step by step, and schedules that cannot be.

Every scenario of scenarios/ under every policy that it makes claims about and under every policy
that has a name: each trace that explore writes is replayed, with and without its last step.  Of
traces of one world under one policy that have the same steps, one is."""
import functools
import json
import os
import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS
from counterexamples import new_policies_of, schedules_of

RACE = "scenarios/reported-race.yaml"
UNFIXED = "libvirt-6.6"


def one_step_a_line(trace):
    """The trace as JSON whose steps stand each on a line of its own, and the line of the first."""
    head = {key: value for key, value in trace.items() if key != "steps"}
    lines = [json.dumps(head)[:-1] + ', "steps": [']
    lines += [f"  {json.dumps(step)}," for step in trace["steps"]]
    return "\n".join(lines).removesuffix(",") + "\n]}\n"


FIRST_STEP_LINE, STEP_COLUMN = 2, 3


@pytest.fixture(name="replay")
def make_replay(tapweave, tmp_path):
    """Replays a trace; what is printed is JSON if `as_json`, else the table."""
    def replay(trace, name="trace.json", as_json=True):
        path = tmp_path / name
        path.write_text(one_step_a_line(trace), encoding="utf-8")
        return tapweave("replay", path, *(["--json", "-"] if as_json else []))
    return replay


@pytest.fixture(name="traces_of", scope="module")
def make_traces_of(tapweave, tmp_path_factory):
    """The traces of a cell's counterexamples, by oracle, as explore wrote them."""
    @functools.cache
    def traces_of(path, policy):
        folder = tmp_path_factory.mktemp("traces")
        result = tapweave.json("explore", "-p", policy, path, "--traces", folder)
        written = {file.stem: file for file in folder.glob("*.json")}
        violated = {oracle["name"] for oracle in result["oracles"] if oracle["trace"] is not None}
        lasting = {f"{oracle['name']}-lasting" for oracle in result["oracles"]
                   if oracle.get("lasting", {}).get("trace") is not None}
        assert set(written) == violated | lasting
        return {oracle: written[oracle] for oracle in violated}
    return traces_of


def rows(table):
    """The table's rows: a step's number and the oracles that have new victims there."""
    found = re.findall(r"^ {4,7}(\d+)  (.*(?:\n {10,}\S.*)*)$", table, re.MULTILINE)
    return [(int(number), re.findall(r"\*\* ([a-z-]+)\s+of\s", rest)) for number, rest in found]


def check_counterexample(tapweave, policy, files, folder):
    """The files' schedule replays as they say; the oracle of each is violated by its last step and
    by none before."""
    oracle, file = next(iter(files.items()))
    trace = json.loads(file.read_text(encoding="utf-8"))
    assert trace["schema"] == "tapweave-trace/1" and trace["policy"] == policy
    written = folder / f"{file.parent.name}-{oracle}-result.json"
    table = tapweave("replay", file, "--json", written)  # as text, too: one run for both
    result = json.loads(written.read_text(encoding="utf-8"))
    found = {**trace["scenario"], "path": str(file.parent / trace["scenario"]["path"])}
    assert result["schema"] == "tapweave-replay/1" and result["scenario"] == found
    taken = [{"actor": step["actor"], "step": step["step"]} for step in result["steps"]]
    assert taken == trace["steps"] and files.keys() <= set(result["violated"])
    assert table.returncode == 1 and table.stderr == ""
    shown = rows(table.stdout)
    assert [number for number, _ in shown] == list(range(1, len(taken) + 1))
    for name in files:
        assert [number for number, violated in shown if name in violated] == [len(taken)]
        assert f"  violated: {name}: " in table.stdout
    first_seen = [(name, number) for number, violated in shown for name in violated]
    assert {victim["oracle"] for victim in result["victims"]} == set(result["violated"])
    assert sorted(first_seen) == sorted({(victim["oracle"], victim["step"])
                                         for victim in result["victims"] if victim["step"] > 0})
    if not taken:
        return
    shorter = {**trace, "steps": trace["steps"][:-1]}
    del shorter["oracle"]
    path = folder / f"{file.parent.name}-{oracle}.json"
    path.write_text(json.dumps(shorter), encoding="utf-8")
    result = tapweave.json("replay", path)
    assert not files.keys() & set(result["violated"])
    assert len(result["steps"]) == len(taken) - 1


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_every_counterexample(tapweave, traces_of, named_policies, tmp_path, path):
    with ThreadPoolExecutor(2) as pool:
        checks = [pool.submit(check_counterexample, tapweave, policy, files, tmp_path)
                  for policy in new_policies_of(path, named_policies)
                  for files in schedules_of(traces_of(path, policy))]
    for check in checks:
        check.result()


def test_there_are_counterexamples_of_most_oracles(tapweave, traces_of):
    """So that the test above is not about nothing: there are without any other policy's."""
    found = {oracle for path in SCENARIOS for oracle in traces_of(path, UNFIXED)}
    known = {entry["name"] for entry in tapweave.json("list", "oracles")["entries"]}
    assert found <= known and known - found <= {"deadlock"}


# ---- steps that have changed places ----

def doomed_swaps(steps):
    """Where a step, moved in front of the one before it, cannot be taken, by what a model that
    knows nothing but processes can say (docs/model.md): the kernel has nothing to close for one
    that has neither been killed nor crashed, and a thread whose last step is a kill waits for the
    exit, or until the daemon gives up, unless that has been restarted meanwhile."""
    last, dying = {}, set()
    for index, ((actor, name), (following, _)) in enumerate(zip(steps, steps[1:])):
        if name in ("kill", "crash", "qemu-crash"):
            guest = actor.removeprefix("crash/")
            if guest not in dying and following == "kernel/" + guest:
                yield index
            dying.add(guest)
        elif name == "exit":
            guest = actor.removeprefix("kernel/")
            dying.discard(guest)
            if following == guest and last.get(guest) == "kill":
                yield index
        elif name == "give-up":
            guest = actor.removeprefix("timeout/")
            if following == guest and last.get(guest) == "kill":
                yield index
        elif name in ("daemon-restart", "ovs-orphan"):
            last.clear()
        last[actor] = name


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_a_step_that_comes_too_early_is_refused(replay, traces_of, tmp_path, path):
    files = traces_of(path, UNFIXED)
    refused = 0
    for file in files.values():
        trace = json.loads(file.read_text(encoding="utf-8"))
        steps = [(step["actor"], step["step"]) for step in trace["steps"]]
        for index in doomed_swaps(steps):
            swapped = list(trace["steps"])
            swapped[index], swapped[index + 1] = swapped[index + 1], swapped[index]
            run = replay({**trace, "steps": swapped})
            place = f"{tmp_path}/trace.json:{FIRST_STEP_LINE + index}:{STEP_COLUMN}"
            early = steps[index + 1][0]
            assert run.returncode == 2 and run.stdout == ""
            said = f"step {index + 1}: {early} cannot take a step here; enabled: "
            assert run.stderr.startswith(f"tapweave: {place}: {said}"), run.stderr
            enabled = run.stderr.split("enabled: ")[1].strip().split(", ")
            assert early not in enabled and steps[index][0] in enabled
            refused += 1
    if "kernel/" in "".join(file.read_text(encoding="utf-8") for file in files.values()):
        assert refused > 0


def test_the_steps_up_to_the_refused_one_are_shown(replay, traces_of):
    trace = json.loads(traces_of(SCENARIOS[0].with_name("reported-race.yaml"), UNFIXED)[
        "lost-attachment"].read_text(encoding="utf-8"))
    at = [step["step"] for step in trace["steps"]].index("exit")
    trace["steps"].insert(at, trace["steps"].pop(at + 1))
    run = replay(trace, as_json=False)
    assert run.returncode == 2 and f": step {at + 1}: a cannot take a step here" in run.stderr
    assert len(rows(run.stdout)) == at


# ---- the line that explore prints ----

@pytest.fixture(name="shell")
def make_shell(tapweave, tmp_path):
    """Runs a line by a shell that finds tapweave on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tapweave").symlink_to(tapweave.binary)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def shell(line, cwd):
        runner = type(tapweave)()
        runner.binary = "/bin/sh"
        return runner("-c", line, cwd=cwd, env={"PATH": path})
    return shell


def lines_to_replay(text, what="replay it"):
    """The commands; a long one goes on in the lines below."""
    return re.findall(rf"^    {what}: (.*(?:\n {{8}}.*)*)$", text, re.MULTILINE)


@pytest.mark.parametrize("policy", [UNFIXED, "fin-wait,hold=1", "atomic"])
def test_the_printed_line_works_in_a_shell(tapweave, shell, policy):
    """Every oracle that is violated has a line, or is said to be violated on the way of one."""
    _, *sections = re.split(r"\n\n(?=[a-z-]+: )",
                            tapweave("explore", "-p", policy, RACE).stdout.rstrip("\n"))
    result = tapweave.json("explore", "-p", policy, RACE)
    traces = {oracle["name"]: oracle["trace"]["steps"] for oracle in result["oracles"]
              if oracle["trace"] is not None}
    assert [section.split(":")[0] for section in sections] == list(traces)
    replayed = 0
    for (oracle, steps), section in zip(traces.items(), sections, strict=True):
        part = re.search(r"\n    the first (\d+) steps of what violates ([a-z-]+)$", section,
                         re.MULTILINE)
        if part is not None:
            assert traces[part.group(2)][:len(steps)] == steps
            assert len(steps) == int(part.group(1))
            continue
        line, = lines_to_replay(section)
        assert shlex.split(line)[0] == "tapweave"
        run = shell(line, tapweave.root)
        assert run.returncode == 1, run.stderr
        assert run.stdout.splitlines()[1] == f"  {RACE} under {policy}"
        number, violated = rows(run.stdout)[-1]
        assert number == len(steps) and oracle in violated
        assert rows(section) == rows(run.stdout)
        replayed += 1
    assert replayed > 0


@pytest.mark.parametrize("name", ["two words.yaml", "it's.yaml", "$HOME;x.yaml", "-dash.yaml"])
def test_the_printed_line_works_whatever_the_file_is_called(tapweave, shell, tmp_path, name):
    (tmp_path / name).write_text(scenario(), encoding="utf-8")
    explored = tapweave("explore", "-p", UNFIXED, "--", name, cwd=tmp_path)
    assert explored.returncode == 1, explored.stderr
    lines = lines_to_replay(explored.stdout)
    assert lines
    for line in lines:
        run = shell(line, tmp_path)
        assert run.returncode == 1, f"{line}\n{run.stderr}"


# ---- traces that explore did not write ----

def trace_of_race():
    steps = [("a", "kill"), ("kernel/a", "close-descriptors"), ("b", "create-tap")]
    return {"schema": "tapweave-trace/1", "scenario": {"path": RACE}, "policy": UNFIXED,
            "steps": [{"actor": actor, "step": name} for actor, name in steps]}


def test_what_may_be_left_out(tapweave, replay):
    """Without the names of steps, and as a schedule, it is the same walk."""
    named = json.loads(replay(trace_of_race()).stdout)
    bare = {**trace_of_race(), "steps": [{"actor": step["actor"]} for step in named["steps"]]}
    assert json.loads(replay(bare).stdout) == named
    schedule = " ".join(step["actor"] for step in named["steps"])
    assert tapweave.json("replay", "-p", UNFIXED, "-s", schedule, RACE, status=1) == named
    assert tapweave("replay", "--on=sim", "-p", UNFIXED, "-s", schedule, RACE).returncode == 1


@pytest.mark.parametrize("change", [
    lambda text: text.replace("  ", "\t"),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: json.dumps(json.loads(text), separators=(",", ":")),
    lambda text: text.replace("scenarios/", "scenarios\\/"),
    lambda text: text.replace('"kill"', '"\\u006bill"'),
    lambda text: text.replace('"path"', '"title": "\\ud83d\\ude00", "path"'),
    lambda text: text.replace('"path"', '"title": "\N{GRINNING FACE}", "path"'),
    lambda text: "\n" * 1000 + text,
], ids=["tabs", "crlf", "compact", "slash", "escape", "surrogates", "emoji", "blank-lines"])
def test_a_trace_may_be_any_json(tapweave, tmp_path, change):
    text = change(one_step_a_line(trace_of_race()))
    (tmp_path / "trace.json").write_text(text, encoding="utf-8", newline="")
    run = tapweave("replay", tmp_path / "trace.json")
    assert run.returncode == 1, run.stderr


def test_an_empty_schedule_violates_nothing(tapweave, replay):
    for run in (replay({**trace_of_race(), "steps": []}, as_json=False),
                tapweave("replay", "-p", UNFIXED, "-s", "", RACE)):
        assert run.returncode == 0 and "  no oracle is violated\n" in run.stdout
        assert rows(run.stdout) == []


@pytest.mark.parametrize(("given", "traces"), [
    ("race.yaml", "."), ("race.yaml", "traces"), ("race.yaml", "link"), ("sub/race.yaml", "sub"),
    ("sub/race.yaml", "traces/deep"), ("sub/../race.yaml", "sub"), ("./race.yaml", "traces/"),
    ("alias/race.yaml", "traces"), ("{}/race.yaml", "traces"), ("race.yaml", "{}/traces")])
def test_a_trace_is_replayed_from_any_folder(tapweave, tmp_path, given, traces):
    """It names its scenario from its own folder, wherever it, the scenario and both together go."""
    home, given, traces = tmp_path / "home", given.format(tmp_path / "home"), traces.format(
        tmp_path / "home")
    for folder in ("sub", "traces/deep"):
        (home / folder).mkdir(parents=True)
    (home / "link").symlink_to("traces/deep")
    (home / "alias").symlink_to("sub")
    for folder in (".", "sub"):
        (home / folder / "race.yaml").write_text(scenario() + f"# {folder}\n", encoding="utf-8")
    explored = tapweave("explore", "-p", UNFIXED, given, "--traces", traces, cwd=home)
    assert explored.returncode == 1, explored.stderr
    trace = home / traces / "lost-attachment.json"
    for cwd in (home, tmp_path, home / "sub", "/"):
        run = tapweave("replay", os.path.relpath(trace.resolve(), cwd), cwd=cwd)
        assert (run.returncode, run.stderr) == (1, "")
    if not given.startswith("/"):
        home = home.rename(tmp_path / "moved")
        run = tapweave("replay", home / traces.replace(f"{tmp_path}/home", ".")
                       / "lost-attachment.json", cwd="/")
        assert (run.returncode, run.stderr) == (1, "")


def test_an_earlier_trace_names_its_scenario_from_the_current_folder(tapweave, tmp_path):
    (tmp_path / "race.yaml").write_text(scenario(), encoding="utf-8")
    (tmp_path / "traces").mkdir()
    found = tapweave.json("explore", "-p", UNFIXED, "race.yaml", cwd=tmp_path)
    trace = next(oracle["trace"] for oracle in found["oracles"] if oracle["trace"])
    assert trace["scenario"]["path"] == "race.yaml"
    path = tmp_path / "traces" / "trace.json"
    path.write_text(json.dumps(trace), encoding="utf-8")
    assert tapweave("replay", "traces/trace.json", cwd=tmp_path).returncode == 1
    with path.open("rb") as piped:  # and so does one that has no folder
        assert tapweave("replay", "/dev/stdin", cwd=tmp_path, stdin=piped).returncode == 1


def test_a_scenario_that_has_changed_is_noted(tapweave, tmp_path):
    """The walk may still be possible: it is for whoever reads the note to judge it."""
    (tmp_path / "race.yaml").write_text(scenario(), encoding="utf-8")
    tapweave("explore", "-p", UNFIXED, "race.yaml", "--traces", ".", cwd=tmp_path)
    unchanged = tapweave("replay", "lost-attachment.json", cwd=tmp_path)
    (tmp_path / "race.yaml").write_text(scenario() + "# changed\n", encoding="utf-8")
    changed = tapweave("replay", "lost-attachment.json", cwd=tmp_path)
    assert unchanged.stderr == "" and changed.stdout == unchanged.stdout
    assert changed.stderr == ("tapweave: note: race.yaml has changed since the trace was made\n")
    assert changed.returncode == unchanged.returncode == 1


def test_a_scenario_with_a_long_path(tapweave, shell, tmp_path):
    """What explore has taken and written, replay takes."""
    folder = tmp_path / ("d" * 120) / ("e" * 120)
    folder.mkdir(parents=True)
    (folder / "race.yaml").write_text(scenario(), encoding="utf-8")
    explored = tapweave("explore", "-p", UNFIXED, folder / "race.yaml", "--traces", tmp_path)
    assert explored.returncode == 1, explored.stderr
    run = tapweave("replay", tmp_path / "lost-attachment.json")
    assert run.returncode == 1, run.stderr
    run = shell(lines_to_replay(explored.stdout)[0], tmp_path)
    assert run.returncode == 1, run.stderr


@pytest.mark.parametrize("schedule, change", [
    ("restart/daemon", "the daemon finds a's status file"),
    ("a restart/daemon", "the daemon finds a's status file"),  # nobody "goes on" with a kill
    ("b b b b b restart/daemon",
     "vnet1#1 is gone; the daemon finds a's status file; the start of b is cut off"),
    ("restart/daemon a a a", "the daemon has a back"),
    ("a restart/daemon a", "a is to be taken down"),
    ("a kernel/a kernel/a", "QEMU of a is gone; a goes on"),
])
def test_a_restart_of_the_daemon_is_told(tapweave, schedule, change):
    result = tapweave.json("replay", "-p", "libvirt-11.3", "-s", schedule,
                           "scenarios/restart-mid-stop.yaml")
    assert result["steps"][-1]["change"] == change


@pytest.mark.parametrize("schedule, step, change", [
    ("other", "rename eth0 eth1",
     "eth0#1 is renamed; the device of port eth0 has another name; eth1#1 is its name"),
    ("other ovs-vswitchd", "reconfigure", "port eth0 leaves br0; eth1#1 is stuck to ovs-system"),
    ("b other", "rename eth0 eth1: EEXIST", ""),
    ("a kernel/a other", "rename eth0 eth1: ENODEV", ""),
])
def test_a_rename_is_told(tapweave, schedule, step, change):
    result = tapweave.json("replay", "-p", "libvirt-6.6", "-s", schedule,
                           "scenarios/ovs-issues-284.yaml")
    assert (result["steps"][-1]["text"], result["steps"][-1]["change"]) == (step, change)


def test_names_do_not_run_out_on_the_way(tapweave, tmp_path):
    """Each start takes one more, as nobody deletes a veth: the world grows with the walk."""
    (tmp_path / "names.yaml").write_text(
        scenario(network="{}",
                 guests="{a: {nic: {kind: veth, name: veth%d, filter: true}, state: running}}",
                 actors="[{do: [crash a, start a], times: 4}]"), encoding="utf-8")
    life = "a kernel/a kernel/a a a a a a a "  # crash, kill, release, create-link ... exec
    run = tapweave("replay", "-p", "libvirt-6.6,on-gone=give-up", "-s", 4 * life, "--json", "-",
                   tmp_path / "names.yaml")
    assert run.returncode == 0, run.stderr
    made = [step["text"] for step in json.loads(run.stdout)["steps"]
            if step["step"] == "create-link"]
    assert made == [f"create-link veth{number}" for number in range(1, 5)]
