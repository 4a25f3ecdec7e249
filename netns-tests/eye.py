"""A look at a held world from inside: run there by test_eyes.py, with nothing of the harness.

  eye.py holders DEVICE        who has the tap's file open: process numbers, as JSON
  eye.py frames DEVICE PORT    whether frames pass from PORT, the far end of a veth whose near end
                               is on the bridge, to the file of the tap DEVICE, and back, from its
                               guest's MAC and from one that is nobody's, as JSON
"""
import ctypes
import json
import os
import select
import socket
import sys
import time

PIDFD_GETFD = 438  # since Linux 5.6, everywhere but on alpha
ETHERTYPE = b"\x88\xb6"  # for local experiments, IEEE 802; the harness uses the other one
PATIENCE = 1.0  # a frame takes 2 ms (facts 7)
STRANGER = b"\x52\x54\x00\x00\xee\x01"  # no guest's


def files_of(device):
    """Process and descriptor of every open file of the tap."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for number in os.listdir(f"/proc/{pid}/fdinfo"):
                with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as file:
                    if f"iff:\t{device}\n" in file.read():
                        yield int(pid), int(number)
        except OSError:
            pass  # a zombie has none


def borrow(device):
    """The guest's own file of its tap: what is written to it comes from the guest."""
    (pid, number), = files_of(device)
    fd = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, os.pidfd_open(pid), number, 0)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    return fd


def frame_from(mac):
    return b"\xff" * 6 + mac + ETHERTYPE + b"eye".ljust(50)


def mac_of_guest(device):
    """The tap's own, but for the first byte (facts 1a, S4)."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((device, 0))
        return b"\x52" + link.getsockname()[4][1:]


def passes(write, read, mac, behind=None):
    """Sends a frame until it arrives, or patience ends: a switch may drop one.  With another one
    sent behind it, the first of the two to arrive decides: nothing overtakes on its way."""
    frame = frame_from(mac)
    other = behind and frame_from(behind)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        write(frame)
        if other:
            write(other)
        again = time.monotonic() + 0.05
        while select.select([read], [], [], max(0.0, again - time.monotonic()))[0]:
            got = os.read(read, 2048)
            if got in (frame, other):
                return got == frame
    return False


def frames(device, port):
    tap = borrow(device)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as wire:  # ETH_P_ALL
        wire.bind((port, 0))
        far, guest = wire.fileno(), mac_of_guest(device)
        into = passes(wire.send, tap, STRANGER)
        out = passes(lambda frame: os.write(tap, frame), far, guest)
        spoofed = out and passes(lambda frame: os.write(tap, frame), far, STRANGER, behind=guest)
        return {"in": into, "out": out, "spoofed": spoofed}


if sys.argv[1] == "holders":
    print(json.dumps(sorted(pid for pid, _ in files_of(sys.argv[2]))))
else:
    print(json.dumps(frames(*sys.argv[2:])))
