"""import: logs beside a database and links: whose a device is, who did it, when the switch knew."""
import random
import re

import pytest
from conftest import ROOT
from test_import import Journal, link, time

A, B = "aaaaaaaa-0000-4000-8000-00000000000a", "bbbbbbbb-0000-4000-8000-00000000000b"


def lost_journal(**ids):
    """The reported race: b has a's name, and a's late stop deletes its port."""
    journal = Journal()
    for at, name in ((0, "vnet8"), (0.2, "vnet9")):  # by which clocks can be lined up
        journal.delete(at + 0.13, journal.insert(at + 0.03, name))
    row = journal.insert(1.1, "vnet0", external_ids=["map", [["vm-id", ids.get("a", A)]]])
    journal.delete(3.5, row)
    other = journal.insert(3.5, "vnet0", external_ids=["map", [["vm-id", ids.get("b", B)]]])
    journal.delete(5, other)
    return journal


LINKS = (link(0.02, 2, "vnet8") + link(0.12, 2, "vnet8", gone=True) +
         link(0.22, 3, "vnet9") + link(0.32, 3, "vnet9", gone=True) +
         link(1, 4, "vnet0") + link(3, 4, "vnet0", gone=True) +
         link(3.4, 5, "vnet0") + link(9, 5, "vnet0", gone=True))


def log_time(at, form="%sZ"):
    return form % time(at)[1:-4]  # milliseconds


def libvirtd(at, thread, function, message):
    when = log_time(at, "%s+0000").replace("T", " ")
    return f"{when}: {thread}: debug : {function}:1234 : {message}\n"


def a_vm(name, more):
    return f"vm=0x7f0c5400 name={name} {more}"


def libvirtd_log():
    """What libvirtd 9.0.0 says, shortened; b has a space in its name."""
    vsctl = "About to run /usr/bin/ovs-vsctl --timeout=5 -- --if-exists del-port "
    text = "2026-11-30 00:00:00.500+0000: 77: info : libvirt version: 9.0.0\n"
    for at, thread, name, uuid in ((1.0, 81, "a", A), (3.4, 82, "b c", B)):
        text += libvirtd(at - 0.1, thread, "qemuProcessInit", a_vm(name, "id=-1 migration=0"))
        text += libvirtd(at, thread, "virNetDevTapCreate", "created device: 'vnet0'")
        text += libvirtd(at + 0.05, thread, "virCommandRunAsync",
                         vsctl + "vnet0 -- add-port br0 vnet0 -- set Interface vnet0 "
                         f"'external-ids:vm-id=\"{uuid}\"' -- set Interface vnet0 x=y")
        text += libvirtd(at + 0.3, thread, "qemuProcessLaunch",
                         a_vm(name, "running with pid=9").replace("vm=", "QEMU vm="))
        text += libvirtd(at + 0.4, thread, "virThreadJobClear",
                         f"Thread {thread} (rpc-libvirtd) finished job remoteX with ret=0")
        if name == "a":
            text += libvirtd(2.9, 81, "qemuProcessStop",
                             a_vm("a", "id=1 pid=77, reason=destroyed, asyncJob=none, flags=0x0")
                             .replace("vm=", "Shutting down vm="))
    text += libvirtd(4.9, 81, "virCommandRunAsync", vsctl + "vnet0")
    text += libvirtd(5.2, 81, "virThreadJobClear",
                     "Thread 81 (rpc-libvirtd) finished job remoteX with ret=0")
    return text


def hook_log(with_more=True):
    more = {"a": f" {A} vnet0", "b c": f" {B} vnet0"} if with_more else {"a": "", "b c": ""}
    calls = ((0.9, "a", "prepare begin"), (1.2, "a", "start begin"), (1.4, "a", "started begin"),
             (2.9, "a", "stopped end"), (3.3, "b c", "prepare begin"), (3.6, "b c", "start begin"),
             (3.8, "b c", "started begin"), (5.2, "a", "release end"))
    return "".join(f"{log_time(at, '%s123456Z')} {guest} {call}{more[guest]}\n"
                   for at, guest, call in calls)


