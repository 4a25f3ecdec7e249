"""new: six questions, whose answers become a scenario that is one, and that is searched."""
import itertools
import os
import pty
import re
import select
import subprocess
import time

import pytest
import yaml
from conftest import ROOT, environment

import schemas

TABLES = ("network", "story", "names", "beside")
GIVEN = {"network": "ovs", "story": "stop-start", "names": "automatic", "beside": "nothing",
         "oracle": "lost-attachment", "policy": "libvirt-6.6"}


def options(answers):
    return [f"--{question}={answer}" for question, answer in answers.items()]


@pytest.fixture(name="words", scope="module")
def list_words(tapweave):
    """What each question takes."""
    found = {}
    for table in TABLES:
        said = tapweave("new", f"--{table}=zzzzzzzz", "-").stderr
        found[table] = re.search(r"it has to be one of ([a-z -]+)\n", said)[1].split()
    for table, listed in (("oracle", "oracles"), ("policy", "policies")):
        found[table] = [entry["name"] for entry
                        in tapweave.json("list", listed, status=0)["entries"]]
    return found


def made(tapweave, **answers):
    return tapweave("new", *options({**GIVEN, **answers}), "-")


# ---- what is written ----

def pairs(words):
    """Answers such that each pair of answers is among them: each column, in turn, goes through its
    words while the others do so at other paces."""
    wanted = {(one, a, other, b) for one, other in itertools.combinations(words, 2)
              for a in words[one] for b in words[other]}
    while wanted:
        row = {}
        for one, a, other, b in sorted(wanted, key=str):
            if row.get(one, a) == a and row.get(other, b) == b:
                row.update({one: a, other: b})
        for question, its in words.items():
            row.setdefault(question, its[0])
        wanted -= {(one, row[one], other, row[other])
                   for one, other in itertools.combinations(words, 2)}
        yield row


def test_each_pair_of_answers_is_searched_or_says_why_not(tapweave, words, tmp_path):
    """Each answer goes with some others, and with the defaults of the later questions there is
    always one."""
    path, met, rows = tmp_path / "new.yaml", {name: set() for name in words}, 0
    for answers in pairs({name: words[name] for name in TABLES}):
        answers = {**answers, "oracle": words["oracle"][rows % len(words["oracle"])],
                   "policy": words["policy"][rows % len(words["policy"])]}
        rows += 1
        run = made(tapweave, **answers)
        if run.returncode != 0:
            assert run.returncode == 2 and run.stdout == ""
            assert re.fullmatch(r"tapweave: these answers do not go together: .+\n", run.stderr)
            continue
        assert not schemas.wrong(schemas.SCENARIO, schemas.read_yaml(run.stdout)), run.stdout
        path.write_text(run.stdout, encoding="utf-8")
        searched = tapweave("explore", "-p", answers["policy"], "--max-states", 3000, path)
        assert searched.returncode in (0, 1, 3), run.stdout + searched.stderr
        for name, answer in answers.items():
            met[name].add(answer)
    assert rows >= len(words["story"]) * len(words["beside"])
    assert {name: set(words[name]) - met[name] for name in words} == {name: set() for name in words}


