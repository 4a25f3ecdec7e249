"""check --report: what other programs read.  What has to be in each format comes from the formats'
documents and from the --json of the same run."""
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
import yaml
from bad_scenarios import scenario
from conftest import ROOT, SCENARIOS

CLAIMS = ("{libvirt-6.6: {lost-attachment: [never, lasting never], deadlock: never},\n"
          "         counter: {lost-attachment: never}}")


@pytest.fixture(name="reported")
def make_reported(tapweave, tmp_path):
    """A check in a folder of its own: its run, its claims by the JSON, and the report."""
    def reported(form, *arguments, cwd=tmp_path, files=("claims.yaml",), **parts):
        (tmp_path / "claims.yaml").write_text(scenario(**{"claims": CLAIMS, **parts}),
                                              encoding="utf-8")
        run = tapweave("check", "--json", tmp_path / "out.json", "--report",
                       f"{form}={tmp_path / 'report.xml'}", *arguments, *files, cwd=cwd)
        assert run.returncode in (0, 1, 3), run.stderr
        data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        return run, data["claims"], (tmp_path / "report.xml").read_text(encoding="utf-8")
    return reported


def marks(text):
    """Where each claim stands in a scenario: line, column, from 1, of the scalars of libyaml."""
    claims = next(value for key, value in yaml.compose(text).value if key.value == "claims")
    for _, oracles in claims.value:
        for _, said in oracles.value:
            for each in said.value if isinstance(said, yaml.SequenceNode) else [said]:
                yield each.start_mark.line + 1, each.start_mark.column + 1


def claim_of(claim):
    return f"{claim['policy']}: {claim['oracle']}: {claim['claim']}"


REPLAY = re.compile(r"replay it: tapweave replay -p (\S+) -s '\s*([^']*)' (\S+)")


def check_trace(tapweave, text, oracle, cwd):
    """The command in it replays what violates the oracle, and the table has all of the steps."""
    policy, schedule, path = REPLAY.search(text).groups()
    replay = tapweave.json("replay", "-p", policy, "-s", schedule, path, cwd=cwd)
    assert oracle in replay["violated"]
    for number, step in enumerate(replay["steps"], 1):
        assert re.search(rf"^ *{number} .*\b{step['step']}\b", text, re.MULTILINE), step


# ---- JUnit ----

# What Jenkins' junit-10.xsd has of what is written, and the attribute `file`, which GitLab shows:
# attributes that have to be there, that may be there, and elements inside.
JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, set(), {"testcase"}),
    "testcase": ({"name", "classname", "file"}, set(), {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, set(), set()),
    "error": ({"message", "type"}, set(), set()),
    "skipped": ({"message"}, set(), set()),
}


def junit(text):
    """The cases of a report that is as JUNIT says, and whose counts are right."""
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, more, inside = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | more, element.attrib
        assert {child.tag for child in element} <= inside
        assert element.tag in ("failure", "error", "skipped") or not (element.text or "").strip()
        if element.tag.startswith("testsuite"):
            for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
                assert int(element.get(name)) == len(list(element.iter(tag))), (element.tag, name)
    return list(root.iter("testcase"))


def test_junit_has_a_case_for_each_claim(tapweave, reported, tmp_path):
    run, claims, text = reported("junit")
    cases = junit(text)
    wanted = {"holds": None, "fails": "failure"}
    assert run.returncode == 1 and Counter(c["verdict"] for c in claims) == {"fails": 2, "holds": 2}
    assert [case.get("name") for case in cases] == [claim_of(claim) for claim in claims]
    assert [case[0].tag if len(case) else None for case in cases] == [
        wanted[claim["verdict"]] for claim in claims]
    for case, claim, place in zip(cases, claims, marks(scenario(claims=CLAIMS)), strict=True):
        assert (case.get("file"), case.get("classname")) == ("claims.yaml", "claims")
        if len(case):
            assert case[0].get("type") == claim["oracle"]
            assert case[0].text.startswith(f"claims.yaml:{place[0]}:{place[1]}: the claim about ")
            assert "\nA title\n" in case[0].text
            check_trace(tapweave, case[0].text, claim["oracle"], tmp_path)
    first, lasting = (REPLAY.search(case[0].text).group(2).split() for case in cases[:2])
    assert len(first) < len(lasting), "what lasts is shown to its end"


