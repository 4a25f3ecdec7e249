"""describe: completion and man pages, which say what --help says, and no more."""
import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest
from conftest import ROOT

STANDARD = {"--help", "--usage", "--version"}


@pytest.fixture(name="commands", scope="module")
def list_commands(tapweave):
    return tapweave("describe", "commands").stdout.split()


def options_of(tapweave, command):
    """By their names, what --help prints of them: their short names, values and texts."""
    text = tapweave(command, "--help", env={"ARGP_HELP_FMT": "rmargin=10000"}).stdout
    found = re.findall(r"^  (?:-(.), |    )--([a-z-]+)(?:=(\S+))? +(.*)$", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^ +-", text, re.MULTILINE)) > 3
    return {f"--{name}": (short, value, text) for short, name, value, text in found}


def test_the_commands_are_those_of_the_help(tapweave, commands):
    text = tapweave("--help").stdout.split("Commands:\n")[1].split("\n\n")[0]
    assert set(commands) == {line.split()[0] for line in text.splitlines()
                             if line.startswith("  ") and line[2] != " "}
    assert len(commands) == len(set(commands)) >= 8


@pytest.mark.parametrize("words, said", [
    ([], "describe needs one of bash, commands, zsh, or man [COMMAND]"),
    (["bassh"], "describe: unknown word 'bassh'; did you mean 'bash'?"),
    (["bash", "check"], "describe bash has nothing behind it"),
    (["man", "chekc"], "describe: unknown command 'chekc'; did you mean 'check'?"),
    (["man", "check", "list"], "describe needs one of bash, commands, zsh, or man [COMMAND]"),
])
def test_bad_usage(tapweave, tmp_path, words, said):
    run = tapweave("describe", "-o", tmp_path / "out", *words)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"tapweave: {said}\n")
    assert not list(tmp_path.iterdir())


def test_a_file_has_what_is_printed(tapweave, tmp_path):
    assert tapweave("describe", "bash", "-o", tmp_path / "out").stdout == ""
    assert (tmp_path / "out").read_text(encoding="utf-8") == tapweave("describe", "bash").stdout


# ---- man pages ----

def plain(text):
    return re.sub(r"\\(.)", r"\1", text)


def test_a_page_has_the_options_of_the_help(tapweave, commands):
    for command in commands:
        page = tapweave("describe", "man", command).stdout
        found = re.findall(r"^(?:\*-(.)\*, )?\*--([a-z-]+)\*(?:=_(\S+)_)?\n\t(.*)$", page,
                           re.MULTILINE)
        found = {f"--{name}": (short, plain(value), plain(text))
                 for short, name, value, text in found}
        expected = options_of(tapweave, command)
        assert set(found) == set(expected), command
        for name in set(found) - STANDARD:
            assert [" ".join(part.split()) for part in found[name]] == \
                [" ".join(part.split()) for part in expected[name]]


def test_a_page_says_how_a_command_is_used(tapweave, commands):
    for command in commands:
        page = plain(tapweave("describe", "man", command).stdout)
        usage = tapweave(command, "--help").stdout
        ways = re.findall(rf"(?:Usage:|or:) +tapweave {command} \[OPTION\.\.\.\] (.*)", usage)
        assert re.findall(rf"^\*tapweave {command}\* \[_OPTION_...\] ?(.*?)(?:\+\+)?$", page,
                          re.MULTILINE) == ways and ways
    page = tapweave("describe", "man").stdout
    assert all(f"*tapweave-{command}*(1)\n\t" in page for command in commands)
    status = dict(re.findall(r"^  (\d+) +(.*)$", tapweave("--help").stdout, re.MULTILINE))
    assert dict(re.findall(r"^\*(\d+)\*\n\t(.*)$", plain(page), re.MULTILINE)) == status


def test_a_page_says_what_answers_mean(tapweave):
    meanings = re.findall(r"^  ([a-z-]+)\n {6}(.*)$", tapweave("new", "--help").stdout,
                          re.MULTILINE)
    page = plain(tapweave("describe", "man", "new").stdout)
    assert meanings and all(f"\n*{word}*\n\t{text}\n\n" in page for word, text in meanings)


