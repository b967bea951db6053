"""Gear as a source names it -> devices of the inventory; what is not clear is learnt from lines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.ground import Ground
from netwatch.inventory.places.records import GearRecord
from netwatch.inventory.places.spelling import fold, serial_key
from netwatch.model.names import DeviceId

LEAST_LINES: Final = 4
"""So many lines must agree before a name is learnt from them."""
MOST_STRAY: Final = 0.2
"""The share of those lines that may say otherwise."""

GearKey = tuple[str, str]
"""Source, and the key of the gear there."""


@dataclass(slots=True)
class Names:
    """Which device a source means by a key, and which port by a word."""

    devices: dict[GearKey, DeviceId] = field(default_factory=dict)
    learnt: set[GearKey] = field(default_factory=set)
    """Of these it was not the name that told, but where their lines were seen."""
    ports: dict[tuple[str, DeviceId, str], str] = field(default_factory=dict)
    """Ports by another name, by source, device and the source's word."""


def resolve(
    gear: Iterable[tuple[str, GearRecord]],
    used: Iterable[GearKey],
    ground: Ground,
    answers: Mapping[GearKey, DeviceId],
) -> Names:
    """Return the devices that sources mean: by answer, address, serial, id or name, in this order.

    Args:
        gear: each source's gear.
        used: keys that lines speak of; some are not in any list of gear.
        ground: the network.
        answers: what people said.
    """
    by_address = _only((str(one.address or ""), one.id) for one in ground.devices.values())
    by_serial = _only((serial_key(one.serial or ""), one.id) for one in ground.devices.values())
    names = Names()
    records = {(source, one.key): one for source, one in gear}
    for key in sorted({*records, *used}):
        record = records.get(key) or GearRecord(key=key[1])
        device = (
            answers.get(key)
            or by_address.get(record.address)
            or by_serial.get(serial_key(record.serial))
            or ground.by_name.get(fold(record.key))
            or ground.by_name.get(fold(record.name))
        )
        if device is not None:
            names.devices[key] = device
    return names


def learn(names: Names, seen: Iterable[tuple[GearKey, str, Spot]], ground: Ground) -> None:
    """Learn gear and ports by where lines of theirs were seen.

    Args:
        names: what is known; added to.
        seen: of each line, the gear and port that its record names, and where the network shows it.
        ground: the network.
    """
    seen = list(seen)
    gear: dict[GearKey, Counter[DeviceId]] = defaultdict(Counter)
    for key, _, spot in seen:
        if key not in names.devices:
            gear[key][spot.device] += 1
    for key, count in gear.items():
        device = _majority(count)
        if device is not None:
            names.devices[key] = DeviceId(device)
            names.learnt.add(key)
    ports: dict[tuple[str, DeviceId, str], Counter[str]] = defaultdict(Counter)
    for key, said, spot in seen:
        device = names.devices.get(key)
        if device == spot.device and said and spot.port:
            ports[key[0], spot.device, said][spot.port] += 1
    for (source, device, said), votes in ports.items():
        port = _majority(votes)
        if port is not None and ground.port_of(device, said) != port:
            names.ports[source, device, said] = port


def _majority(count: Counter[DeviceId] | Counter[str]) -> str | None:
    best, lines = min(count.items(), key=lambda one: (-one[1], one[0]))
    whole = count.total()
    return best if lines >= LEAST_LINES and whole - lines <= MOST_STRAY * whole else None


def _only(pairs: Iterable[tuple[str, DeviceId]]) -> dict[str, DeviceId]:
    found: dict[str, set[DeviceId]] = defaultdict(set)
    for word, device in pairs:
        if word:
            found[word].add(device)
    return {word: min(bearers) for word, bearers in found.items() if len(bearers) == 1}
