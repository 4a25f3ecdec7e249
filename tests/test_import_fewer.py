"""import without a record of links: what logs tell of devices, what the database alone shows, and
what is left open.

The host is that of test_import_logs.py: b has a's name, and at 5 s a's stop deletes b's port."""
import re

import pytest
from conftest import ROOT
from test_import import Journal
from test_import_logs import A, B, hook_log, libvirtd, log_time, lost_journal, shift
from test_import_logs import libvirtd_log as short_libvirtd_log

NOTHING = "qemuMonitorIOWrite", "QEMU_MONITOR_IO_WRITE: mon=0x7f0c54"
CALLS = "About to run /usr/bin/ovs-vsctl --timeout=5 -- --if-exists del-port vnet0"


def libvirtd_log(until=9):
    """That of a libvirtd, which has something to say until that time."""
    return short_libvirtd_log() + libvirtd(until, 99, *NOTHING)


def long_hook_log(**how):
    return hook_log(**how) + f"{log_time(9, '%s123456Z')} c prepare begin\n"


@pytest.fixture(name="say")
def make_say(tapweave, tmp_path):
    def say(*logs, journal=None, status=None):
        (tmp_path / "conf.db").write_text((journal or lost_journal()).text, encoding="utf-8")
        paths = [tmp_path / f"log{i}" for i in range(len(logs))]
        for path, log in zip(paths, logs):
            path.write_text(log, encoding="utf-8")
        said = tapweave.json("import", *paths, tmp_path / "conf.db", status=status)
        assert said["links"] is None
        return said
    return say


def brief(findings):
    return [(one["what"], one["name"], one["guest"], one["at"][17:], one.get("why"))
            for one in findings]


def both(said):
    """What is sure, and what is not."""
    return brief(said["findings"]), brief(said["possible"])


LOST = ("lost", "vnet0", "b c", "05.000000", None)


def test_libvirtd_tells_of_devices(say):
    said = say(libvirtd_log(), status=1)
    assert both(said) == ([LOST], []) and said["devices"] == "libvirtd"
    assert said["first"]["by"] == {"guest": "a", "call": True, "stop": True}
    assert said["first"]["device"] == 2  # the second one that is told of


def test_the_hook_tells_of_devices(say):
    said = say(long_hook_log(), status=1)
    assert both(said) == ([LOST], []) and said["devices"] == "hook"
    assert said["first"]["by"] == {"guest": "a", "call": False, "stop": True}


def test_a_log_that_ends_too_early_to_know(say):
    for log in (libvirtd_log(5.9), hook_log()):
        assert both(say(log, status=0)) == ([], [(*LOST[:4], "end")])


@pytest.mark.parametrize("by", [7200, -41.5])
def test_a_clock_that_differs(say, by):
    for log in (libvirtd_log(), long_hook_log()):
        said = say(shift(log, by) if by > 0 else log,
                   journal=lost_journal() if by > 0 else later(-by), status=1)
        assert [one["guest"] for one in said["findings"]] == ["b c"] and not said["possible"]
        assert abs(said["logs"][0]["ahead"] - by) < 1


def later(by):
    """That journal by another clock."""
    journal = lost_journal()
    journal.text = re.sub(r'"_date": (\d+)',
                          lambda found: f'"_date": {int(found[1]) + by * 1000:.0f}', journal.text)
    return journal


def test_a_guest_that_dies_soon_has_lost_nothing(say):
    """The end of its QEMU is told of before its stop begins."""
    end = libvirtd(7, 83, "qemuProcessStop", "Shutting down vm=0x7f0c5400 name=b c id=2 pid=9, "
                   "reason=crashed, asyncJob=none, flags=0x0") + libvirtd(9, 99, *NOTHING)
    assert both(say(libvirtd_log(5.2) + end, status=1)) == ([LOST], [])
    died = libvirtd(5.4, 77, "qemuProcessHandleMonitorEOF", "Received EOF on 0x7f0c5400 'b c'")
    assert both(say(libvirtd_log(5.2) + died + end, status=0)) == ([], [])


