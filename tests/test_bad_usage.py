"""Command lines that are none: exit status 2, nothing on standard output, and what is wrong.

What tapweave itself complains about is one line; what the C library's parser of options complains
about is followed by a pointer to --help.  Help and version are here, too: they are no mistakes."""
import re

import pytest
from bad_scenarios import scenario
from bad_traces import trace

# The arguments, and what has to be said; GOOD and TRACE stand for files that are good.
MISTAKES = [
    ("", "a command is needed, such as new, check, explore or replay"),
    ("chekc GOOD", "unknown command 'chekc'; did you mean 'check'?"),
    ("exlpore -p counter GOOD", "unknown command 'exlpore'; did you mean 'explore'?"),
    ("frobnicate", "unknown command 'frobnicate'"),
    ("replay --hodl --on netns TRACE", "unrecognized option '--hodl'; did you mean '--hold'?"),
    ("check --jsno out.json GOOD", "unrecognized option '--jsno'; did you mean '--json'?"),
    ("explore --polcy=counter GOOD", "unrecognized option '--polcy'; did you mean '--policy'?"),
    ("explore -p --jsno --json --polcy GOOD", "unknown policy '--jsno'"),
    ("check fixed-name-next", "fixed-name-next: is not here; there is "),
    ("explore -p counter rounds.yaml", "rounds.yaml: is not here; there is "),
    ("replay GOOD", "good.yaml: this is a scenario, and not a trace: it needs -p POLICY"),
    ("explain GOOD", "good.yaml: this is a scenario, and not a trace: it needs -p POLICY"),
    ("GOOD", "unknown command 'good.yaml'"),
    ("check", "check needs scenarios"),
    ("check --json out.json", "check needs scenarios"),
    ("explore", "explore needs one scenario, and one policy (-p) if its claims are not about one"),
    ("explore -p counter", "explore needs one scenario, and one policy (-p)"),
    ("explore -p counter GOOD GOOD", "explore needs one scenario, and one policy (-p)"),
    ("replay", "replay needs one TRACE"),
    ("replay TRACE TRACE", "replay needs one TRACE"),
    ("replay -p counter TRACE", "replay needs one TRACE, or -p POLICY, -s SCHEDULE"),
    ("replay -s a GOOD", "replay needs one TRACE, or -p POLICY, -s SCHEDULE"),
    ("replay --hold TRACE", "--hold needs --on netns"),
    ("replay --hold --on sim TRACE", "--hold needs --on netns"),
    ("conform --on libvirt --cover network GOOD", "--cover network is not for --on libvirt"),
    ("draw", "draw needs one TRACE, or -p POLICY, -s SCHEDULE and one SCENARIO"),
    ("draw TRACE TRACE", "draw needs one TRACE"),
    ("draw -s a GOOD", "draw needs one TRACE, or -p POLICY, -s SCHEDULE"),
    ("draw --as=mermiad TRACE", "--as 'mermiad': it has to be one of mermaid"),
    ("draw --as=mermiad TRACE", "; did you mean 'mermaid'?"),
    ("draw -p countr -s a GOOD", "unknown policy 'countr'; did you mean 'counter'?"),
    ("draw -o out.txt -p counter -s kernel/a GOOD", "step 1: kernel/a cannot take a step here"),
    ("list", "list needs one of policies, oracles, operations, faults, machines, or scenarios"),
    ("list polcies", "did you mean 'policies'?"),
    ("list machine", "did you mean 'machines'?"),
    ("list policies oracles", "list needs one of"),
    ("list scenarios . .", "list needs one of"),
    ("list scenarios nowhere", "nowhere: is not a folder that can be read"),
    ("explore -p countr GOOD", "unknown policy 'countr'; did you mean 'counter'?"),
    ("explore -p counter,hold=x GOOD", "hold has to be a number from 0 to 9"),
    ("explore -p counter,hlod=1 GOOD", "unknown choice 'hlod'; did you mean 'hold'?"),
    ("explore -p counter,attach=reatach GOOD", "'reatach'; did you mean 'reattach'?"),
    ("explore -p , GOOD", "unknown policy ''"),
    ("replay -p countr -s a GOOD", "unknown policy 'countr'; did you mean 'counter'?"),
    ("explore --max-states 0 -p counter GOOD", "--max-states '0': it has to be a whole number"),
    ("explore --max-states -1 -p counter GOOD", "--max-states '-1': it has to be"),
    ("explore --max-states 1K -p counter GOOD", "--max-states '1K': it has to be"),
    ("explore --max-states 1e6 -p counter GOOD", "--max-states '1e6': it has to be"),
    ("check --max-states=99999999999999999999 GOOD", "it has to be a whole number"),
    ("check --max-memory=0 GOOD", "--max-memory '0': it has to be"),
    ("check --max-memory=4Q GOOD", "--max-memory '4Q': it has to be"),
    ("check --max-memory=4KK GOOD", "--max-memory '4KK': it has to be"),
    ("check --max-memory=-4K GOOD", "--max-memory '-4K': it has to be"),
    ("check --max-memory=9999999999G GOOD", "--max-memory '9999999999G': it has to be"),
    ("check --timeout=0 GOOD", "--timeout '0': it has to be a number of seconds above 0"),
    ("check --timeout=-1 GOOD", "--timeout '-1': it has to be"),
    ("check --timeout=soon GOOD", "--timeout 'soon': it has to be"),
    ("check --timeout=nan GOOD", "--timeout 'nan': it has to be"),
    ("check --timeout=1.2.3 GOOD", "--timeout '1.2.3': it has to be"),
    ("check --timeout=. GOOD", "--timeout '.': it has to be"),
    ("explore -p counter --sample=radnom GOOD",
     "--sample 'radnom': it has to be random or pct; did you mean 'random'?"),
    ("explore -p counter --walks=5 GOOD", "--walks, --seed, --depth and --max-steps need"),
    ("explore -p counter --seed=5 GOOD", "need --sample"),
    ("explore -p counter --sample=random --walks=0 GOOD", "--walks '0': it has to be a whole"),
    ("explore -p counter --sample=random --seed=-1 GOOD", "--seed '-1': it has to be a whole"),
    ("explore -p counter --sample=random --depth=2 GOOD", "--depth is for --sample pct"),
    ("explore -p counter --sample=pct --depth=65 GOOD", "--depth '65': it has to be a whole"),
    ("explore -p counter --preemptions=2 --audit GOOD", "--preemptions is not for --audit"),
    ("explore -p counter --preemptions=2 --resume=x GOOD", "--fair, --estimate, --checkpoint or"),
    ("explore -p counter --sample=pct --preemptions=2 GOOD", "is not for --sample pct"),
    ("explore -p counter --sample=random --preemptions=65 GOOD", "from 0 to 64"),
    ("explore -p counter --sample=random --max-steps=4097 GOOD", "from 1 to 4096"),
    ("explore -p counter --sample=random --audit GOOD", "--audit and --max-states are for"),
    ("explore -p counter --sample=random --max-states=9 GOOD", "are for a search"),
    ("explore -p counter --checkpoint-every=5 GOOD", "--checkpoint-every needs --checkpoint"),
    ("explore -p counter --checkpoint=x --checkpoint-every=0 GOOD", "a number of seconds above 0"),
    ("explore -p counter --checkpoint=x --audit GOOD", "not for --sample, --audit or --reduce"),
    ("explore -p counter --resume=x --reduce=order GOOD", "not for --sample, --audit or --reduce"),
    ("explore -p counter --resume=x --sample=pct GOOD", "not for --sample, --audit or --reduce"),
    ("explore -p counter --estimate --resume=x GOOD", "--estimate is not for --checkpoint"),
    ("explore -p counter --estimate --sample=pct GOOD", "--audit, --fair or --reduce order"),
    ("explore -p counter --more-guests --estimate GOOD", "--more-guests is not for --checkpoint"),
    ("explore -p counter --more-guests --sample=pct GOOD", "--more-guests is not for"),
    ("check --colour=alwys GOOD",
     "'alwys': auto, always or never; did you mean 'always'?"),
    ("replay --on=smi TRACE",
     "--on 'smi': it has to be sim, netns, libvirt or vm; did you mean 'sim'?"),
    ("conform --guest=qmeu GOOD", "'qmeu': it has to be process or qemu; did you mean 'qemu'?"),
    ("replay --guest=qemu TRACE", "--guest qemu is for the real kernel, and needs --on netns"),
    ("check --json= GOOD", "cannot be written"),
]


