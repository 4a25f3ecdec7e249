"""What the tests on the real kernel need: the binary, and the exact reason if they cannot run here.

With --require-real, or TAPWEAVE_REQUIRE_REAL in the environment, as CI sets it, a reason to skip is
a failure."""
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# There is a process of tests for each processor: so many sandboxes in each are as fast as more of
# them, each of which costs its start.
BESIDE_OTHERS = ("--jobs", "4")
BINARY = (ROOT / os.environ.get("TAPWEAVE", "build/tapweave")).absolute()


def pytest_configure(config):
    config.addinivalue_line("markers", "large: takes minutes; `make conform` runs it")


def pytest_collection_modifyitems(items):
    """First the virtual machines, which take the longest: at the end, all but one process of tests
    would wait for them."""
    items.sort(key=lambda item: item.path.name != "test_vm.py")


def pytest_terminal_summary(terminalreporter):
    """Which virtual machine it was, whichever process of tests has run it."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if report.when == "call" and name == "machine":
                terminalreporter.write_line(f"in a virtual machine: {value}")


def pytest_addoption(parser):
    parser.addoption("--require-real", action="store_true",
                     help="fail where a test would be skipped")
    parser.addoption("--rewrite", action="store_true",
                     help="write what was observed anew, instead of comparing it")


def missing_for_taps():
    """What this machine lacks for namespaces with taps in them, or None."""
    if not os.path.exists("/dev/net/tun"):
        return "needs /dev/net/tun: there is none"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "needs /dev/net/tun: no permission to open it"
    shares = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]
    run = subprocess.run([*shares, "true"], capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"needs a network namespace: {run.stderr.strip()}"


def missing_for_ovs():
    for program in ("ovsdb-server", "ovs-vswitchd", "ovs-vsctl"):
        if shutil.which(program) is None:
            return f"needs {program}: not installed"
    return None


def missing_for_libvirt():
    if os.geteuid() != 0:
        return "needs root, as libvirtd does"
    for program in ("libvirtd", "virsh", "qemu-system-x86_64", "ebtables", "iptables"):
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin") is None:
            return f"needs {program}: not installed (make libvirt-deps)"
    return None


def missing_for_vm():
    if shutil.which("qemu-system-x86_64") is None:
        return "needs qemu-system-x86_64: not installed"
    if not (BINARY.parent / "vm" / "release").exists():
        return "needs a kernel for virtual machines (make vm-deps)"
    return None


def missing_for_mounts():
    """What it lacks for a mount namespace in which nothing goes out: a root where something is
    mounted, which that of a chroot need not be."""
    run = subprocess.run(["unshare", "-m" if os.geteuid() == 0 else "-Urm", "true"],
                         capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"needs a mount namespace: {run.stderr.strip()}"


def missing_for_own_host():
    """What it lacks for the hosts of host.py."""
    run = subprocess.run(["unshare", "-Urmnpf", "mount", "-t", "proc", "proc", "/proc"],
                         capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"needs a user namespace: {run.stderr.strip()}"


def missing_for_other_user(folder):
    """What root lacks to be another user there, who finds a /dev/net/tun that he may open."""
    try:
        os.mknod(folder / "node", stat.S_IFCHR | 0o600, os.makedev(10, 200))
    except PermissionError as error:
        return f"needs root that may make device nodes: {error.strerror}"
    return None


def require(config, reason):
    if reason is None:
        return
    if config.getoption("--require-real") or os.environ.get("TAPWEAVE_REQUIRE_REAL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def taps(request):
    require(request.config, missing_for_taps())


@pytest.fixture(scope="session")
def ovs(request, taps):
    require(request.config, missing_for_ovs())


@pytest.fixture(scope="session")
def libvirt(request, ovs, mounts):
    require(request.config, missing_for_libvirt())


@pytest.fixture(scope="session")
def vm(request, ovs, mounts):
    require(request.config, missing_for_vm())


@pytest.fixture(scope="session")
def nft(request, taps):
    reason = None if shutil.which("nft") else "needs nft: not installed"
    require(request.config, reason)


@pytest.fixture(scope="session")
def macvtaps(request, taps):
    reason = None if os.geteuid() == 0 else "needs root: macvtaps are opened by device nodes"
    require(request.config, reason)


@pytest.fixture(scope="session")
def less(request, taps):
    """For seccomp.py."""
    reason = None if os.geteuid() == 0 else "needs root, to be in a kernel that has less"
    require(request.config, reason)


@pytest.fixture(scope="session")
def own_host(request, taps):
    require(request.config, missing_for_own_host())


@pytest.fixture(scope="session")
def mounts(request):
    require(request.config, missing_for_mounts())


@pytest.fixture
def user(request, taps, mounts, tmp_path):
    if os.geteuid() == 0:
        require(request.config, missing_for_other_user(tmp_path))


@pytest.fixture(scope="session")
def tapweave():
    def run(*arguments, **more):
        return subprocess.run([str(BINARY), *map(str, arguments)], cwd=ROOT, capture_output=True,
                              text=True, timeout=900, check=False, **more)
    return run
