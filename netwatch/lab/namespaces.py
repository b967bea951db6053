"""Namespaces of the lab's own, for root and for ordinary users alike; by libc, without a shell."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.lab.faults import LabRefusedError

NEW_USER: Final = 0x10000000
NEW_NET: Final = 0x40000000
ROOT: Final = 0

REFUSED: Final = """\
this kernel does not let an ordinary user make a network of his own ({fault}).
    Either run the command as root, or let the kernel allow it:
        sysctl -w kernel.unprivileged_userns_clone=1          (Debian, where the key exists)
        sysctl -w user.max_user_namespaces=15000              (where it is 0)
        sysctl -w kernel.apparmor_restrict_unprivileged_userns=0   (Ubuntu 24.04 and later)"""
REFUSED_ROOT: Final = """\
this kernel does not let root make a network namespace ({fault}).
    In a container it needs CAP_SYS_ADMIN and CAP_NET_ADMIN; else the kernel lacks CONFIG_NET_NS."""


@dataclass(frozen=True, slots=True)
class Namespaces:
    """The two networks: the NOC, where this process now is, and the field, which the lab plays."""

    noc: int
    """File descriptor."""
    field: int
    own_user: bool

    @contextmanager
    def in_field(self) -> Iterator[None]:
        """Make what is done meanwhile (sockets opened, files written) happen in the field."""
        set_ns(self.field, NEW_NET)
        try:
            yield
        finally:
            set_ns(self.noc, NEW_NET)


def enter_new() -> Namespaces:
    """Move this process into new namespaces; it must not have started a thread yet.

    Raises:
        LabRefusedError: the kernel does not allow it; the message says what to do.
    """
    own_user = os.geteuid() != ROOT
    try:
        own_user = not _as_root()
        if own_user:
            _own_user()
            _unshare(NEW_NET)
        noc = _current_net()
        _unshare(NEW_NET)
        field = _current_net()
        set_ns(noc, NEW_NET)
    except OSError as fault:
        raise refused(fault, own_user=own_user) from fault
    return Namespaces(noc, field, own_user)


def refused(fault: OSError, *, own_user: bool) -> LabRefusedError:
    """Return what to tell a person whose kernel refuses."""
    text = REFUSED if own_user else REFUSED_ROOT
    return LabRefusedError(text.format(fault=fault.strerror or fault))


def join(user: Path | None, net: Path) -> None:
    """Move this process into the namespaces that these files of ``/proc`` stand for.

    Raises:
        OSError: they are gone, or belong to somebody else.
    """
    handles = [
        (os.open(path, os.O_RDONLY | os.O_CLOEXEC), kind)
        for path, kind in ((user, NEW_USER), (net, NEW_NET))
        if path is not None
    ]
    for handle, kind in handles:
        set_ns(handle, kind)
        os.close(handle)


def set_ns(handle: int, kind: int) -> None:
    """Join the namespace behind a file descriptor."""
    _checked(_libc().setns(handle, kind))


def _as_root() -> bool:
    """Enter a new network without a user namespace; False for all but a root with his powers."""
    if os.geteuid() != ROOT:
        return False
    try:
        _unshare(NEW_NET)
    except PermissionError:  # root of a container: as good as anybody else
        return False
    return True


def _own_user() -> None:
    user, group = os.geteuid(), os.getegid()
    _unshare(NEW_USER)
    proc = Path("/proc/self")
    (proc / "setgroups").write_text("deny")
    (proc / "uid_map").write_text(f"0 {user} 1")
    (proc / "gid_map").write_text(f"0 {group} 1")


def _current_net() -> int:
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _unshare(kind: int) -> None:
    _checked(_libc().unshare(kind))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
