"""watch: a server of a database that is played here, and what is said of its ports.  The devices
are those that this machine has; the ports have names that none of them has."""
import contextlib
import json
import socket
import subprocess
import threading

import pytest
from conftest import BINARY

PORTS = {  # of one interface each, but for the bond
    "tw-gone0": [""], "tw-gone1": ["system"], "tw-int0": ["internal"], "tw-vx0": ["vxlan"],
    "tw-bond0": ["", ""]}


def row_of(name):
    return f"row-{name}"


def tables(names, gone=()):
    ports, interfaces = {}, {}
    for name in names:
        own = [f"{name}-{i}" for i in range(len(PORTS.get(name, [""])))]
        for uuid, kind in zip(own, PORTS.get(name, [""])):
            interfaces[uuid] = {"new": {"name": uuid, "type": kind}}
        members = [["uuid", uuid] for uuid in own]
        ports[row_of(name)] = {"new": {"name": name, "interfaces": members[0] if len(own) == 1
                                       else ["set", members]}}
    ports.update({row_of(name): {"old": {"name": name}} for name in gone})
    return {"Port": ports, "Interface": interfaces}


class Server:
    """Takes one connection after the other, and has a script for each: a list of what it does."""
    def __init__(self, path, *scripts):
        self.heard, self.failed = [], None
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()
        self.thread = threading.Thread(target=self.play, args=(scripts,), daemon=True)
        self.thread.start()

    def play(self, scripts):
        with contextlib.suppress(OSError):
            for script in scripts:
                with self.listening.accept()[0] as connection:
                    for does in script:
                        does(self, connection)

    def hear(self, connection):
        text = ""
        while True:
            part = connection.recv(4096)
            if not part:
                return
            text += part.decode()
            with contextlib.suppress(json.JSONDecodeError):
                self.heard.append(json.loads(text))
                return


