"""What OLTs and bridges know of a home that no inventory says: number, description, hardware."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId

_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The end of a line as the gear above it shows it."""

    number: int | None = None
    """Of an ONU on its port; None: the next one that is free."""
    description: str = ""
    """What people wrote into the OLT."""
    macs: tuple[bytes, ...] = ()
    """Hardware addresses (6 octets each) of what the customer plugged in."""


def numbered(
    onus: Sequence[DeviceId], terminals: Mapping[DeviceId, Terminal], first: int
) -> list[tuple[int, DeviceId]]:
    """Return the ONUs of one port with their numbers, in the order of these.

    Args:
        onus: those of one port, in the order in which they were taken.
        terminals: what is known of some of them.
        first: where the OLT begins to count.
    """
    given = {onu: terminals[onu].number for onu in onus if onu in terminals}
    taken = {number for number in given.values() if number is not None}
    found: list[tuple[int, DeviceId]] = []
    free = first
    for onu in onus:
        number = given.get(onu)
        if number is None:
            while free in taken:
                free += 1
            number, free = free, free + 1
        found.append((number, onu))
    return sorted(found)


def epon_address(serial: str | None) -> bytes | None:
    """Return the six octets by which EPON knows an ONU; None: its serial is no MAC address."""
    written = _MAC.fullmatch(serial or "")
    return bytes.fromhex(re.sub("[:-]", "", written[0])) if written else None