def switch_says(prefix):
    """A line of ovs-vswitchd's for each change, and others of its lines."""
    changes = ((0.03, "added", "vnet8"), (0.13, "deleted", "vnet8"), (0.23, "added", "vnet9"),
               (0.33, "deleted", "vnet9"), (1.101, "added", "vnet0"), (3.501, "deleted", "vnet0"),
               (3.502, "added", "vnet0"), (5.002, "deleted", "vnet0"))
    return "".join(f"{prefix(at)}|00045|bridge|INFO|bridge br0: {verb} interface {name} on port 1\n"
                   f"{prefix(at)}|00046|netdev_linux(revalidator1)|WARN|ioctl on {name} failed\n"
                   for at, verb, name in changes)


def journal_says(form):
    return lambda at: f"{form(at)} node7 ovs-vswitchd[77]: ovs"


@pytest.fixture(name="say")
def make_say(tapweave, tmp_path):
    def say(*logs, journal=None, links=LINKS, status=1):
        (tmp_path / "conf.db").write_text((journal or lost_journal()).text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        paths = [tmp_path / f"log{i}" for i in range(len(logs))]
        for path, log in zip(paths, logs):
            path.write_text(log, encoding="utf-8")
        return tapweave.json("import", *paths, tmp_path / "conf.db", tmp_path / "links",
                             status=status)
    return say


def whose(said):
    first = said["first"]
    return first["what"], first["guest"], first["by"], first["switched"]


def test_without_a_log_the_database_says_whose_it_is(say):
    assert whose(say()) == ("lost", B, None, None)
    assert whose(say(journal=lost_journal(a="a", b="b"))) == ("lost", "b", None, None)


def test_libvirtd_says_who_did_it(say):
    said = say(libvirtd_log())
    by_call = {"guest": "a", "call": True, "stop": True}
    assert whose(said) == ("lost", "b c", by_call, None)
    assert said["logs"][0]["format"] == "libvirtd" and said["logs"][0]["ahead"] == 0


def test_a_thread_works_for_the_guest_that_it_has_named(say):
    """Until its job is over; and not every port of a guest's goes in its stop."""
    stop, *_ = [line for line in libvirtd_log().splitlines(True) if "Shutting down" in line]
    end = libvirtd(4, 81, "virThreadJobClear", "Thread 81 (rpc-libvirtd) finished job remoteX")
    call = libvirtd(4.9, 81, "virCommandRunAsync",
                    "About to run ovs-vsctl --timeout=5 -- --if-exists del-port vnet0")
    names = libvirtd(4.1, 81, "qemuMonitorSend", "QEMU_MONITOR (vm=0x7f0c5400 name=a)")
    for log, by in ((stop + call, {"guest": "a", "call": True, "stop": True}),
                    (stop + end + call, None),
                    (stop + end + names + call, {"guest": "a", "call": True, "stop": False})):
        assert whose(say(log)) == ("lost", B, by, None)


def test_the_hook_says_who_was_being_stopped(say):
    by_stop = {"guest": "a", "call": False, "stop": True}
    assert whose(say(hook_log())) == ("lost", "b c", by_stop, None)
    named = lost_journal(a="a", b="b c")  # the database has the names: no UUID is needed
    assert whose(say(hook_log(with_more=False), journal=named)) == ("lost", "b c", by_stop, None)
    more = [f"{log_time(0.5)} c started begin vnet0\n", f"{log_time(0.5)} d started begin vnet1\n",
            f"{log_time(4.3)} d stopped end vnet1\n"]
    log = "".join(sorted(hook_log().splitlines(True) + more))  # d has not had that name
    assert whose(say(log)) == ("lost", "b c", by_stop, None)
    log = "".join(sorted(log.splitlines(True) + [f"{log_time(4.2)} c stopped end\n"]))
    assert whose(say(log)) == ("lost", "b c", None, None)  # it may have been either
    over = re.sub(".*release.*\n", "", hook_log()) + f"{log_time(4.5)} a release end -\n"
    assert whose(say(over)) == ("lost", "b c", None, None)


def test_the_switch_says_when_it_knew(say):
    own = switch_says(log_time)
    assert whose(say(own)) == ("lost", B, None, "2026-11-30 00:00:05.002000")
    for form, switched in ((lambda at: log_time(at, "%s123+0000"), "05.002123"),
                           (lambda at: log_time(at + 19800, "%s123+0530"), "05.002123"),
                           (lambda at: log_time(at)[:19] + "+00:00", "05.999999"),
                           (lambda at: "Mon " + log_time(at)[:19].replace("T", " ") + " UTC",
                            "05.999999")):
        said = say("-- Journal begins at Mon 2026-11-30 00:00:00 UTC. --\n" +
                   f"{form(0)} node7 systemd[1]: Started Open vSwitch.\n" +
                   switch_says(journal_says(form)))
        assert whose(said) == ("lost", B, None, f"2026-11-30 00:00:{switched}")
        assert said["logs"][0]["left_out"] == 0 and said["logs"][0]["ahead"] == 0


def test_all_logs_together_in_text(tapweave, say, tmp_path):
    say(libvirtd_log(), hook_log(), switch_says(log_time))
    run = tapweave("import", *[tmp_path / name for name in ("log0", "log1", "log2", "conf.db",
                                                             "links")])
    for line in ("  log of libvirtd ", "guest b c's vnet0, device 5: lost: ",
                 "    by delete", "    for guest a's stop",
                 "    the switch gave up the device at 2026-11-30 00:00:05.002000",
                 "first: 2026-11-30 00:00:05.000000  guest b c's vnet0, device 5\n"):
        assert line in run.stdout, (line, run.stdout)


def test_what_a_libvirtd_has_really_logged(tapweave):
    """Lines of a recording (netns-tests/recording_libvirt.py): a hook held up a's stop, and b was
    started with the same fixed name. At 38.7 s b's device came onto a's row, and at 44.6 s a's stop
    deleted the port."""
    records = ROOT / "tests" / "records"
    foreign, lost = tapweave.json("import", *sorted(records.iterdir()), status=1)["findings"]
    assert [foreign[key] for key in ("what", "name", "device", "guest", "before", "before_guest")] \
        == ["foreign-row", "tap0", 10, "b", 9, "a"]
    assert [lost[key] for key in ("what", "name", "device", "guest", "by")] == \
        ["lost", "tap0", 10, "b", {"guest": "a", "call": True, "stop": True}]
    assert foreign["at"].endswith(":38.727681") and lost["switched"].endswith(":44.624000")


def test_a_foreign_row_is_a_guest_s_and_was_another_s(say):
    """b is put on a's row, and libvirtd knows that it is b's device."""
    journal = Journal()
    journal.insert(1.1, "vnet0", external_ids=["map", [["vm-id", A]]])
    links = link(1, 4, "vnet0") + link(3, 4, "vnet0", gone=True) + link(3.4, 5, "vnet0")
    first = say(re.sub("(?m)^.*add-port.*b.*\n", "", libvirtd_log(), count=0),
                journal=journal, links=links)["first"]
    assert (first["what"], first["guest"], first["before"]) == ("foreign-row", "b c", 4)
    first = say(libvirtd_log(), journal=journal, links=links)["first"]
    assert (first["guest"], first["before_guest"]) == ("b c", "a")
    early = say(shift(libvirtd_log(), -0.2), journal=journal, links=links)["first"]
    assert early["guest"] == "b c"  # clocks are lined up no better than that


def shift(text, by):
    def later(match):
        seconds = sum(float(part) * unit for part, unit in
                      zip(match.group(1).split(":"), (3600, 60, 1))) + by
        return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"
    return re.sub(r"(00:00:\d\d\.\d{3})", later, text)


def only(pattern, text):
    return "".join(line for line in text.splitlines(True) if re.search(pattern, line))


LOGS = {"libvirtd": libvirtd_log(), "hook": hook_log(), "switch": switch_says(log_time)}
# Lines of one kind alone, which are enough to line a clock up.
KINDS = {"add": only("add-port", libvirtd_log()),
         "taken": only("added", switch_says(log_time)),
         "given-up": only("deleted", switch_says(log_time)),
         "start": only("prepare", hook_log(with_more=False)),
         "stop": only("stopped", hook_log()).replace(A, "") +
                 f"{log_time(4.9)} b c stopped end vnet0\n",
         "stop-of-guest": only("stopped", hook_log(with_more=False)) +
                          f"{log_time(4.9)} b c stopped end\n"}


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("by", [7200, 41.5])
def test_clocks_that_differ(say, name, by):
    straight, said = say(LOGS[name]), say(shift(LOGS[name], by))
    assert abs(said["logs"][0]["ahead"] - by) < 1
    for key in ("what", "guest", "by", "at"):
        assert straight["first"][key] == said["first"][key]


@pytest.mark.parametrize("name", KINDS)
def test_a_clock_that_one_kind_of_lines_tells_of(say, name):
    journal = lost_journal() if name == "stop" else lost_journal(a="a", b="b c")
    said = say(shift(KINDS[name], 41.5), journal=journal)
    assert abs(said["logs"][0]["ahead"] - 41.5) < 1


@pytest.mark.parametrize("gaps", [(0.5, 0.8, 0.8), (0.8, 0.9, 0.5, 0.8),
                                  (0.7, 0.8, 0.5, 0.2, 0.5)])
def test_a_clock_where_one_name_comes_again_and_again(say, gaps):
    """A row has two or three devices of its name within a second; the nearest one counts. Half
    a second later it has fewer, and so they would be nearer all together."""
    journal, links, at = Journal(), "", 1
    for i, gap in enumerate((*gaps, 1)):
        links += link(41.5 + at, i + 2, "vnet0") + link(41.55 + at, i + 2, "vnet0", gone=True)
        journal.delete(at + 0.07, journal.insert(at + 0.02, "vnet0"))
        at += gap
    assert abs(say(journal=journal, links=links, status=0)["ahead"] - 41.5) < 0.03


def test_a_clock_of_which_the_beginning_is_missing(say):
    """The first device of vnet0 is not told of. Its row is not to be given to the second one, half
    a second later, at the cost of all others."""
    journal, links = Journal(), ""
    journal.delete(1.2, journal.insert(1, "vnet0"))
    for i, (at, name) in enumerate(((1.5, "vnet0"), (2, "vnet8"), (3, "vnet9"))):
        links += link(41.5 + at, i + 2, name)
        journal.insert(at + 0.02, name)
    assert abs(say(journal=journal, links=links, status=0)["ahead"] - 41.5) < 0.03


def test_a_busy_host_is_slow_by_one_clock(say):
    """None of its starts takes less than 0.6 s."""
    journal, links = Journal(), ""
    for i, late in enumerate((0.6, 0.9, 1.2, 1.5)):
        links += link(5 * i + 1, i + 2, f"vnet{i}")
        journal.insert(5 * i + 1 + late, f"vnet{i}")
    assert say(journal=journal, links=links, status=0)["ahead"] == 0


@pytest.mark.parametrize("count,apart", [(1, 0), (2, 50)])
def test_what_happens_once_tells_no_clock(say, count, apart):
    """That may be chance; two things are not."""
    journal, links = Journal(), ""
    for i in range(count):
        links += link(51 + 3 * i, i + 2, f"vnet{i}")
        journal.insert(1.02 + 3 * i, f"vnet{i}")
    assert abs(say(journal=journal, links=links, status=0)["ahead"] - apart) < 0.03


def test_logs_that_are_cut_off(say):
    """At both ends, in the middle of a line."""
    for log in (libvirtd_log(), hook_log(), switch_says(log_time)):
        said = say(log[30:-20])
        assert said["logs"][0]["cut"] and said["first"]["what"] == "lost"


def test_a_guest_that_gets_a_row_later(say):
    """vm-id is written into a row that is there: as a difference, or as a whole."""
    for differs in (True, False):
        journal = Journal()
        row = journal.insert(1.1, "vnet0", external_ids=["map", [["x", "y"]]])
        ids = [["vm-id", "b"]] + ([] if differs else [["x", "y"]])
        journal.append({"_date": int((journal.BEGIN + 2) * 1000), "_is_diff": differs, "Interface":
                        {row[:-1] + "2": {"external_ids": ["map", ids]}}})
        journal.delete(5, row)
        assert say(journal=journal, links=link(1, 4, "vnet0"))["first"]["guest"] == "b"


def test_a_journal_without_year_or_zone(tapweave, tmp_path):
    for form in ("Nov 30 00:00:01", "Nov  3 00:00:01.123456", "Mon 2026-11-30 00:00:01 CET"):
        text = switch_says(journal_says(lambda at, its=form: its))
        (tmp_path / "text").write_text("-- Logs begin --\n" + text, encoding="utf-8")
        run = tapweave("import", tmp_path / "text")
        assert run.returncode == 2 and run.stdout == ""
        assert "text:2:1: neither the year nor the zone" in run.stderr
        assert "journalctl -o short-iso-precise --utc" in run.stderr


def test_a_file_that_is_too_large(tapweave, tmp_path):
    with open(tmp_path / "log", "wb") as log:
        log.write(hook_log().encode())
        log.truncate((256 << 20) + 1)
    run = tapweave("import", tmp_path / "log")
    assert run.returncode == 2 and "log: larger than 268435456 bytes" in run.stderr


def test_too_many_logs(tapweave, tmp_path):
    (tmp_path / "log").write_text(hook_log(), encoding="utf-8")
    run = tapweave("import", *[tmp_path / "log"] * 17)
    assert run.returncode == 2 and "more than 16 logs" in run.stderr


@pytest.mark.parametrize("text", [
    "", "\n", "abc", "abc\n", "2026", "[2026-11-30", "record ", "record 1: ", "OVSDB JSON ",
    "OVSDB JSON 9", "Timestamp: ", "Nov 30 ", "\0"])
def test_a_file_that_ends_where_something_begins(tapweave, tmp_path, text):
    """Found by a fuzzer, in a build that looks where it reads: a line of three letters."""
    (tmp_path / "text").write_text(text, encoding="utf-8")
    run = tapweave("import", tmp_path / "text")
    assert run.returncode == 2 and run.stdout == "" and run.stderr.count("\n") == 1, run.stderr


@pytest.mark.parametrize("which", range(5))
def test_bytes_that_are_not_what_they_should_be(tapweave, tmp_path, which):
    """No file ends the program otherwise than with a status that it says."""
    chance = random.Random(which)
    show_log = ('record 0: "Open_vSwitch" schema, version="8.3.1"\n\n'
                'record 1: 2026-11-30 00:00:01.100 "ovs-vsctl: it"\n'
                '  table Port insert row "vnet0" (9aad3d13):\n    name=vnet0\n'
                '    interfaces=[2f5dab5f-f9a2-4d36-a49b-d96d90beebbb]\n'
                '  table Interface insert row "vnet0" (2f5dab5f):\n    name="vnet0"\n'
                '    external_ids={vm-id=b, "x y"="{\\"z\\"}"}\n\n')
    base = (libvirtd_log(), hook_log(), switch_says(log_time), show_log, lost_journal().text)[which]
    (tmp_path / "links").write_text(LINKS, encoding="utf-8")
    (tmp_path / "conf.db").write_text(lost_journal().text, encoding="utf-8")
    for _ in range(25):
        text = bytearray(base.encode())
        for _ in range(chance.randrange(1, 20)):
            at = chance.randrange(len(text))
            what = chance.randrange(3)
            if what == 0:
                text[at] = chance.choice(b"\0\n\" =[]{}:|\\'\xff0")
            elif what == 1:
                del text[at:at + chance.randrange(1, 40)]
            else:
                text[at:at] = text[at:at + chance.randrange(1, 40)]
        (tmp_path / "odd").write_bytes(text)
        files = ("odd", "links") if which >= 3 else ("odd", "links", "conf.db")
        run = tapweave("import", *[tmp_path / name for name in files])
        assert run.returncode in (0, 1, 2), (run, bytes(text))
        assert (run.returncode == 2) == (run.stdout == "")