@pytest.mark.parametrize("answers, has", [
    ({}, {"actors": ["stop a", "start b"]}),
    ({"network": "linux"}, {"network": {"br0": {"kind": "linux"}}}),
    ({"network": "macvtap"}, {"network": {}}),
    ({"network": "none"}, {"guests": {"a": {"nic": {}, "state": "running"}, "b": {"nic": {}}}}),
    ({"story": "reboot"}, {"actors": [["stop a", "start a"]]}),
    ({"names": "same"}, {"guests": {
        "a": {"nic": {"bridge": "br0", "name": "web0"}, "state": "running"},
        "b": {"nic": {"bridge": "br0", "name": "web0"}}}}),
    ({"names": "fixed", "beside": "left-row"}, {"rows": {"web1": {"bridge": "br0"}}}),
    ({"network": "veth"}, {"guests": {
        "a": {"nic": {"kind": "veth", "bridge": "br0", "name": "veth%d"}, "state": "running"},
        "b": {"nic": {"kind": "veth", "bridge": "br0", "name": "veth%d"}}}}),
    ({"story": "one-start", "beside": "left-row"}, {"rows": {"vnet0": {"bridge": "br0"}}}),
    ({"names": "template", "beside": "delete-device"},
     {"actors": ["stop a", "start b", "delete mytap0"]}),
    ({"network": "macvtap", "beside": "delete-device"},
     {"actors": ["stop a", "start b", "delete macvtap0"]}),
    ({"story": "crash-reboot", "names": "fixed", "beside": "late-delete-port"},
     {"actors": [["crash a", "start a"], {"do": ["delete-port web0"], "after": "exit a"}]}),
    ({"beside": "daemon-restart"}, {"faults": {"daemon-restart": 1}}),
    ({"beside": "second-daemon"}, {"guests": {
        "a": {"nic": {"bridge": "br0"}, "state": "running"},
        "b": {"nic": {"bridge": "br0"}, "daemon": 2}}}),
    ({"oracle": "lost-filter"}, {"claims": {"libvirt-6.6": {"lost-filter": "possible"}}}),
    ({"policy": "libvirt-9.0,port-guard=vm-id"},
     {"claims": {"libvirt-9.0,port-guard=vm-id": {"lost-attachment": "possible"}}}),
])
def test_what_an_answer_becomes(tapweave, answers, has):
    run = made(tapweave, **answers)
    scenario = yaml.safe_load(run.stdout)
    assert run.returncode == 0 and {key: scenario.get(key) for key in has} == has
    assert run.stdout.startswith("# Made by 'tapweave new', with these answers:\n")


def test_the_comment_makes_it_again(tapweave):
    run = made(tapweave, network="two-ovs", names="same", policy="counter,hold=3")
    given = " ".join(line[1:] for line in run.stdout.splitlines() if line.startswith("#   --"))
    assert tapweave("new", *given.split(), "-").stdout == run.stdout


def test_check_says_whether_the_report_is_so(tapweave, tmp_path):
    for policy, status in (("libvirt-6.6", 0), ("counter", 1)):
        path = tmp_path / f"{policy}.yaml"
        assert tapweave("new", *options({**GIVEN, "policy": policy}), path).stdout == ""
        assert tapweave("check", path).returncode == status


def test_the_page_shows_what_is_printed(tapweave, words):
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    block = page.split("$ build/tapweave new")[1].split("```")[0].replace("\\\n", " ")
    command, said = block.split("\n", 1)
    assert tapweave("new", *command.split()).stdout == said
    rows = re.findall(r"^\| `--([a-z]+)` \| .*? \| (.*?) \|$", page, re.MULTILINE)
    assert [name for name, _ in rows] == list(GIVEN)[:-1]
    for name, listed in rows:
        assert set(re.findall(r"`([a-z-]+)`", listed)) <= set(words[name])


@pytest.mark.parametrize("answers, observations", [
    # OpenNebula 7947: a clean-up of "the old host" deletes the port of a guest that runs.
    ({"story": "run-start", "beside": "delete-port"},
     {"libvirt-6.6": "always", "libvirt-11.3": "always"}),
    # lxc 1530: a port's row is left by a power failure; a plain add-port does not want it.
    ({"story": "one-start", "names": "same", "beside": "left-row", "oracle": "start-failed"},
     {"libvirt-6.6,ovs-add=plain": "always", "libvirt-6.6": "never",
      "libvirt-6.6,ovs-add=may-exist": "never"}),
    # CubeSandbox 1274: a process keeps a tap open that is opened again by its name.
    ({"network": "none", "story": "reboot", "names": "same", "beside": "held-tap",
      "oracle": "start-failed"}, {"libvirt-6.6": "always"}),
    # ring 201: two instances have one name, and the first one's tap is open.
    ({"network": "none", "story": "run-start", "names": "same", "oracle": "start-failed"},
     {"libvirt-9.0": "always"}),
])
def test_cases_of_reports(tapweave, tmp_path, answers, observations):
    path, oracle = tmp_path / "new.yaml", answers.get("oracle", "lost-attachment")
    for policy, observation in observations.items():
        path.write_text(made(tapweave, **answers, policy=policy).stdout, encoding="utf-8")
        result = tapweave.json("explore", "-p", policy, path)
        assert [its["observation"] for its in result["oracles"] if its["name"] == oracle] == \
            [observation], policy


