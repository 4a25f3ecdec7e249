"""Records a story on a real kernel and a real Open vSwitch: `python3 recording.py FOLDER STORY`, in
a network namespace of its own.

It leaves FOLDER/conf.db, the database's file, FOLDER/links, what `ip -ts monitor link` has printed,
FOLDER/vswitchd.log, FOLDER/hook, what a hook of libvirt's would have written, and
FOLDER/truth.json: what went wrong with whose device, when (between which two moments of the clock),
and who did it."""
import fcntl
import json
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 0x0002, 0x1000


class Host:
    def __init__(self, folder, seed):
        self.folder, self.chance = folder, random.Random(seed)
        self.guests, self.started, self.truth = {}, [], []
        self.environment = {**os.environ, "TZ": "UTC", "OVS_RUNDIR": str(folder)}

    def run(self, *command):
        subprocess.run(command, check=True, env=self.environment, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def begin(self):
        at = self.folder
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self.run("ovsdb-tool", "create", f"{at}/conf.db",
                 "/usr/share/openvswitch/vswitch.ovsschema")
        self.serve()
        self.started += [
            subprocess.Popen(["ovs-vswitchd", f"unix:{at}/db.sock", f"--unixctl={at}/vswitchd.ctl",
                              "--disable-system", f"--log-file={at}/vswitchd.log"],
                             env=self.environment, stderr=subprocess.DEVNULL),
            subprocess.Popen(["ip", "-ts", "monitor", "link"], env=self.environment,
                             stdout=open(at / "links", "wb"))]  # pylint: disable=R1732
        self.vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev")
        for name in ("vnet77", "vnet78", "vnet79"):  # by which the clocks can be lined up
            self.start("noise", name)
            self.stop_quietly("noise", name)

    def serve(self):
        """The first one of `started`."""
        at = self.folder
        self.started[:1] = [
            subprocess.Popen(["ovsdb-server", f"{at}/conf.db", f"--remote=punix:{at}/db.sock",
                              f"--unixctl={at}/ovsdb.ctl", f"--log-file={at}/ovsdb.log"],
                             env=self.environment, stderr=subprocess.DEVNULL)]
        self.wait_for(at / "db.sock")
        self.vsctl("--retry", "--no-wait", "init")  # it may not listen yet

    @staticmethod
    def wait_for(path):
        for _ in range(1000):
            if path.exists():
                return
            time.sleep(0.02)
        raise TimeoutError(path)

    def end(self):
        time.sleep(0.4)
        for process in reversed(self.started):
            process.send_signal(signal.SIGTERM)
        for process in self.started:
            process.wait()
        (self.folder / "truth.json").write_text(json.dumps(self.truth), encoding="utf-8")

    def vsctl(self, *words):
        self.run("ovs-vsctl", f"--db=unix:{self.folder}/db.sock", "--timeout=20", *words)

    def hook(self, guest, call, *more):
        now = time.time_ns()
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10 ** 9))
        with open(self.folder / "hook", "a", encoding="utf-8") as log:
            log.write(" ".join([f"{when}.{now % 10 ** 9:09}Z", guest, call, *more]) + "\n")

    def hold(self, guest, name, bridge=None):
        """The guest's QEMU: it holds a tap."""
        descriptor = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
        if bridge is not None:
            self.run("ip", "link", "set", name, "master", bridge)
        self.run("ip", "link", "set", name, "up")
        self.guests.setdefault(guest, []).append(descriptor)

    def tap(self, guest, name, bridge=None):
        """A start without a port."""
        self.hook(guest, "prepare begin")
        self.hold(guest, name, bridge)
        self.hook(guest, "started begin", name)

    def kill(self, guest):
        for descriptor in self.guests.pop(guest):
            os.close(descriptor)
        self.hook(guest, "stopped end")

    def start(self, guest, *names, tag=None):
        self.hook(guest, "prepare begin")
        for name in names:
            self.hold(guest, name)
            self.vsctl("--if-exists", "del-port", name, "--", "add-port", "br0", name,
                       *([] if tag is None else [f"tag={tag}"]), "--", "set", "interface", name,
                       f"external_ids:vm-id={guest}")
        self.hook(guest, "started begin", *names)

    def stop(self, guest, *names):
        self.kill(guest)
        for name in names:
            self.pause()
            self.vsctl("--if-exists", "del-port", name)
        self.hook(guest, "release end")

    def pause(self):
        """Other things happen meanwhile, which are nobody's concern here."""
        for _ in range(self.chance.randrange(3)):
            what = self.chance.randrange(3)
            if what == 0:
                self.run("ip", "link", "add", "dummy7", "type", "bridge")
                self.run("ip", "link", "del", "dummy7")
            elif what == 1:
                self.start("noise", "vnet77")
                self.stop_quietly("noise", "vnet77")
            else:
                self.vsctl("set", "bridge", "br0", f"other_config:noise={self.chance.random()}")
        time.sleep(self.chance.uniform(0.02, 0.15))

    def stop_quietly(self, guest, name):
        self.kill(guest)
        time.sleep(0.05)
        self.vsctl("--if-exists", "del-port", name)
        self.hook(guest, "release end")

    def wrong(self, what, name, guest, step, by=None):
        """The step after which that is wrong with the guest's device of that name."""
        begin = time.time()
        step()
        self.truth.append({"what": what, "name": name, "device": socket.if_nametoindex(name),
                           "guest": guest, "by": by, "begin": begin, "end": time.time()})


