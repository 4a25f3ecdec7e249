"""Malformed traces for test_bad_input.py: a name, what has to be said, and the text.

As in bad_scenarios.py a mark stands where the complaint has to point to.  Where it may point to
any column of a token, because that is all that a JSON parser says, there is a mark at the token's
beginning and one at its last character.  The scenario is a file called good.yaml beside the trace,
the schedule the shortest one in which two guests have one name."""
import json

from bad_scenarios import MARK

MOST_STEPS = 4096
STEPS = """[
    {"actor": "a", "step": "kill"},
    {"actor": "kernel/a", "step": "close-descriptors"},
    {"actor": "b", "step": "create-tap"}
  ]"""
GOOD = {
    "schema": '"tapweave-trace/1"',
    "scenario": '{"path": "good.yaml"}',
    "policy": '"libvirt-6.6"',
    "oracle": '"duplicate-name"',
    "steps": STEPS,
}


def trace(**parts):
    """A good trace's text with some parts replaced, left out (None) or added."""
    members = [f'  "{key}": {value}' for key, value in {**GOOD, **parts}.items()
               if value is not None]
    return "{\n" + ",\n".join(members) + "\n}\n"


def place_of(text):
    """The text without the marks, the line, and the first and the last column that are right."""
    before, *others = text.split(MARK)
    assert 1 <= len(others) <= 2
    first = len(before) - (before.rfind("\n") + 1) + 1
    length = len(others[0]) if len(others) == 2 else 0
    return "".join([before, *others]), before.count("\n") + 1, first, first + length


CASES = []


def bad(name, expected, text=None, **parts):
    CASES.append((name, expected, trace(**parts) if text is None else text))


def steps(*lines):
    return "[\n" + ",\n".join("    " + line for line in lines) + "\n  ]"


def step(actor, name=None):
    return json.dumps({"actor": actor} if name is None else {"actor": actor, "step": name})


KILL, CLOSE = step("a", "kill"), step("kernel/a", "close-descriptors")
CREATE = step("b", "create-tap")

bad("daemons-unknown-policy", "unknown policy 'libvirt-6.7'; did you mean 'libvirt-6.6'?",
    daemons='{"2": "«libvirt-6.7"}')
bad("daemons-fourth", "a daemon has to be a whole number from 1 to 3",
    daemons='{«"4": "libvirt-6.6"}')

# ---- no JSON ----
bad("empty", "not JSON", "«")
bad("blank", "not JSON", "\n\n«")
bad("word", "not JSON", "«hell«o\n")
bad("a-text", "not JSON", '«"hello«"\n')
bad("a-yaml-file", "not JSON", "«titl«e: A title\n")
bad("trailing-comma", "not JSON", trace().replace('"\n}', '"\n«}').replace("]\n}", "],\n«}"))
bad("single-quotes", "not JSON", "{«'schema«': 1}")
bad("comment", "not JSON", "{\n «/«/ no comment\n}")
bad("not-closed", "not JSON", trace(steps=None).replace("\n}\n", "\n«"))
bad("newline-in-a-text", "not JSON", '{"schema": «"tap«\nweave-trace/1"}')
bad("second-document", "not JSON", trace() + "«{}")
bad("nan", "not JSON", '{"schema": «Na«N}')
bad("nul", "NUL", '{"schema": "«\0"}')
bad("escaped-nul", "not JSON", '{"schema": «"\\u0000«"}')
bad("deep-nesting", "not JSON", '{"schema": ' + "[" * 2047 + "«[" + "[" * 50000)

# ---- the wrong keys, types and words ----
bad("list", "a trace has to be a mapping", "«[]\n")
bad("key-twice", "duplicate object key", trace(policy='"counter",\n  «"policy«": "counter"'))
bad("key-of-step-twice", "duplicate object key",
    trace(steps=steps('{"actor": "a", «"actor«": "a"}')))
for part in ("schema", "scenario", "policy", "steps"):
    bad("no-" + part, f"a trace lacks '{part}'", "«" + trace(**{part: None}))
bad("no-path", "a trace's scenario lacks 'path'", scenario='«{"title": "A title"}')
bad("no-actor", "a step lacks 'actor'", steps=steps(KILL, "«" + '{"step": "kill"}'))
bad("unknown-key", "unknown key 'polcy'; did you mean 'policy'?",
    policy='"counter",\n  «"polcy": 1')
bad("unknown-key-far", "unknown key 'tool'", policy='"counter",\n  «"tool": "tapweave"')
bad("unknown-key-of-scenario", "unknown key 'sha265'; did you mean 'sha256'?",
    scenario='{"path": "good.yaml", «"sha265": "0"}')
bad("unknown-key-of-step", "unknown key 'actro'; did you mean 'actor'?",
    steps=steps('{«"actro": "a"}'))
bad("schema", "'tapweave-trace/2'; did you mean 'tapweave-trace/1'?",
    schema='«"tapweave-trace/2"')
bad("schema-of-a-result", "; did you mean 'tapweave-trace/1'?", schema='«"tapweave-result/1"')
bad("schema-number", "unknown schema", schema="«1")
bad("scenario-text", "a trace's scenario has to be a mapping", scenario='«"good.yaml"')
bad("path-list", "a path has to be a text", scenario='{"path": «["good.yaml"]}')
bad("path-empty", "a path is empty", scenario='{"path": «""}')
bad("sha256-long", "sha256 is longer than 64 bytes",
    scenario='{"path": "good.yaml", "sha256": «"' + "0" * 65 + '"}')