@pytest.fixture(name="refused")
def make_refused(tapweave, tmp_path):
    """Runs a command line and returns what is said behind "tapweave: "."""
    files = {"GOOD": "good.yaml", "TRACE": "good.json"}
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    (tmp_path / "good.json").write_text(trace(), encoding="utf-8")

    def refused(line):
        run = tapweave(*(files.get(word, word) for word in line.split()), cwd=tmp_path)
        assert run.returncode == 2, run.stderr + run.stdout
        assert sorted(path.name for path in tmp_path.iterdir()) == ["good.json", "good.yaml"]
        return run
    return refused


@pytest.mark.parametrize(("line", "expected"), MISTAKES, ids=[line for line, _ in MISTAKES])
def test_mistake(refused, line, expected):
    run = refused(line)
    assert run.stderr.startswith("tapweave: ") and run.stderr.count("\n") == 1
    assert expected in run.stderr
    if "--json=" not in line:
        assert run.stdout == ""


@pytest.mark.parametrize(("line", "expected"), [
    ("explore -p", "requires an argument -- 'p'"),
    ("check GOOD --json", "option '--json' requires an argument"),
    ("check --all-policies=3 GOOD", "option '--all-policies' doesn't allow an argument"),
    ("explore -q GOOD", "invalid option -- 'q'"),
    ("check -s a GOOD", "invalid option -- 's'"),
    ("conform --hold GOOD", "unrecognized option '--hold'"),
    ("check --zzzzzz GOOD", "unrecognized option '--zzzzzz'"),
    ("explore --all-policies -p counter GOOD", "unrecognized option '--all-policies'"),
    ("draw --json=out.json TRACE", "unrecognized option '--json=out.json'"),
    ("replay --max-states=3 TRACE", "unrecognized option '--max-states=3'"),
    ("list --schedule=a policies", "unrecognized option '--schedule=a'"),
    ("check --guest=qemu GOOD", "unrecognized option '--guest=qemu'"),
])
def test_mistake_that_the_parser_finds(refused, line, expected):
    run = refused(line)
    first, *rest = run.stderr.splitlines()
    assert first.startswith("tapweave " + line.split()[0] + ": ") and first.endswith(expected)
    assert "--help" in "\n".join(rest)
    assert run.stdout == ""


