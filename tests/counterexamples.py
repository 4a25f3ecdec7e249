"""Which counterexamples there are to replay, each once."""
import functools
import json

import yaml
from conftest import ROOT, SCENARIOS


def policies_of(path, named):
    """The policies that the scenario makes claims about or compares with, and all named ones."""
    claims = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["claims"]
    compared = [word.split(" than ")[1]
                for oracles in claims.values() for claim in oracles.values()
                for word in ([claim] if isinstance(claim, str) else claim) if " than " in word]
    return list(dict.fromkeys([*claims, *compared, *named]))


@functools.cache
def world_of(path):
    """What is the same in scenarios that are one world, and differ in what they claim."""
    text = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return json.dumps({key: text[key] for key in text if key not in ("title", "report", "claims")})


def new_policies_of(path, named):
    """Without those under which an earlier scenario is the same world."""
    earlier = [other for other in SCENARIOS if other < path and world_of(other) == world_of(path)]
    covered = {policy for other in earlier for policy in policies_of(other, named)}
    return [policy for policy in policies_of(path, named) if policy not in covered]


def schedules_of(files):
    """A cell's traces, those together that differ in their oracle alone: [{oracle: its file}]"""
    found = {}
    for oracle, file in files.items():
        trace = json.loads(file.read_text(encoding="utf-8"))
        assert trace.pop("oracle") == oracle
        found.setdefault(json.dumps(trace), {})[oracle] = file
    return list(found.values())
