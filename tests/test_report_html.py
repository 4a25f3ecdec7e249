"""check --report html: what is in the page is what check --json and explain --json say.  How it
looks in a browser: test_report_page.py."""
import json
from html.parser import HTMLParser

import pytest
from bad_scenarios import scenario
from conftest import SCENARIOS
from test_more_guests import world

RACE, EXISTS = "scenarios/reported-race.yaml", "scenarios/exists-check.yaml"


class Page(HTMLParser):
    """Its scripts by their ids, the tags that there are, and what they would load."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.tags, self.loaded, self.inside = {}, [], [], None
        self.feed(text)
        self.data = json.loads(self.scripts["data"])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.loaded += [attrs[key] for key in ("src", "href", "action") if key in attrs]
        self.inside = attrs.get("id", "script") if tag == "script" else None

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside is not None:
            self.scripts[self.inside] = self.scripts.get(self.inside, "") + data


class Cell:
    """One cell of the data, with the indexes resolved."""

    def __init__(self, data, of, cell):
        self.data, self.path, self.cell = data, of["path"], cell
        self.policy = data["policies"][cell["policy"]]
        self.found = [(None if oracle is None else data["oracles"][oracle][0], lasting, verdict,
                       data["texts"][text], line, known)
                      for oracle, lasting, verdict, text, line, known in cell.get("findings", [])]
        self.open = {data["oracles"][oracle][0] for oracle in cell.get("open", [])}
        self.violated = {data["oracles"][oracle][0]: more
                         for oracle, *more in cell.get("violated", [])}

    def text(self, index):
        return None if index is None else self.data["texts"][index]

    def story(self, oracle, lasting=False):
        return self.read(self.violated[oracle][5 if lasting else 4])

    def read(self, story):
        walk, *explained = story
        begin, steps, victims = self.data["walks"][walk]
        steps = [self.data["steps"][i] for i in steps]
        return self.data["begins"][begin], steps, victims, explained

    def states(self, oracle):
        """After each number of steps: the rows of each table, by their names."""
        begin, steps, _, _ = self.story(oracle)
        there = set(begin)
        for step in [None, *steps]:
            if step is not None:
                assert not there & set(step[3]) and set(step[4]) <= there
                there = there - set(step[4]) | set(step[3])
            rows = [self.data["things"][i] for i in there]
            assert len({(row[0], row[1]) for row in rows}) == len(rows)
            yield {(row[0], row[1]): row[2:] for row in rows}


def cells_of(data):
    return [Cell(data, of, cell) for of in data["scenarios"] for cell in of["cells"]]


@pytest.fixture(name="report")
def make_report(tapweave, tmp_path):
    def report(*arguments, statuses=(0,), **more):
        path = tmp_path / "report.html"
        run = tapweave("check", "--report", f"html={path}", *arguments, **more)
        assert run.returncode in statuses, run.stderr
        return path.read_text(encoding="utf-8")
    return report


@pytest.fixture(name="suite", scope="module")
def make_suite(tapweave, tmp_path_factory):
    """The whole suite's report, and what check --json says in the same run."""
    folder = tmp_path_factory.mktemp("suite")
    run = tapweave("check", "--all-policies", "--report", f"html={folder / 'a.html'}", "--json",
                   folder / "a.json", *SCENARIOS)
    assert run.returncode == 0, run.stderr
    return ((folder / "a.html").read_bytes(),
            json.loads((folder / "a.json").read_text(encoding="utf-8")))


def number(value):
    return None if value is None else int(value)


def test_its_cells_are_those_of_the_json(suite):
    text, said = suite
    data = Page(text.decode()).data
    cells = cells_of(data)
    assert data["schema"] == "tapweave-report/1" and len(said["results"]) == len(cells) > 2000
    for cell, result in zip(cells, said["results"], strict=True):
        where = (result["scenario"]["path"], result["policy"])
        assert (cell.path, cell.policy) == where
        assert ("end" not in cell.cell) == result["complete"]
        assert number(cell.cell["runs"]) == number(result["counts"]["interleavings"])
        wanted = {oracle["name"]: oracle for oracle in result["oracles"] if oracle["trace"]}
        assert list(cell.violated) == list(wanted), where
        assert cell.open == {oracle["name"] for oracle in result["oracles"]
                             if oracle["observation"] == "inconclusive" and not oracle["trace"]}
        for name, (seen, bad, lasts, lasting_bad, *_) in cell.violated.items():
            oracle = wanted[name]
            lasting = oracle.get("lasting", {})
            assert cell.text(seen) == oracle["observation"]
            assert number(bad) == number(oracle["bad"])
            assert cell.text(lasts) == lasting.get("observation")
            assert number(lasting_bad) == number(lasting.get("bad"))


