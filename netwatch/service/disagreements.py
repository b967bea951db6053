"""What was found, held against the inventory -> where the two do not agree. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, DeviceKind, Network
from netwatch.pollers.discovery.found import Found
from netwatch.pollers.discovery.names import folded

_ALIKE: Final = frozenset(
    {DeviceKind.ROUTER, DeviceKind.SWITCH, DeviceKind.BNG, DeviceKind.SERVER, DeviceKind.CPE}
)
"""What a maker calls one, an operator may use as another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Inventory and wire say different things."""

    kind: str
    """Of a device ``missing`` (silent), ``address``, ``kind``, ``serial``, ``name``, ``parent``;
    of a link ``link-missing``, ``link-moved``."""
    element: str
    wrong: str
    remedy: str


def recognised(found: Sequence[Found], network: Network) -> dict[Address, Device]:
    """Return which device of the inventory each found one is.

    The address tells; where none is known, a serial number or a name does that the inventory has
    once, of a device that does not answer at its own address.
    """
    by_address = {d.address: d for d in network.devices.values() if d.address is not None}
    known: dict[Address, Device] = {}
    for one in found:
        here = next((a for a in (one.address, *one.also) if a in by_address), None)
        if here is not None:
            known[one.address] = by_address[here]
    taken = {device.id for device in known.values()}
    away = [d for d in by_address.values() if d.id not in taken]
    serials = _single((folded(d.serial or ""), d) for d in away)
    names = _single((word, d) for d in away for word in {folded(d.id), folded(d.name)})
    for one in found:
        if one.address not in known:
            device = serials.get(folded(one.serial or "")) or names.get(folded(one.name))
            if device is not None and device.id not in taken:
                known[one.address] = device
                taken.add(device.id)
    return known


def _single(pairs: Iterator[tuple[str, Device]]) -> dict[str, Device]:
    found: dict[str, Device | None] = {}
    for word, device in pairs:
        if word:
            found[word] = device if word not in found else None
    return {word: device for word, device in found.items() if device is not None}


def of_devices(
    found: Sequence[Found],
    known: Mapping[Address, Device],
    network: Network,
    asked: Collection[Address],
) -> Iterator[Disagreement]:
    """Yield what is missing, moved, swapped or called by another name."""
    there = {address for one in found for address in (one.address, *one.also)}
    here = {device.id for device in known.values()}
    for device in network.devices.values():
        if device.address in asked and device.address not in there and device.id not in here:
            yield Disagreement(
                kind="missing",
                element=f"device:{device.id}",
                wrong=f"nothing answers at {device.address}",
                remedy="look whether it is down, has another address, or is gone",
            )
    named = _keep_their_ids(found, known)
    for one in found:
        if one.address in known:
            yield from _different(one, known[one.address], network, named)


def _different(one: Found, device: Device, network: Network, named: bool) -> Iterator[Disagreement]:
    element = f"device:{device.id}"
    if device.address not in (one.address, *one.also):
        yield Disagreement(
            kind="address",
            element=element,
            wrong=f"it answers at {one.address}, the inventory has {device.address}",
            remedy="correct `address`",
        )
    if device.serial and one.serial and folded(device.serial) != folded(one.serial):
        yield Disagreement(
            kind="serial",
            element=element,
            wrong=f"its serial number is {one.serial}, the inventory has {device.serial}",
            remedy="was it swapped? correct `serial`",
        )
    if one.kind is not None and device.kind is not one.kind and _surely(one.kind, device.kind):
        yield Disagreement(
            kind="kind",
            element=element,
            wrong=f"it says that it is a {one.kind}, the inventory has {device.kind}",
            remedy="correct `kind`",
        )
    if one.name and not _called(one, device):
        other = network.devices.get(DeviceId(one.name))
        if other is not None or device.name or named:
            yield Disagreement(
                kind="name",
                element=element,
                wrong=f"it calls itself {one.name}"
                + (", which is another device of the inventory" if other is not None else ""),
                remedy="were two swapped? correct `address`"
                if other is not None
                else "was it swapped or renamed? write what it says as `name`",
            )


def _called(one: Found, device: Device) -> bool:
    """Say whether a device calls itself as the inventory does, with its domain or without."""
    own = {folded(one.name), folded(one.name).partition(".")[0]}
    said = {folded(device.id), folded(device.name)} - {""}
    return bool(own & (said | {word.partition(".")[0] for word in said}))


def _keep_their_ids(found: Sequence[Found], known: Mapping[Address, Device]) -> bool:
    """Say whether this operator's ids are what the devices call themselves, as a rule."""
    with_names = [one for one in found if one.name and one.address in known]
    alike = sum(_called(one, known[one.address]) for one in with_names)
    return alike > len(with_names) / 2


def _surely(seen: DeviceKind, said: DeviceKind) -> bool:
    """Say whether two kinds exclude each other: a switch may well serve as a router."""
    return DeviceKind.OTHER not in (seen, said) and not {seen, said} <= _ALIKE
