"""A network with its places -> who is told, and how, and for want of what others are not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from netwatch.inventory.places.questions import Question
from netwatch.model.names import AreaId, DeviceId
from netwatch.model.network import DeviceKind, Network, Subscriber


class Lack(StrEnum):
    """A record that is missing."""

    GEAR = "gear"
    """Gear that a source names and the inventory lacks."""
    PARENT = "parent"
    """A device that hangs on nothing: no fault above it is ever its people's."""
    UNASKED = "unasked"
    """A device whose people are known, and that nothing is ever asked of."""
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


def coverage(network: Network, questions: Iterable[Question] = ()) -> Coverage:
    """Count who would be told."""
    people = network.subscribers.values()
    placed = sum(one.device is not None for one in people)
    by_area = sum(one.device is None and one.area is not None for one in people)
    missing = [*_gear(questions), *_devices(network), *_words(people)]
    missing.sort(key=lambda one: (-one.people, one.what, one.element))
    return Coverage(
        subscribers=len(people),
        placed=placed,
        by_area=by_area,
        not_placed=len(people) - placed - by_area,
        missing=tuple(missing),
    )


def _gear(questions: Iterable[Question]) -> Iterable[Missing]:
    for one in questions:
        kind, _, name = one.id.partition("|")
        if kind == "gear":
            yield Missing(what=Lack.GEAR, element=name.replace("|", "/"), people=one.lines)


def _devices(network: Network) -> Iterable[Missing]:
    at: Counter[DeviceId] = Counter(
        one.device for one in network.subscribers.values() if one.device is not None
    )
    linked: dict[DeviceId, int] = defaultdict(int)
    for link in network.links.values():
        for end in link.ends:
            linked[end.device] += 1
    below = _below(network, at)
    for device in network.devices.values():
        people = below.get(device.id, 0)
        if not people or device.id == network.vantage:
            continue
        if not linked[device.id]:
            yield Missing(what=Lack.PARENT, element=device.id, people=people)
        asked = device.address is not None or device.via is not None
        passive = device.kind in (DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.PARTNER)
        if not asked and not passive:
            yield Missing(what=Lack.UNASKED, element=device.id, people=people)


def _below(network: Network, at: Mapping[DeviceId, int]) -> Mapping[DeviceId, int]:
    """Return how many people hang on each device or on an ONU that is read through it."""
    below = Counter(at)
    for device, people in at.items():
        via = network.devices[device].via if device in network.devices else None
        if via is not None:
            below[via] += people
    return below


def _words(people: Iterable[Subscriber]) -> Iterable[Missing]:
    wordless: Counter[AreaId | None] = Counter(
        None for one in people if one.area is None and one.device is not None
    )
    nobody = sum(one.area is None and one.device is None for one in people)
    if wordless.total():
        yield Missing(what=Lack.AREA, element="subscribers", people=wordless.total())
    if nobody:
        yield Missing(what=Lack.ADDRESS, element="subscribers", people=nobody)
