"""--max-memory: what a search takes is what it was given, neither more nor much less."""
import subprocess
import sys

import pytest

WORLD = """
title: Four guests start and stop
report: none
network: {br0: {kind: ovs}}
guests: {a: {nic: {bridge: br0}}, b: {nic: {bridge: br0}}, c: {nic: {bridge: br0}},
         d: {nic: {bridge: br0}}}
actors: [[start a, stop a], [start b, stop b], [start c, stop c], [start d, stop d]]
"""
MEGABYTE = 1 << 20


# The kernel counts what a process had before its exec, too: so it is begun by one that is small.
PEAK = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print("\\npeak", os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024)
"""


def peak(tapweave, path, *options):
    """The exit status of a search, and its largest resident set in bytes."""
    command = [tapweave.binary, "explore", "-p", "libvirt-6.6", "--reduce=none", *options, path]
    run = subprocess.run([sys.executable, "-IS", "-c", PEAK, *command], check=True, text=True,
                         stdout=subprocess.PIPE)
    status, most = run.stdout.splitlines()[-1].split()[1:]
    return int(status), int(most)


@pytest.mark.parametrize("megabytes, jobs", [(64, 1), (72, 2), (96, 2)])
def test_a_search_takes_what_it_was_given(tapweave, tmp_path, megabytes, jobs):
    """To within 5 %, and the program itself."""
    path, limit, program = tmp_path / "world.yaml", megabytes * MEGABYTE, 5 * MEGABYTE
    path.write_text(WORLD, encoding="utf-8")
    status, most = peak(tapweave, path, f"--max-memory={megabytes}M", f"--jobs={jobs}")
    assert status == 3
    assert 0.95 * limit <= most <= 1.05 * limit + program, most / limit