def test_junit_what_is_undecided_is_an_error(reported):
    run, claims, text = reported("junit", "--max-states=10")
    cases = junit(text)
    assert run.returncode == 3 and {claim["verdict"] for claim in claims} == {"undecided"}
    assert [[child.tag for child in case] for case in cases] == [["error"]] * len(claims)
    assert {case[0].get("type") for case in cases} == {"inconclusive"}


def test_junit_a_search_that_no_claim_is_about(reported):
    """Under --all-policies: it is no pass because nothing is claimed."""
    run, _, text = reported("junit", "--max-states=10", "--all-policies", claims=None)
    cases = junit(text)
    assert run.returncode == 3 and len(cases) > 10
    for case in cases:
        assert case.get("name").endswith(": every interleaving is searched")
        assert [child.tag for child in case] == ["error"]
        assert "stopped at --max-states" in case[0].text


def test_junit_one_s_own_policy(tapweave, reported, tmp_path):
    """A case for each oracle, and one for what lasts of it: it fails if that is new or worse."""
    run, _, text = reported("junit", "-p", "libvirt-6.6,port-guard=mac")
    data = tapweave.json("check", "-p", "libvirt-6.6,port-guard=mac", "claims.yaml", cwd=tmp_path)
    worse = {which + oracle for which, changes in (("", data["comparison"]),
                                                   ("lasting ", data["comparison"]["lasting"]))
             for change in ("new", "worse") for entry in changes[change]
             for oracle in entry["oracles"]}
    cases = junit(text)
    assert run.returncode == 1 and worse
    assert {case.get("name").split(": ")[1] for case in cases if len(case)} == worse
    oracles = data["results"][0]["oracles"]
    assert len(cases) == len(oracles) + sum("lasting" in oracle for oracle in oracles)


def test_junit_of_all_scenarios_has_no_name_twice(tapweave, tmp_path):
    """GitLab drops the second one of a name."""
    run = tapweave("check", "--report", f"junit={tmp_path / 'all.xml'}",
                   *SCENARIOS)
    assert run.returncode == 0
    cases = junit((tmp_path / "all.xml").read_text(encoding="utf-8"))
    names = Counter((case.get("classname"), case.get("name")) for case in cases)
    assert len(cases) > 500 and names.most_common(1)[0][1] == 1, names.most_common(1)
    assert all(re.fullmatch(r"scenarios/[\w-]+\.yaml", case.get("file")) for case in cases)


def test_junit_of_a_path_that_xml_cannot_have(tapweave, tmp_path):
    name = b"caf\xe9\x01<&\">.yaml".decode("utf-8", "surrogateescape")
    (tmp_path / name).write_text(scenario(claims=CLAIMS), encoding="utf-8")
    run = tapweave("check", "--report", "junit=a.xml", name, cwd=tmp_path)
    assert run.returncode == 1, run.stderr
    cases = junit((tmp_path / "a.xml").read_text(encoding="utf-8"))
    assert {case.get("file") for case in cases} == {'caf??<&">.yaml'}


# ---- KTAP ----

LINE = re.compile(r"(ok|not ok) (\d+) (\S+) (\S+: [^#]*?)(?: # (XFAIL|ERROR) .*)?")


def ktap(text):
    """(ok, claim, directive) of each test, and the comments before it."""
    lines = text.splitlines()
    assert lines[0] == "KTAP version 1" and re.fullmatch(r"1\.\.\d+", lines[1])
    tests, comments = [], []
    for line in lines[2:-1]:
        if line.startswith("#"):
            comments.append(line[2:])
            continue
        result, number, _, name, directive = LINE.fullmatch(line).groups()
        assert int(number) == len(tests) + 1
        tests.append((result == "ok", name, directive, "\n".join(comments)))
        comments = []
    assert int(lines[1][3:]) == len(tests) and not comments
    assert lines[-1] == (
        f"# Totals: pass:{sum(ok and not mark for ok, _, mark, _ in tests)} "
        f"fail:{sum(not ok and not mark for ok, _, mark, _ in tests)} "
        f"xfail:{sum(mark == 'XFAIL' for _, _, mark, _ in tests)} xpass:0 skip:0 "
        f"error:{sum(mark == 'ERROR' for _, _, mark, _ in tests)}")
    assert "[FAIL]" not in text and " FAIL:" not in text, "who reads logs takes it for a failure"
    return tests


