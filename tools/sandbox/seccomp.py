"""A filter of system calls that lets a program start threads but no process.

A limit on the number of processes (RLIMIT_NPROC) binds no process of root's, in whatever
namespace it runs, and counts all that its user runs elsewhere. A filter binds everybody.
"""

from __future__ import annotations

import platform
import struct
from dataclasses import dataclass

# linux/filter.h, linux/seccomp.h
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FLAGS = 0, 4, 16  # offsets in seccomp_data; flags are clone's first word
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000


@dataclass(frozen=True)
class _Numbers:
    architecture: int
    clone: int
    clone3: int
    others: tuple[int, ...]  # fork, vfork, unshare, setns: those that there are


_MACHINES = {
    "x86_64": _Numbers(0xC000003E, 56, 435, (57, 58, 272, 308)),
    "aarch64": _Numbers(0xC00000B7, 220, 435, (97, 268)),
}


def threads_only(machine: str | None = None) -> bytes:
    """The filter as the kernel takes it; empty on a machine whose numbers are not known here."""
    numbers = _MACHINES.get(machine or platform.machine())
    if numbers is None:
        return b""
    # Each test names where to go when it holds; the others fall through.
    program: list[tuple[int, int, str, str]] = [
        (_LOAD, _ARCHITECTURE, "", ""),
        (_EQUAL, numbers.architecture, "", "kill"),
        (_LOAD, _NUMBER, "", ""),
        (_AT_LEAST, _X32, "refuse", ""),
        *((_EQUAL, number, "refuse", "") for number in numbers.others),
        # Its flags lie in memory, where a filter cannot look; without it libc uses clone.
        (_EQUAL, numbers.clone3, "unknown", ""),
        (_EQUAL, numbers.clone, "", "allow"),
        (_LOAD, _FLAGS, "", ""),
        (_ANY_BIT, _CLONE_THREAD, "allow", "refuse"),
    ]
    ends = {
        "allow": _ALLOW,
        "refuse": _ERROR | _EPERM,
        "unknown": _ERROR | _ENOSYS,
        "kill": _KILL,
    }
    place = {end: len(program) + index for index, end in enumerate(ends)}
    rows = [
        (code, place[yes] - at - 1 if yes else 0, place[no] - at - 1 if no else 0, operand)
        for at, (code, operand, yes, no) in enumerate(program)
    ]
    rows += [(_RETURN, 0, 0, value) for value in ends.values()]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)
