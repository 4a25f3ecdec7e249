"""What every test of the command line needs: the binary, a way to run it, and explored cells.

The binary is the one that the environment variable TAPWEAVE names, build/tapweave without it.
Tests run it in the repository's root unless they say otherwise: their paths are short then."""
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BINARY = (ROOT / os.environ.get("TAPWEAVE", "build/tapweave")).absolute()
# Those that check decides if none is named.  Any number of guests takes minutes: test_crowd.py.
SCENARIOS = sorted(path.relative_to(ROOT) for path in (ROOT / "scenarios").glob("*.yaml")
                   if "\nmore-guests: " not in path.read_text(encoding="utf-8"))
TIMEOUT = 120  # seconds; far beyond what any run takes, so that a hang is a failure


def pytest_addoption(parser):
    parser.addoption("--walk-all", action="store_true",
                     help="walk all interleavings of the brute force's worlds one by one")
    parser.addoption("--rewrite", action="store_true",
                     help="write the reports of tests/golden anew: make golden")


class Cli:
    """Runs the tool; keyword arguments go to subprocess.run."""
    binary = BINARY
    root = ROOT

    def __call__(self, *arguments, cwd=ROOT, env=None, under=(), **more):
        command = [*map(str, under), str(self.binary), *map(str, arguments)]
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("timeout", TIMEOUT)
        run = subprocess.run(command, cwd=cwd, env=environment(env), check=False, **more)
        # Decoded here, because text=True would make newlines of carriage returns.
        run.stdout = None if run.stdout is None else os.fsdecode(run.stdout)
        run.stderr = None if run.stderr is None else os.fsdecode(run.stderr)
        return run

    def json(self, *arguments, status=None, **more):
        """The JSON that the tool prints; `status` is the exit status that it has to have."""
        run = self(*arguments, "--json", "-", **more)
        if status is not None:
            assert run.returncode == status, run.stderr + run.stdout
        return json.loads(run.stdout)


def environment(changes):
    """This process's environment without what would change the output, and with the changes."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM",
                            "TAPWEAVE_SCENARIOS")
            and not name.startswith(("CI_NODE_", "SLURM_", "OMPI_", "PMIX_"))}
    return {**kept, **(changes or {})}


@pytest.fixture(scope="session")
def tapweave():
    if not os.access(BINARY, os.X_OK):
        pytest.fail(f"there is no binary at {BINARY}: run make, or set TAPWEAVE", pytrace=False)
    return Cli()


@pytest.fixture(scope="session")
def named_policies(tapweave):
    entries = tapweave.json("list", "policies", status=0)["entries"]
    return [entry["name"] for entry in entries]


@pytest.fixture(scope="session")
def check_all(tapweave):
    """The result of check --all-policies on every scenario there is; it takes a second or so."""
    return tapweave.json("check", "--all-policies", *SCENARIOS, status=0)
