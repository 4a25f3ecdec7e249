"""The HTML report as a reader has it, in headless Chromium: it draws what its data says, its slider
and keys work, an accessibility checker finds nothing, and it opens in under a second.

Without Chromium these tests are skipped; without a network, that of the checker."""
import json
import os
import re
import resource

import browser
import pytest
from conftest import ROOT, SCENARIOS

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None,
                                reason="chromium is not there: the report is not looked at")

CELL = "#/exists-check/exists-check/lost-attachment"
# Every kind of view, and cells whose tables differ: bridges, several nics, filters, no shares.
VIEWS = ["", "#/exists-check", "#/reported-race/libvirt-7.0", CELL,
         "#/two-nics-restart/exists-reattach", "#/filter-cut-off", "#/for-ever/libvirt-6.6",
         "#/fixed-name-next/libvirt-9.0/lost-attachment-lasting"]


@pytest.fixture(name="page", scope="session")
def make_page(tapweave, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    run = tapweave("check", "--all-policies", "--report", f"html={path}", *SCENARIOS)
    assert run.returncode == 0, run.stderr
    return path.read_text(encoding="utf-8")


@pytest.fixture(name="axe", scope="session")
def make_axe():
    source, why = browser.axe()
    if source is None:
        pytest.skip(why)
    return source


def readme_steps():
    """The shares that docs/explaining.md prints of the same counterexample."""
    text = (ROOT / "docs/explaining.md").read_text(encoding="utf-8")
    return [share for _, share in re.findall(r"^ +(\d+) +(\S+(?: %)?)  \d+ of \d+", text,
                                             re.MULTILINE)]


def test_the_matrix_is_there_and_is_filtered(page, tmp_path):
    got = browser.run_in(page, tmp_path, """
        const rows = () => document.querySelectorAll(".matrix tbody tr").length;
        const set = (element, value, kind) => { element.value = value;
          element.dispatchEvent(new Event(kind)); };
        const [search] = document.querySelectorAll("input"),
          [oracle, only] = document.querySelectorAll("select");
        const all = rows(), links = document.querySelectorAll(".matrix td a").length;
        set(search, "existence MAC", "input"); const found = text(".matrix tbody th");
        set(search, "atomic exists-check", "input"); const columns = text(".matrix thead th");
        set(search, "", "input"); set(oracle, "0", "change"); set(only, "violated", "change");
        return {all, links, found, columns, lost: text(".matrix tbody th"),
          entry: document.querySelector('a[href="#/exists-check/exists-check/lost-attachment"]')
            .innerText};""")
    assert got["all"] == len(SCENARIOS)
    assert got["links"] >= 17 * got["all"]
    assert "exists-check" in got["found"] and len(got["found"]) < 5
    assert got["columns"][:3] == ["scenario", "exists-check", "atomic"]
    assert "exists-check" in got["lost"] and len(got["lost"]) < got["all"]
    assert "2.7 %" in got["entry"]


def test_a_few_policies_in_choices_have_columns(tapweave, tmp_path):
    """So that the fix under test is on the first page of its scenario; more of them share one."""
    path = tmp_path / "one.html"
    tapweave("check", "--report", f"html={path}", ROOT / "scenarios/exists-check-leak.yaml")
    got = browser.run_in(path.read_text(encoding="utf-8"), tmp_path, """
        return {columns: text(".matrix thead th"),
          cells: text(".matrix tbody td a").filter(Boolean).length,
          all: data.scenarios[0].cells.length};""")
    assert any("=" in column for column in got["columns"])
    assert "other policies" not in got["columns"] and got["cells"] == got["all"]


def test_the_slider_and_the_keys_go_through_the_steps(page, tmp_path):
    got = browser.run_in(page, tmp_path, f"""
        await visit("{CELL}");
        const slider = document.getElementById("slider"), seen = [];
        const look = () => seen.push({{step: slider.value, said: slider.ariaValueText ||
          slider.getAttribute("aria-valuetext"), now: text(".now")[0],
          row: document.querySelector(".lanes tr[aria-current]").rowIndex - 1,
          world: text(".state")[0]}});
        look();
        slider.value = 5; slider.dispatchEvent(new Event("input")); look();
        press("ArrowRight"); look();
        press("ArrowLeft"); press("ArrowLeft"); look();
        document.querySelectorAll(".lanes tbody button")[11].click(); look();
        press("ArrowRight"); look();
        await visit("{CELL}/3"); const addressed = document.getElementById("slider").value;
        return {{seen, addressed, max: slider.max, shares: text(".lanes td.share"),
          windowed: [...document.querySelectorAll("tr.window")].map((row) => row.rowIndex - 1),
          notes: text(".lanes td.change .note"), heads: text(".lanes thead th"),
          reasons: text(".story li")}};""", "--window-size=1400,1000")
    assert [at["step"] for at in got["seen"]] == ["0", "5", "6", "4", "11", "11"]
    for at in got["seen"]:
        assert at["row"] == int(at["step"]) and at["said"] == at["now"]
        assert f"Step {at['step']} of 11: " in at["said"]
    assert got["addressed"] == "3" and got["max"] == "11" and got["shares"] == readme_steps()
    assert got["windowed"] == [4, 5, 6, 7]  # from the look-up on, until every run goes wrong
    assert "from here on every run goes wrong" in got["notes"]
    assert got["heads"][:5] == ["step", "a", "kernel/a", "b", "ovs-vswitchd"]
    world = [at["world"] for at in got["seen"]]
    assert "vnet0#1" in world[0] and "vnet0#2" not in world[0]
    assert re.search(r"vnet0#2\s+\(changed\)\s+tap\s+b\s+daemon\s+random", world[1]), world[1]
    assert re.search(r"vnet0#2\s+\(changed\)\s+tap\s+b\s+daemon\s+a's, b's", world[2])
    assert "vnet0#2" not in world[3] and len(set(world)) == 5
    assert any("(step 4) before" in line and "0 of 77" in line for line in got["reasons"])


def test_cells_and_steps_are_drawn(page, tmp_path):
    """No view throws, and each one has its heading: one story in seven.  Nothing is laid out."""
    got = browser.run_in(page, tmp_path, """
        let cells = 0, stories = 0, steps = 0;
        document.body.style.display = "none";
        for (const scenario of data.scenarios) for (const cell of scenario.cells) {
          if (cell.of.size === 0 && cells++ % 7 === 0) showCell(cell, -1);
          for (const oracle of cell.of.keys()) {
            if (stories++ % 7 !== 0) continue;
            showCell(cell, oracle);
            const slider = document.getElementById("slider");
            for (let n = 0; n < slider.max; n++) { main.toStep(1); steps++; }
            if (!document.querySelector("h1").textContent || slider.value !== slider.max)
              throw cell;
          }
        }
        return {cells, stories, steps};""")
    assert got["cells"] > 500 and got["stories"] > 2500 and got["steps"] > 2000


def test_the_page_of_one_cell_opens_at_it(tapweave, tmp_path):
    """explore's; the matrix is a link away."""
    page = tapweave("explore", "-p", "exists-check", "--report", "html",
                    "scenarios/exists-check.yaml").stdout
    got = browser.run_in(page, tmp_path, """
        const opened = location.hash, head = text("h1");
        document.querySelector("nav a").click();
        await new Promise((go) => setTimeout(go, 100));
        return {opened, head, links: text(".matrix td a").length, story: text(".story").length};""")
    assert got == {"opened": "#/exists-check/exists-check", "links": 1, "story": 0,
                   "head": ["exists-check in exists-check"]}


@pytest.mark.parametrize("looks", [["--window-size=1400,1000"],
                                   ["--window-size=390,900", browser.DARK]],
                         ids=["wide", "narrow-dark"])
def test_an_accessibility_checker_finds_nothing(page, tmp_path, axe, looks):
    got = browser.run_in(page, tmp_path, f"""
        const dark = matchMedia("(prefers-color-scheme: dark)").matches, found = [];
        for (const view of {json.dumps(VIEWS)}) {{
          await visit(view);
          if (view === "") {{ // a few rows are as good as all: the checker takes its time
            const search = document.querySelector("input");
            search.value = "mail"; search.dispatchEvent(new Event("input"));
          }}
          const report = await axe.run(document, {{resultTypes: ["violations"]}});
          for (const v of report.violations) found.push(`${{view}} ${{v.id}}: ${{v.help}} ` +
            v.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | "));
          const {{scrollWidth}} = document.documentElement;
          if (scrollWidth > innerWidth) found.push(`${{view}}: ${{scrollWidth}} wide`);
          if (report.passes.length < 10) found.push(`${{view}}: nothing was checked`);
        }}
        return {{found, dark}};""", *looks, library=axe)
    assert got["found"] == [] and got["dark"] == (browser.DARK in looks)


def test_it_opens_in_a_second(page, tmp_path):
    """By the processor's time, beside an empty page: what else goes on does not matter.  And its
    bytes."""
    def seconds(text):
        path = tmp_path / "timed.html"
        path.write_text(text, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        browser.chromium(path.as_uri(), tmp_path, "--dump-dom")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert len(page.encode()) < 2 << 20
    assert seconds(page) - seconds("<!DOCTYPE html><title>nothing</title>") < 1


def test_a_picture_for_the_docs(page, tmp_path):
    """docs/report.png is made here, with TAPWEAVE_PICTURES=docs; people look at it."""
    folder = ROOT / os.environ.get("TAPWEAVE_PICTURES", tmp_path)
    path = browser.picture(page, tmp_path, folder / "report.png",
                           "--force-device-scale-factor=0.75", address=f"{CELL}/7",
                           size=(1400, 1200))
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and path.stat().st_size < 200_000
