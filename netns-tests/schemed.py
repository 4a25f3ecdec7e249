"""What a command that needs a kernel has written, held to its schema in docs/schemas."""
import sys

from conftest import ROOT

# Keys of a conform --json that need not be there (docs/formats.md); all others do.
OPTIONAL = {"on", "machine", "emulated", "datapath", "not-compared", "unsupported", "divergence",
            "daemons"}


def expect(name, *documents, broken=False):
    """Each is of that schema; if asked for, none is when one thing in it is wrong, and every key of
    the schema is there.  A test has it at its end, and is skipped there without jsonschema."""
    sys.path.append(str(ROOT / "tests"))
    import held  # pylint: disable=import-outside-toplevel
    import schemas  # pylint: disable=import-outside-toplevel
    sys.path.pop()
    schema = schemas.validator(name)
    for document in documents:
        assert not schemas.wrong(schema, document)
    if broken:
        assert held.expect(name, documents, OPTIONAL) > 10
        dead = held.dead_keys(schema.schema, [(schema.schema, each) for each in documents])
        assert {key for key in dead if key.rsplit(" ", 1)[1] not in OPTIONAL} == set()