def test_ktap(tapweave, reported, tmp_path):
    _, claims, text = reported("ktap")
    tests = ktap(text)
    assert [test[:3] for test in tests] == [
        (claim["verdict"] == "holds", claim_of(claim), None) for claim in claims]
    for (ok, _, _, comments), claim in zip(tests, claims, strict=True):
        assert ok == (comments == "")
        if not ok:
            check_trace(tapweave, comments, claim["oracle"], tmp_path)


def test_ktap_what_is_undecided_is_not_ok(reported):
    _, claims, text = reported("ktap", "--max-states=10")
    assert [test[:3] for test in ktap(text)] == [
        (False, claim_of(claim), "ERROR") for claim in claims]


def test_ktap_a_path_with_a_directive(tapweave, tmp_path):
    (tmp_path / "a#skip.yaml").write_text(scenario(claims=CLAIMS), encoding="utf-8")
    text = tapweave("check", "--report", "ktap", "a#skip.yaml", cwd=tmp_path).stdout
    assert [line.split()[-4:] for line in text.splitlines() if re.match(r"(not )?ok", line)][0][
        0] == "a?skip.yaml"


# ---- GitLab's code quality ----

def test_gitlab(reported):
    """The keys that GitLab's documentation requires, and nothing of what holds."""
    _, claims, text = reported("gitlab")
    issues, bad = json.loads(text), [c for c in claims if c["verdict"] != "holds"]
    assert len(issues) == len(bad) == 2
    for issue, claim in zip(issues, bad, strict=True):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["check_name"] == claim["oracle"] and issue["severity"] == "major"
        assert issue["location"] == {"path": "claims.yaml", "lines": {"begin": claim["line"]}}
        assert claim["policy"] in issue["description"]


def test_gitlab_of_what_holds_is_an_empty_list(reported):
    assert json.loads(reported("gitlab", claims="{counter: {deadlock: never}}")[2]) == []


def test_gitlab_what_is_undecided_is_not_left_out(reported):
    _, claims, text = reported("gitlab", "--max-states=10")
    issues = json.loads(text)
    assert len(issues) == len(claims)
    assert {(issue["severity"], issue["check_name"]) for issue in issues} == {
        ("minor", "inconclusive")}


@pytest.mark.parametrize("form", ["gitlab", "sarif"])
def test_fingerprints_stay_and_differ(reported, form):
    """They are as they were where a claim has only moved to another line, and each is its own."""
    def prints(**parts):
        found = json.loads(reported(form, **parts)[2])
        return ([issue["fingerprint"] for issue in found] if form == "gitlab" else
                [result["partialFingerprints"]["claim/v1"] for result in
                 found["runs"][0]["results"]])
    before = prints()
    assert len(set(before)) == 2
    assert before[0] == hashlib.sha256(
        b"claims.yaml\0libvirt-6.6\0lost-attachment: never\0").hexdigest()
    assert prints(claims="\n  counter: {lost-attachment: never}\n  libvirt-6.6:\n"
                         "    deadlock: never\n    lost-attachment: [lasting never, never]"
                  ) == before[::-1]


# ---- GitHub's annotations ----

def unescaped(text):
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace(
        "%2C", ",").replace("%25", "%")


ANNOTATION = re.compile(r"::error file=([^,:]*),line=(\d+),col=(\d+),title=([^,:]*)::(.*)")