def say(message, pieces=1):
    """Sends it, in pieces that come one after the other."""
    def does(_, connection):
        text = (message if isinstance(message, str) else json.dumps(message)).encode()
        for i in range(pieces):
            connection.sendall(text[len(text) * i // pieces:len(text) * (i + 1) // pieces])
            threading.Event().wait(0.01)
    return does


def rest(seconds):
    return lambda *_: threading.Event().wait(seconds)


def answer(names, pieces=1):
    return say({"id": 1, "result": tables(names), "error": None}, pieces)


def update(names, gone=()):
    return say({"id": None, "method": "update", "params": [None, tables(names, gone)]})


STAYS = Server.hear  # until the client has gone


@pytest.fixture(name="watch")
def make_watch(tmp_path):
    def watch(*scripts, options=("--json", "-"), seconds=2):
        server = Server(tmp_path / "db.sock", *scripts)
        run = subprocess.run([BINARY, "watch", "--db", f"unix:{tmp_path}/db.sock", "--for",
                              str(seconds), *options], capture_output=True, text=True, timeout=60,
                             check=False)
        server.listening.close()
        return run, server
    return watch


def about(run):
    """The events that are about ports of the server's."""
    said = [json.loads(line) for line in run.stdout.splitlines()]
    return [(line["event"], line["what"], line["name"]) for line in said
            if line.get("name", "").startswith("tw-")]


def test_sigterm(tmp_path):
    """Ends it as SIGINT does (netns-tests/): with its summary."""
    server = Server(tmp_path / "db.sock", [Server.hear, answer([]), STAYS])
    with subprocess.Popen([BINARY, "watch", "--db", tmp_path / "db.sock"], stdout=subprocess.PIPE,
                          text=True) as run:
        line = run.stdout.readline()
        run.terminate()
        rest_of_it = run.stdout.read()
    server.listening.close()
    assert "0 rows of" in line and "\nwatched for " in rest_of_it
    assert run.returncode == ("no-port" in rest_of_it.split("watched for")[0])


def test_what_it_asks_and_what_it_makes_of_the_answer(watch):
    run, server = watch([Server.hear, answer(PORTS, pieces=7), STAYS])
    assert server.heard == [{"method": "monitor", "id": 1, "params": ["Open_vSwitch", None, {
        "Port": {"columns": ["name", "interfaces"]},
        "Interface": {"columns": ["name", "type", "external_ids"]}}]}]
    assert about(run) == [("finding", "stale-row", f"tw-gone{i}") for i in (0, 1)]
    assert run.returncode == 1 and run.stderr == ""


def test_what_changes_and_that_it_answers(watch):
    """One port goes before it is told of, one after that, and one comes."""
    echo = {"id": "echo", "method": "echo", "params": ["are you there"]}
    run, server = watch([Server.hear, answer(["tw-a", "tw-b"]), say(echo), Server.hear,
                         update(["tw-c"], gone=["tw-a"]), rest(1.5), update([], gone=["tw-b"]),
                         STAYS], seconds=3)
    assert server.heard[1] == {"id": "echo", "result": ["are you there"], "error": None}
    assert about(run) == [("finding", "stale-row", "tw-b"), ("finding", "stale-row", "tw-c"),
                          ("over", "stale-row", "tw-b")]


def test_a_server_that_goes_and_comes_back(watch):
    """Nothing is told while it is away.  What it has then no more is over, or is not told of: d had
    been there for less than a second.  What has come is told when it is a second old."""
    run, _ = watch([Server.hear, answer(["tw-a", "tw-b"]), rest(1.3), update(["tw-d"]), rest(0.2)],
                   [Server.hear, rest(1.2), answer(["tw-b", "tw-c"]), STAYS], seconds=5)
    assert about(run) == [("finding", "stale-row", "tw-a"), ("finding", "stale-row", "tw-b"),
                          ("over", "stale-row", "tw-a"), ("finding", "stale-row", "tw-c")]
    events = [json.loads(line)["event"] for line in run.stdout.splitlines()]
    lost, again = events.index("database-lost"), events.index("database-again")
    assert again == lost + 1
    assert json.loads(run.stdout.splitlines()[-1])["lost_database"] == 1


def test_it_has_not_seen_all(watch):
    """Nothing was found, but that says little."""
    run, _ = watch([Server.hear, answer([])], options=(), seconds=0.7)
    if "no-port" not in run.stdout.split("watched for")[0]:  # of this machine's own taps
        assert run.returncode == 3
    assert "the connection to the database is lost: it has closed the connection\n" in run.stdout
    assert run.stdout.endswith("it could not see all: messages lost 0 times, the database 1 time\n")


@pytest.mark.parametrize("script,reason", [
    ([Server.hear, say({"id": 1, "result": None, "error": {"error": "unknown database"}}), STAYS],
     'needs a database of Open vSwitch: {}: {{"error": "unknown database"}}'),
    ([Server.hear], "needs a database of Open vSwitch: {}: it has closed the connection"),
    ([Server.hear, say("{]"), STAYS], "needs a database of Open vSwitch: {}: "),
])
def test_no_database(watch, tmp_path, script, reason):
    run, _ = watch(script)
    assert run.returncode == 4 and run.stdout == ""
    assert run.stderr.startswith("tapweave: " + reason.format(tmp_path / "db.sock"))


def test_nothing_there(tapweave, tmp_path):
    run = tapweave("watch", "--db", tmp_path / "no.sock")
    assert (run.returncode, run.stdout, run.stderr) == (
        4, "", f"tapweave: needs a database of Open vSwitch: {tmp_path}/no.sock: No such file or "
        "directory\n")
    run = tapweave("watch", "--db", tmp_path / ("x" * 200))
    assert run.returncode == 4 and "File name too long" in run.stderr


def test_where_it_looks_by_default(tapweave, tmp_path):
    run = tapweave("watch", env={"OVS_RUNDIR": str(tmp_path)})
    assert run.returncode == 4 and f": {tmp_path}/db.sock: " in run.stderr


@pytest.mark.parametrize("words,said", [
    (["conf.db"], "watch takes no file, but 'conf.db' is one"),
    (["--json", "file"], "--json 'file': watch writes lines, as it goes"),
    (["--for", "-1"], "--for '-1': it has to be a number of seconds above 0"),
    (["--journal", "/nowhere/conf.db"], "/nowhere/conf.db: cannot be read: No such file"),
    (["--journal", "/"], "/: cannot be read: "),
])
def test_bad_usage(tapweave, words, said):
    run = tapweave("watch", *words)
    assert run.returncode == 2 and run.stdout == "" and said in run.stderr


def test_metrics_that_cannot_be_written(watch):
    run, _ = watch([Server.hear, answer([]), STAYS], options=("--prom", "/nowhere/watch.prom"))
    assert run.returncode == 2 and run.stdout == ""
    assert "/nowhere/watch.prom: cannot be written" in run.stderr


def test_no_control_character_reaches_a_terminal(watch):
    run, _ = watch([Server.hear, answer(["tw-\x1b[2J"]), STAYS], options=())
    assert "  tw-?[2J: stale-row: its row was there without a device\n" in run.stdout
    assert "\x1b" not in run.stdout
