"""explore --checkpoint and --resume: a search that was cut off says the same as one that was not.

And a file from which it cannot go on is refused, with exit status 2."""
import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
from bad_scenarios import scenario
from conftest import ROOT, environment
from test_explore import world

POLICY = "libvirt-6.6"


@pytest.fixture(name="folder", scope="module")
def make_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "big.yaml").write_text(world(3, 3), encoding="utf-8")
    (folder / "medium.yaml").write_text(world(3, 1), encoding="utf-8")
    (folder / "small.yaml").write_text(scenario(), encoding="utf-8")
    guests = "{a: {nic: {bridge: br0}}, b: {nic: {bridge: br0}}, c: {nic: {bridge: br0}}}"
    (folder / "alike.yaml").write_text(scenario(
        guests=guests, actors="[{do: [start a, stop a], times: 1}, {do: [start b, stop b], "
        "times: 1}, {do: [start c, stop c], times: 1}]"), encoding="utf-8")
    (folder / "endless.yaml").write_text(scenario(
        guests=guests.replace("}}}", "}, state: running}}"),
        actors="[[start a, stop a], [start b, stop b], [stop c, start c]]", rounds="unbounded",
        claims=None), encoding="utf-8")
    return folder


def explored(tapweave, folder, policy, file, *options):
    """Exit status, text, and JSON but for how long it took."""
    run = tapweave("explore", "-p", policy, file, *options, "--json", "out.json", cwd=folder)
    assert run.stderr == ""
    data = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    del data["timing"]
    return run.returncode, run.stdout, data


@pytest.fixture(name="big", scope="module")
def explore_big(tapweave, folder):
    return explored(tapweave, folder, POLICY, "big.yaml")


@pytest.mark.parametrize(("file", "policy", "reduced"), [
    ("medium.yaml", POLICY, "none"), ("medium.yaml", "counter", "none"),
    ("alike.yaml", "reattach", "guests"), ("endless.yaml", POLICY, "guests")])
