"""import: what `ovsdb-tool show-log` prints of a database says what the database does."""
import json
import re
import shutil
import subprocess

import pytest
from test_import import Journal, link, time

A, B = "aaaaaaaa-0000-4000-8000-00000000000a", "bbbbbbbb-0000-4000-8000-00000000000b"

BR0 = {"op": "insert", "table": "Bridge", "uuid-name": "b", "row": {
    "name": "br0", "ports": ["set", [["named-uuid", "p"], ["named-uuid", "q"]]]}}


def insert_port(port, name, interface, **row):
    return [{"op": "insert", "table": "Port", "uuid-name": port, "row": {
                "name": name, "interfaces": ["named-uuid", interface]}},
            {"op": "insert", "table": "Interface", "uuid-name": interface, "row": {
                "name": name, **row}}]


@pytest.fixture(name="database")
def make_database(tmp_path):
    """A database that the real ovsdb-tool has written, with a name and a comment that have to be
    quoted; a's vnet0 is replaced by b's, and that is deleted."""
    schema = "/usr/share/openvswitch/vswitch.ovsschema"
    if shutil.which("ovsdb-tool") is None:
        pytest.skip("ovsdb-tool is not installed")
    path = tmp_path / "real.db"
    subprocess.run(["ovsdb-tool", "create", path, schema], check=True)

    def transact(*operations):
        run = subprocess.run(["ovsdb-tool", "transact", path,
                              json.dumps(["Open_vSwitch", *operations])], check=True,
                             capture_output=True, text=True)
        assert "error" not in run.stdout, run.stdout
    guest = {"external_ids": ["map", [["vm-id", A], ["a key", "{a, b=\"c\"}\n]"]]]}
    transact({"op": "insert", "table": "Open_vSwitch", "row": {"bridges": ["named-uuid", "b"]}},
             BR0, *insert_port("p", "br0", "i", type="internal"),
             *insert_port("q", 'a "b\\', "j", **guest),
             {"op": "comment", "comment": 'it "says"\nrecord 9: 2026-01-01 00:00:00.000\n\\ '})
    for name, ids in (("vnet0", A), ("vnet0", B), (None, None)):
        rows = [] if name is None else insert_port(
            "p", name, "i", external_ids=["map", [["vm-id", ids]]])
        ports = [["named-uuid", "p"]] if rows else []
        transact(*rows, {"op": "update", "table": "Bridge", "where": [],
                         "row": {"ports": ["set", ports]}},
                 {"op": "comment", "comment": f"ovs-vsctl: {name}"})
    return path


def test_show_log_says_what_the_database_does(tapweave, tmp_path, database):
    dates = [int(date) for date in re.findall(r'"_date":(\d+)', database.read_text())]
    at = [date / 1000 - Journal.BEGIN for date in dates]
    links = "".join(re.sub(r"(?s)^\[.*?\]", stamp(moment), link(0, index, "vnet0"))
                    for moment, index in ((at[1] - 0.001, 4), (at[2] - 0.001, 5)))
    (tmp_path / "links").write_text(links, encoding="utf-8")
    want = tapweave.json("import", tmp_path / "links", database, status=1)
    assert [(its["what"], its["device"], its["guest"]) for its in want["findings"]] == [
        ("lost", 5, B)]
    for more in ("-m", "-mm", "-mmm"):
        text = subprocess.run(["ovsdb-tool", more, "show-log", database], check=True,
                              capture_output=True).stdout
        (tmp_path / "text").write_bytes(text)
        said = tapweave.json("import", tmp_path / "links", tmp_path / "text", status=1)
        assert said["database"]["left_out"] == 0
        for key, value in want["first"].items():
            if key == "row":
                assert value.startswith(said["first"]["row"]) and len(said["first"]["row"]) == 8
            elif key != "guest" or more != "-m":
                assert said["first"][key] == value
        run = tapweave("import", tmp_path / "links", tmp_path / "text")
        assert ("it does not say: bridges, guests" in run.stdout) == (more == "-m")


def stamp(at):
    day = int(at) // 86400
    return time(at % 86400).replace("2026-11-30", f"2026-12-{day:02}" if day else "2026-11-30")


def test_show_log_without_rows(tapweave, tmp_path, database):
    text = subprocess.run(["ovsdb-tool", "show-log", database], check=True,
                          capture_output=True).stdout
    (tmp_path / "text").write_bytes(text)
    (tmp_path / "links").write_text(link(1, 4, "vnet0"), encoding="utf-8")
    run = tapweave("import", tmp_path / "links", tmp_path / "text")
    assert run.returncode == 2
    assert "text:3:1: it says nothing of rows: 'ovsdb-tool show-log -mm' does" in run.stderr
