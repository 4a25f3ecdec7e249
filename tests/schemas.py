"""The schemas of docs/schemas/, their words, and how a file is read to be held to one.

YAML is read as an editor does: JSON's scalars, and no others (yaml.org/spec/1.2.2, "Core Schema").
"""
import copy
import json
import re

import pytest
import yaml
from conftest import ROOT

jsonschema = pytest.importorskip("jsonschema")
FOLDER = ROOT / "docs/schemas"
# Those that need a kernel have their outputs in netns-tests.
REAL = ["conform", "observe", "watch"]
NAMES = ["scenario", "trace", "result", "diff", "explain", "import", "list", "necessary",
         "preemptions", "replay", "sample", "shard", "ways", *REAL]


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class Core(yaml.SafeLoader):
    """PyYAML's own loader takes a MAC address for a number, and `on` for true."""
    yaml_implicit_resolvers = {}


for tag, pattern, first in [("bool", r"true|false", "tf"), ("null", r"null|~|", ["n", "~", ""]),
                            ("int", r"[-+]?[0-9]+", "-+0123456789")]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"),
                               list(first))


def as_json(value):
    """With texts as keys, as JSON has them."""
    if isinstance(value, dict):
        return {str(key): as_json(member) for key, member in value.items()}
    return [as_json(member) for member in value] if isinstance(value, list) else value


def read_yaml(text):
    return as_json(yaml.load(text, Loader=Core))


def alternatives(words):
    return "|".join(re.escape(word).replace("\\-", "-") for word in words)


def with_words(schema, policies, oracles, faults, operations):
    """The schema with these words where it has some: `policies` is the JSON of list policies, the
    others are names."""
    schema = copy.deepcopy(schema)
    names = [entry["name"] for entry in policies["entries"]]
    choices = "|".join(f"{choice['name']}=({alternatives(choice['values'])})"
                       for choice in policies["choices"])
    policy = f"({alternatives(names)})(,({choices}))*"
    there = schema["definitions"]
    if "policy-name" in there:
        there["policy-name"]["enum"] = names
    if "policy" in there:
        there["policy"]["anyOf"][1]["pattern"] = f"^{policy}$"
    if "oracle" in there:
        there["oracle"]["enum"] = oracles
    if "fault" in there:
        there["fault"]["enum"] = faults
    if "choices" in there:
        there["choices"].update(required=[choice["name"] for choice in policies["choices"]],
                                properties={choice["name"]: {"enum": choice["values"]}
                                            for choice in policies["choices"]})
    if "claim" in there:
        there["operation"]["enum"] = operations
        there["claim"]["anyOf"][1]["pattern"] = (
            "^(lasting )?(rarer|more often|in fewer interleavings|in more interleavings) than "
            f"{policy}$")
        there["claims-of-policy"]["properties"] = {
            oracle: {"$ref": "#/definitions/claims"} for oracle in oracles}
        of_policy = {"$ref": "#/definitions/claims-of-policy"}
        parts = schema["properties"]
        parts["claims"]["properties"] = {name: of_policy for name in names}
        parts["claims"]["patternProperties"] = {f"^{policy}$": of_policy}
        parts["faults"]["properties"] = {
            fault: {"$ref": "#/definitions/budget"} for fault in faults}
    return schema


def text_of(schema):
    return json.dumps(schema, indent=2) + "\n"


def objects(schema):
    """Every part of a schema that is about a mapping with keys of its own, by its path."""
    found = {}

    def look(part, path):
        if isinstance(part, dict):
            if part.get("type") == "object" and "properties" in part:
                found[path] = part
            for key, member in part.items():
                look(member, f"{path}/{key}")
        elif isinstance(part, list):
            for index, member in enumerate(part):
                look(member, f"{path}/{index}")
    look(schema, "")
    return found


def validator(name):
    schema = load(name)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def part_of(schema, part):
    """A validator of a part of the schema."""
    return jsonschema.Draft7Validator({**part, "definitions": schema["definitions"]})


SCENARIO, TRACE, RESULT = map(validator, NAMES[:3])


def wrong(by, value):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in by.iter_errors(value)]
