"""Small runs of each command, and what they read and write: in them something is to fail."""
import json
import shutil
from pathlib import Path

from bad_scenarios import scenario
from test_import import Journal, link, time

CLAIMS = "{libvirt-6.6: {lost-attachment: never}, counter: {lost-attachment: never}}"
GIVEN = ["-p", "libvirt-6.6", "-s", "a kernel/a b"]  # goes on to a violation: see `prepare`

# What each command does; OUT/... is written.
RUNS = {
    "check": ["check", "--jobs", "1", "--json", "OUT/out.json", "good.yaml"],
    "check -p": ["check", "--jobs", "1", "-p", "counter,hold=2", "good.yaml"],
    "check --matrix": ["check", "--jobs", "1", "--matrix", "--baseline", "base.json", "good.yaml"],
    "check --shard": ["check", "--jobs", "1", "--shard", "1/2", "--json", "OUT/out.json",
                      "good.yaml"],
    "explore": ["explore", "--jobs", "1", "-p", "libvirt-6.6", "--json", "OUT/out.json",
                "--traces", "OUT", "good.yaml"],
    "explore --checkpoint": ["explore", "--jobs", "1", "-p", "libvirt-6.6", "--max-states", "40",
                             "--checkpoint", "OUT/search", "good.yaml"],
    "explore --resume": ["explore", "--jobs", "1", "-p", "libvirt-6.6", "--resume", "search",
                         "good.yaml"],
    "explore --sample": ["explore", "--jobs", "1", "-p", "libvirt-6.6", "--sample", "random",
                         "--walks", "20", "good.yaml"],
    "replay": ["replay", "--json", "OUT/out.json", "trace.json"],
    "explain": ["explain", "--jobs", "1", "--json", "OUT/out.json", "trace.json"],
    "explain --ways": ["explain", "--jobs", "1", "-p", "libvirt-6.6", "--oracle",
                       "lost-attachment", "--ways", "2", "good.yaml"],
    "diff": ["diff", "--jobs", "1", "-p", "libvirt-6.6", "-p", "counter", "--orders", "--json",
             "OUT/out.json", "good.yaml"],
    "necessary": ["necessary", "--jobs", "1", "-p", "exists-check", "--json", "OUT/out.json",
                  "good.yaml"],
    "keep": ["keep", "-o", "OUT/kept.yaml", "trace.json"],
    "import": ["import", "--links", "links", "--json", "OUT/out.json", "conf.db"],
    "import without links": ["import", "--json", "OUT/out.json", "conf.db", "hook"],
    "merge": ["merge", "--json", "OUT/out.json", "1.json", "2.json"],
    "export": ["export", "promela", "-p", "libvirt-6.6", "-o", "OUT/model", "good.yaml"],
    "list": ["list", "policies", "--json", "OUT/out.json"],
    "describe": ["describe", "man", "check"],
    **{f"draw --as {form}": ["draw", "--as", form, "-o", "OUT/drawn", "trace.json"]
       for form in ("mermaid", "mail", "dot", "perfetto")},
    "draw --as states": ["draw", "--as", "states", "-p", "libvirt-6.6", "-o", "OUT/drawn",
                         "tiny.yaml"],
    **{f"--report {form}": ["check", "--jobs", "1", "--report", f"{form}=OUT/report{ending}",
                            "good.yaml"]
       for form, ending in (("junit", ".xml"), ("ktap", ""), ("gitlab", ".json"), ("github", ""),
                            ("sarif", ".sarif"), ("html", ".html"))},
}


def prepare(tapweave, folder):
    """Writes what they read."""
    (folder / "good.yaml").write_text(scenario(claims=CLAIMS), encoding="utf-8")
    (folder / "tiny.yaml").write_text(scenario(actors="[stop a]"), encoding="utf-8")
    (folder / "traces").mkdir()

    def run(status, *arguments):
        done = tapweave(*arguments, cwd=folder)
        assert done.returncode == status, done.stderr
    run(1, "explore", "-p", "libvirt-6.6", "--traces", "traces", "good.yaml")
    trace = json.loads((folder / "traces/lost-attachment.json").read_text(encoding="utf-8"))
    trace["scenario"]["path"] = "good.yaml"
    (folder / "trace.json").write_text(json.dumps(trace), encoding="utf-8")
    shutil.rmtree(folder / "traces")
    run(1, "check", "--json", "base.json", "good.yaml")
    for part in "12":
        done = tapweave("check", "--shard", f"{part}/2", "--json", f"{part}.json", "good.yaml",
                        cwd=folder)
        assert done.returncode in (0, 1), done.stderr
    run(3, "explore", "-p", "libvirt-6.6", "--max-states", "40", "--checkpoint", "search",
        "good.yaml")
    journal = Journal()
    row = journal.insert(1.1, "vnet0", external_ids=["map", [["vm-id", "a"]]])
    journal.delete(4, row)
    journal.delete(5, journal.insert(4, "vnet0", external_ids=["map", [["vm-id", "b"]]]))
    (folder / "conf.db").write_text(journal.text, encoding="utf-8")
    (folder / "links").write_text(link(1, 2, "vnet0") + link(9, 2, "vnet0", gone=True),
                                  encoding="utf-8")
    calls = ((0.9, "c prepare begin"), (1, "c started begin vnet0"), (9, "d prepare begin"))
    (folder / "hook").write_text("".join(f"{time(at)[1:-1]}Z {call}\n" for at, call in calls),
                                 encoding="utf-8")


def outputs(folder):
    """All files below OUT, and what is in them but for how long it took."""
    return {str(path.relative_to(folder)): untimed(path) for path in Path(folder).rglob("*")
            if path.is_file()}


def untimed(path):
    data = path.read_bytes()
    try:
        return without_timing(json.loads(data))
    except ValueError:
        return data


def without_timing(value):
    if isinstance(value, dict):
        return {key: without_timing(its) for key, its in value.items() if key != "timing"}
    return [without_timing(its) for its in value] if isinstance(value, list) else value