def test_a_search_that_was_cut_off_says_the_same(tapweave, folder, file, policy, reduced):
    """By another number of threads, and cut off once more on the way."""
    whole = explored(tapweave, folder, policy, file)
    assert whole[2]["complete"] and whole[2]["search"]["reduced"] == reduced
    states = whole[2]["counts"]["states"]
    assert states > 2000
    for part in (2, 70, states // 7, states // 2, states - 1):
        cut = explored(tapweave, folder, policy, file, "--max-states", part,
                       "--checkpoint", "cut.tw")
        assert cut == explored(tapweave, folder, policy, file, "--max-states", part)
        assert cut[0] == 3
        middle = (part + states) // 2
        again = explored(tapweave, folder, policy, file, "--resume", "cut.tw", "--jobs=3",
                         "--max-states", middle, "--checkpoint", "again.tw")
        assert again == explored(tapweave, folder, policy, file, "--max-states", middle)
        for name in ("cut.tw", "again.tw"):
            assert explored(tapweave, folder, policy, file, "--resume", name, "--jobs=2") == whole


@pytest.mark.parametrize("policy", ["counter", "lowest-free"])
def test_one_that_has_begun_again_goes_on(tapweave, folder, policy):
    """With more names: the head has how many families had too few of them."""
    path = ROOT / "scenarios" / "failed-start-race.yaml"
    whole = explored(tapweave, folder, policy, path)
    explored(tapweave, folder, policy, path, "--checkpoint=again.tw", "--max-states",
             whole[2]["counts"]["states"] - 1)
    assert any((folder / "again.tw").read_bytes()[64:80])
    assert explored(tapweave, folder, policy, path, "--resume=again.tw") == whole


def started(tapweave, folder, *options):
    return subprocess.Popen([tapweave.binary, "explore", "-p", POLICY, "big.yaml", *options],
                            cwd=folder, env=environment({}), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_search_that_was_killed_goes_on(tapweave, folder, big):
    """At any time: the file is always a whole one.  The later the kill, the more is in it."""
    path = folder / "killed.tw"
    sizes = set()
    for wait in (0, 0.05, 0.1, 0.2, 0.3):
        path.unlink(missing_ok=True)
        with started(tapweave, folder, "--checkpoint=killed.tw", "--checkpoint-every=0.01") as run:
            while not path.exists():
                assert run.poll() is None
                time.sleep(0.001)
            time.sleep(wait)
            run.kill()
        assert run.returncode == -signal.SIGKILL, "it was not over by then"
        sizes.add(path.stat().st_size)
        assert explored(tapweave, folder, POLICY, "big.yaml", "--resume", "killed.tw") == big
    assert len(sizes) > 1 and max(sizes) > 1000000
    for left in folder.glob("killed.tw.*"):  # where a kill came while one was being written
        left.unlink()


def test_an_interrupt_saves_the_search(tapweave, folder, big):
    """Which is saved each minute otherwise, and once at the beginning."""
    path = folder / "interrupted.tw"
    with started(tapweave, folder, "--checkpoint=interrupted.tw") as run:
        while not path.exists():
            assert run.poll() is None
            time.sleep(0.001)
        first = path.stat().st_size
        time.sleep(0.2)
        assert path.stat().st_size == first
        run.send_signal(signal.SIGINT)
        text = run.stdout.read()
    assert run.returncode == 3 and "INCONCLUSIVE, interrupted" in text
    assert path.stat().st_size > 2 * first
    assert explored(tapweave, folder, POLICY, "big.yaml", "--resume", "interrupted.tw") == big
    assert [left.name for left in folder.glob("interrupted.tw*")] == ["interrupted.tw"]


# ---- what is refused ----

@pytest.fixture(name="saved", scope="module")
def save_medium(tapweave, folder):
    explored(tapweave, folder, POLICY, "medium.yaml", "--max-states=3000", "--checkpoint=saved.tw")
    return folder / "saved.tw"


def refused(tapweave, saved, *options, policy=POLICY, file="medium.yaml", resume="saved.tw"):
    run = tapweave("explore", "-p", policy, file, "--resume", resume, *options, cwd=saved.parent)
    assert run.returncode == 2 and run.stdout == ""
    said = re.fullmatch(rf"tapweave: {re.escape(resume)}: (.*)\n", run.stderr)
    assert said, run.stderr
    return said[1]


def test_one_of_something_else_is_refused(tapweave, saved):
    other = "is of another scenario, policy, datapath or reduction"
    assert refused(tapweave, saved, policy="counter") == other
    assert refused(tapweave, saved, policy=f"{POLICY},tap-delete=all") == other
    assert refused(tapweave, saved, file="big.yaml") == other
    assert refused(tapweave, saved, "--datapath=netdev") == other
    assert refused(tapweave, saved, "--reduce=none") == other
    # The same world, but another file: its path may be another one.
    text = saved.with_name("medium.yaml").read_text(encoding="utf-8")
    saved.with_name("more.yaml").write_text(text + "# more\n", encoding="utf-8")
    assert refused(tapweave, saved, file="more.yaml") == other
    shutil.copy(saved.with_name("medium.yaml"), saved.with_name("copy.yaml"))
    run = tapweave("explore", "-p", POLICY, "copy.yaml", "--resume", "saved.tw", cwd=saved.parent)
    assert run.returncode == 1


def test_one_of_other_states_is_refused(tapweave, folder):
    """Runs that never end are judged on all states, and guests do not change places."""
    path = ROOT / "scenarios" / "for-ever.yaml"
    for saved, resumed in (((), ["--fair"]), (["--fair"], ())):
        explored(tapweave, folder, POLICY, path, *saved, "--max-states=200", "--checkpoint=ever.tw")
        assert refused(tapweave, folder / "ever.tw", *resumed, file=path, resume="ever.tw") == (
            "is of another scenario, policy, datapath or reduction")
        whole = explored(tapweave, folder, POLICY, path, *saved)
        assert explored(tapweave, folder, POLICY, path, *saved, "--resume=ever.tw") == whole


def test_one_of_another_build_is_refused(tapweave, saved):
    class Other(type(tapweave)):
        binary = saved.with_name("tapweave")

    shutil.copy(tapweave.binary, Other.binary)
    run = Other()("explore", "-p", POLICY, "medium.yaml", "--resume", "saved.tw", cwd=saved.parent)
    assert run.returncode == 1, "the same program in another place"
    with open(Other.binary, "ab") as file:
        file.write(b"\0")
    assert refused(Other(), saved) == ("was written by another build of tapweave, whose states and "
                                       "steps may be others")


def test_a_damaged_one_is_refused(tapweave, saved):
    good = saved.read_bytes()
    bad = saved.with_name("bad.tw")
    places = [*range(32, 80, 3), *range(80, len(good), len(good) // 40), len(good) - 1]
    for place in places:
        bad.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
        assert refused(tapweave, saved, resume="bad.tw").startswith("is damaged: "), place
    for length in (1, 20, 63, 64, 100, len(good) // 2, len(good) - 1):
        bad.write_bytes(good[:length])
        assert re.match("is damaged: |is no checkpoint of tapweave$",
                        refused(tapweave, saved, resume="bad.tw"))
    bad.write_bytes(good + b"\0")
    assert refused(tapweave, saved, resume="bad.tw").startswith("is damaged: ")


def test_what_is_no_checkpoint_is_refused(tapweave, saved):
    no = "is no checkpoint of tapweave"
    assert refused(tapweave, saved, resume="medium.yaml") == no
    saved.with_name("empty.tw").write_bytes(b"")
    assert refused(tapweave, saved, resume="empty.tw") == no
    assert refused(tapweave, saved, resume="none.tw") == "cannot be read: No such file or directory"
    assert refused(tapweave, saved, resume=".") == "cannot be read: Is a directory"
    later = saved.read_bytes().replace(b"tapweave-checkpoint/1", b"tapweave-checkpoint/2", 1)
    saved.with_name("later.tw").write_bytes(later)
    assert refused(tapweave, saved, resume="later.tw") == (
        "is a checkpoint of another version: this one has tapweave-checkpoint/1")


def test_a_file_that_cannot_be_written_ends_the_search_at_once(tapweave, folder):
    begun = time.monotonic()
    run = tapweave("explore", "-p", POLICY, "big.yaml", "--checkpoint=nowhere/file.tw", cwd=folder)
    assert run.returncode == 2 and run.stdout == "" and time.monotonic() - begun < 20
    assert run.stderr == ("tapweave: nowhere/file.tw: cannot be written: No such file or "
                          "directory\n")


def test_a_small_search_is_over_before_it_is_saved(tapweave, folder):
    whole = explored(tapweave, folder, POLICY, "small.yaml")
    assert explored(tapweave, folder, POLICY, "small.yaml", "--checkpoint=small.tw") == whole
    if (folder / "small.tw").exists():
        assert explored(tapweave, folder, POLICY, "small.yaml", "--resume=small.tw") == whole
    assert os.listdir(folder).count("small.tw") <= 1
