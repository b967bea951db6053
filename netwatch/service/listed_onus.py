"""ONUs as OLTs list them, held against the inventory. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, DeviceKind, Network
from netwatch.pollers.discovery.found import Found
from netwatch.service.disagreements import Disagreement

_DIGITS: Final = re.compile(r"\d+")
_NO_ID: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOnu:
    """An ONU, the OLT that lists it, and what the inventory has of it."""

    id: DeviceId
    via: DeviceId
    port: str
    serial: str
    known: Device | None = None


def onus_of(
    found: Iterable[Found], names: Mapping[Address, DeviceId], network: Network
) -> Iterator[ListedOnu]:
    """Yield each ONU once; it is known by its serial number."""
    known = {
        device.serial.casefold(): device
        for device in network.devices.values()
        if device.serial and device.kind is DeviceKind.ONU
    }
    taken = {*network.devices, *names.values()}
    seen: set[str] = set()
    for olt in found:
        for onu in olt.onus:
            word = onu.serial.casefold()
            if word in seen:
                continue
            seen.add(word)
            device = known.get(word)
            name = device.id if device else _new(onu.serial, taken)
            taken.add(name)
            via = names[olt.address]
            yield ListedOnu(id=name, via=via, port=onu.port, serial=onu.serial, known=device)


def _new(serial: str, taken: set[DeviceId]) -> DeviceId:
    wanted = f"onu-{_NO_ID.sub('-', serial)[:50]}"
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return DeviceId(name)


def onus_elsewhere(onus: Sequence[ListedOnu]) -> Iterator[Disagreement]:
    """Yield ONUs that the inventory has at another OLT, or on another port.

    Ports are compared by their numbers: ``GPON 0/1/3`` is ``0/1/3``.
    """
    for one in onus:
        device = one.known
        if device is None:
            continue
        same_port = not device.port or _DIGITS.findall(device.port) == _DIGITS.findall(one.port)
        if device.via == one.via and (same_port or not one.port):
            continue
        there = ":".join(filter(None, (device.via, device.port))) or "nowhere"
        yield Disagreement(
            kind="onu-moved",
            element=f"device:{device.id}",
            wrong=f"it is at {one.via}:{one.port}, the inventory has {there}",
            remedy="was it moved to another port? correct `via` and `port`",
        )