def test_a_late_clean_up_is_no_early_one(tapweave, tmp_path):
    """`delete-port` cuts off the guest that runs; a late one cuts off its next life."""
    lives = {}
    for beside in ("delete-port", "late-delete-port"):
        path = tmp_path / f"{beside}.yaml"
        path.write_text(made(tapweave, story="reboot", names="fixed", beside=beside).stdout,
                        encoding="utf-8")
        tapweave("explore", "-p", "libvirt-11.3", "--traces", tmp_path, path)
        trace = schemas.read_yaml((tmp_path / "lost-attachment.json").read_text(encoding="utf-8"))
        lives[beside] = [victim["incarnation"] for victim in trace["victims"]
                         if victim["oracle"] == "lost-attachment"]
    assert lives == {"delete-port": [1], "late-delete-port": [2]}


# ---- what is asked ----

class Terminal:
    """The program, with a terminal as its standard input and standard error."""

    def __init__(self, tapweave, *arguments):
        ours, theirs = pty.openpty()
        self.side, self.text = ours, ""
        # Its own standard output: the questions are not there.
        self.run = subprocess.Popen(  # pylint: disable=consider-using-with
            [tapweave.binary, "new", *map(str, arguments)], cwd=tapweave.root, stdin=theirs,
            stdout=subprocess.PIPE, stderr=theirs, env=environment({}))
        os.close(theirs)

    def until(self, pattern):
        """What is said up to that."""
        end, at = time.monotonic() + 60, len(self.text)
        while not re.search(pattern, self.text[at:]) and time.monotonic() < end:
            if not select.select([self.side], [], [], 0.2)[0]:
                continue
            try:
                self.text += os.read(self.side, 4096).decode().replace("\r\n", "\n")
            except OSError:
                break
        said = self.text[at:]
        assert re.search(pattern, said), said
        return said

    def answer(self, word):
        os.write(self.side, word.encode() + b"\n")

    def end(self):
        out = self.run.communicate(timeout=60)[0].decode()
        os.close(self.side)
        return self.run.returncode, out


def test_enter_takes_the_defaults(tapweave):
    terminal = Terminal(tapweave, "-")
    for number in range(1, 7):
        said = terminal.until(r"Enter for [a-z0-9.-]+: $")
        assert f"\n{number} of 6. " in said
        terminal.answer("")
    status, out = terminal.end()
    assert (status, out) == (0, made(tapweave).stdout)


def test_each_question_lists_what_it_takes(tapweave, words):
    terminal, help_text = Terminal(tapweave, "-"), tapweave("new", "--help").stdout
    for name, default in GIVEN.items():
        meanings = help_text.partition(f"Answers to --{name}:\n")[2].partition("Answers to ")[0]
        meanings = dict(re.findall(r"^  ([a-z-]+)\n {6}(\S.*)$", meanings, re.MULTILINE))
        said = terminal.until(r"Enter for [a-z0-9.-]+: $")
        assert f"(--{name})" in said and said.endswith(f"Enter for {default}: ")
        listed = re.findall(r"^  ([a-z]\S*)(?=  | +\S|$)", said, re.MULTILINE)
        # Not those that need an unplug: the story was answered.
        assert set(words[name]) - set(listed) <= {"unplug-late", "monitor-late", "left-row"}
        assert listed[0] == default and set(listed) <= set(words[name])
        assert (name in TABLES) == bool(meanings) and set(meanings) <= set(words[name])
        for word in set(listed) & set(meanings):
            assert f" {word} {meanings[word]} " in f'{" ".join(said.split())} '
        terminal.answer("")
    assert terminal.end()[0] == 0


