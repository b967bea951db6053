"""The kernel's own address table: who is on the same wire as netwatch itself."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

ARP_TABLE: Final = Path("/proc/net/arp")
_COMPLETE: Final = 0x2
"""ATF_COM of linux/if_arp.h: somebody has answered."""
_FIELDS: Final = 6
_NOBODY: Final = "00:00:00:00:00:00"


def own_neighbours(table: Path = ARP_TABLE) -> dict[str, str]:
    """Return IP address -> hardware address of those who answered here lately; IPv4 only.

    Where there is no such table, nothing is known: that is no fault.
    """
    try:
        lines = table.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(_entries(lines[1:]))


def _entries(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        fields = line.split()
        if len(fields) == _FIELDS and fields[3] != _NOBODY and _complete(fields[2]):
            yield fields[0], fields[3].lower()


def _complete(flags: str) -> bool:
    try:
        return bool(int(flags, 16) & _COMPLETE)
    except ValueError:
        return False
