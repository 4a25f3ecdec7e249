"""check --report: the option, the files, and standard output.  What is in them: test_reports.py."""
import re

import pytest
from bad_scenarios import scenario

FAILS = "tests/golden/fails.yaml"
FORMATS = ["junit", "ktap", "gitlab", "github", "sarif", "html"]


def test_every_format_is_listed(tapweave):
    text = " ".join(tapweave("check", "--help").stdout.split())
    assert all(form in text for form in FORMATS)


@pytest.mark.parametrize(("arguments", "said"), [
    (["--report", "junt=a.xml"], "--report 'junt': it has to be junit, ktap, gitlab, github, "
                                 "sarif or html; did you mean 'junit'?"),
    (["--report", "junit=a.txt"], "--report 'junit=a.txt': the file's name has to end in .xml"),
    (["--report", "ktap="], "--report 'ktap=': there is no file's name behind the ="),
    (["--report", "ktap=a.xml", "--report", "junit=a.xml"],
     "--report 'a.xml': two outputs go to this file"),
    (["--json", "a", "--report", "ktap=a"], "--report 'a': two outputs go to this file"),
    (["--json", "-", "--report", "github"],
     "--report '-': standard output cannot have two of them"),
    (["--report", "ktap"] * 17, "there are too many of them"),
    (["--report", "ktap=no/a"], "no/a: cannot be written: No such file or directory"),
])
def test_bad_reports(tapweave, tmp_path, arguments, said):
    (tmp_path / "a.yaml").write_text(scenario(), encoding="utf-8")
    run = tapweave("check", *arguments, "a.yaml", cwd=tmp_path)
    assert run.returncode == 2
    assert re.fullmatch(r"tapweave: [^\n]*\n", run.stderr) and said in run.stderr, run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize(("arguments", "said"), [
    (["--report", "htm=a"], "did you mean 'html'?"),
    (["--report", "html=no/a"], "no/a: cannot be written: No such file or directory"),
    (["--report", "html=a", "--sample", "random"], "--report is not for --sample"),
    (["--report", "html=a", "--preemptions", "1"], "--report is not for --sample"),
    (["--report", "html=a", "--estimate"], "--report is not for --sample"),
    (["--report", "html=a", "--more-guests"], "--report is not for --sample"),
])
def test_bad_reports_of_one_cell(tapweave, tmp_path, arguments, said):
    (tmp_path / "a.yaml").write_text(scenario(), encoding="utf-8")
    run = tapweave("explore", "-p", "counter", *arguments, "a.yaml", cwd=tmp_path)
    assert run.returncode == 2 and said in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_of_one_cell_what_its_exit_status_says_fails(tapweave):
    """Each oracle is asked to be never violated: also if its claims hold, or are not known."""
    scenario_ = "scenarios/exists-check.yaml"
    for policy, status, more in (("exists-check", 1, []), ("counter", 0, []),
                                 ("exists-check", 3, ["--max-states=20"])):
        words = ("explore", "-p", policy, scenario_, *more)
        run = tapweave(*words, "--report", "ktap")
        assert run.returncode == status
        oracles = tapweave.json(*words, status=status)["oracles"]
        wanted = ["not ok" if oracle["trace"] or oracle["observation"] == "inconclusive" else "ok"
                  for oracle in oracles]
        lines = re.findall(r"^((?:not )?ok) \d+ .*: (\S+): never(.*)$", run.stdout, re.MULTILINE)
        assert [(line[0], line[1]) for line in lines] == [
            (word, oracle["name"]) for word, oracle in zip(wanted, oracles, strict=True)]
        assert (status == 3) == any("inconclusive" in line[2] for line in lines)
        printed = tapweave(*words, "--report", "github").stdout
        assert printed.startswith(tapweave(*words).stdout)
        assert printed.count("::error ") == wanted.count("not ok")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_each_time_and_alone_on_standard_output(tapweave, tmp_path, form):
    def report(*arguments, **env):
        run = tapweave("check", "--report", f"{form}={tmp_path / 'a.xml'}", *arguments, FAILS,
                       env=env)
        assert run.returncode == 1
        return (tmp_path / "a.xml").read_text(encoding="utf-8")
    one = report()
    assert report("--jobs=1", "--colour=always", LC_ALL="tr_TR.UTF-8", COLUMNS="40") == one
    printed = tapweave("check", "--report", form, FAILS).stdout
    assert printed == one if form != "github" else printed.endswith(one)


def test_several_reports_of_one_run(tapweave, tmp_path):
    run = tapweave("check", FAILS, "--json", tmp_path / "j", *[
        word for form in FORMATS for word in ("--report", f"{form}={tmp_path / form}.xml")])
    assert run.returncode == 1 and run.stdout == tapweave("check", FAILS).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*(f"{form}.xml" for form in FORMATS), "j"])
