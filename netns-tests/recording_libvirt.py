"""Records a real libvirtd that loses a guest's port: `python3 recording_libvirt.py FOLDER`, in
namespaces of its own (network, mounts, processes), whose first process has to wait for orphans.

Both guests have one fixed name for their taps.  A hook holds a's stop up, between its QEMU's death
and the removal of its port; b is started meanwhile.  FOLDER gets what recording.py leaves, and
libvirtd.log.  FOLDER must not be in /var, /run or /etc."""
import os
import pathlib
import subprocess
import sys
import time

from recording import Host

CONFIGURATION = {
    "libvirtd.conf": 'auth_unix_rw = "none"\nlog_outputs = "1:file:{folder}/libvirtd.log"\n'
                     'log_filters = "1:qemu 1:util 3:*"\n',
    "qemu.conf": 'user = "root"\ngroup = "root"\nswtpm_user = "root"\nswtpm_group = "root"\n'
                 'security_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n'
                 'remember_owner = 0\ndynamic_ownership = 0\nstdio_handler = "file"\n',
    # That of docs/importing.md, and what holds a's stop up.
    "hooks/qemu": """#!/bin/sh
more=$(sed -n "s:.*<uuid>\\(.*\\)</uuid>.*:\\1:p; s:.*<target dev='\\([^']*\\)'/>.*:\\1:p")
echo $(date -u +%FT%T.%NZ) "$1" "$2" "$3" $more >>{folder}/hook
[ "$1 $2" != "a stopped" ] || sleep 6
""",
}
DOMAIN = """<domain type='qemu'><name>{name}</name>
<uuid>00000000-0000-4000-8000-00000000000{number}</uuid>
<memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/>
<memballoon model='none'/><interface type='bridge'><source bridge='br0'/>
<virtualport type='openvswitch'/><target dev='{tap}'/><model type='e1000'/><rom enabled='no'/>
</interface></devices></domain>"""
# Users that libvirtd looks for.
USERS = {"/etc/passwd": "libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin\n",
         "/etc/group": "libvirt-qemu:x:64055:\nkvm:x:64056:\n"}


def own_folders(folder):
    for place in ("/run", "/var", "/etc/libvirt"):
        subprocess.run(["mount", "-t", "tmpfs", "recording", place], check=True)
    for place in ("/var/lib", "/var/log", "/var/cache", "/var/tmp", "/run/openvswitch",
                  "/etc/libvirt/hooks"):
        os.mkdir(place)
    os.symlink("/run", "/var/run")
    for path, line in USERS.items():
        own = folder / pathlib.Path(path).name
        own.write_text(pathlib.Path(path).read_text(encoding="utf-8") + line, encoding="utf-8")
        subprocess.run(["mount", "--bind", own, path], check=True)
    for name, text in CONFIGURATION.items():
        path = pathlib.Path("/etc/libvirt", name)
        path.write_text(text.replace("{folder}", str(folder)), encoding="utf-8")
        path.chmod(0o755)


class Libvirt(Host):
    """Open vSwitch as recording.py has it, where libvirtd looks for it; and a libvirtd."""

    def begin(self):
        own_folders(self.folder)
        os.symlink(self.folder / "db.sock", "/run/openvswitch/db.sock")
        super().begin()
        self.started.append(subprocess.Popen(  # pylint: disable=R1732
            ["/usr/sbin/libvirtd", "-f", "/etc/libvirt/libvirtd.conf"], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "libvirtd.err", "wb")))
        self.wait_for(pathlib.Path("/run/libvirt/libvirt-sock"))

    def virsh(self, *words):
        run = subprocess.run(["virsh", "-q", "-c", "qemu:///system", *words], check=False,
                             capture_output=True, text=True)
        assert run.returncode == 0, run.stderr

    def wait_for_hook(self, words):
        for _ in range(1000):
            if words in (self.folder / "hook").read_text(encoding="utf-8"):
                return
            time.sleep(0.02)
        raise TimeoutError(words)

    def define(self, name, number, tap):
        path = self.folder / f"{name}.xml"
        path.write_text(DOMAIN.format(name=name, number=number, tap=tap), encoding="utf-8")
        self.virsh("define", str(path))


def main(folder):
    host = Libvirt(pathlib.Path(folder).absolute(), 1)
    try:
        host.begin()
        for name, number in (("a", 1), ("b", 2)):
            host.define(name, number, "tap0")
        host.define("c", 3, "tap1")  # by which clocks can be lined up
        for _ in range(2):
            host.virsh("start", "c")
            host.virsh("destroy", "c")
        host.virsh("start", "a")
        time.sleep(0.3)
        stop = subprocess.Popen(  # pylint: disable=R1732
            ["virsh", "-q", "-c", "qemu:///system", "destroy", "a"])
        host.wait_for_hook("a stopped")
        host.wrong("foreign-row", "tap0", "b", lambda: host.virsh("start", "b"))
        host.wrong("lost", "tap0", "b", stop.wait, by="a")
        time.sleep(1.2)
        host.virsh("destroy", "b")
    finally:
        host.end()


if __name__ == "__main__":
    main(sys.argv[1])