def test_github(tapweave, reported, tmp_path):
    """One line each, beside what is printed for people."""
    _, claims, text = reported("github")
    bad = [(claim, place) for claim, place in zip(claims, marks(scenario(claims=CLAIMS)))
           if claim["verdict"] != "holds"]
    for line, (claim, place) in zip(text.splitlines(), bad, strict=True):
        path, number, column, title, message = map(unescaped, ANNOTATION.fullmatch(line).groups())
        assert (path, title) == ("claims.yaml", claim["oracle"])
        assert (int(number), int(column)) == place and place[0] == claim["line"]
        check_trace(tapweave, message, claim["oracle"], tmp_path)
    alone = tapweave("check", "claims.yaml", cwd=tmp_path).stdout
    assert tapweave("check", "--report", "github", "claims.yaml",
                    cwd=tmp_path).stdout == alone + text


def test_github_escapes(tapweave, tmp_path):
    (tmp_path / "100%,a:b.yaml").write_text(scenario(claims=CLAIMS), encoding="utf-8")
    text = tapweave("check", "--report", "github", "--json", "out.json", "100%,a:b.yaml",
                    cwd=tmp_path).stdout
    line = next(line for line in text.splitlines() if line.startswith("::"))
    assert unescaped(ANNOTATION.fullmatch(line).group(1)) == "100%,a:b.yaml"


def test_github_what_fails_comes_first(tapweave, tmp_path):
    """Of a step, GitHub shows ten."""
    claims = "{libvirt-6.6: {lost-attachment: never, duplicate-name: never}}"
    (tmp_path / "a.yaml").write_text(scenario(claims=claims), encoding="utf-8")
    text = tapweave("check", "--report", "github", "--max-states=60", "a.yaml", cwd=tmp_path).stdout
    assert re.findall(r"title=([\w-]+)", text) == ["duplicate-name", "inconclusive"]


# ---- SARIF ----

def check_sarif(log):
    """What SARIF 2.1.0 requires of the objects that are written (sections 3.13 to 3.52)."""
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "tapweave" and run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"] and result["level"] in ("error", "warning", "note")
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert re.fullmatch(r"(?:[\w.~/!$&'()*+,;=@-]|%[0-9A-F]{2})+",
                                place["artifactLocation"]["uri"])
            assert place["region"]["startLine"] >= 1 and place["region"]["startColumn"] >= 1
    return run


def test_sarif(tapweave, reported, tmp_path):
    _, claims, text = reported("sarif")
    run = check_sarif(json.loads(text))
    bad = [(claim, place) for claim, place in zip(claims, marks(scenario(claims=CLAIMS)))
           if claim["verdict"] != "holds"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    for result, (claim, place) in zip(run["results"], bad, strict=True):
        where = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] == claim["oracle"]
        assert where["artifactLocation"] == {"uri": "claims.yaml", "uriBaseId": "%SRCROOT%"}
        assert (where["region"]["startLine"], where["region"]["startColumn"]) == place
        check_trace(tapweave, result["message"]["text"], claim["oracle"], tmp_path)


def test_sarif_of_what_is_undecided(reported):
    run = check_sarif(json.loads(reported("sarif", "--max-states=10")[2]))
    assert {result["ruleId"] for result in run["results"]} == {"inconclusive"}
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"


@pytest.mark.parametrize(("path", "uri"), [
    ("./claims.yaml", "claims.yaml"), ("{}/claims.yaml", "claims.yaml"),
    ("a b%.yaml", "a%20b%25.yaml"), ("{}/../x.yaml", "../x.yaml")])
def test_sarif_paths(tapweave, tmp_path, path, uri):
    folder = tmp_path / "f"
    folder.mkdir()
    path = path.format(folder)
    (folder / path).write_text(scenario(claims=CLAIMS), encoding="utf-8")
    text = tapweave("check", "--report", "sarif", path, cwd=folder).stdout
    where = check_sarif(json.loads(text))["results"][0]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_path_that_is_not_below_the_folder(tapweave, tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "fx.yaml").write_text(scenario(claims=CLAIMS), encoding="utf-8")
    text = tapweave("check", "--report", "sarif", tmp_path / "fx.yaml", cwd=tmp_path / "f").stdout
    where = json.loads(text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": f"file://{tmp_path}/fx.yaml"}
