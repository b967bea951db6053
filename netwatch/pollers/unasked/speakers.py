"""Network -> who speaks from which address. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Network

_MAPPED: Final = "::ffff:"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A device that may say something unasked, and the credential that the inventory names."""

    device: DeviceId
    snmp: str | None = None


Speakers = Mapping[str, Speaker]
"""Source address, as the kernel writes it -> who that is."""


def speakers(network: Network) -> dict[str, Speaker]:
    """Return from which address each device speaks; an address of two devices is nobody's."""
    known: dict[str, Speaker] = {}
    shared: set[str] = set()
    for device in network.devices.values():
        if device.address is not None:
            address = str(device.address)
            if address in known:
                shared.add(address)
            known[address] = Speaker(device.id, device.snmp)
    return {address: speaker for address, speaker in known.items() if address not in shared}


def plain_address(source: str) -> str:
    """Return an address as `speakers` writes it: without zone, an IPv4 one as such."""
    return source.removeprefix(_MAPPED).partition("%")[0] if ":" in source else source


def to_rows(known: Speakers) -> list[list[str | None]]:
    """Return them as rows that pass the door: address, device, credential."""
    return [[address, who.device, who.snmp] for address, who in known.items()]


def of_rows(rows: Iterable[Any]) -> dict[str, Speaker]:
    """Read what `to_rows` wrote.

    Raises:
        ValueError: these are no such rows.
    """
    known: dict[str, Speaker] = {}
    for row in rows:
        address, device, snmp = row
        if not isinstance(device, str) or not isinstance(snmp, str | None):
            raise ValueError("a row of speakers is an address, a device and a credential")  # noqa: TRY004 (what came is data, not a caller's mistake)
        known[str(ip_address(address))] = Speaker(DeviceId(device), snmp)
    return known
