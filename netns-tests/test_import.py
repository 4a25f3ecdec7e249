"""import: recordings of real runs, with other things that happen meanwhile, clocks that differ, and
files that are cut off: the right moment, the right device, or that nothing was wrong."""
import concurrent.futures
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import BINARY, missing_for_ovs, missing_for_taps

RECORDER = Path(__file__).parent / "recording.py"
STORIES = ["lost", "kept", "crossed", "adopted", "unplugged"]
RECORDINGS = [(story, seed) for story in STORIES for seed in (1, 2, 3, 4)]
TIME = re.compile(r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})\]")


def record(folder):
    story, seed = folder.name.split("-")
    run = subprocess.run(["unshare", "-n", sys.executable, RECORDER, folder, story, seed],
                         timeout=100, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.fixture(name="recordings", scope="module")
def make_recordings(request, tmp_path_factory):
    reason = missing_for_taps() or missing_for_ovs()
    if reason is not None:
        (pytest.fail if request.config.getoption("--require-real") else pytest.skip)(reason)
    folders = {}
    for story, seed in RECORDINGS:
        folders[story, seed] = tmp_path_factory.mktemp("recordings") / f"{story}-{seed}"
        folders[story, seed].mkdir()
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        list(pool.map(record, folders.values()))
    return folders


def run_import(folder, links="links", database="conf.db"):
    run = subprocess.run([BINARY, "import", "--links", folder / links, folder / database, "--json",
                          "-"], capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    said = json.loads(run.stdout)
    assert (said["first"] is not None) == (run.returncode == 1)
    return said


def seconds(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(
        tzinfo=timezone.utc).timestamp()


def check(folder, said, within):
    """The first finding is what the recorder did wrong, and when; or there is none, as it did
    nothing wrong."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    first = said["first"]
    if not truth:
        assert first is None, first
        return
    assert [first["what"], first["name"], first["device"]] == \
        [truth[0]["what"], truth[0]["name"], truth[0]["device"]]
    assert truth[0]["begin"] - within <= seconds(first["at"]) <= truth[0]["end"] + within


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_the_moment(recordings, story, seed):
    folder = recordings[story, seed]
    said = run_import(folder)
    assert said["ahead"] == 0 and not said["database"]["cut"]
    check(folder, said, within=0.05)


def shifted(text, by):
    def later(match):
        time = datetime.fromisoformat(match.group(1)) + timedelta(seconds=by)
        return f"[{time.isoformat(timespec='microseconds')}]"
    return TIME.sub(later, text)


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_a_clock_that_differs(recordings, story, seed):
    """A few seconds, or the hours of a time zone."""
    folder = recordings[story, seed]
    text = (folder / "links").read_text(encoding="utf-8")
    for by in (-3.7, 2.5, 7200):
        (folder / "other").write_text(shifted(text, by), encoding="utf-8")
        said = run_import(folder, "other")
        assert abs(said["ahead"] - by) < 1, said["ahead"]
        check(folder, said, within=1)


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_files_that_are_cut_off(recordings, story, seed):
    """Of the links, what was before the third tap of others was up; of both, what came last."""
    folder = recordings[story, seed]
    links = (folder / "links").read_text(encoding="utf-8")
    begin = links.index("vnet79: <BROADCAST,MULTICAST,UP")
    (folder / "cut").write_text(links[links.rindex("\n", 0, begin) + 1:-20], encoding="utf-8")
    database = (folder / "conf.db").read_bytes()
    more = b"OVSDB JSON 400 0123456789012345678901234567890123456789\n{\"_date\":17960"
    (folder / "cut.db").write_bytes(database + more)
    said = run_import(folder, "cut", "cut.db")
    assert said["database"]["cut"] and said["links"]["cut"]
    check(folder, said, within=0.05)


def test_the_long_form_of_ip_monitor(recordings):
    """`ip -t monitor link` says the same in another way."""
    folder = recordings["lost", 1]
    text = (folder / "links").read_text(encoding="utf-8")

    def in_words(match):
        time = datetime.fromisoformat(match.group(1))
        return time.strftime("Timestamp: %a %b %d %H:%M:%S %Y ") + f"{time.microsecond} usec\n"
    (folder / "long").write_text(re.sub(TIME.pattern + " ", in_words, text), encoding="utf-8")
    check(folder, run_import(folder, "long"), within=0.05)


# ---- which policies explain it ----

COUNT = {"counter", "libvirt-7.0", "libvirt-9.0", "libvirt-10.3", "libvirt-11.3"}
# What the recorder has done, and so, by docs/policies.md: which name's story, what help it takes,
# which policies can do all of it, which cannot, and which oracle that violates.
EXPLAINED = {
    # The next guest has the name at once, its start replaces the row, and the stop before deletes
    # that by its name, whatever has happened since.
    "lost": ("vnet0", "", {"libvirt-6.6", "mac-check", "exists-check", "reattach",
                           "exists-reattach", "lowest-free"},
             {"owner-delete", "atomic", "fin-wait", "lowest-free-after-cleanup", *COUNT},
             "lost-attachment"),
    # One after the other: a counter has another name for each, and three seconds have not passed.
    "kept": ("vnet0", "", {"libvirt-6.6", "owner-delete", "atomic", "lowest-free-after-cleanup"},
             {"fin-wait", "per-guest-names", *COUNT}, None),
    # One device, and one row.
    "crossed": ("vnet0", "", {"libvirt-6.6", "owner-delete", *COUNT}, {"per-guest-names"}, None),
    # A row is adopted: by policies that count names, whose daemon has begun anew.
    "adopted": ("vnet0", "a restart of the daemon", {"libvirt-9.0", "libvirt-10.3",
                                                     "libvirt-11.3"},
                {"libvirt-6.6", "owner-delete", "libvirt-7.0", "counter"}, "lost-attachment"),
    # Nobody stops b, whose port goes.
    "unplugged": ("vnet1", "an administrator who deletes the port",
                  {"libvirt-6.6", "owner-delete", *COUNT}, {"per-guest-names"}, "lost-attachment"),
}


def explain(folder, out, name, links="links"):
    run = subprocess.run([BINARY, "import", folder / links, folder / "conf.db", "--name", name,
                          "--scenario", out / "s.yaml", "--trace", out / "t.json", "--json", "-"],
                         capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)["story"]


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_which_policies_explain_it(recordings, tmp_path, story, seed):
    """And the trace replays, here and on the kernel, with what was wrong."""
    name, with_help, can, cannot, oracle = EXPLAINED[story]
    said = explain(recordings[story, seed], tmp_path, name)
    equal = set(said["equal"])
    assert can <= equal and not cannot & equal, said
    assert said["best"] in equal
    assert {one["with"] for one in said["policies"] if one["policy"] in equal} == {with_help}
    for where in ("sim", "netns"):
        run = subprocess.run([BINARY, "replay", "--on", where, tmp_path / "t.json"],
                             capture_output=True, text=True, check=False, timeout=100)
        assert run.returncode in (0, 1), run.stdout + run.stderr
        assert where == "sim" or "the real kernel agrees after every step" in run.stdout
        if oracle is not None:
            assert run.returncode == 1 and f"violated: {oracle}" in run.stdout
            assert "it lasts to the end" in run.stdout
    if oracle is None:
        assert "violated: lost-attachment" not in run.stdout


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_which_policies_explain_it_by_two_clocks(recordings, tmp_path, story, seed):
    """The order of devices and rows is not as well known then: more policies may explain it."""
    name, _, can, _, _ = EXPLAINED[story]
    text = (recordings[story, seed] / "links").read_text(encoding="utf-8")
    (recordings[story, seed] / "later").write_text(shifted(text, 5), encoding="utf-8")
    said = explain(recordings[story, seed], tmp_path, name, "later")
    if story != "adopted":
        assert can <= set(said["equal"]), said
    if story == "lost":
        assert not {"owner-delete", *COUNT} & set(said["equal"])
