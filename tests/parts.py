"""What the tests of parts of a check need: scenarios of which some claims compare policies, and
results without what differs from run to run."""
import json

from bad_scenarios import scenario

# Claims that compare chain four policies of one scenario; its fifth stands alone.
CHAINED = ("{mac-check: {lost-attachment: rarer than libvirt-6.6}, counter: {lost-attachment: "
           "never}, exists-check: {lost-attachment: rarer than libvirt-6.6}, lowest-free: "
           "{duplicate-name: [sometimes, in fewer interleavings than exists-check]}}")
PLAIN = "{libvirt-6.6: {lost-attachment: sometimes}, counter: {lost-attachment: never}}"
WAITS = "[stop a, {start b: {after: kill a}}, {stop b: {after: start-failed a}}]"
CELLS = {"chained.yaml": 5, "plain.yaml": 2, "wrong.yaml": 1}
UNITS = 1 + 1 + 2 + 1


def write(folder):
    (folder / "chained.yaml").write_text(scenario(claims=CHAINED), encoding="utf-8")
    (folder / "plain.yaml").write_text(scenario(claims=PLAIN, title="Other"), encoding="utf-8")
    (folder / "wrong.yaml").write_text(
        scenario(claims="{libvirt-6.6: {lost-attachment: [never, lasting never]}}"),
        encoding="utf-8")
    return sorted(CELLS)


def steady(value):
    """Without what is under `timing`."""
    if isinstance(value, dict):
        return {key: steady(each) for key, each in value.items() if key != "timing"}
    return [steady(each) for each in value] if isinstance(value, list) else value


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(path):
    """The bytes of a result, without timing: the order of keys counts."""
    return json.dumps(steady(load(path)))
