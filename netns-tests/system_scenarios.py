"""Prints the scenarios with a bridge of the kernel's own datapath: for `make conform-vm`."""
from pathlib import Path

import yaml


def system_scenarios():
    folder = Path(__file__).resolve().parent.parent / "scenarios"
    for path in sorted(folder.glob("*.yaml")):
        scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "rounds" in scenario:  # runs without an end
            continue
        if any(bridge["kind"] == "ovs" and bridge.get("datapath", "system") == "system"
               for bridge in scenario["network"].values()):
            yield path


if __name__ == "__main__":
    print(*(path.relative_to(Path.cwd()) for path in system_scenarios()))
