"""A kernel that has less, or allows less, than this one: system calls that fail, by seccomp.

Needs CAP_SYS_ADMIN; each function is for subprocess's preexec_fn."""
import ctypes
import errno
import os
import struct

# System call numbers.
CALLS = {"socket": {"x86_64": 41, "aarch64": 198}, "ioctl": {"x86_64": 16, "aarch64": 29},
         "mount": {"x86_64": 165, "aarch64": 40}}
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF: load a word of struct seccomp_data, compare, return
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
AF_NETLINK, NETLINK_NETFILTER, NETLINK_GENERIC = 16, 12, 16
TUNSETIFF = 0x400454CA


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def refuse(call, arguments, error):
    """The system call fails so when its arguments, by number from 0, have these low words."""
    wanted = [(0, CALLS[call][os.uname().machine])]
    wanted += [(16 + 8 * number, word) for number, word in arguments.items()]
    steps = []
    for at, (offset, word) in enumerate(wanted):
        steps += [(LOAD, 0, 0, offset), (EQUAL, 0, 2 * (len(wanted) - at) - 1, word)]
    steps += [(RETURN, 0, 0, ERRNO | error), (RETURN, 0, 0, ALLOW)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = Program(len(steps), code)
    if ctypes.CDLL(None).prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)) != 0:
        raise OSError("prctl")


def refuse_netfilter(error):
    refuse("socket", {0: AF_NETLINK, 2: NETLINK_NETFILTER}, error)


def without_netfilter():
    """What a kernel says that has none."""
    refuse_netfilter(errno.EPROTONOSUPPORT)
