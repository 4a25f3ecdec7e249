"""Random worlds and policies by hypothesis, held to the second implementation (tests/brute/).

What tests/hunt.py draws, and holds to more, hypothesis draws here: it makes a cell that disagrees
smaller by itself, and begins with it the next time.  EXAMPLES=N tries N of them (100)."""
import os
import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import BINARY
from hunting.generate import Cell, Chance, Generator, flow
from hunting.hold import Tools, hold

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))


class Drawn(Chance):
    """The chance that a generator asks, by what hypothesis draws."""
    def __new__(cls, source):
        return random.Random.__new__(cls)

    def __init__(self, source):
        super().__init__()
        self.source = source

    def random(self):
        return self.source.random()

    def getrandbits(self, k):
        return self.source.getrandbits(k)


@pytest.fixture(name="choices", scope="module")
def make_choices(tapweave):
    return tapweave.json("list", "policies", status=0)


@pytest.fixture(name="path", scope="module")
def make_path(tmp_path_factory):
    return tmp_path_factory.mktemp("worlds") / "cell.yaml"


@settings(max_examples=EXAMPLES, deadline=None, derandomize="EXAMPLES" not in os.environ,
          suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
@given(source=st.randoms(use_true_random=False))
def test_a_random_world_is_as_the_second_implementation_has_it(choices, path, source):
    generator = Generator(Drawn(source))
    scenario = generator.scenario(0)
    cell = Cell(scenario, generator.policy(flow(scenario), choices))
    outcome = hold(cell, path, Tools(BINARY, BINARY, ()), False)
    assert outcome.finding is None, f"{outcome.finding.what}\n{cell.text()}"
