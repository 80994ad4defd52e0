"""Restricts access to the file system to a few paths (Landlock: needs no privilege, Linux 5.13 and later).

No Django here: a confined child loads this file.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture
_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE, _READ, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 14
_SINCE = ((1, (1 << 13) - 1), (2, 1 << 13), (3, _TRUNCATE))  # which rights which version knows
_PR_SET_NO_NEW_PRIVS = 38


def version() -> int:
    """The kernel's version of Landlock; 0 without it."""
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION))


def keep_only(*, runnable: Iterable[str], readable: Iterable[int], writable: Iterable[int]) -> bool:
    """From now on only the files below `runnable` can be read and run, and the open files of the other two be opened
    again. False, and nothing is given up, where the kernel cannot do that."""
    known = version()
    if not known:
        return False
    handled = sum(rights for since, rights in _SINCE if known >= since)
    attributes = struct.pack("Q", handled)
    rules = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    for path in runnable:
        with contextlib.suppress(FileNotFoundError):
            _allow(rules, os.open(path, os.O_PATH), (_READ | _EXECUTE) & handled)
    for handle in readable:
        _allow(rules, handle, _READ)
    for handle in writable:
        _allow(rules, handle, (_READ | _WRITE | _TRUNCATE) & handled)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _call(_RESTRICT_SELF, rules, 0) == 0


def _allow(rules: int, handle: int, rights: int) -> None:
    rule = struct.pack("=Qi", rights, handle)
    _call(_ADD_RULE, rules, _PATH_BENEATH, rule, 0)


def _call(number: int, *arguments: bytes | int | None) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
