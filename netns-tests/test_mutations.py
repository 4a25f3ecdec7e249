"""A wrong model is caught: `conform` names the difference for every mutation of mutations.py, and
sees none where nothing was changed."""
import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import BESIDE_OTHERS, BINARY, ROOT
from mutation import WORLDS
from mutations import MUTATIONS, NOT_CAUGHT

POLICIES = {world: sorted({mutation.policy for mutation in MUTATIONS if mutation.world == world})
            for world in sorted({mutation.world for mutation in MUTATIONS})}


def words(path):
    return " ".join((ROOT / path).read_text(encoding="utf-8").split())


# Where the first difference is the end: other sandboxes would go on to one of their own.
ALONE = ("--jobs", "1")


def conform(binary, folder, world, policies, cover="transitions", jobs=BESIDE_OTHERS):
    """The exit status, and the results of the world's cells, in the policies' order: with `cover`
    network, a cell walks what none before it has walked."""
    path, text = folder / "world.yaml", yaml.safe_load(WORLDS[world])
    text["claims"] = {policy: {"deadlock": "never"} for policy in policies}
    path.write_text(yaml.safe_dump(text, sort_keys=False), encoding="utf-8")
    run = subprocess.run([str(binary), "conform", *jobs, "--cover", cover, str(path), "--json",
                          "-"], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode in (0, 5), run.stdout + run.stderr
    results = json.loads(run.stdout)["results"]
    assert [result["policy"] for result in results] == policies
    return run.returncode, results


def explore(binary, folder, mutation):
    """What there is to see without a kernel."""
    path = folder / "world.yaml"
    path.write_text(WORLDS[mutation.world], encoding="utf-8")
    run = subprocess.run([str(binary), "explore", "-p", mutation.policy, str(path), "--json", "-"],
                         capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode in (0, 1), run.stderr
    return {**json.loads(run.stdout), "timing": None}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the sources and of what has been compiled from them, in which one file at a time
    is changed."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy2(ROOT / "Makefile", copy)
    for room in ("core", "sim", "harness"):
        shutil.copytree(ROOT / room, copy / room)
        if (BINARY.parent / room).is_dir():
            shutil.copytree(BINARY.parent / room, copy / "build" / room)
    return copy


def build(house, mutation):
    """The program with the mutation in it.  Then the sources are put back, and are older than what
    was made of them: that goes."""
    binary, changed = house / "build" / "tapweave", mutation.changed(house)
    made = [(house / "build" / path.relative_to(house)).with_suffix(".o") for path in changed]
    originals = {path: path.read_text(encoding="utf-8") for path in changed}
    try:
        for path, text in changed.items():
            path.write_text(text, encoding="utf-8")
        for path in (binary, *made):
            path.unlink(missing_ok=True)
        # What it was watched doing is of no interest here: the real program's will do.
        run = subprocess.run(["make", "BUILD=build", "WARNINGS=", "OPTIMIZE=-O0",
                              f"TRACED={ROOT}/build/traced.o", "build/tapweave"],
                             cwd=house, capture_output=True, text=True, timeout=300, check=False)
    finally:
        for path, text in originals.items():
            path.write_text(text, encoding="utf-8")
        for path in made:
            path.unlink(missing_ok=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return binary


def needs(request, world):
    request.getfixturevalue("ovs" if "kind: ovs" in WORLDS[world] else "taps")
    if "macvtap" in WORLDS[world]:
        request.getfixturevalue("macvtaps")


def test_every_mutation_has_a_name_of_its_own():
    names = {mutation.name for mutation in MUTATIONS + NOT_CAUGHT}
    assert len(names) == len(MUTATIONS) + len(NOT_CAUGHT)
    assert len(MUTATIONS) >= 10


def test_every_mutation_denies_what_is_written():
    pages = ["docs/facts.md", "docs/oracles.md",
             *sorted(path.relative_to(ROOT) for path in ROOT.glob("docs/model*.md"))]
    written = " ".join(words(page) for page in pages)
    assert not [mutation.name for mutation in MUTATIONS + NOT_CAUGHT
                if " ".join(mutation.denies.split()) not in written]


@pytest.mark.parametrize("mutation", MUTATIONS + NOT_CAUGHT, ids=lambda mutation: mutation.name)
def test_every_mutation_fits(mutation):
    """Exactly once; on a machine without the kernel that sees it, too."""
    assert mutation.changed(ROOT)


@pytest.mark.parametrize("world", POLICIES)
def test_the_model_as_it_is_agrees(request, tmp_path, world):
    """Walked as those that are wrong are; under several policies, what is the same to the network
    once."""
    needs(request, world)
    status, results = conform(BINARY, tmp_path, world, POLICIES[world], "network")
    assert status == 0, [result.get("divergence") for result in results]
    assert results[0]["counts"]["walked"] > 0
    for result in results:
        assert not {"unsupported", "not-compared", "divergence"} & result.keys()
        counts = result["counts"]
        assert counts["walked"] + counts["alike"] == counts["transitions"] > 0


def test_no_world_hides_another():
    """Of two keys of a dictionary that are the same, the first is forgotten without a word."""
    tree = ast.parse((Path(__file__).parent / "mutation.py").read_text(encoding="utf-8"))
    keys, = [[key.value for key in node.value.keys] for node in tree.body
             if isinstance(node, ast.Assign) and node.targets[0].id == "WORLDS"]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_wrong_model_is_caught(request, tmp_path, house, mutation):
    """Also where what is the same to the network is walked only once."""
    needs(request, mutation.world)
    status, (result,) = conform(build(house, mutation), tmp_path, mutation.world,
                                [mutation.policy], "network", ALONE)
    assert status == 5
    assert mutation.seen in result["divergence"]


@pytest.mark.parametrize("mutation", NOT_CAUGHT, ids=lambda mutation: mutation.name)
def test_what_is_known_not_to_be_caught_is_not(request, tmp_path, house, mutation):
    """It makes a difference all the same: to what the simulation finds."""
    needs(request, mutation.world)
    binary = build(house, mutation)
    status, (result,) = conform(binary, tmp_path, mutation.world, [mutation.policy])
    assert status == 0, result.get("divergence")
    assert explore(binary, tmp_path, mutation) != explore(BINARY, tmp_path, mutation)
