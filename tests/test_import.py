"""import: records of a host that are written by hand here, and what follows from them."""
import json

import pytest

SCHEMA = {"name": "Open_vSwitch", "version": "8.3.1", "tables": {}}
BRIDGE = "00000000-0000-4000-8000-000000000003"
PORT, INTERFACE = "{:08x}-0000-4000-8000-000000000001", "{:08x}-0000-4000-8000-000000000002"


class Journal:
    """A database's file. Times are in seconds after 2026-11-30 00:00:00 UTC."""
    BEGIN = 1795996800

    def __init__(self):
        self.text, self.rows = "", 0
        self.append(SCHEMA)

    def append(self, record):
        body = json.dumps(record)
        self.text += f"OVSDB JSON {len(body) + 1} {'0' * 40}\n{body}\n"

    def insert(self, at, name, bridge=None, netdev=False, **interface):
        self.rows += 1
        port, own = PORT.format(self.rows), INTERFACE.format(self.rows)
        record = {"_date": int((self.BEGIN + at) * 1000), "_comment": f"insert {name}",
                  "Port": {port: {"name": name, "interfaces": ["uuid", own]}},
                  "Interface": {own: {"name": name, **interface}}}
        if bridge is not None:
            record["Bridge"] = {BRIDGE: {"name": bridge, "ports": ["uuid", port],
                                         "datapath_type": "netdev" if netdev else ""}}
        self.append(record)
        return port

    def delete(self, at, port):
        self.append({"_date": int((self.BEGIN + at) * 1000), "_comment": "delete", "Port":
                     {port: None}})


def time(at):
    return f"[2026-11-30T{int(at) // 3600:02}:{int(at) // 60 % 60:02}:{at % 60:09.6f}]"


def link(at, index, name, gone=False, qdisc="noop"):
    word = "Deleted " if gone else ""
    tail = f" qdisc {qdisc}" if qdisc else " master br0"
    return f"{time(at)} {word}{index}: {name}: <BROADCAST> mtu 1500{tail} state DOWN\n    link/e\n"


