"""watch: stories on a real kernel and a real Open vSwitch, with other things that happen meanwhile.
What goes wrong is said while it lasts, of the right device; what does not, is not."""
import concurrent.futures
import json
import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
import schemed
from conftest import BINARY, missing_for_ovs, missing_for_taps

WATCHING = Path(__file__).parent / "watching.py"
STORIES = ["lost", "kept", "crossed", "adopted", "unplugged", "stale", "bare", "before", "flooded",
           "outage", "compacted"]
NOT_ALL_SEEN = {"flooded": "devices-again", "outage": "database-lost"}


def run_story(folder, story, *command):
    run = subprocess.run(["unshare", "-n", sys.executable, "-B", WATCHING, folder, story, "1",
                          *command], timeout=100, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (folder / "complained").read_text(encoding="utf-8") == ""
    return int((folder / "status").read_text(encoding="utf-8"))


@pytest.fixture(name="folders", scope="module")
def make_folders(request, tmp_path_factory):
    reason = missing_for_taps() or missing_for_ovs()
    if reason is not None:
        (pytest.fail if request.config.getoption("--require-real") else pytest.skip)(reason)
    folders = {story: tmp_path_factory.mktemp(story) for story in STORIES}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda story: run_story(folders[story], story, BINARY, "--", "--json", "-"),
                      STORIES))
    return folders