def test_its_findings_are_the_claims_of_the_json(suite):
    text, said = suite
    found = [(cell.path, cell.policy, oracle, verdict, line)
             for cell in cells_of(Page(text.decode()).data)
             for oracle, _, verdict, _, line, known in cell.found if not known]
    assert sorted(found) == sorted((claim["scenario"], claim["policy"], claim["oracle"],
                                    claim["verdict"], claim["line"]) for claim in said["claims"])
    assert len(found) > 1000


# Cells of each kind: switches, bridges, faults, several nics; the last ones with a choice to spare.
EXPLAINED = [("reported-race", "libvirt-6.6"), ("exists-check", "exists-check"),
             ("fixed-name-next", "libvirt-9.0"), ("linux-bridge", "atomic"),
             ("two-nics-restart", "exists-reattach"), ("admin-deletes-bridge", "counter"),
             ("restart-mid-stop", "libvirt-9.0")]


@pytest.mark.parametrize(("name", "policy"), EXPLAINED)
def test_a_story_is_what_explain_says(tapweave, suite, name, policy):
    path = f"scenarios/{name}.yaml"
    [cell] = [cell for cell in cells_of(Page(suite[0].decode()).data)
              if (cell.path, cell.policy) == (path, policy)]
    assert cell.violated
    for oracle, lasting in [(oracle, lasting) for oracle, its in cell.violated.items()
                            for lasting in (False, True) if its[5 if lasting else 4]]:
        why = tapweave.json("explain", "-p", policy, "--oracle", oracle,
                            *["--lasting"] * lasting, path, status=1)
        _, steps, victims, (outlook, lost, opens, races, instead) = cell.story(oracle, lasting)
        assert [(cell.text(actor), cell.text(text)) for actor, text, *_ in steps] == [
            (step["actor"], step["text"]) for step in why["steps"]]
        counted = [why["before"], *why["steps"]]
        assert [number(n) for n in outlook] == [
            int(at[key]) for at in counted for key in ("bad", "runs")]
        assert lost == why["lost"]
        matter = [race for race in why["races"] if race["matters"]]
        assert races == [[race["first"], race["second"], int(race["turned"]["bad"]),
                          int(race["turned"]["runs"])] for race in matter]
        assert [[cell.text(actor), cell.text(text), bad, runs]
                for actor, text, bad, runs in instead] == [
            [other["actor"], other["text"], int(other["bad"]), int(other["runs"])]
            for other in (why["steps"][lost - 1]["instead"] if lost else [])
            if other["bad"] != other["runs"]]
        assert [at for _, at in victims] == [
            victim["step"] for victim in why["victims"] if victim["oracle"] == oracle]
        fewer = [race["first"] for race in matter
                 if int(race["turned"]["bad"]) * int(counted[race["second"]]["runs"]) <
                 int(counted[race["second"]]["bad"]) * int(race["turned"]["runs"])]
        before = [first for first in fewer if lost is None or first < lost]
        assert opens == (min(before) if before else None)


def test_the_world_at_each_step(suite):
    """The counterexample of README.md: what its table says of devices, rows and ports."""
    [cell] = [cell for cell in cells_of(Page(suite[0].decode()).data)
              if (cell.path, cell.policy) == (EXISTS, "exists-check")]
    guests, devices, rows, ports, bridges = range(5)
    states = list(cell.states("lost-attachment"))
    assert len(states) == 12
    for step, state in enumerate(states):
        assert state[bridges, "br0"][0].startswith("Open vSwitch")
        assert ((devices, "vnet0#1") in state) == (step < 2)
        assert ((devices, "vnet0#2") in state) == (step >= 5)
        row = state.get((rows, "vnet0"))
        assert row is None if step >= 8 else row[:2] == ["br0", "a" if step < 7 else "b"]
        assert ((ports, "vnet0") in state) == (step < 2)
    assert states[1][guests, "a"][0] == "is dying"
    assert states[2][guests, "a"][:2] == ["has closed its descriptors", ""]
    assert states[0][devices, "vnet0#1"] == ["tap", "a", "QEMU", "a's, b's", "", "up"]
    assert states[5][devices, "vnet0#2"] == ["tap", "b", "daemon", "random", "", "down"]
    assert states[6][devices, "vnet0#2"][3] == "a's, b's"  # the scenario gives both the same
    assert states[10][devices, "vnet0#2"][5] == "up"
    assert states[11][guests, "b"][:2] == ["runs", "vnet0#2"]


