"""What holds a schema of docs/schemas to documents that the program has written: it takes them, has
no key that none of them has, and refuses each of them when one thing in it is wrong."""
import copy

import schemas


def alternatives(schema, part, value):
    """What else a part of the schema says of the value."""
    one_of = [each for each in part.get("oneOf", [])
              if not schemas.wrong(schemas.part_of(schema, each), value)]
    return [*part.get("allOf", []), *part.get("anyOf", []), *one_of]


def keys_met(schema, part, value, met):
    """Marks the keys of `value` that a part of the schema lists."""
    if "$ref" in part:
        keys_met(schema, schema["definitions"][part["$ref"].rsplit("/", 1)[1]], value, met)
    for each in alternatives(schema, part, value):
        keys_met(schema, each, value, met)
    if isinstance(value, dict):
        for key, member in value.items():
            if key in part.get("properties", {}):
                met.add((id(part), key))
                keys_met(schema, part["properties"][key], member, met)
    if isinstance(value, list) and "items" in part:
        for member in value:
            keys_met(schema, part["items"], member, met)


def dead_keys(schema, documents):
    """Of pairs of a part of the schema and a document that is such a part: keys that none has."""
    met = set()
    for part, document in documents:
        keys_met(schema, part, document, met)
    return {f"{path}: {key}" for path, part in schemas.objects(schema).items()
            for key in part["properties"] if (id(part), key) not in met}


def parts_of(value, path=(), shape=()):
    """Each part of a document, by its path; of parts in one place of a list's members the first
    one that has these keys."""
    if isinstance(value, (dict, list)):
        keys = tuple(value) if isinstance(value, dict) else len(value) > 0
        yield path, (shape, keys), value
    members = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else []
    for key, member in members:
        yield from parts_of(member, (*path, key), (*shape, key if isinstance(key, str) else "[]"))


def changed(document, path, change):
    document = copy.deepcopy(document)
    part = document
    for key in path:
        part = part[key]
    change(part)
    return document


def broken(document, optional, seen):
    """Documents in each of which one thing is wrong, and what that is; `optional` are keys that
    need not be there, `seen` the shapes of parts that have been broken already."""
    for path, shape, part in parts_of(document):
        if shape in seen or not isinstance(part, dict):
            continue
        seen.add(shape)
        yield f"{path}: another key", changed(document, path, lambda its: its.update(zzzzzzzz=1))
        # The daemons that have a policy are not keys of a format, and any may be missing.
        for key, value in part.items() if path[-1:] != ("daemons",) else ():
            other = 0.5 if isinstance(value, list) else [0.5]
            yield f"{path}: {key}", changed(document, path,
                                            lambda its, key=key, other=other:
                                            its.update({key: other}))
            if key not in optional:
                yield f"{path}: no {key}", changed(document, path,
                                                   lambda its, key=key: its.pop(key))


def expect(name, documents, optional=frozenset()):
    """Each document is one of that schema, and none when it is broken.  Returns how many broken
    ones were refused."""
    schema, refused, seen = schemas.validator(name), 0, set()
    for document in documents:
        assert not schemas.wrong(schema, document)[:3]
        for what, bad in broken(document, optional, seen):
            assert not schema.is_valid(bad), what
            refused += 1
    return refused
