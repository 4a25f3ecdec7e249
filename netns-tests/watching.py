"""Runs `tapweave watch` beside a story on a real kernel and a real Open vSwitch:
`python3 watching.py FOLDER STORY SEED BINARY [OPTION...]`, in a network namespace of its own.

It leaves FOLDER/said, what watch has printed, FOLDER/complained and FOLDER/status, and
FOLDER/truth.json, as recording.py does; and FOLDER/slow.json, names whose row was changed a second
or more after their tap had come or gone, as it happens on a machine that has much to do."""
import fcntl
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time

import recording


class Watched(recording.Host):
    """A host that is watched from the time on when its Open vSwitch is there."""
    watch = None
    command = ()

    def __init__(self, folder, seed):
        super().__init__(folder, seed)
        self.names = {}  # of guests' taps
        self.began = []  # a name, when its tap came or went, and when its row was changed next

    def begin(self):
        super().begin()
        self.look()

    def look(self):
        at = self.folder
        with open(at / "said", "wb") as said, open(at / "complained", "wb") as complained:
            self.watch = subprocess.Popen(  # pylint: disable=R1732
                [*self.command[:-1], "watch", "--db", f"{at}/db.sock", "--journal", f"{at}/conf.db",
                 "--prom", f"{at}/watch.prom", *self.command[-1]],
                env=self.environment, stdout=said, stderr=complained)
        self.wait_for(at / "watch.prom")

    def end(self):
        if self.watch is not None:
            time.sleep(0.4)
            self.watch.send_signal(signal.SIGCONT)
            self.watch.send_signal(signal.SIGINT)
            try:
                (self.folder / "status").write_text(str(self.watch.wait(30)), encoding="utf-8")
            finally:
                self.watch.kill()
        slow = [began for began in self.began if (began[2] or time.time()) - began[1] >= 1]
        (self.folder / "slow.json").write_text(json.dumps(slow), encoding="utf-8")
        super().end()

    def said(self):
        text = (self.folder / "said").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def hold(self, guest, name, bridge=None):
        self.names[guest] = name
        self.began.append([name, time.time(), None])
        super().hold(guest, name, bridge)

    def kill(self, guest):
        self.began.append([self.names[guest], time.time(), None])
        super().kill(guest)

    def vsctl(self, *words):
        super().vsctl(*words)
        for began in self.began:
            if began[0] in words and began[2] is None:
                began[2] = time.time()

    def wait_until_said(self, event):
        for _ in range(1000):
            if event in [line["event"] for line in self.said()]:
                return
            time.sleep(0.02)
        raise TimeoutError(event)

    def gone(self, what, name, step):
        """As `wrong`, of a device that is not there after it."""
        index, begin = socket.if_nametoindex(name), time.time()
        step()
        self.truth.append({"what": what, "name": name, "device": index, "begin": begin,
                           "end": time.time()})


def stale(host):
    """a ends, and its row stays."""
    host.start("a", "vnet0")
    host.gone("stale-row", "vnet0", lambda: host.kill("a"))
    time.sleep(1.2)
    host.vsctl("del-port", "vnet0")