def test_worlds_and_changes_agree(suite):
    """In every story: a device that appears is there, and one that is gone is not."""
    seen = 0
    for cell in cells_of(Page(suite[0].decode()).data):
        for oracle in cell.violated:
            if "unexplained" in cell.cell:
                continue
            states = list(cell.states(oracle))
            for number_, (_, _, change, _, _) in enumerate(cell.story(oracle)[1], 1):
                before, after = ({name for table, name in state if table == 1}
                                 for state in states[number_ - 1:number_ + 1])
                parts = cell.text(change).split("; ")
                came = {p.split(" ")[0] for p in parts
                        if p.endswith((" appears", " is its name"))}
                went = {p.split(" ")[0] for p in parts
                        if "#" in p.split(" ")[0] and p.endswith((" is gone", " is renamed"))}
                assert after - before == came and before - after == went
                seen += len(came) + len(went)
    assert seen > 4000


# ---- the page ----

NASTY = "</script><script>hit = 1</script><!-- <img src=x onerror=hit> & \" '\u2028\U0001f4a5"


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def test_whatever_a_scenario_says_stays_text(report, tmp_path):
    name = "a'<b>&\"</script> c.yaml"
    folder = tmp_path / "<script>"
    folder.mkdir()
    text = scenario(title=quoted(NASTY), report=quoted("--><style>" + NASTY))
    (folder / "plain.yaml").write_text(text, encoding="utf-8")
    page = report(folder / "plain.yaml", "--all-policies", statuses=(0, 1))
    plain = Page(report(RACE))
    assert Page(page).tags == plain.tags and page.count("<script") == plain.tags.count("script")
    [data] = Page(page).data["scenarios"]
    assert data["title"] == NASTY and data["report"] == "--><style>" + NASTY
    other = tmp_path / name.replace("/", "")
    other.write_text(text, encoding="utf-8")
    assert Page(report(other, "--all-policies", statuses=(0, 1))).data["scenarios"][0][
        "path"] == str(other)


def test_it_loads_nothing(suite):
    page = Page(suite[0].decode())
    assert all(target.startswith(("#", "data:")) for target in page.loaded), page.loaded
    assert "default-src 'none'" in suite[0].decode() and "link" in page.tags
    code = page.scripts["script"]
    assert not any(word in code for word in ("innerHTML", "eval(", "fetch(", "XMLHttp", "import("))


def test_the_suite_stays_small(suite):
    assert len(suite[0]) < 2 << 20


def test_the_same_bytes_whatever_the_threads(report, suite):
    one = report("--all-policies", "--jobs=1", *SCENARIOS, env={"LC_ALL": "tr_TR.UTF-8",
                                                                "TZ": "Asia/Tokyo"})
    assert one.encode() == suite[0]
    assert report("--all-policies", "--jobs=5", *SCENARIOS).encode() == suite[0]


def test_parts_come_to_the_same_page(tapweave, report, tmp_path):
    whole = report("--all-policies", RACE, EXISTS)
    for part in (1, 2):
        tapweave("check", "--all-policies", "--shard", f"{part}/2", "--json", tmp_path / f"{part}",
                 RACE, EXISTS)
    merged = tapweave("merge", "--report", "html", tmp_path / "1", tmp_path / "2")
    assert merged.stdout == whole + "\n" * (not whole.endswith("\n")), merged.stderr


HOW_MANY = {"none": 0, "some": 1, "all": 2}


def check_uncounted(cell, story, why):
    _, steps, _, (outlook, lost, _, races, instead, *out) = story
    assert [cell.text(text) for _, text, *_ in steps] == [step["text"] for step in why["steps"]]
    assert outlook == [HOW_MANY[at["wrong"]] for at in [why["before"], *why["steps"]]]
    assert lost == why["lost"] and (lost is None) == bool(out)
    assert races == [[race["first"], race["second"], HOW_MANY[race["turned"]["wrong"]]]
                     for race in why["races"] if race["matters"]]
    others = [(number_, other) for number_, step in enumerate(why["steps"], 1)
              for other in step["instead"]]
    assert [[cell.text(who), cell.text(does), many] for who, does, many in instead] == [
        [other["actor"], other["text"], HOW_MANY[other["wrong"]]] for number_, other in others
        if number_ == lost and other["wrong"] != "all"]
    for who, does, at in out[0] if out else []:
        assert (at, {"actor": cell.text(who), "text": cell.text(does), "wrong": "none"}) in others
    return len(out[0]) if out else 0


