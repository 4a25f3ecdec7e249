"""What is written where: --json, --traces and standard output, and what happens if they cannot be.

A file is there as a whole or not at all, nothing is left beside it, and a result that did not
reach its reader is an error: exit status 2 and one line.  What is at the path and is no regular
file, as a device or a pipe, is written to; it is never replaced."""
import ctypes
import json
import os
import resource
import select
import signal
import stat
import subprocess

import pytest
from bad_scenarios import scenario

POLICY = "libvirt-6.6"
COMMANDS = [["check", "good.yaml"], ["explore", "-p", POLICY, "good.yaml"],
            ["replay", "-p", POLICY, "-s", "a kernel/a b", "good.yaml"], ["list", "oracles"]]
STATUS = {"check": 0, "explore": 1, "replay": 1, "list": 0}
EACH = pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])


@pytest.fixture(name="folder")
def make_folder(tmp_path):
    (tmp_path / "good.yaml").write_text(scenario(), encoding="utf-8")
    return tmp_path


def check_refused(run, said):
    assert run.returncode == 2, run.stderr
    assert run.stderr.startswith("tapweave: ") and run.stderr.count("\n") == 1
    assert said in run.stderr


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def without_timing(result):
    return {key: value for key, value in result.items() if key != "timing"}


IN_CREATE = 0x100
LARGE = 20  # times the same scenario: more than a megabyte


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_file_is_written_leaves_none_or_all(tapweave, folder, number):
    """Sent as soon as a file appears, under whatever name.  It is a large one, so that the signal
    comes while it is written, in some of the rounds at least."""
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init1(os.O_CLOEXEC)
    command = ["check", "--all-policies", *LARGE * ["good.yaml"], "--json", "out.json"]
    assert libc.inotify_add_watch(watch, str(folder).encode(), IN_CREATE) > 0
    ended = 0
    for _ in range(20):
        with subprocess.Popen([tapweave.binary, *command], cwd=folder,
                              stdout=subprocess.DEVNULL) as run:
            assert select.select([watch], [], [], 10)[0]
            run.send_signal(number)
            ended += run.wait() == -number
        os.read(watch, 4096)
        assert names(folder) in (["good.yaml"], ["good.yaml", "out.json"])
        json.loads((folder / "out.json").read_text(encoding="utf-8"))
        (folder / "out.json").unlink()
    os.close(watch)
    assert ended > 0


@EACH
def test_json_is_the_same_in_a_file_and_on_standard_output(tapweave, folder, command):
    printed = tapweave(*command, "--json", "-", cwd=folder)
    filed = tapweave(*command, "--json", "out.json", cwd=folder)
    assert printed.returncode == filed.returncode == STATUS[command[0]]
    assert names(folder) == ["good.yaml", "out.json"]
    text = (folder / "out.json").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    written, shown = json.loads(text), json.loads(printed.stdout)
    for result in (*written.get("results", []), *shown.get("results", [])):
        assert result.pop("timing")
    assert without_timing(written) == without_timing(shown)


@pytest.mark.parametrize("command", COMMANDS[:3], ids=["check", "explore", "replay"])
def test_text_is_printed_beside_a_json_file(tapweave, folder, command):
    plain = tapweave(*command, cwd=folder)
    with_file = tapweave(*command, "--json", "out.json", cwd=folder)
    assert plain.stdout == with_file.stdout and "good.yaml" in plain.stdout


