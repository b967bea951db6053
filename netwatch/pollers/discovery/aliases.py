"""One device that answers at several addresses -> one found device. Pure."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import replace

from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Found


def merged(found: Sequence[Found], known: Collection[Address] = ()) -> list[Found]:
    """Return each device once, under the address that the inventory knows, else under its first.

    Two addresses are one device when the same name answers there with the same hardware addresses,
    but for a few that come and go; where none are told, with the same maker's same serial number.
    Gear that tells neither is never merged, for all of a make may bear one name.
    """
    devices: list[list[Found]] = []
    place: dict[Hashable, int] = {}
    for one in found:
        marks = list(_marks(one))
        near = {place[mark] for mark in marks if mark in place}
        at = next((n for n in sorted(near) if _same(devices[n][0], one)), len(devices))
        if at == len(devices):
            devices.append([])
        devices[at].append(one)
        place.update(dict.fromkeys(marks, at))
    return [_one(some, known) for some in devices]


def _marks(one: Found) -> Iterator[Hashable]:
    if one.name:
        yield from ((one.name, mac) for mac in one.chassis)
    if one.name and one.serial and not one.chassis:
        yield (one.name, one.vendor, one.serial)


def _same(one: Found, other: Found) -> bool:
    """Say whether two that share a mark are one: most of their hardware addresses are the same."""
    fewer = min(len(one.chassis), len(other.chassis))
    return 2 * len(one.chassis & other.chassis) >= fewer


def _one(some: Sequence[Found], known: Collection[Address]) -> Found:
    if len(some) == 1:
        return some[0]
    chosen = next((one for one in some if one.address in known), some[0])
    others = tuple(one.address for one in some if one is not chosen)
    return replace(chosen, also=others)
