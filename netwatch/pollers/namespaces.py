"""Namespaces: where the probing engine stands when it asks."""

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A network namespace, such as a lab's, and the user namespace that owns it."""

    net: Path
    user: Path | None = None

    def options(self) -> list[str]:
        """Return the options that tell a child process to join."""
        user = [] if self.user is None else ["--user-ns", str(self.user)]
        return [*user, "--net-ns", str(self.net)]


def join(namespace: Namespace) -> None:
    """Move this process into ``namespace``: before it has a second thread or a socket.

    Raises:
        OSError: the namespace is gone, or this user may not enter it.
    """
    if namespace.user is not None and not _same(namespace.user, Path("/proc/self/ns/user")):
        _setns(namespace.user, _CLONE_NEWUSER)
    _setns(namespace.net, _CLONE_NEWNET)


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_ino == other.stat().st_ino


def _setns(path: Path, kind: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    place = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(place, kind) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"cannot join {path}: {os.strerror(number)}")
    finally:
        os.close(place)