@EACH
def test_an_earlier_file_is_replaced_as_a_whole(tapweave, folder, command):
    (folder / "out.json").write_text("x" * 100000, encoding="utf-8")
    assert tapweave(*command, "--json", "out.json", cwd=folder).returncode == STATUS[command[0]]
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_file_has_the_mode_of_the_umask(tapweave, folder, mask):
    tapweave(*COMMANDS[1], "--json", "out.json", "--traces", ".", cwd=folder, umask=mask)
    for name in ("out.json", "lost-attachment.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o666 & ~mask


@EACH
@pytest.mark.parametrize(("path", "said"), [
    ("nowhere/out.json", "nowhere/out.json: cannot be written: No such file or directory"),
    ("good.yaml/out.json", "cannot be written: Not a directory"),
    ("inner", "inner: cannot be written: Is a directory"),
    ("x" * 300, "cannot be written: File name too long"),
], ids=["missing-folder", "file-as-folder", "folder-as-file", "long-name"])
def test_json_that_cannot_be_written(tapweave, folder, command, path, said):
    (folder / "inner").mkdir()
    check_refused(tapweave(*command, "--json", path, cwd=folder), said)
    assert names(folder) == ["good.yaml", "inner"] and names(folder / "inner") == []


@EACH
def test_no_room_for_json(tapweave, folder, command):
    """As on a full disk, in that write fails; a limit makes it fail, with EFBIG for ENOSPC."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
    (folder / "out.json").write_text("old\n", encoding="utf-8")
    run = tapweave(*command, "--json", "out.json", cwd=folder, preexec_fn=limit)
    check_refused(run, "out.json: cannot be written: File too large")
    assert names(folder) == ["good.yaml", "out.json"]
    assert (folder / "out.json").read_text(encoding="utf-8") == "old\n"


def in_namespaces():
    """What runs a command with mounts of its own, and why that is impossible if it is."""
    try:
        run = subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return "needs unshare: not installed"
    return run.stderr.decode().strip() if run.returncode else ""


NO_NAMESPACES = in_namespaces()


@pytest.mark.skipif(NO_NAMESPACES != "", reason=f"needs a user namespace: {NO_NAMESPACES}")
@EACH
def test_full_disk(tapweave, folder, command):
    (folder / "disk").mkdir()
    script = ("mount -t tmpfs -o size=4k full disk && head -c 4096 /dev/zero >disk/fill; "
              "\"$@\"; status=$?; ls disk; exit $status")
    run = tapweave(*command, "--json", "disk/out.json", cwd=folder,
                   under=["unshare", "-Urm", "sh", "-c", script, "sh"])
    if run.stderr.startswith("mount"):
        pytest.skip(f"needs a tmpfs in a user namespace: {run.stderr.strip()}")
    check_refused(run, "disk/out.json: cannot be written: No space left on device")
    assert run.stdout.endswith("\nfill\n") or run.stdout == "fill\n"


@EACH
@pytest.mark.parametrize("json_too", [[], ["--json", "-"]], ids=["text", "json"])
def test_standard_output_is_full(tapweave, folder, command, json_too):
    with open("/dev/full", "wb") as full:
        run = tapweave(*command, *json_too, cwd=folder, stdout=full)
    check_refused(run, "standard output: cannot be written: No space left on device")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"]])
def test_standard_output_is_full_for_help(tapweave, arguments):
    with open("/dev/full", "wb") as full:
        run = tapweave(*arguments, stdout=full)
    assert run.returncode != 0


@EACH
def test_standard_output_is_closed(tapweave, folder, command):
    """Then no file that is opened may be taken for it: good.yaml and the JSON stay whole."""
    run = tapweave(*command, "--json", "out.json", cwd=folder, stdout=None,
                   preexec_fn=lambda: os.close(1))
    if command[0] != "list":
        check_refused(run, "standard output: cannot be written: Bad file descriptor")
    assert (folder / "good.yaml").read_text(encoding="utf-8") == scenario()
    if (folder / "out.json").exists():
        assert json.loads((folder / "out.json").read_text(encoding="utf-8"))


def test_a_pipe_is_written_to(tapweave, folder):
    """`--json >(filter)` and `--json /dev/stderr` are such paths."""
    os.mkfifo(folder / "pipe")
    with open(os.open(folder / "pipe", os.O_RDWR | os.O_NONBLOCK), "rb") as reader:
        run = tapweave("list", "oracles", "--json", "pipe", cwd=folder)
        assert stat.S_ISFIFO((folder / "pipe").lstat().st_mode), "the pipe has been replaced"
        assert run.returncode == 0, run.stderr
        assert json.loads(reader.read())["list"] == "oracles"


def test_a_link_to_a_device_is_followed(tapweave, folder):
    """Replacing what it leads to, or the link, would break it for everybody else."""
    (folder / "link").symlink_to("/dev/full")
    run = tapweave("list", "oracles", "--json", "link", cwd=folder)
    assert (folder / "link").is_symlink(), "the link has been replaced"
    check_refused(run, "link: cannot be written: No space left on device")


WRITE = ["list", "oracles", "--json"]


def is_written(path):
    return json.loads(path.read_text(encoding="utf-8"))["list"] == "oracles"


@pytest.mark.parametrize("exists", [True, False], ids=["file", "dangling"])
@pytest.mark.parametrize("target", ["there/end.json", "{}/there/end.json", "there/../end.json"])
def test_a_link_is_written_through(tapweave, folder, exists, target):
    """Whole, where it leads, whether or not there is a file; a link in a chain is relative to the
    folder that it is in."""
    (folder / "there").mkdir()
    target = target.format(folder)
    (folder / "chain").mkdir()
    (folder / "chain" / "second").symlink_to("../third")
    (folder / "first").symlink_to("chain/second")
    (folder / "third").symlink_to(target)
    end = folder / target
    if exists:
        end.write_text("x" * 100000, encoding="utf-8")
        before = end.stat().st_ino
    run = tapweave(*WRITE, "first", cwd=folder)
    assert run.returncode == 0, run.stderr
    assert all((folder / name).is_symlink() for name in ("first", "chain/second", "third"))
    assert is_written(end) and not end.is_symlink()
    assert not exists or end.stat().st_ino != before, "it was not replaced as a whole"
    assert names(end.parent) == (["end.json"] if "there/end" in target else
                                 ["chain", "end.json", "first", "good.yaml", "there", "third"])


@pytest.mark.parametrize(("target", "said"), [
    ("nowhere/out.json", "No such file or directory"),
    ("link", "Too many levels of symbolic links"),
    ("good.yaml/out.json", "Not a directory")])
def test_a_link_that_leads_nowhere(tapweave, folder, target, said):
    (folder / "link").symlink_to(target)
    check_refused(tapweave(*WRITE, "link", cwd=folder), f"link: cannot be written: {said}")
    assert names(folder) == ["good.yaml", "link"] and (folder / "link").is_symlink()


def test_a_file_keeps_its_mode_and_its_other_names_what_they_had(tapweave, folder):
    out, other = folder / "out.json", folder / "other.json"
    out.write_text("before\n", encoding="utf-8")
    out.chmod(0o640)
    other.hardlink_to(out)
    assert tapweave(*WRITE, "out.json", cwd=folder).returncode == 0
    assert is_written(out) and stat.S_IMODE(out.stat().st_mode) == 0o640
    assert other.read_text(encoding="utf-8") == "before\n"


def may_not(folder):
    """What runs a command that may change nothing in the folder but its files."""
    folder.chmod(0o555)
    return () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_a_file_in_a_folder_that_cannot_be_changed(tapweave, folder):
    (folder / "out.json").write_text("x" * 100000, encoding="utf-8")
    under = may_not(folder)
    assert tapweave(*WRITE, "out.json", cwd=folder, under=under).returncode == 0
    assert is_written(folder / "out.json")
    (folder / "out.json").chmod(0o444)
    check_refused(tapweave(*WRITE, "out.json", cwd=folder, under=under), "Permission denied")
    check_refused(tapweave(*WRITE, "new.json", cwd=folder, under=under), "Permission denied")
    folder.chmod(0o755)
    assert names(folder) == ["good.yaml", "out.json"] and is_written(folder / "out.json")


@pytest.mark.parametrize("path", ["/dev/stdout", "/proc/self/fd/1", "out.txt"])
def test_standard_output_is_a_file(tapweave, folder, path):
    """What is printed and the JSON are both in it: neither is written over."""
    with open(folder / "out.txt", "wb") as out:
        run = tapweave(*COMMANDS[1], "--json", path, cwd=folder, stdout=out)
    assert run.returncode == 1, run.stderr
    text = (folder / "out.txt").read_text(encoding="utf-8")
    printed = tapweave(*COMMANDS[1], cwd=folder).stdout
    assert text.startswith(printed.split("\n", maxsplit=1)[0])
    assert json.loads(text[text.index("\n{") + 1:])["policy"] == POLICY
    assert names(folder) == ["good.yaml", "out.txt"]


def test_a_descriptor_whose_file_is_gone(tapweave, folder):
    with open(folder / "gone", "w+b") as gone:
        (folder / "gone").unlink()
        run = tapweave(*WRITE, f"/dev/fd/{gone.fileno()}", cwd=folder, pass_fds=[gone.fileno()])
        assert run.returncode == 0, run.stderr
        assert json.loads(gone.read())["list"] == "oracles"
    assert names(folder) == ["good.yaml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root makes device nodes")
def test_a_device_is_written_to(tapweave, folder):
    try:
        os.mknod(folder / "null", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        (folder / "null").write_bytes(b"x")
    except OSError as error:
        pytest.skip(f"needs a device node in a temporary folder: {error.strerror}")
    run = tapweave("list", "oracles", "--json", "null", cwd=folder)
    assert stat.S_ISCHR((folder / "null").lstat().st_mode), "the device has been replaced"
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("command", COMMANDS[:2], ids=["check", "explore"])
def test_a_path_that_is_not_utf8(tapweave, folder, command):
    """JSON cannot say it as it is: the result is there all the same, or what is wrong is said."""
    name = os.fsdecode(b"caf\xe9.yaml")
    (folder / name).write_text(scenario(), encoding="utf-8")
    run = tapweave(*command[:-1], name, "--json", "out.json", cwd=folder)
    assert run.returncode in (STATUS[command[0]], 2), run.stderr
    if run.returncode != 2:
        written = json.loads((folder / "out.json").read_bytes())
        assert [result["policy"] for result in written.get("results", [written])] == [POLICY]


@pytest.mark.parametrize(("path", "said"), [
    ("nowhere/new", "nowhere/new: is no folder, and none can be made: No such file or directory"),
    ("good.yaml", "good.yaml: is no folder, and none can be made: File exists"),
])
def test_traces_that_cannot_be_written(tapweave, folder, path, said):
    run = tapweave(*COMMANDS[1], "--traces", path, cwd=folder)
    check_refused(run, said)
    assert names(folder) == ["good.yaml"] and run.stdout == "", "no search is for nothing"


@pytest.mark.parametrize("wrong", [["-p", "countr", "good.yaml"], ["-p", POLICY, "bad.yaml"],
                                   ["-p", POLICY, "--resume", "good.yaml", "good.yaml"],
                                   ["-p", POLICY, "--json", "nowhere/out.json", "good.yaml"]])
def test_bad_input_leaves_no_folder_for_traces(tapweave, folder, wrong):
    run = tapweave("explore", "--traces", "new", *wrong, cwd=folder)
    assert run.returncode == 2 and names(folder) == ["good.yaml"], run.stderr


def test_traces_are_one_file_for_each_oracle_that_is_violated(tapweave, folder):
    """The folder is made."""
    result = tapweave.json(*COMMANDS[1], "--traces", "traces", cwd=folder, status=1)
    traces = {name: trace for oracle in result["oracles"]
              for name, trace in ((oracle["name"], oracle["trace"]),
                                  (oracle["name"] + "-lasting",
                                   oracle.get("lasting", {}).get("trace"))) if trace is not None}
    assert names(folder / "traces") == sorted(name + ".json" for name in traces)
    for name, trace in traces.items():
        written = json.loads((folder / "traces" / (name + ".json")).read_bytes())
        # From its own folder; in the result, from the current one.
        assert written["scenario"].pop("path") == "../good.yaml"
        assert trace["scenario"].pop("path") == "good.yaml"
        assert written == trace


def test_traces_in_a_folder_with_a_long_path(tapweave, folder):
    deep = folder.joinpath(*["d" * 150] * 4)
    deep.mkdir(parents=True)
    run = tapweave(*COMMANDS[1], "--traces", deep, cwd=folder)
    assert run.returncode == 1, run.stderr
    assert "lost-attachment.json" in names(deep)


