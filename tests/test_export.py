"""tapweave export: models for other model checkers.  That those agree is tests/test_xcheck.py's."""
import pytest

RACE = "scenarios/reported-race.yaml"
FORMATS = ["promela", "murphi"]

# A title that would end the comment it stands in.
WORLD = """
title: "from */ to /* here"
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}, state: running}}
actors: [stop a]
claims: {libvirt-6.6: {deadlock: never}}
"""


@pytest.mark.parametrize("words, said", [
    ([], "export needs a format (promela or murphi), one policy (-p) and one scenario"),
    (["promela", RACE], "export needs a format (promela or murphi), one policy (-p) and one "
                        "scenario"),
    (["promla", "-p", "counter", RACE], "did you mean 'promela'?"),
    (["murphi", "-p", "countr", RACE], "did you mean 'counter'?"),
    (["murphi", "-p", "counter", "scenarios/none.yaml"], "scenarios/none.yaml"),
    (["murphi", "-p", "counter", "--jobs", "2", RACE], "unrecognized option '--jobs'"),
])
def test_bad_usage(tapweave, words, said):
    run = tapweave("export", *words)
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize("language", FORMATS)
def test_it_goes_to_a_file_or_to_standard_output(tapweave, tmp_path, language):
    printed = tapweave("export", language, "-p", "libvirt-6.6", RACE)
    assert printed.returncode == 0 and printed.stderr == ""
    file = tmp_path / "model"
    written = tapweave("export", language, "-p", "libvirt-6.6", RACE, "--output", file)
    assert (written.returncode, written.stdout) == (0, "")
    assert file.read_text(encoding="utf-8") == printed.stdout
    assert printed.stdout.startswith("/* Stopping a guest removes the port of the guest that")


@pytest.mark.parametrize("language", FORMATS)
def test_at_a_bound_nothing_is_written(tapweave, tmp_path, language):
    file = tmp_path / "model"
    run = tapweave("export", language, "-p", "libvirt-6.6", "-o", file, "--max-states", 9, RACE)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == "tapweave: no model is written: stopped at --max-states\n"
    assert not file.exists()


def test_a_file_that_cannot_be_written(tapweave):
    run = tapweave("export", "promela", "-p", "libvirt-6.6", "-o", "/nowhere/model", RACE)
    assert run.returncode == 2
    assert run.stderr.startswith("tapweave: /nowhere/model: cannot be written")


@pytest.mark.parametrize("language", FORMATS)
def test_no_title_ends_its_comment(tapweave, tmp_path, language):
    scenario = tmp_path / "world.yaml"
    scenario.write_text(WORLD, encoding="utf-8")
    model = tapweave("export", language, "-p", "libvirt-6.6", scenario).stdout
    assert model.startswith("/* from *| to /* here\n * under libvirt-6.6\n *\n")