def lost(host):
    """The reported race: a's del-port comes when b has the name, and its port."""
    host.start("a", "vnet0")
    host.pause()
    host.kill("a")
    host.pause()
    host.start("b", "vnet0")
    host.pause()
    host.wrong("lost", "vnet0", "b",
               lambda: host.vsctl("--if-exists", "del-port", "vnet0"), by="a")
    host.hook("a", "release end")
    host.pause()
    time.sleep(1.2)


def kept(host):
    """One after the other, as it should be."""
    for guest in ("a", "b", "c"):
        host.start(guest, "vnet0")
        host.pause()
        host.stop(guest, "vnet0")
        host.pause()


def crossed(host):
    """b has another name, since a's is there: nothing is lost."""
    host.start("a", "vnet0")
    host.start("b", "vnet1")
    host.pause()
    host.stop("a", "vnet0")
    host.pause()


def adopted(host):
    """a's row is left behind, and b is put on it (--may-exist)."""
    host.start("a", "vnet0")
    host.pause()
    host.kill("a")
    time.sleep(0.4)
    host.wrong("foreign-row", "vnet0", "b", lambda: host.tap("b", "vnet0"))
    host.vsctl("--may-exist", "add-port", "br0", "vnet0")
    host.pause()
    time.sleep(1.2)


def unplugged(host):
    """An administrator takes a's port away while a runs."""
    host.start("a", "vnet0")
    host.start("b", "vnet1")
    host.pause()
    host.wrong("lost", "vnet1", "b", lambda: host.vsctl("del-port", "vnet1"))
    time.sleep(1.2)
    host.stop("a", "vnet0")


def pair(host):
    """The reported race, of guests with two nics each: a's stop deletes both ports of b's."""
    host.start("a", "vnet0", "vnet1")
    host.pause()
    host.kill("a")
    host.pause()
    host.start("b", "vnet0", "vnet1")
    host.pause()
    host.wrong("lost", "vnet0", "b",
               lambda: host.vsctl("--if-exists", "del-port", "vnet0"), by="a")
    host.pause()
    host.vsctl("--if-exists", "del-port", "vnet1")
    host.hook("a", "release end")
    host.pause()
    time.sleep(1.2)
    host.kill("b")


def pairs_in_turn(host):
    """One after the other, with two nics each."""
    for guest in ("a", "b"):
        host.start(guest, "vnet0", "vnet1")
        host.pause()
        host.stop(guest, "vnet0", "vnet1")
        host.pause()


def vlans_in_turn(host):
    """One after the other, each in a VLAN of its own: their rows are new."""
    for guest, tag in (("a", 100), ("b", 20)):
        host.start(guest, "vnet0", tag=tag)
        host.pause()
        host.stop(guest, "vnet0")
        host.pause()


def adopted_with_its_tag(host, *tag):
    """a's row is left behind, and b is put on it, which is to be in another VLAN."""
    host.start("a", "vnet0", tag=100)
    host.pause()
    host.kill("a")
    time.sleep(0.4)
    host.wrong("foreign-row", "vnet0", "b", lambda: host.tap("b", "vnet0"))
    host.vsctl("--may-exist", "add-port", "br0", "vnet0", *tag, "--", "set", "interface", "vnet0",
               "external_ids:vm-id=b")
    host.pause()
    time.sleep(1.2)


def on_another_vlan(host):
    """By a command that does not touch the tag of a row that is there."""
    adopted_with_its_tag(host, "tag=20")


def tag_is_set(host):
    """By one that does."""
    adopted_with_its_tag(host, "--", "set", "port", "vnet0", "tag=20")


def on_a_bridge(host):
    """b is on a Linux bridge, and a's port is kept, since a device has its name by then."""
    host.run("ip", "link", "add", "lb0", "type", "bridge")
    host.start("a", "vnet0")
    host.pause()
    host.kill("a")
    host.pause()
    host.wrong("foreign-row", "vnet0", "b", lambda: host.tap("b", "vnet0", bridge="lb0"))
    time.sleep(1.3)


def bridge_in_turn(host):
    """The same, but a's port is deleted before."""
    host.run("ip", "link", "add", "lb0", "type", "bridge")
    host.start("a", "vnet0")
    host.pause()
    host.stop("a", "vnet0")
    host.pause()
    host.tap("b", "vnet0", bridge="lb0")
    host.pause()
    host.kill("b")
    host.pause()
    host.hook("b", "release end")
    host.start("c", "vnet0")
    host.pause()


STORIES = {story.__name__: story for story in (
    lost, kept, crossed, adopted, unplugged, pair, pairs_in_turn, vlans_in_turn, on_another_vlan,
    tag_is_set, on_a_bridge, bridge_in_turn)}


def main(folder, story, seed):
    host = Host(pathlib.Path(folder), seed)
    try:
        host.begin()
        STORIES[story](host)
        host.start("noise", "vnet77")  # the logs go on
        host.stop_quietly("noise", "vnet77")
    finally:
        host.end()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