@pytest.mark.parametrize("line", ["--hlep", "--hlep check GOOD", "--verison", "-q check GOOD",
                                  "--json out.json check GOOD", "-p counter explore GOOD"])
def test_option_in_front_of_the_command(refused, line):
    run = refused(line)
    first, *rest = run.stderr.splitlines()
    assert re.fullmatch(r"tapweave: (unrecognized|invalid) option .*", first)
    assert "--help" in "\n".join(rest)
    assert run.stdout == ""


def test_a_command_comes_first(refused):
    assert "a command is needed, such as new, check" in refused("-- check GOOD").stderr


# What is no word, what kind of word it should be, and some of those that there are.
UNKNOWN = [
    ("frobnicate", "command", ["check", "explore", "replay", "conform", "list"]),
    ("explore -p qqqqqqqqqqqq GOOD", "policy", ["libvirt-6.6", "counter", "libvirt-11.3"]),
    ("explore -p counter,qqqqqqqq=1 GOOD", "choice", ["name", "port-guard", "reserve-again"]),
    ("explore -p counter,attach=qqqqqqqq GOOD", "attach", ["add", "reattach"]),
    ("replay -p counter -s qqqqqqqqqqqq GOOD", "actor", ["a", "b", "kernel/a", "ovs-vswitchd"]),
]


@pytest.mark.parametrize(("line", "what", "words"), UNKNOWN, ids=[line for line, _, _ in UNKNOWN])
def test_what_no_word_is_near_to_has_all_of_them(refused, line, what, words):
    said = refused(line).stderr
    text = re.search(rf"unknown {what} '\w+'; valid: (.*)\n$", said)[1]
    assert set(words) <= set(text.split(", ")) and "did you mean" not in said