def test_runs_that_need_not_end(tapweave, tmp_path):
    path, page = "scenarios/for-ever.yaml", tmp_path / "a.html"
    for policy in ("libvirt-6.6", "atomic"):
        tapweave("explore", "--fair", "-p", policy, "--report", f"html={page}", path)
        [cell] = cells_of(Page(page.read_text(encoding="utf-8")).data)
        assert cell.violated and "unexplained" not in cell.cell and cell.cell["runs"] is None
        for oracle in cell.violated:
            check_uncounted(cell, cell.story(oracle), tapweave.json(
                "explain", "-p", policy, "--oracle", oracle, path, status=1))
        assert ("starving" in cell.cell) == (policy == "atomic")
    command, loop, story = cell.cell["starving"]
    why = tapweave.json("explain", "--fair", "-p", "atomic", path, status=1)
    assert (cell.text(command), loop) == (why["command"], why["loop"])
    assert check_uncounted(cell, cell.read(story), why) == 12


def test_what_is_not_explained_says_why(report):
    said = Page(report(RACE, "--max-states=40", statuses=(3,))).data
    cells = cells_of(said)
    assert any(cell.cell.get("end") == "stopped at --max-states" for cell in cells)
    assert all(("end" in cell.cell) == bool(cell.open) for cell in cells)
    for cell in cells:
        assert ("unexplained" in cell.cell) == bool(cell.violated)
        for oracle in cell.violated:
            assert cell.story(oracle)[1] and cell.story(oracle)[3] == []
            assert cell.text(cell.cell["unexplained"]) == "its search is not complete"


def test_any_number_of_guests(report, tmp_path):
    """Of one guest more nothing is violated, and of any number not all is known."""
    path = tmp_path / "any.yaml"
    path.write_text(world(1, {"port-first": {"lost-attachment": "never"}}), encoding="utf-8")
    data = Page(report(path)).data
    [of], [cell] = data["scenarios"], cells_of(data)
    assert of["more"] and not cell.violated and "end" not in cell.cell
    assert "duplicate-name" in cell.open and "lost-attachment" not in cell.open


@pytest.mark.parametrize(("path", "policy", "bounds"), [
    (RACE, "libvirt-6.6", ()), (RACE, "counter", ()), ("scenarios/for-ever.yaml", "mac-check", ()),
    (EXISTS, "exists-check", ("--max-states=40",))])
def test_the_page_of_one_cell(tapweave, report, tmp_path, path, policy, bounds):
    """explore's: the cell that check has, all but its findings, which are not of claims there."""
    whole = cells_of(Page(report("-p", policy, path, *bounds, statuses=(0, 1, 3))).data)[0]
    run = tapweave("explore", "-p", policy, path, *bounds, "--report",
                   f"html={tmp_path / 'a.html'}", "--report", "html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert run.stdout == page and run.returncode in (0, 1, 3)
    [cell] = cells_of(Page(page).data)
    assert (cell.path, cell.policy, cell.open) == (path, policy, whole.open)
    assert cell.cell.get("runs") == whole.cell.get("runs")
    assert cell.text(cell.cell.get("unexplained")) == whole.text(whole.cell.get("unexplained"))
    assert list(cell.violated) == list(whole.violated)
    for oracle, its in cell.violated.items():
        other = whole.violated[oracle]
        assert [cell.text(its[0]), its[1], cell.text(its[2]), its[3]] == [
            whole.text(other[0]), other[1], whole.text(other[2]), other[3]]
        assert list(cell.states(oracle)) == list(whole.states(oracle))
        assert cell.story(oracle)[3][:4] == whole.story(oracle)[3][:4]
    assert {(oracle, verdict) for oracle, _, verdict, *_ in cell.found} == {
        (name, "fails" if name in cell.violated else "undecided" if name in cell.open else "holds")
        for name, _ in cell.data["oracles"]}


def test_a_policy_of_ones_own(report):
    data = Page(report("-p", "libvirt-6.6,port-guard=exists", RACE, statuses=(0, 1))).data
    own, base = cells_of(data)
    assert (own.policy, base.policy) == ("libvirt-6.6,port-guard=exists", "libvirt-6.6")
    assert {oracle for oracle, *_ in own.found} == {name for name, _ in data["oracles"]}
    assert "under libvirt-6.6: 227 of 945" in own.found[0][3]