def test_a_device_that_is_unplugged(say):
    """b's own thread takes it away.  Who has done it is not known by a log without calls, and the
    hook is not told of it at all; by one that has the calls, nobody of libvirtd's did it."""
    journal = Journal()
    row = journal.insert(3.5, "vnet0", external_ids=["map", [["vm-id", B]]])
    journal.delete(5, row)
    start = "".join(line for line in libvirtd_log().splitlines(True) if ": 82: " in line)
    names = libvirtd(4.8, 82, "qemuMonitorSend", "QEMU_MONITOR (vm=0x7f0c5400 name=b c)")
    unplug = names + libvirtd(4.9, 82, "virCommandRunAsync", CALLS)
    end = libvirtd(9, 99, *NOTHING)
    open_ = (*LOST[:4], "unplugged")
    assert both(say(start + unplug + end, journal=journal)) == ([], [])
    assert both(say(start + end, journal=journal)) == ([LOST], [])
    without = "".join(line for line in start.splitlines(True) if "add-port" not in line)
    said = say(without + end, journal=journal)  # which has no UUID either
    assert both(said) == ([], [(*open_[:2], B, *open_[3:])])
    unknown = libvirtd(4.9, 84, "virCommandRunAsync", CALLS)
    assert both(say(start + unknown + end, journal=journal)) == ([], [open_])
    hook = "".join(line for line in long_hook_log().splitlines(True) if " a " not in line)
    assert both(say(hook, journal=journal)) == ([], [open_])


def test_the_database_alone(say):
    """b's start has replaced a's row, and then b's goes: by a's clean-up, or by b's own."""
    said = say(status=0)
    assert both(said) == ([], [("lost", "vnet0", B, "05.000000", "taken-over")])
    assert said["possible"][0]["by"]["guest"] == A and said["devices"] == "none"
    assert said["first"] is None


@pytest.mark.parametrize("second,goes,possible", [
    (B, 5, True),
    (A, 5, False),      # the same guest has started again
    (B, 70, False),     # no stop lasts so long
    (B, None, False),   # it is there
    ("", 5, False)])    # whose it is is not known
def test_what_may_have_been_lost_by_the_database(say, second, goes, possible):
    journal = Journal()
    row = journal.insert(1, "vnet0", external_ids=["map", [["vm-id", A]]])
    journal.delete(3.5, row)
    row = journal.insert(3.5, "vnet0", external_ids=["map", [["vm-id", second]]])
    if goes is not None:
        journal.delete(goes, row)
    assert [one[0] for one in both(say(journal=journal, status=0))[1]] == ["lost"] * possible


def test_a_row_that_is_replaced_is_not_lost(say):
    """Neither a row that was taken over, and is replaced in its turn; nor one after the other."""
    journal = lost_journal()
    journal.insert(5, "vnet0", external_ids=["map", [["vm-id", "c"]]])
    assert both(say(journal=journal, status=0)) == ([], [])
    journal = Journal()
    for at, guest in ((1, A), (3, B)):
        row = journal.insert(at, "vnet0", external_ids=["map", [["vm-id", guest]]])
        journal.delete(at + 1, row)
    assert both(say(journal=journal, status=0)) == ([], [])


def test_a_row_that_becomes_another_guest_s(say):
    """A start that adopts it (--may-exist) writes its own vm-id there: the database is enough."""
    journal = Journal()
    row = journal.insert(1, "vnet0", external_ids=["map", [["vm-id", A]]])
    journal.append({"_date": int((journal.BEGIN + 3) * 1000), "Interface":
                    {row[:-1] + "2": {"external_ids": ["map", [["vm-id", B]]]}}})
    journal.delete(5, row)
    said = say(journal=journal, status=1)
    assert both(said) == ([("foreign-row", "vnet0", B, "03.000000", None)],
                          [("lost", "vnet0", B, "05.000000", "taken-over")])
    foreign = said["first"]
    assert (foreign["before_guest"], foreign["row"], foreign["until"][17:]) == (A, row, "05.000000")


def test_a_guest_that_comes_to_its_own_row(say):
    """a's row was left behind, and a starts again at 6 s: the row is older than its device.  A row
    that is not much older than that start may be of it, by a clock that differs a little."""
    for first, found in ((1, ["stale-row", "foreign-row"]), (5.8, [])):
        journal = Journal()
        journal.insert(first, "vnet0", external_ids=["map", [["vm-id", A]]])
        start = (libvirtd(6, 81, "qemuProcessInit", "vm=0x7f0c5400 name=a id=-1 migration=0") +
                 libvirtd(8, 81, "virNetDevTapCreate", "created device: 'vnet0'") +
                 libvirtd(8.1, 81, "virCommandRunAsync", "About to run ovs-vsctl -- --may-exist "
                          f"add-port br0 vnet0 -- set Interface vnet0 external-ids:vm-id=\"{A}\""))
        before = libvirtd(0.5, 81, "virNetDevTapCreate", "created device: 'vnet0'")
        names = libvirtd(0.4, 81, "qemuProcessInit", "vm=0x7f0c5400 name=a id=-1 migration=0")
        said = say(names + before + start, journal=journal)
        assert [one["what"] for one in said["findings"]] == found


