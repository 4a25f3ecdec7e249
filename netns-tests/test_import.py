"""import: recordings of real runs, with other things that happen meanwhile, clocks that differ, and
files that are cut off: the right moment, the right device, or that nothing was wrong."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import BINARY, missing_for_ovs, missing_for_taps

RECORDER = Path(__file__).parent / "recording.py"
STORIES = ["lost", "kept", "crossed", "adopted", "unplugged"]
RECORDINGS = [*((story, seed) for story in STORIES for seed in (1, 2, 3)),
              *((story, 1) for story in ("pair", "pairs_in_turn", "vlans_in_turn",
                                         "on_another_vlan", "tag_is_set", "on_a_bridge",
                                         "bridge_in_turn"))]
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


def run_import(folder, links="links", database="conf.db", logs=()):
    files = [folder / name for name in (database, *logs)]
    run = subprocess.run([BINARY, "import", "--links", folder / links, *files, "--json", "-"],
                         capture_output=True, text=True, check=False)
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


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_what_ovsdb_tool_prints_of_the_database(recordings, story, seed):
    """The same findings, of rows by the beginning of their UUIDs; without columns nothing is known
    of guests."""
    folder = recordings[story, seed]
    want = run_import(folder)["findings"]
    for finding in want:
        finding["row"] = finding["row"][:8]
    for more in ("-mm", "-mmm", "-m"):
        text = subprocess.run(["ovsdb-tool", more, "show-log", folder / "conf.db"], check=True,
                              capture_output=True).stdout
        (folder / "show-log").write_bytes(text)
        said = run_import(folder, database="show-log")
        assert said["database"]["left_out"] == 0
        if more == "-m":
            for finding in (*want, *said["findings"]):
                finding["guest"] = finding["before_guest"] = None
        assert said["findings"] == want


LOGS = ("vswitchd.log", "hook")


def check_logs(folder, said, within):
    """Whose device it was, who was being stopped, and when the switch gave it up."""
    check(folder, said, within)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for fact in truth[:1]:
        first, by_whom = said["first"], said["first"]["by"] and said["first"]["by"]["guest"]
        assert [first["guest"], by_whom] == [fact["guest"], fact["by"]]
        if fact["what"] == "lost":
            switched = seconds(first["switched"])
            assert fact["begin"] - within <= switched <= fact["end"] + within


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_logs_say_whose_and_who(recordings, story, seed):
    folder = recordings[story, seed]
    said = run_import(folder, logs=LOGS)
    assert [log["format"] for log in said["logs"]] == ["ovs-vswitchd", "hook"]
    assert [(log["ahead"], log["left_out"], log["cut"]) for log in said["logs"]] == \
        [(0, 0, False)] * 2
    check_logs(folder, said, within=0.05)


# Without links: what is sure by the hook's log, and what is left open; and the same by the database
# alone.  The hook is not told of a device that is unplugged, nor the database of any: it has whose
# a row is, which b's start in `lost` writes into its own, and nobody into the one in `adopted`.
FEWER = {"lost": (("lost", None), (None, "taken-over")), "kept": ((None, None), (None, None)),
         "crossed": ((None, None), (None, None)), "adopted": (("foreign-row", None), (None, None)),
         "unplugged": ((None, "unplugged"), (None, None)),
         "pair": (("lost", None), (None, "taken-over")), "pairs_in_turn": ((None, None),) * 2}


@pytest.mark.parametrize("story,seed", [one for one in RECORDINGS if one[0] in FEWER])
def test_the_moment_without_links(recordings, story, seed):
    folder = recordings[story, seed]
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for logs, (sure, open_) in zip((["hook"], []), FEWER[story]):
        run = subprocess.run([BINARY, "import", folder / "conf.db", *[folder / log for log in logs],
                              "--json", "-"], capture_output=True, text=True, check=False)
        said = json.loads(run.stdout)
        assert run.returncode == (sure is not None) == (said["first"] is not None)
        assert said["devices"] == (logs or ["none"])[0] and said["links"] is None
        assert [one["why"] for one in said["possible"]] == \
            ([] if open_ is None else [open_] * (2 if story == "pair" else 1))
        assert sure is None or said["first"]["what"] == sure
        for one in (*said["possible"][:1], *([] if sure is None else [said["first"]])):
            assert [one["name"], one["guest"]] == [truth[0]["name"], truth[0]["guest"]]
            assert truth[0]["begin"] - 0.05 <= seconds(one["at"]) <= truth[0]["end"] + 0.05


def shifted(text, by, time=TIME):
    def later(match):
        moment = datetime.fromisoformat(match.group(1)) + timedelta(seconds=by)
        whole = moment.isoformat(timespec="microseconds")
        return match.group(0).replace(match.group(1), whole[:len(match.group(1))])
    return time.sub(later, text)


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_clocks_of_logs_that_differ(recordings, story, seed):
    """Each by another difference, and the links by a third one."""
    folder = recordings[story, seed]
    by = dict(zip(("links", *LOGS), (-3.7, 11, -7200)))
    for name, time in (("links", TIME), ("vswitchd.log", re.compile(r"(?m)^(\S+\.\d{3})Z")),
                       ("hook", re.compile(r"(?m)^(\S+\.\d{6})\d{3}Z"))):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / f"other-{name}").write_text(shifted(text, by[name], time), encoding="utf-8")
    said = run_import(folder, "other-links", logs=[f"other-{name}" for name in LOGS])
    for name, record in zip(by, (said["links"], *said["logs"])):
        assert abs(record["ahead"] - by[name]) < 1, (name, record)
    check_logs(folder, said, within=1)


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_logs_that_are_cut_off(recordings, story, seed):
    """At both ends, within a line: what they had said before the story is missing."""
    folder = recordings[story, seed]
    for name, begin in (("vswitchd.log", "added interface vnet79"), ("hook", "noise release end")):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / f"cut-{name}").write_text(text[text.index(begin):-10], encoding="utf-8")
    said = run_import(folder, logs=[f"cut-{name}" for name in LOGS])
    assert all(log["cut"] for log in said["logs"])
    check(folder, said, within=0.05)


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


def test_a_clustered_database(ovs, tmp_path):  # pylint: disable=W0613
    """Of a server that is the only one of its cluster, is started again, and compacts its file:
    b's start replaces a's row, and then the row is deleted."""
    def run(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20,
                              env={**os.environ, "OVS_RUNDIR": str(tmp_path)}).stdout

    def serve(*calls):
        run("ovsdb-server", tmp_path / "conf.db", f"--remote=punix:{tmp_path}/db.sock",
            f"--unixctl={tmp_path}/ctl", f"--pidfile={tmp_path}/pid", "--detach", "--no-chdir",
            f"--log-file={tmp_path}/log", "-vconsole:off")
        for call in calls:
            run("ovs-vsctl", f"--db=unix:{tmp_path}/db.sock", "--no-wait", "--timeout=10",
                "--retry", *call.split())
        if len(calls) > 1:
            run("ovs-appctl", "-t", tmp_path / "ctl", "ovsdb-server/compact")
        run("ovs-appctl", "-t", tmp_path / "ctl", "exit")

    def add(guest):
        return ("-- --if-exists del-port vnet0 -- add-port br0 vnet0 -- set interface vnet0 "
                f"external_ids:vm-id={guest}")
    run("ovsdb-tool", "create-cluster", tmp_path / "conf.db",
        "/usr/share/openvswitch/vswitch.ovsschema", f"unix:{tmp_path}/raft.sock")
    serve("init", "add-br br0", add("a"))
    serve(add("b"))
    serve("del-port vnet0")
    with open(tmp_path / "shown", "w", encoding="utf-8") as text:
        text.write(run("ovsdb-tool", "-mm", "show-log", tmp_path / "conf.db"))
    for name, size in (("conf.db", 36), ("shown", 8)):
        said = json.loads(run(BINARY, "import", tmp_path / name, "--json", "-"))
        (lost,) = said["possible"]
        assert [lost[key] for key in ("what", "name", "guest", "why")] == \
            ["lost", "vnet0", "b", "taken-over"] and lost["by"]["guest"] == "a"
        assert len(lost["row"]) == size and said["first"] is None
        assert (said["database"]["events"], said["database"]["left_out"]) == (4, 0)


def test_a_libvirtd_that_loses_a_port(libvirt, tmp_path):  # pylint: disable=W0613
    """With the logs of libvirtd and of its hook, and with each of them alone."""
    recorder = Path(__file__).parent / "recording_libvirt.py"
    run = subprocess.run(["unshare", "-nmpf", "--kill-child", "--mount-proc", "sh", "-c",
                          '"$@"; exit $?', "sh", sys.executable, recorder, tmp_path],
                         timeout=300, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert [fact["what"] for fact in truth] == ["foreign-row", "lost"]
    for logs, call in ((("libvirtd.log", "hook", "vswitchd.log"), True), (("libvirtd.log",), True),
                       (("hook",), False)):
        said = run_import(tmp_path, logs=logs)
        assert [log["ahead"] for log in said["logs"]] == [0] * len(logs)
        foreign, lost = said["findings"]
        for fact, finding in zip(truth, (foreign, lost)):
            assert [finding[key] for key in ("what", "name", "device", "guest")] == \
                [fact[key] for key in ("what", "name", "device", "guest")]
            assert fact["begin"] - 0.05 <= seconds(finding["at"]) <= fact["end"] + 0.05
        assert foreign["before_guest"] == "a"
        assert lost["by"] == {"guest": "a", "call": call, "stop": True}
        run = subprocess.run([BINARY, "import", tmp_path / "conf.db", "--json", "-",
                              *[tmp_path / log for log in logs]], capture_output=True, text=True,
                             check=False)
        fewer = json.loads(run.stdout)["findings"]  # without links
        for finding, other in zip((foreign, lost), fewer, strict=True):
            assert [finding[key] for key in ("what", "name", "guest", "before_guest", "by")] == \
                [other[key] for key in ("what", "name", "guest", "before_guest", "by")]
            assert abs(seconds(finding["at"]) - seconds(other["at"])) < 1
    assert said["database"]["left_out"] == 0


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
    # Each of a's nics is looked at before its port is deleted.  By the second one, the name is b's
    # for all to see.
    "pair": ("vnet0", "", {"libvirt-6.6", "reattach", "lowest-free"},
             {"mac-check", "exists-check", "exists-reattach", "owner-delete", "atomic", "fin-wait",
              "lowest-free-after-cleanup", *COUNT}, "lost-attachment"),
    "pairs_in_turn": ("vnet1", "", {"libvirt-6.6", "mac-check", "owner-delete", "atomic",
                                    "lowest-free-after-cleanup"},
                      {"fin-wait", "per-guest-names", *COUNT}, None),
    "vlans_in_turn": ("vnet0", "", {"libvirt-6.6", "owner-delete", "atomic"},
                      {"fin-wait", "per-guest-names", *COUNT}, None),
    # Whether the tag of a row that is adopted is set tells the releases apart.
    "on_another_vlan": ("vnet0", "a restart of the daemon", {"libvirt-9.0"},
                        {"libvirt-6.6", "libvirt-10.3", "libvirt-11.3"}, "wrong-network"),
    "tag_is_set": ("vnet0", "a restart of the daemon", {"libvirt-10.3", "libvirt-11.3"},
                   {"libvirt-6.6", "libvirt-9.0"}, "lost-attachment"),
    # a's port is kept by those that look whether its device is gone.
    "on_a_bridge": ("vnet0", "", {"mac-check", "exists-check", "exists-reattach", "atomic"},
                    {"libvirt-6.6", "owner-delete", "lowest-free", *COUNT}, "wrong-network"),
    "bridge_in_turn": ("vnet0", "", {"libvirt-6.6", "mac-check", "owner-delete", "atomic"},
                       {"fin-wait", "per-guest-names", *COUNT}, None),
    # Nobody stops b, whose port goes.
    "unplugged": ("vnet1", "an administrator who deletes the port",
                  {"libvirt-6.6", "owner-delete", *COUNT}, {"per-guest-names"}, "lost-attachment"),
}


def explain(folder, out, name, links="links", database="conf.db"):
    run = subprocess.run([BINARY, "import", folder / links, folder / database, "--name", name,
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
    if story == "pair":
        assert "of b's vnet0#2" in run.stdout and "of b's vnet1#2" in run.stdout
    if story.startswith("pair"):
        assert said["names"] == ["vnet0", "vnet1"]


def test_tags_that_ovsdb_tool_prints(recordings, tmp_path):
    """The same story, and the same explanation; without columns, only what a's call asks for."""
    for story in ("on_another_vlan", "tag_is_set"):
        folder = recordings[story, 1]
        want = explain(folder, tmp_path, "vnet0")
        for more in ("-mm", "-m"):
            text = subprocess.run(["ovsdb-tool", more, "show-log", folder / "conf.db"], check=True,
                                  capture_output=True).stdout
            (folder / "show-log").write_bytes(text)
            said = explain(folder, tmp_path, "vnet0", database="show-log")
            assert (said == want) == (more == "-mm")
        assert said["vlans"] == [100]


@pytest.mark.parametrize("story,seed", RECORDINGS)
def test_which_policies_explain_it_by_two_clocks(recordings, tmp_path, story, seed):
    """The order of devices and rows is not as well known then: more policies may explain it."""
    name, _, can, _, _ = EXPLAINED[story]
    text = (recordings[story, seed] / "links").read_text(encoding="utf-8")
    (recordings[story, seed] / "later").write_text(shifted(text, 5), encoding="utf-8")
    said = explain(recordings[story, seed], tmp_path, name, "later")
    if story not in ("adopted", "on_another_vlan", "tag_is_set"):
        assert can <= set(said["equal"]), said
    if story == "lost":
        assert not {"owner-delete", *COUNT} & set(said["equal"])
