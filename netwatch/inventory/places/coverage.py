"""A network with its places -> who is told, and how, and for want of what others are not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from netwatch.inventory.places.questions import Question
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.model.street_map import NO_CELL, StreetMap

NOWHERE: Final = (0, NO_CELL)


class Lack(StrEnum):
    """A record that is missing."""

    GEAR = "gear"
    """Gear that a source names and the inventory lacks."""
    PARENT = "parent"
    """Gear that no link leads to from where netwatch is: no fault above it is ever its people's."""
    UNASKED = "unasked"
    """A device whose people are known, and that nothing is ever asked of."""
    WORDS = "words"
    """An area without a name: a notice would say its id."""
    AREA = "area"
    """People whose area has no words: a notice cannot say where."""
    ADDRESS = "address"
    """People with neither device nor area: no notice is ever theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One missing record, and how many people are not told for want of it."""

    what: Lack
    element: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many are told, and how."""

    subscribers: int
    placed: int
    by_area: int
    not_placed: int
    missing: tuple[Missing, ...]
    """What is missing, what costs most first."""
    by_street: int = 0
    """Of those who are not placed: how many find their street where their neighbours are out."""

    def costs(self) -> Mapping[Lack, int]:
        """Return how many people each kind of missing record costs."""
        found = Counter(dict.fromkeys(Lack, 0))
        for one in self.missing:
            found[one.what] += one.people
        return found


def coverage(
    network: Network, questions: Iterable[Question] = (), streets: StreetMap | None = None
) -> Coverage:
    """Count who would be told, by which record, and whom a missing one costs.

    Args:
        network: with its places.
        questions: what is asked of the places.
        streets: of this network; None: who is told by street is not counted.
    """
    people = network.subscribers.values()
    placed = sum(one.device is not None for one in people)
    by_area = sum(one.device is None and one.area is not None for one in people)
    missing = [*_gear(questions), *_cut_off(network), *_unasked(network), *_words(network)]
    missing.sort(key=lambda one: (-one.people, one.what, one.element))
    return Coverage(
        subscribers=len(people),
        placed=placed,
        by_area=by_area,
        not_placed=len(people) - placed - by_area,
        missing=tuple(missing),
        by_street=sum(
            streets is not None and streets.spots.get(one.id, NOWHERE)[1] != NO_CELL
            for one in people
            if one.device is None
        ),
    )


def _gear(questions: Iterable[Question]) -> Iterable[Missing]:
    for one in questions:
        kind, _, name = one.id.partition("|")
        if kind == "gear":
            yield Missing(what=Lack.GEAR, element=name.replace("|", "/"), people=one.lines)


def _cut_off(network: Network) -> Iterable[Missing]:
    """Yield gear to which no way leads from the vantage: one of each island, with its people."""
    near: dict[DeviceId, list[DeviceId]] = defaultdict(list)
    for link in network.links.values():
        one, other = (end.device for end in link.ends)
        near[one].append(other)
        near[other].append(one)
    at = _people_at(network)
    roots = [network.vantage, *network.gateways, *network.vantages.values()]
    seen: set[DeviceId] = set()
    for root in roots:
        if root is not None:
            _walk(root, near, seen)
    for device in network.devices:
        if device in seen:
            continue
        island = _walk(device, near, seen)
        people = sum(at[one] for one in island)
        if people:
            head = max(island, key=lambda one: _standing(network.devices[one], near))
            yield Missing(what=Lack.PARENT, element=head, people=people)


def _walk(
    start: DeviceId, near: Mapping[DeviceId, list[DeviceId]], seen: set[DeviceId]
) -> list[DeviceId]:
    found, ahead = [], [start]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            found.append(here)
            ahead.extend(near.get(here, ()))
    return found


def _standing(
    device: Device, near: Mapping[DeviceId, list[DeviceId]]
) -> tuple[bool, bool, int, str]:
    """Return what makes one of an island its head: asked, no ONU, with many neighbours."""
    lowly = device.kind in (DeviceKind.ONU, DeviceKind.CPE)
    return not lowly, device.address is not None, len(near.get(device.id, ())), device.id


def _unasked(network: Network) -> Iterable[Missing]:
    below = _below(network, _people_at(network))
    for device in network.devices.values():
        people = below.get(device.id, 0)
        asked = device.address is not None or device.via is not None
        passive = device.kind in (DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.PARTNER)
        if people and not asked and not passive and device.id != network.vantage:
            yield Missing(what=Lack.UNASKED, element=device.id, people=people)


def _people_at(network: Network) -> Counter[DeviceId]:
    return Counter(one.device for one in network.subscribers.values() if one.device is not None)


def _below(network: Network, at: Mapping[DeviceId, int]) -> Mapping[DeviceId, int]:
    """Return how many people hang on each device or on an ONU that is read through it."""
    below = Counter(at)
    for device, people in at.items():
        via = network.devices[device].via if device in network.devices else None
        if via is not None:
            below[via] += people
    return below


def _words(network: Network) -> Iterable[Missing]:
    people = network.subscribers.values()
    lost = [one for one in people if one.area is None and not one.lives.street]
    nobody = sum(one.device is None for one in lost)
    wordless = len(lost) - nobody
    living = Counter(one.area for one in people if one.area is not None)
    for area, count in living.items():
        known = network.areas.get(area)
        if known is not None and known.name.default in ("", area):
            yield Missing(what=Lack.WORDS, element=area, people=count)
    if wordless:
        yield Missing(what=Lack.AREA, element="subscribers", people=wordless)
    if nobody:
        yield Missing(what=Lack.ADDRESS, element="subscribers", people=nobody)