def bare(host):
    """b's QEMU holds a tap, and nobody gives it a port; that it has an address for a while, as by a
    guest's router advertisement, is no reason.  One that is down, or on a Linux bridge, or that
    nobody holds, is not in want of one, and neither is a tun, which has no frames, nor one that is
    routed: it has an address, or a route leads to it.  e's tap is routed later, and vnet6 no more
    at the end."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, recording.TUNSETIFF, struct.pack("16sH", b"tun0", 1))  # IFF_TUN
    host.run("ip", "link", "set", "tun0", "up")
    host.run("ip", "tuntap", "add", "vnet3", "mode", "tap")
    host.run("ip", "link", "set", "vnet3", "up")
    host.run("ip", "link", "add", "lb0", "type", "bridge")
    host.tap("c", "vnet1")
    host.run("ip", "link", "set", "vnet1", "master", "lb0")
    host.tap("d", "vnet2")
    host.run("ip", "link", "set", "vnet2", "down")
    for name, *how in (("vnet4", "addr", "add", "198.51.100.1/24"),
                       ("vnet5", "route", "add", "198.51.100.5"),
                       ("vnet6", "-6", "route", "add", "2001:db8::6")):
        host.run("ip", "tuntap", "add", name, "mode", "tap")
        host.run("ip", "link", "set", name, "up")
        host.run("ip", *how, "dev", name)
        host.tap(name, name)
    host.run("ip", "tuntap", "add", "vnet7", "mode", "tap")  # the second way of a route
    host.run("ip", "link", "set", "vnet7", "up")
    host.run("ip", "route", "add", "203.0.113.0/24", "nexthop", "dev", "vnet4", "nexthop", "dev",
             "vnet7")
    host.tap("vnet7", "vnet7")
    host.wrong("no-port", "vnet8", "e", lambda: host.tap("e", "vnet8"))
    host.wrong("no-port", "vnet0", "b", lambda: host.tap("b", "vnet0"))
    host.run("ip", "addr", "add", "2001:db8:1::1/64", "dev", "vnet0", "valid_lft", "60",
             "preferred_lft", "60")
    time.sleep(1.2)
    host.vsctl("add-port", "br0", "vnet0")
    host.run("ip", "addr", "add", "192.0.2.8/24", "dev", "vnet8")  # it was told of
    host.wrong("no-port", "vnet6", "vnet6", lambda: host.run("ip", "-6", "route", "del",
                                                             "2001:db8::6", "dev", "vnet6"))
    time.sleep(2.2)
    host.truth[-1]["end"] += 1  # it is noticed within a second


def before(host):
    """What is wrong when the watch begins is said; but not of ports that are as they should be."""
    host.start("a", "vnet0")
    host.wrong("no-port", "vnet1", "b", lambda: host.tap("b", "vnet1"))
    host.start("c", "vnet2")
    host.gone("stale-row", "vnet2", lambda: host.kill("c"))
    begun = time.time()
    Watched.look(host)
    for truth in host.truth:
        truth.update(begin=begun, end=time.time())
    host.truth[1]["device"] = 0  # which one it was is not known
    time.sleep(1.2)


def flooded(host):
    """So much happens while the watch does nothing that the kernel drops messages: among them that
    another device has a's name, on a's row."""
    host.start("a", "vnet0")
    time.sleep(0.3)
    host.watch.send_signal(signal.SIGSTOP)
    links = "".join(f"link add flood{i} type bridge\nlink del flood{i}\n" for i in range(300))
    subprocess.run(["ip", "-batch", "-"], input=links, text=True, check=True)
    host.kill("a")
    host.tap("b", "vnet0")
    begin = time.time()
    host.watch.send_signal(signal.SIGCONT)
    host.wait_until_said("devices-again")
    host.truth.append({"what": "foreign-row", "name": "vnet0", "begin": begin, "end": time.time(),
                       "device": socket.if_nametoindex("vnet0")})
    time.sleep(1.2)


def outage(host):
    """ovsdb-server ends and comes back, and by then b's port has gone; c has come with its port."""
    host.start("b", "vnet0")
    port = subprocess.run(["ovs-vsctl", f"--db=unix:{host.folder}/db.sock", "get", "port", "vnet0",
                           "_uuid"], capture_output=True, text=True, check=True).stdout.strip()
    server = host.started[0]
    server.send_signal(signal.SIGTERM)
    server.wait()
    host.wait_until_said("database-lost")
    host.tap("d", "vnet2")
    host.wrong("no-port", "vnet1", "c", lambda: host.tap("c", "vnet1"))
    time.sleep(1.2)
    host.run("ip", "link", "add", "dummy7", "type", "bridge")  # it looks, and has nothing to say
    # d has its port meanwhile: so nobody can say that it was without one.
    insert = [{"op": "insert", "table": table, "row": {"name": "vnet2", **more}, "uuid-name": name}
              for table, name, more in (("Interface", "own", {}), ("Port", "port", {
                  "interfaces": ["named-uuid", "own"]}))]
    host.run("ovsdb-tool", "transact", f"{host.folder}/conf.db", json.dumps(
        ["Open_vSwitch", {"op": "comment", "comment": "while the server was away"},
         {"op": "mutate", "table": "Bridge", "where": [],
          "mutations": [["ports", "delete", ["uuid", port]],
                        ["ports", "insert", ["set", [["named-uuid", "port"]]]]]}, *insert]))
    begin = time.time()
    host.serve()
    host.wait_until_said("database-again")
    host.truth.append({"what": "lost", "name": "vnet0", "begin": begin, "end": time.time(),
                       "device": socket.if_nametoindex("vnet0")})
    host.vsctl("--no-wait", "add-port", "br0", "vnet1")
    time.sleep(1.2)


def compacted(host):
    """The database's file is replaced before a's port is taken away."""
    host.start("a", "vnet0")
    host.run("ovs-appctl", "-t", f"{host.folder}/ovsdb.ctl", "ovsdb-server/compact")
    host.start("b", "vnet1")
    host.run("ovs-appctl", "-t", f"{host.folder}/ovsdb.ctl", "ovsdb-server/compact")
    host.wrong("lost", "vnet0", "a", lambda: host.vsctl("del-port", "vnet0"))
    time.sleep(1.2)


OWN = {story.__name__: story for story in (stale, bare, before, flooded, outage, compacted)}


def main(folder, story, seed, *command):
    """Of the command, what stands behind "--" goes behind `watch`."""
    place = command.index("--") if "--" in command else len(command)
    Watched.command = (*command[:place], command[place + 1:])
    host = Watched(pathlib.Path(folder), seed)
    if story == "before":
        host.look = lambda: None
    try:
        host.begin()
        {**recording.STORIES, **OWN}[story](host)
    finally:
        host.end()


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    main(*sys.argv[1:])