def pages(tapweave, folder, **env):
    run = subprocess.run([ROOT / "harness/install/pages", tapweave.binary, folder], cwd=ROOT,
                         env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.skipif(shutil.which("scdoc") is None, reason="scdoc is not installed")
def test_scdoc_takes_all_pages(tapweave, commands, tmp_path):
    made = pages(tapweave, tmp_path / "man", SOURCE_DATE_EPOCH="86400")
    assert set(made) == {"tapweave.1", "tapweave-scenario.5",
                         *(f"tapweave-{command}.1" for command in commands)}
    for name, text in made.items():
        title, section = name.rsplit(".", 1)
        assert f'.TH "{title}" "{section}" "1970-01-02" "tapweave' in text
    scenario = made["tapweave-scenario.5"]
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    for heading in re.findall(r"^## (.*)$", page, re.MULTILINE):
        assert f".SH {heading.upper()}" in scenario
    for key in re.findall(r"^\| `([^|]*)` \|", page, re.MULTILINE):
        assert re.search(rf"^\\fB{re.escape(key.split('`')[0])}\\fR", scenario.replace("\\-", "-"),
                         re.MULTILINE), key
    for word in re.findall(r"^(  [a-z-]+: \{.*)$", page, re.MULTILINE):
        assert word in scenario.replace("\\-", "-").replace("\\&", "")


# ---- completion ----

def test_bash_is_given_the_options_of_the_help(tapweave, commands, complete):
    assert set(complete("")) >= set(commands)
    for command in commands:
        expected = {name + ("=" if value else "")
                    for name, (_, value, _) in options_of(tapweave, command).items()}
        assert set(complete(command, "--")) == expected, command


@pytest.fixture(name="complete", scope="module")
def make_complete(tapweave, tmp_path_factory):
    """What bash offers for the last of some words."""
    folder = tmp_path_factory.mktemp("bash")
    for name in ("one.yaml", "two.json", "three.txt"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "four").mkdir()
    (folder / "script").write_text(tapweave("describe", "bash").stdout, encoding="utf-8")

    def complete(*words, breaks=True):
        split = [part for word in words for part in
                 (re.findall(r"=|[^=]+", word) or [""] if breaks else [word])]
        run = subprocess.run(
            ["bash", "--norc", "-c",
             'set -u; . ./script; complete -p tapweave >&2; '
             + ("" if breaks else "COMP_WORDBREAKS=${COMP_WORDBREAKS//=}; ") +
             'COMP_WORDS=(tapweave "$@"); COMP_CWORD=$#; _tapweave; printf "%s\\n" '
             '"${COMPREPLY[@]}"', "bash", *split],
            cwd=folder, capture_output=True, text=True, check=False, timeout=60)
        assert run.returncode == 0 and run.stderr == "complete -F _tapweave tapweave\n", run.stderr
        return run.stdout.split()
    return complete


@pytest.mark.parametrize("words, offered", [
    (["expl"], ["explore", "explain"]),
    (["check", "--all"], ["--all-policies"]),
    (["check", ""], ["one.yaml", "four"]),
    (["replay", "t"], ["two.json"]),
    (["replay", ""], ["one.yaml", "two.json", "four", "four"]),
    (["conform", "--on=n"], ["netns"]),
    (["conform", "--on="], ["sim", "netns", "libvirt", "vm"]),
    (["conform", "--on", "li"], ["libvirt"]),
    (["conform", "--on", "vm", "--guest=q"], ["qemu"]),
    (["explore", "-p", "exists-"], ["exists-check", "exists-reattach"]),
    (["explore", "--policy=exists-c"], ["exists-check"]),
    (["explore", "-p", "atomic,port-g"], ["atomic,port-guard="]),
    (["explore", "-p", "atomic,port-guard=ex"], ["exists"]),
    (["explore", "-p", "atomic,hold=3,port-guard=ex"], ["exists"]),
    (["explore", "--policy=atomic,port-guard=qui"], ["quiet-mac"]),
    (["explain", "--oracle", "lost-a"], ["lost-attachment"]),
    (["check", "--report=s"], ["sarif"]),
    (["check", "--json=th"], ["three.txt"]),
    (["check", "--jobs="], []),
    (["explore", "--traces", ""], ["four"]),
    (["list", ""], ["policies", "oracles", "operations", "faults", "machines", "scenarios",
                    "four"]),
    (["list", "scenarios", ""], ["four"]),
    (["export", "p"], ["promela"]),
    (["export", "promela", ""], ["one.yaml", "four"]),
    (["export", "-o", "x", "pro"], ["promela"]),
    (["describe", "man", "exp"], ["explore", "explain", "export"]),
    (["nonsense", ""], []),
])
def test_bash_offers(complete, words, offered):
    assert sorted(complete(*words)) == sorted(offered)


def test_bash_whose_words_are_not_broken_at_an_equals_sign(complete):
    assert complete("conform", "--on=n", breaks=False) == ["--on=netns"]
    assert complete("explore", "-p", "atomic,port-guard=ex", breaks=False) == \
        ["atomic,port-guard=exists"]
    assert complete("explore", "--policy=atomic,port-guard=ex", breaks=False) == \
        ["--policy=atomic,port-guard=exists"]


def test_what_is_offered_is_what_the_program_takes(tapweave, commands, complete):
    """A word that no option takes: the error says which ones it does."""
    words = 0
    for command in commands:
        for name, (_, value, _) in options_of(tapweave, command).items():
            offered = complete(command, f"{name}=") if value else []
            said = tapweave(command, f"{name}=zzzzzzzz").stderr if value else ""
            named = re.search(r"it has to be (?:one of )?([a-z, ]+)$|: ([a-z]+, [a-z, ]+)$", said)
            if named and "number" not in said:
                listed = named[1] or named[2]
                expected = set(re.split(r", | or |,| ", listed))
                assert {part for word in offered for part in word.split(",")} == expected, said
                words += 1
    assert words > 15


def typed(shell, keys, wanted, cwd, env):
    """Types the keys into the shell on a terminal; the last thing printed in which that occurs."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execvpe(shell[0], shell, {**env, "TERM": "dumb", "PS1": "ready>", "COLUMNS": "200"})
    shown, end, sent = "", time.monotonic() + 60, False
    try:
        while wanted not in shown and time.monotonic() < end:
            if select.select([terminal], [], [], 0.2)[0]:
                shown += os.read(terminal, 4096).decode(errors="replace")
            elif not sent and "ready>" in shown:
                os.write(terminal, keys.encode())
                sent = True
    except OSError:
        pass
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return shown


TYPED = [("tapweave explai\t", "tapweave explain "), ("tapweave conform --on=net\t", "--on=netns"),
         ("tapweave explore -p atomic,port-guard=exi\t", "port-guard=exists"),
         ("tapweave check --all\t", "--all-policies"), ("tapweave list orac\t", "oracles"),
         ("tapweave check on\t", "one.yaml"), ("tapweave replay tw\t", "two.json"),
         ("tapweave describe man obs\t", "observe")]


@pytest.mark.parametrize("keys, wanted", TYPED)
def test_a_real_bash(tapweave, tmp_path, keys, wanted):
    for name in ("one.yaml", "two.json"):
        (tmp_path / name).write_text("", encoding="utf-8")
    script = tmp_path / "rc"
    script.write_text(tapweave("describe", "bash").stdout + "PS1='ready>'\n", encoding="utf-8")
    assert wanted in typed(["bash", "--noprofile", "--rcfile", str(script), "-i"], keys, wanted,
                           tmp_path, os.environ)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize("keys, wanted", TYPED)
def test_a_real_zsh(tapweave, tmp_path, keys, wanted):
    for name in ("one.yaml", "two.json"):
        (tmp_path / name).write_text("", encoding="utf-8")
    functions = tmp_path / "functions"
    functions.mkdir()
    (functions / "_tapweave").write_text(tapweave("describe", "zsh").stdout, encoding="utf-8")
    (tmp_path / ".zshrc").write_text(
        f"fpath=({functions} $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='ready>'\n",
        encoding="utf-8")
    env = {**os.environ, "ZDOTDIR": str(tmp_path)}
    assert wanted in typed(["zsh", "-i"], keys, wanted, tmp_path, env)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_is_given_the_options_of_the_help(tapweave, commands):
    script = tapweave("describe", "zsh").stdout
    assert subprocess.run(["zsh", "-n", "-c", script], check=False).returncode == 0
    for command in commands:
        part, = re.findall(rf"^    {command}\)\n        _arguments(.*?) ;;$", script,
                           re.DOTALL | re.MULTILINE)
        found = set(re.findall(r"(--[a-z-]+)=?(?:\[|\}')", part))
        assert found == set(options_of(tapweave, command)) - STANDARD