def test_a_wrong_answer_is_asked_again(tapweave, tmp_path):
    path = tmp_path / "new.yaml"
    terminal = Terminal(tapweave, path, "--names", "same", "-p", "libvirt-9.0")
    terminal.until("Enter for ovs: $")
    terminal.answer("linxu")
    terminal.until(r"unknown answer 'linxu'; did you mean 'linux'\?\nEnter for ovs: $")
    terminal.answer(" linux ")
    terminal.until("Enter for stop-start: $")
    terminal.answer("two-starts")
    said = terminal.until("Enter for nothing: $")
    assert "--beside" in said and "--names" not in terminal.text and "ovs-timeout" not in said
    terminal.answer("ovs-timeout")
    terminal.until(r"ovs-timeout does not go with the answers before: no ovs-vsctl can run out of "
                   r"time:(.|\n)*Enter for nothing: $")
    terminal.answer("fd-leak")
    terminal.until("Enter for lost-attachment: $")
    terminal.answer("start-failed")
    said = terminal.until("it is decided by: tapweave check ")
    assert "--policy" not in said and terminal.end() == (0, "")
    assert path.read_text(encoding="utf-8") == made(
        tapweave, network="linux", story="two-starts", names="same", beside="fd-leak",
        oracle="start-failed", policy="libvirt-9.0").stdout


def test_it_is_not_asked_for_ever(tapweave, tmp_path):
    terminal = Terminal(tapweave, tmp_path / "new.yaml")
    for _ in range(5):
        terminal.until("Enter for ovs: $")
        terminal.answer("zzzzzzzz")
    terminal.until("tapweave: --network is not answered, after 5 tries\n")
    assert terminal.end() == (2, "") and not list(tmp_path.iterdir())


def test_the_input_ends(tapweave, tmp_path):
    terminal = Terminal(tapweave, tmp_path / "new.yaml")
    terminal.until("Enter for ovs: $")
    os.write(terminal.side, b"\x04")
    terminal.until("tapweave: --network is not answered: the input ended\n")
    assert terminal.end() == (2, "") and not list(tmp_path.iterdir())


def test_an_option_narrows_what_is_asked(tapweave):
    """An unplug that is acknowledged late: there has to be one."""
    terminal = Terminal(tapweave, "--beside", "unplug-late", "-")
    for _ in range(5):
        said = terminal.until(r"Enter for [a-z0-9.-]+: $")
        if "--story" in said:
            assert re.findall(r"^  ([a-z-]+)", said, re.MULTILINE) == ["unplug-start"]
        terminal.answer("")
    status, out = terminal.end()
    assert status == 0 and yaml.safe_load(out)["actors"] == ["unplug a", "start b"]


# ---- bad input ----

@pytest.mark.parametrize("words, said", [
    ((), "new needs one FILE to write, or - for standard output"),
    (("a.yaml", "b.yaml"), "new needs one FILE to write"),
    (("--network", "ovz", "-"), "--network 'ovz': it has to be one of ovs "),
    (("--network", "ovz", "-"), "; did you mean 'ovs'?"),
    (("--story", "stop-strat", "-"), "; did you mean 'stop-start'?"),
    (("--oracle", "lost-atachment", "-"), "; did you mean 'lost-attachment'?"),
    (("-p", "libvirt-6.7", "-"), "unknown policy 'libvirt-6.7'; did you mean 'libvirt-6.6'?"),
    (("--network", "ovs", "--names", "same", "-"),
     "standard input is no terminal, so options have to answer: --story --beside --oracle "
     "--policy\n"),
    ((*options({**GIVEN, "story": "reboot", "beside": "second-daemon"}), "-"),
     "these answers do not go together: there is no other guest\n"),
    ((*options({**GIVEN, "story": "unplug-start", "beside": "late-delete-port"}), "-"),
     "these answers do not go together: the first guest runs on\n"),
])
def test_bad_input(tapweave, tmp_path, words, said):
    run = tapweave("new", *words, cwd=tmp_path)
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr
    assert run.stderr.count("\n") == 1 and not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tapweave, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    run = tapweave("new", *options(GIVEN), path)
    assert run.returncode == 2 and "is there already" in run.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there(tapweave, tmp_path):
    run = tapweave("new", *options(GIVEN), tmp_path / "none" / "new.yaml")
    assert run.returncode == 2 and "none/new.yaml" in run.stderr