def test_an_unknown_word_of_a_scenario_has_all_of_them(tapweave, tmp_path):
    for number, (old, what, words) in enumerate([
            ("title", "key", "title, report, platform, network, guests, daemons, devices, rows, "
             "names, clock, actors, rounds, more-guests, faults, claims"),
            ("lost-attachment", "oracle", "lost-attachment, wrong-network, foreign-delete, "
             "start-failed, duplicate-name, shared-tap, lost-filter, lost-qos, stale-port, "
             "leaked-tap, lost-persistence, spurious-error, deadlock")]):
        path = tmp_path / f"{number}.yaml"
        text = scenario(claims="{counter: {lost-attachment: never}}")
        path.write_text(text.replace(old, "qqqqqqqqqqqqqqqq", 1), encoding="utf-8")
        run = tapweave("check", path)
        assert run.returncode == 2
        assert run.stderr.endswith(f": unknown {what} 'qqqqqqqqqqqqqqqq'; valid: {words}\n")


def test_the_beginning_of_an_option_is_enough(tapweave, tmp_path):
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    runs = [tapweave("check", option, "good.yaml", cwd=tmp_path)
            for option in ("--all-policies", "--all", "--color=never")]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert runs[0].stdout == runs[1].stdout != runs[2].stdout


def test_help_keeps_to_the_width(tapweave):
    for command in ("", "check", "explore", "explain", "diff", "necessary", "replay", "conform",
                    "list"):
        arguments = [command] if command else []
        lines = tapweave(*arguments, "--help").stdout.splitlines()
        assert max(map(len, lines)) < 80
    # A word that was pushed to the next line would stand at the margin in small letters.
    lines = tapweave("--help").stdout.splitlines()
    assert [line for line in lines[lines.index("Commands:"):] if re.match("[a-z]", line)] == [
        "tapweave COMMAND --help has the options of each."]


def test_help_has_the_commands_and_the_exit_statuses(tapweave):
    run = tapweave("--help")
    assert run.returncode == 0 and run.stderr == ""
    text = " ".join(run.stdout.split())
    for usage in ("check SCENARIO...", "explore -p POLICY SCENARIO", "replay TRACE",
                  "list policies"):
        assert usage in text
    for number, meaning in ((0, "holds"), (1, "violated"), (2, "usage or bad input"),
                            (3, "inconclusive"), (4, "a prerequisite is missing"),
                            (5, "simulation and reality diverge"), (70, "internal error")):
        assert f"{number} {meaning}" in text


@pytest.mark.parametrize(("command", "own", "others"), [
    ("check", ["--all-policies", "--matrix", "--policy", "--jobs", "--max-memory"],
     ["--schedule", "--traces"]),
    ("explore", ["--policy", "--traces", "--timeout"], ["--schedule", "--all-policies"]),
    ("replay", ["--policy", "--schedule", "--on", "--guest"], ["--max-states", "--traces"]),
    ("conform", ["--policy", "--cover", "--guest", "--on", "--libvirtd"], ["--schedule"]),
    ("list", ["--json"], ["--policy", "--max-states", "--traces"]),
])
def test_help_of_a_command_has_its_own_options(tapweave, command, own, others):
    run = tapweave(command, "--help")
    assert run.returncode == 0 and run.stderr == ""
    for option in [*own, "--json", "--colour"]:
        assert option in run.stdout
    for option in others:
        assert option not in run.stdout


def test_version(tapweave):
    run = tapweave("--version")
    assert run.returncode == 0 and run.stderr == ""
    assert run.stdout.startswith("tapweave ") and run.stdout.count("\n") == 1


def test_options_may_stand_behind_the_files(tapweave, tmp_path):
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    before = tapweave("explore", "-p", "counter", "--max-states=5", "good.yaml", cwd=tmp_path)
    behind = tapweave("explore", "good.yaml", "--max-states=5", "-p", "counter", cwd=tmp_path)
    assert (before.returncode, before.stdout) == (3, behind.stdout)


def test_two_hyphens_end_the_options(tapweave, tmp_path):
    (tmp_path / "--json").write_text(scenario(), encoding="utf-8")
    run = tapweave("check", "--", "--json", cwd=tmp_path)
    assert run.returncode == 0 and "  --json; none\n" in run.stdout