@pytest.fixture(name="say")
def make_say(tapweave, tmp_path):
    def say(journal, links, status):
        (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
        (tmp_path / "links").write_text(links, encoding="utf-8")
        said = tapweave.json("import", "--links", tmp_path / "links", tmp_path / "conf.db",
                             status=status)
        return [(its["what"], its["name"], its["device"], its["before"], its["at"][11:],
                 its["until"] and its["until"][11:]) for its in said["findings"]]
    return say


def test_a_port_is_deleted_while_its_device_lives(say):
    journal = Journal()
    row = journal.insert(1.1, "vnet0")
    journal.delete(5, row)
    found = say(journal, link(1, 4, "vnet0") + link(9, 4, "vnet0", gone=True), 1)
    assert found == [("lost", "vnet0", 4, 0, "00:00:05.000000", "00:00:09.000000")]


def test_a_device_that_goes_soon_is_being_taken_down(say):
    journal = Journal()
    journal.delete(5, journal.insert(1.1, "vnet0"))
    assert not say(journal, link(1, 4, "vnet0") + link(5.9, 4, "vnet0", gone=True), 0)


def test_another_device_on_the_row(say):
    """Until the row is replaced."""
    journal = Journal()
    first = journal.insert(1.1, "vnet0")
    journal.delete(8, first)
    journal.insert(8, "vnet0")
    links = link(1, 4, "vnet0") + link(3, 4, "vnet0", gone=True) + link(3.5, 5, "vnet0")
    assert say(journal, links, 1) == [
        ("foreign-row", "vnet0", 5, 4, "00:00:03.500000", "00:00:08.000000")]


def test_a_row_that_is_left_behind(say):
    """That is no loss of anybody's: the status is 0."""
    journal = Journal()
    journal.insert(1.1, "vnet0")
    links = link(1, 4, "vnet0") + link(3, 4, "vnet0", gone=True)
    assert say(journal, links, 0) == [("stale-row", "vnet0", 4, 0, "00:00:03.000000", None)]


def test_a_device_that_leaves_a_bridge_or_gets_another_name(say):
    """The bridge's "Deleted" is not the device's; a device has one name at a time."""
    journal = Journal()
    journal.delete(6, journal.insert(1.1, "vnet0"))
    links = (link(1, 4, "vnet0") + link(2, 4, "vnet0", gone=True, qdisc="") +
             link(9, 4, "vnet0", gone=True))
    assert [what for what, *_ in say(journal, links, 1)] == ["lost"]
    links = link(1, 4, "vnet0") + link(5.5, 4, "vnet9") + link(9, 4, "vnet9", gone=True)
    assert not say(journal, links, 0)


def test_ports_that_open_vswitch_makes_itself_are_not_devices(say):
    journal = Journal()
    journal.delete(5, journal.insert(1.1, "br0", type="internal"))
    assert not say(journal, link(1, 4, "br0"), 0)


@pytest.mark.parametrize("database,links,said", [
    (None, link(1, 4, "vnet0"), "conf.db: cannot be opened"),
    ("{}", link(1, 4, "vnet0"), "no record of a host; valid: the database of Open vSwitch"),
    ("OVSDB JSON 2 0\n{}", link(1, 4, "vnet0"), "no record of a database"),
    (Journal().text, "4: vnet0: <UP> mtu 1500 qdisc noop\n", "no device is told of"),
    (Journal().text, "", "no device is told of"),
])
def test_bad_files(tapweave, tmp_path, database, links, said):
    if database is not None:
        (tmp_path / "conf.db").write_text(database, encoding="utf-8")
    (tmp_path / "links").write_text(links, encoding="utf-8")
    run = tapweave("import", "--links", tmp_path / "links", tmp_path / "conf.db")
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


SOUTHBOUND = {"name": "OVN_Southbound", "version": "20.27.0", "tables": {}}


def framed(kind, record):
    body = json.dumps(record) + "\n"
    return f"OVSDB {kind} {len(body)} {'0' * 40}\n{body}"


@pytest.mark.parametrize("text", [
    framed("JSON", SOUTHBOUND), framed("CLUSTER", {"server_id": "5", "name": "OVN_Southbound"}),
    'record 0: "OVN_Southbound" schema, version="20.27.0", cksum="1 2"\n\n',
    'record 0:\n name: "OVN_Southbound\'\n local address: "unix:x"\n',  # as ovsdb-tool 3.1.0 has it
])
def test_a_database_of_another_program(tapweave, tmp_path, text):
    """Whatever is behind its name.  Where the name is not there, the rest is read."""
    journal = Journal()
    journal.delete(5, journal.insert(1.1, "vnet0"))
    schema = framed("JSON", SCHEMA)
    assert journal.text.startswith(schema)
    whole = text + journal.text[len(schema):]
    (tmp_path / "links").write_text(link(1, 4, "vnet0"), encoding="utf-8")
    (tmp_path / "db").write_text(whole, encoding="utf-8")
    run = tapweave("import", tmp_path / "links", tmp_path / "db")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (f"tapweave: {tmp_path}/db: a database of OVN_Southbound; that of Open "
                          'vSwitch ("Open_vSwitch") is needed\n')
    (tmp_path / "db").write_text(journal.text[len(schema):], encoding="utf-8")
    assert tapweave("import", tmp_path / "links", tmp_path / "db").returncode == 1


@pytest.mark.parametrize("devices,said", [
    (68405, "first event of a device is 68400 s after the last change of a row"),
    (-61.9, "first change of a row is 62 s after the last event of a device"), (64, None)])
def test_records_of_different_times(tapweave, tmp_path, devices, said):
    """Rows of 12:00:00.1 to :05, or a day later: nothing can be said of them by devices of another
    time."""
    journal = Journal()
    begin = 43200 if devices < 0 else 0
    journal.delete(begin + 5, journal.insert(begin + 0.1, "vnet0"))
    links = "".join(link(begin + devices, 4, "vnet0", gone) for gone in (False, True))
    (tmp_path / "links").write_text(links, encoding="utf-8")
    (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
    words = "import", tmp_path / "links", tmp_path / "conf.db"
    run = tapweave(*words)
    text = " ".join(run.stdout.split())
    assert run.returncode == (0 if said is None else 3)
    assert ("no device has lost its port" in text) == (said is None)
    assert said is None or "the records do not cover the same time. The " + said in text
    assert tapweave.json(*words, status=run.returncode)["apart"] == {68405: 68400, -61.9: -62}.get(
        devices, 0)


def test_lines_of_long_names_and_commands(tapweave, tmp_path):
    """A line has 100 columns; a command that is cut off ends with a mark, behind a whole character
    (the comment has 158 bytes up to the last of these)."""
    journal = Journal()
    row = journal.insert(1.1, "vnet0")
    journal.append({"_date": int((journal.BEGIN + 5) * 1000), "Port": {row: None},
                    "_comment": "x" * 154 + "\u20ac\u20ac"})
    (tmp_path / "conf.db").write_text(journal.text, encoding="utf-8")
    (tmp_path / "links").write_text(link(1, 4, "vnet0"), encoding="utf-8")
    log = tmp_path / "a-log-of-ovs-vswitchd-with-a-name.log"
    log.write_text("".join(f"2026-11-30T00:00:0{i}.500Z|00001|bridge|INFO|bridge br0: added "
                           "interface vnet0 on port 1\n" for i in (1, 6)), encoding="utf-8")
    run = tapweave("import", log.name, "conf.db", "links", cwd=tmp_path)
    lines = run.stdout.splitlines()
    assert run.returncode == 1 and any(log.name in line for line in lines)
    assert max(len(line) for line in lines if "xxx" not in line) <= 100
    whos = tapweave.json("import", tmp_path / "links", tmp_path / "conf.db")["first"]["who"]
    assert whos == "x" * 154 + "..."


def test_bad_usage(tapweave, tmp_path):
    (tmp_path / "conf.db").write_text(Journal().text, encoding="utf-8")
    (tmp_path / "links").write_text(link(1, 4, "vnet0"), encoding="utf-8")
    for words, said in (((), "import needs the database of Open vSwitch"),
                        (("--links", "links"), "import needs the database of Open vSwitch"),
                        (("conf.db", "conf.db"), "conf.db: a second database; the first one is"),
                        (("--links", "conf.db", "conf.db"), "conf.db: no device is told of")):
        run = tapweave("import", *[tmp_path / word if word[0] != "-" else word for word in words])
        assert run.returncode == 2 and run.stdout == "" and said in run.stderr, run.stderr


def test_a_file_is_known_by_its_content(tapweave, tmp_path):
    journal = Journal()
    journal.delete(5, journal.insert(1.1, "vnet0"))
    (tmp_path / "a").write_text(journal.text, encoding="utf-8")
    (tmp_path / "b").write_text(link(1, 4, "vnet0"), encoding="utf-8")
    ways = (("a", "b"), ("b", "a"), ("--links", "b", "a"), ("a", "--links", "b"))
    said = [tapweave("import", *[tmp_path / word if word[0] != "-" else word for word in words])
            for words in ways]
    assert [run.returncode for run in said] == [1] * 4
    assert len({run.stdout for run in said}) == 1 and "lost" in said[0].stdout
