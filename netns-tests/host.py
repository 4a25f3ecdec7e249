"""A host of a test's own: namespaces in which it is the first process, with nothing else in them.

What happens on the machine meanwhile is not seen there, so that "nothing is left" and "nothing has
changed" can be compared exactly, and the machine's own devices, folders and limits stay as they
are."""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import traceback
from pathlib import Path

from conftest import BINARY, ROOT

# As <sched.h> and <sys/mount.h> have them.
NEWNS, NEWUSER, NEWPID, NEWNET = 0x20000, 0x10000000, 0x20000000, 0x40000000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 0x40000, 0x1000
HOME = Path("/mnt")  # in memory, readable by everybody: the binary as ./tapweave, and the scenarios
FOLDERS = ("/mnt", "/tmp", "/run", "/var/tmp", "/dev/shm")

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    if function(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), repr(arguments))


def mount(source, target, kind=None, flags=0, data=None):
    words = [word and str(word).encode() for word in (source, target, kind, data)]
    call(libc.mount, *words[:3], ctypes.c_ulong(flags), words[3])


def _enter(real_root):
    uid, gid = os.geteuid(), os.getegid()
    call(libc.unshare, NEWNS | NEWNET | NEWPID | (0 if real_root else NEWUSER))
    if not real_root:
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1", encoding="ascii")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1", encoding="ascii")


def _furnish():
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc")
    mount("host", HOME, "tmpfs", 0, "mode=0755")
    shutil.copy(BINARY, HOME / "tapweave")
    if (BINARY.parent / "vm").is_dir():  # a kernel for virtual machines
        (HOME / "vm").mkdir()
        mount(BINARY.parent / "vm", HOME / "vm", None, MS_BIND)
    for scenario in (ROOT / "scenarios").glob("*.yaml"):
        shutil.copy(scenario, HOME)
    os.chdir(HOME)
    for folder in FOLDERS[1:]:
        mount("host", folder, "tmpfs", 0, "mode=1777")


def _first(function, arguments, report):
    """The life of the first process: the test, and what went wrong with it."""
    try:
        _furnish()
        function(*arguments)
    except BaseException:  # pylint: disable=broad-except
        os.write(report, traceback.format_exc().encode()[-60000:])
    os._exit(0)


def in_own_host(function, *arguments, real_root=False):
    """Runs function(*arguments) there; fails as it fails.  Whatever it leaves dies with it.

    It is root of a user namespace of its own, so that the machine's limits are out of its reach,
    unless it asks for the real root, for what only that one may: other users, device nodes."""
    answer, report = os.pipe()
    outside = os.fork()
    if outside == 0:
        try:
            _enter(real_root)
            first = os.fork()
            if first == 0:
                _first(function, arguments, report)
            os.waitpid(first, 0)
        except BaseException:  # pylint: disable=broad-except
            os.write(report, traceback.format_exc().encode())
        os._exit(0)
    os.close(report)
    with os.fdopen(answer) as reader:
        text = reader.read()
    os.waitpid(outside, 0)
    assert text == "", text


# ---- for tests that run there ----

def tapweave(*arguments, **more):
    """Starts it, silent unless the caller wants to read."""
    return subprocess.Popen(["./tapweave", *arguments], text=True,
                            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more})


def processes():
    """All but this one and those that read /proc: zombies too."""
    return sorted(int(pid) for pid in os.listdir("/proc")
                  if pid.isdigit() and int(pid) != os.getpid())


def children(pid):
    return [int(child) for child in
            Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def links():
    """Every device with its index, its flags, its master, and the frames it has seen."""
    show = subprocess.run(["ip", "-s", "-j", "link"], capture_output=True, check=True)
    return json.loads(show.stdout)


def everything():
    """What a run could leave behind here."""
    spaces = set()
    for pid in [os.getpid(), *processes()]:
        for kind in ("net", "mnt", "pid", "user", "ipc"):
            spaces.add(os.readlink(f"/proc/{pid}/ns/{kind}"))
    return {
        "processes": processes(),
        "namespaces": sorted(spaces),
        "mounts": Path("/proc/self/mountinfo").read_text(encoding="utf-8"),
        "files": sorted(str(path) for folder in FOLDERS for path in Path(folder).rglob("*")),
        "devices": links(),
    }


def await_orphans(seconds):
    """Reaps what has lost its parent until there is none; a TimeoutError if some goes on."""
    def late(_number, _frame):
        raise TimeoutError(f"after {seconds} s there are still {processes()}")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        signal.alarm(0)