def lines(folder):
    text = (folder / "said").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def read(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def seconds(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(
        tzinfo=timezone.utc).timestamp()


def expect(folder):
    """What was wrong is told, about a second after it came to be so.  What else is told was so for
    a second or more, by the recorder's own clock."""
    said, truth, slow = lines(folder), read(folder, "truth.json"), read(folder, "slow.json")
    found = [line for line in said if line["event"] == "finding"]
    blind = max([seconds(line["time"]) for line in said if line["event"] == "database-again"],
                default=0)
    for true in truth:
        same = [line for line in found if all(line[key] == true[key]
                                              for key in ("what", "name", "device"))]
        assert len(same) == 1, (true, found)
        assert true["begin"] - 0.05 <= seconds(same[0]["at"]) <= true["end"] + 0.5
        at, told = seconds(same[0]["at"]), seconds(same[0]["time"])
        assert at + 0.99 <= told <= max(at + 1, blind) + 0.5, same
        found.remove(same[0])
    for line in found:
        assert line["what"] != "lost" and any(
            name == line["name"] and begin - 0.05 <= seconds(line["at"]) <= begin + 0.5
            for name, begin, _ in slow), line
    return said, truth


@pytest.mark.parametrize("story", STORIES)
def test_what_is_wrong_is_said(folders, story):
    said, truth = expect(folders[story])
    events = [line["event"] for line in said]
    assert events[0] == "begin" and events[-1] == "end" and said[0]["schema"] == "tapweave-watch/1"
    found = [line["what"] for line in said if line["event"] == "finding"]
    assert said[-1]["found"] == {what: found.count(what) for what in
                                 ("lost", "foreign-row", "stale-row", "no-port")}
    assert truth or story in ("kept", "crossed")
    status = int((folders[story] / "status").read_text(encoding="utf-8"))
    assert status == (1 if found else 0)
    not_seen = [event for event in events if event in ("devices-again", "database-lost")]
    assert not_seen == ([NOT_ALL_SEEN[story]] if story in NOT_ALL_SEEN else [])
    assert said[-1]["lost_messages"] + said[-1]["lost_database"] == len(not_seen)
    assert story != "bare" or {line.get("name") for line in said} == {None, "vnet0", "vnet6",
                                                                        "vnet8"}
    if "database-lost" in events:  # nothing is told meanwhile
        assert events[events.index("database-lost") + 1] == "database-again"
        assert not [line for line in said if line.get("name") == "vnet2"]


def test_each_line_is_of_the_schema(folders):
    said = [line for folder in folders.values() for line in lines(folder)]
    shapes = {(line["event"], line.get("what")): line for line in said}
    schemed.expect("watch", *said)
    schemed.expect("watch", *shapes.values(), broken=True)


@pytest.mark.parametrize("story,words", [
    ("lost", "--if-exists del-port vnet0"), ("unplugged", "del-port vnet1"),
    ("compacted", "del-port vnet0"), ("outage", "while the server was away")])
def test_who_did_it(folders, story, words):
    who, = [line["who"] for line in lines(folders[story])
            if line["event"] == "finding" and line["what"] == "lost"]
    assert who.endswith(words), who


@pytest.mark.parametrize("story,name", [("stale", "vnet0"), ("bare", "vnet0"), ("bare", "vnet8")])
def test_when_it_is_over(folders, story, name):
    """It is said once, and it is the same finding."""
    said = [line for line in lines(folders[story]) if line["name" if "name" in line else "event"]
            == name]
    assert [line["event"] for line in said] == ["finding", "over"]
    first, over = said
    assert {**first, "event": "over", "time": over["time"], "until": over["until"]} == over
    assert first["until"] is None and \
        seconds(first["time"]) < seconds(over["until"]) <= seconds(over["time"])


SAMPLE = re.compile(r'(\w+)(?:\{what="([a-z-]+)"\})? (\d+)')


def metrics(text):
    """Of the text format of Prometheus: each family has one HELP and one TYPE in front of its
    samples, names are legal, no sample has a time (node_exporter takes none), and the last line
    has an end."""
    assert text.endswith("\n") and "\n\n" not in text
    values, family, kind = {}, None, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert kind is not None or family is None
            family, kind = line.split(" ", 3)[2], None
            assert re.fullmatch(r"[a-z_]+", family) and not any(family in key for key, _ in values)
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == family and kind is None
            kind = line.split(" ")[3]
            assert kind == ("counter" if family.endswith("_total") else "gauge")
        else:
            name, label, value = SAMPLE.fullmatch(line).groups()
            assert name == family and kind is not None and (name, label) not in values
            values[name, label] = int(value)
    return values


@pytest.mark.parametrize("story", STORIES)
def test_metrics(folders, story):
    text = (folders[story] / "watch.prom").read_text(encoding="utf-8")
    values = metrics(text)
    said = lines(folders[story])
    found = [line["what"] for line in said if line["event"] == "finding"]
    over = [line["what"] for line in said if line["event"] == "over"]
    for what in ("lost", "foreign-row", "stale-row", "no-port"):
        assert values["tapweave_watch_findings_total", what] == found.count(what)
        assert values["tapweave_watch_open_findings", what] == found.count(what) - over.count(what)
    assert values["tapweave_watch_running", None] == 0
    assert values["tapweave_watch_database_connected", None] == 1
    assert values["tapweave_watch_lost_messages_total", None] == said[-1]["lost_messages"]
    assert values["tapweave_watch_lost_database_total", None] == said[-1]["lost_database"]
    if shutil.which("promtool") is not None:
        subprocess.run(["promtool", "check", "metrics"], input=text, text=True, check=True)
    assert [path.name for path in folders[story].glob("watch.prom*")] == ["watch.prom"]


def test_text(folders, tmp_path):
    """For people: the same, in words."""
    assert run_story(tmp_path, "unplugged", BINARY) == 1
    text = (tmp_path / "said").read_text(encoding="utf-8")
    true, = read(tmp_path, "truth.json")
    assert re.search(rf"^[-0-9]{{10}} [:0-9]{{8}}\.\d{{6}}  guest b's vnet1, device "
                     rf"{true['device']}: lost: its port was deleted while", text, re.MULTILINE)
    assert re.search(r"del-port\s+vnet1\n", text) and "by ovs-vsctl (invoked by" in text
    assert re.search(r"^watched for \d+\.\d s: 1 lost, 0 foreign-row, ", text, re.MULTILINE)
    assert len(folders) == len(STORIES)


def test_it_changes_nothing(folders, tmp_path):
    """By its system calls: a netlink socket of the group of links, requests for all links,
    addresses and routes, and to the database `monitor` and answers to `echo`.  It writes its
    output, and the metrics."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace: not installed")
    assert len(folders) == len(STORIES)
    run_story(tmp_path, "adopted", "strace", "-f", "-s", "400", "-o", tmp_path / "calls",
              "-e", "trace=%network,openat,write,ioctl", BINARY, "--", "--json", "-",
              "--for", "12")  # strace takes no SIGINT
    calls = (tmp_path / "calls").read_text(encoding="utf-8")
    sent = re.findall(r"^\d+ +(sendto|sendmsg|sendmmsg)\((.*)$", calls, re.MULTILINE)
    netlink = [call for _, call in sent if "AF_NETLINK" in call or "nlmsg" in call]
    other = [call for _, call in sent if call not in netlink]
    assert netlink and all(re.search("RTM_GET(LINK|ADDR|ROUTE)", call) for call in netlink), netlink
    assert other and all(r'\"method\": \"monitor\"' in call.replace('":', '": ') or
                         r'\"id\":\"echo\"' in call for call in other), other
    groups = re.findall(r"bind\(\d+, \{sa_family=AF_NETLINK, nl_pid=\d+, nl_groups=(\w+)", calls)
    assert sorted(set(groups)) in (["0x000001", "00000000"], ["00000000", "0x000001"],
                                   ["00000000", "00000001"]), groups
    written = re.findall(r'openat\(\w+, "([^"]+)", [^)]*O_(?:WRONLY|RDWR)', calls)
    assert all(path.startswith(str(tmp_path / "watch.prom")) for path in written), written
    assert "ioctl(" not in calls or all("TCGETS" in line or "TIOCGWINSZ" in line
                                        for line in calls.splitlines() if "ioctl(" in line)