def test_a_guest_that_comes_to_another_s_row_at_once(say):
    """It is half a second older than b's start, but says that it is a's."""
    journal = Journal()
    journal.insert(2.8, "vnet0", external_ids=["map", [["vm-id", A]]])
    log = re.sub("(?m)^.*: 82: .*add-port.*\n", "", libvirtd_log())
    assert brief(say(log, journal=journal, status=1)["findings"]) == \
        [("foreign-row", "vnet0", "b c", "03.400000", None)]


def test_a_row_tells_that_the_device_is_there(say):
    """The hook is told of b's device a little later than a's stop has deleted its port."""
    late = re.sub(r"03\.6|03\.8", lambda found: {"03.6": "05.6", "03.8": "05.8"}[found[0]],
                  long_hook_log())
    late = "".join(sorted(late.splitlines(True)))
    assert both(say(late, status=1)) == ([LOST], [])


def test_what_a_guest_will_have_is_not_there_yet(say):
    """`prepare` is told of devices, too: b's was made only after the port of a's had gone."""
    journal = Journal()
    row = journal.insert(1.1, "vnet0", external_ids=["map", [["vm-id", A]]])
    journal.delete(5, row)
    journal.insert(8, "vnet0", external_ids=["map", [["vm-id", B]]])
    hook = re.sub("03.6|03.8", "08.1", long_hook_log())
    said = say("".join(sorted(hook.splitlines(True))), journal=journal, status=0)
    assert both(said) == ([("stale-row", "vnet0", "a", "02.900123", None)], [])


def test_in_text(tapweave, say, tmp_path):
    say(libvirtd_log(), hook_log())
    run = tapweave("import", tmp_path / "conf.db")
    for line in ("no record of links: nothing tells of devices",
                 "may have been lost, which these records do not tell:\n",
                 f"guest {B}'s vnet0: its port was deleted\n", f"the guest before: {A}\n",
                 "as far as these records tell, no device has lost its port"):
        assert line in run.stdout, (line, run.stdout)
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "log0")
    assert "devices are those that the log of libvirtd tells of" in run.stdout
    run = tapweave("import", tmp_path / "conf.db", tmp_path / "log1")
    assert "the hook is not told of one that is unplugged" in run.stdout


def test_a_story_by_the_log_of_libvirtd(tapweave, say, tmp_path):
    """As with links.  The hook does not say when a device was made: no story."""
    said = say(libvirtd_log(), long_hook_log())
    words = ("--scenario", tmp_path / "s.yaml", "--trace", tmp_path / "t.json")
    said = tapweave.json("import", tmp_path / "conf.db", tmp_path / "log0", *words, status=1)
    assert {"libvirt-6.6", "exists-check"} <= set(said["story"]["equal"])
    assert not {"owner-delete", "atomic", "counter", "libvirt-9.0"} & set(said["story"]["equal"])
    assert "violated: lost-attachment" in tapweave("replay", tmp_path / "t.json").stdout
    assert "conf.db and the log of libvirtd" in (tmp_path / "s.yaml").read_text(encoding="utf-8")
    for log in ((), (tmp_path / "log1",)):
        run = tapweave("import", tmp_path / "conf.db", *log, "--scenario", tmp_path / "none.yaml")
        assert run.returncode == 2 and "needs to know when devices were made" in run.stderr
    assert not (tmp_path / "none.yaml").exists()


@pytest.mark.parametrize("logs,call", [(("libvirtd.log",), True), (("hook.log",), False),
                                       (("libvirtd.log", "hook.log"), True)])
def test_what_a_real_libvirtd_and_its_hook_tell(tapweave, logs, call):
    """tests/records without its links: the same findings, within the tenth of a second."""
    records = ROOT / "tests" / "records"
    said = tapweave.json("import", records / "show-log.txt", *[records / log for log in logs],
                         status=1)
    foreign, lost = said["findings"]
    assert [foreign[key] for key in ("what", "name", "guest", "before_guest")] == \
        ["foreign-row", "tap0", "b", "a"]
    assert [lost[key] for key in ("what", "name", "guest", "by")] == \
        ["lost", "tap0", "b", {"guest": "a", "call": call, "stop": True}]
    assert foreign["at"][17:21] == "38.7" and lost["at"][17:21] == "44.6"
    assert said["possible"] == []


def test_what_a_real_database_shows_alone(tapweave):
    said = tapweave.json("import", ROOT / "tests" / "records" / "show-log.txt", status=1)
    assert [(one["what"], one["at"][17:21]) for one in said["findings"]] == \
        [("foreign-row", "38.7")]
    assert [(one["what"], one["at"][17:21], one["why"]) for one in said["possible"]] == \
        [("lost", "44.6", "taken-over")]
