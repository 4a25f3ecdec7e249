"""docs/schemas refuse what the program refuses of a file's shape."""
import json
import re

import bad_actors
import bad_claims
import bad_daemons
import bad_links
import bad_lives
import bad_names
import bad_nics
import bad_scenarios
import bad_taps
import bad_traces
import yaml

import schemas
from schemas import SCENARIO, TRACE, wrong

# The other lists of bad scenarios are added to this one when they are imported.
IMPORTED = (bad_actors, bad_claims, bad_daemons, bad_links, bad_lives, bad_names, bad_nics,
            bad_taps)
# What is about the shape of a file alone, and not about what stands elsewhere in it.
SHAPE = re.compile(
    r"unknown (key|kind|datapath|wiring|state|oracle|fault|operation|platform|rounds|policy|choice"
    r"|verb|claim)|lacks '(?!at')|has to be a (mapping|list|text|whole number)"
    r"|is empty|control character|entries, and may have|is not a MAC address"
    r"|only a bridge of kind ovs has a (datapath|wiring)|has to be 1 to")
# Oracles and policies by the names that they had once are good, with a warning; and aliases and
# tags are YAML's, of which JSON has none.
NO_JSON = re.compile(r"alias|tag")


def read(text):
    if text.count("[") > 100:  # PyYAML takes seconds for that
        return None
    try:
        return schemas.read_yaml(text)
    except (yaml.YAMLError, RecursionError):
        return None


def test_a_shape_that_the_program_refuses_is_refused():
    let_pass, refused = [], 0
    for title, said, text in bad_scenarios.CASES:
        value = read(bad_scenarios.place_of(text)[0])
        if value is None or not SHAPE.search(said) or NO_JSON.search(title):
            continue
        if wrong(SCENARIO, value):
            refused += 1
        else:
            let_pass.append(f"{title}: {said}")
    assert let_pass == [] and refused > 100


def test_a_trace_that_the_program_refuses_is_refused():
    let_pass, refused = [], 0
    for title, said, text in bad_traces.CASES:
        try:
            value = json.loads(bad_traces.place_of(text)[0])
        except (ValueError, RecursionError):
            continue
        if SHAPE.search(said):
            if wrong(TRACE, value):
                refused += 1
            else:
                let_pass.append(f"{title}: {said}")
    assert let_pass == [] and refused > 10