bad("policy-list", "a policy has to be a text", policy='«["counter"]')
bad("policy", "unknown policy 'countr'; did you mean 'counter'?", policy='"«countr"')
bad("choice", "unknown choice 'port-gaurd'; did you mean 'port-guard'?",
    policy='"libvirt-6.6,«port-gaurd=mac"')
bad("value", "unknown port-guard 'exist'; did you mean 'exists'?",
    policy='"libvirt-6.6,hold=1,port-guard=«exist"')
bad("oracle", "unknown oracle 'duplicat-name'; did you mean 'duplicate-name'?",
    oracle='«"duplicat-name"')
bad("oracle-list", "oracle has to be a text", oracle='«["duplicate-name"]')
bad("steps-mapping", "steps has to be a list", steps="«{}")
bad("steps-text", "steps has to be a list", steps='«"a kernel/a b"')
bad("step-text", "a step has to be a mapping", steps=steps(KILL, '«"kernel/a"'))
bad("actor-list", "an actor has to be a text", steps=steps('{"actor": «["a"]}'))
bad("actor-empty", "an actor is empty", steps=steps('{"actor": «""}'))
bad("actor-long", "an actor is longer than", steps=steps('{"actor": «"' + "x" * 100 + '"}'))
bad("name-long", "a step's name is longer", steps=steps(step("a")[:-1] + ', "step": «"'
                                                         + "x" * 100 + '"}'))

# ---- places: behind texts with escapes, quotes, brackets and other alphabets, and over lines ----
TITLE = r'"a \"quoted\" {title}: [1, 2], \\\\ \u00e9 \ud83d\ude00 caf\u00e9 日本"'
bad("behind-a-title", "unknown key 'polcy'", scenario='{"path": "good.yaml", "title": ' + TITLE
    + ', «"polcy": 1}')
bad("behind-a-title-and-a-line", "unknown oracle", scenario='{"title":\n' + TITLE
    + ',\r\n\t"path": "good.yaml"}', oracle='\n \t «"nothing-that-is-an-oracle"')
bad("crowded", "a path is empty", '{"schema":"tapweave-trace/1","scenario":{"path":«""},"policy":1,'
    '"steps":[]}')
bad("literals", "unknown key 'd'", '{"policy":[1.5e3,true,null,-0,{},[],""],«"d":0}')
bad("actor-number", "unknown actor '12'", steps=steps('«{"actor": 12}'))

# ---- schedules that cannot be ----
bad("unknown-actor", "step 2: unknown actor 'kernel/c'; did you mean 'kernel/a'?",
    steps=steps(KILL, "«" + step("kernel/c")))
bad("unknown-actor-far", "step 1: unknown actor 'horse'", steps=steps("«" + step("horse")))
bad("not-enabled-first", "step 1: kernel/a cannot take a step here; enabled: a, b",
    steps=steps("«" + CLOSE))
bad("not-enabled-later", "step 3: a cannot take a step here; enabled: b, kernel/a",
    steps=steps(KILL, CLOSE, "«" + step("a", "remove-filter"), CREATE))
bad("swapped", "step 1: kernel/a cannot take a step here", steps=steps("«" + CLOSE, KILL, CREATE))
bad("swapped-and-unnamed", "step 1: kernel/a cannot take a step here",
    steps=steps("«" + step("kernel/a"), step("a"), step("b")))
bad("other-name", "step 2: the trace says 'exit', but the step that kernel/a can take here is "
    "'close-descriptors'", steps=steps(KILL, "«" + step("kernel/a", "exit"), CREATE))
bad("unknown-name", "step 1: the trace says 'kil'", steps=steps("«" + step("a", "kil")))
# B starts alone: create-tap, set-mac, add-port and ovs-vswitchd, link-up, exec.
ALONE = [step(actor) for actor in ("b", "b", "b", "ovs-vswitchd", "b", "b")]
# Then A stops: kill, its exit in two steps, del-port and ovs-vswitchd, release.
ENDED = [step(actor) for actor in ("a", "kernel/a", "kernel/a", "a", "ovs-vswitchd", "a")]
bad("after-the-end", "step 13: a cannot take a step here; enabled: nobody",
    oracle=None, steps=steps(*ALONE, *ENDED, "«" + step("a")))
bad("oracle-not-violated", "violates lost-attachment, and it does not",
    oracle='«"lost-attachment"')
bad("lasting-without-oracle", "a trace that lasts has the oracle", oracle=None, lasting="«true")
bad("lasting-oracle", "a trace that lasts has the oracle", oracle='"duplicate-name"',
    lasting="«true")
bad("oracle-not-yet-violated", "violates duplicate-name, and it does not",
    oracle='«"duplicate-name"', steps=steps(KILL, CLOSE))
bad("too-many-steps", f"steps has {MOST_STEPS + 1} entries, and may have 0 to {MOST_STEPS}",
    steps="«" + steps(*[step("a")] * (MOST_STEPS + 1)))
