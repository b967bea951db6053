"""Links as drawn, held against those of the inventory -> what is new, and what differs. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Address, Link, Network
from netwatch.pollers.discovery.found import Drawn, Found
from netwatch.pollers.discovery.names import Ports
from netwatch.service.disagreements import Disagreement

_BY_TABLE: Final = frozenset({"bridge", "arp"})

End = tuple[DeviceId, str]


@dataclass(slots=True)
class LinkDifferences:
    """What the drawn links say that the inventory does not."""

    new: list[Drawn] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)


def compared(
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    names: Mapping[Address, DeviceId],
    network: Network,
) -> LinkDifferences:
    """Hold drawn links against the inventory's.

    A port may be called by any of its names; what hangs behind passive gear, or behind gear that
    was not found, is heard on the port that this hangs on.
    """
    said = LinkDifferences()
    ports = {names[one.address]: Ports(one) for one in found}
    links = _Links(network, ports, frozenset(names.values()))
    left = dict(network.links)
    unmatched: list[Drawn] = []
    for one in drawn:
        match = links.of(_ends(one, names), left)
        if match is None:
            unmatched.append(one)
        else:
            left.pop(match.id, None)
    heard: dict[End, End] = {}
    for one in drawn:
        here, there = _ends(one, names)
        heard |= {here: there, there: here}
    for one in unmatched:
        ends = _ends(one, names)
        moved = next((link for link in left.values() if _same_pair(link, ends)), None)
        if moved is not None and all(port for _, port in ends):
            left.pop(moved.id)
            said.disagreements.append(_moved(moved, f"it is {_worded(ends)}", "`ends`"))
        elif one.by in _BY_TABLE and links.around(ends[1][0]):
            if not links.through(ends[0][0], ends[1][0]):
                said.disagreements.append(_elsewhere(one, ends))
        elif not links.through(ends[0][0], ends[1][0]):
            said.new.append(one)
    said.disagreements += _unheard(left.values(), found, names, heard, links)
    return said


@dataclass(slots=True)
class _Links:
    """The inventory's links, as they may be heard."""

    network: Network
    ports: Mapping[DeviceId, Ports]
    found: frozenset[DeviceId]
    _between: dict[frozenset[DeviceId], list[Link]] = field(default_factory=dict)
    _around: dict[DeviceId, set[DeviceId]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        between: dict[frozenset[DeviceId], list[Link]] = defaultdict(list)
        around: dict[DeviceId, set[DeviceId]] = defaultdict(set)
        for link in self.network.links.values():
            pair = frozenset(end.device for end in link.ends)
            between[pair].append(link)
            for device in pair:
                around[device] |= pair - {device}
        self._between, self._around = dict(between), dict(around)

    def called(self, end: End) -> End:
        """Name a port as its device does."""
        device, port = end
        own = self.ports[device].called(port) if port and device in self.ports else ""
        return (device, own or port)

    def of(self, ends: tuple[End, End], left: Collection[LinkId]) -> Link | None:
        """Return the link between these two, on these ports where it names any.

        Of parallel members one that is ``left`` is taken first.
        """
        fitting = []
        for link in self._between.get(frozenset(name for name, _ in ends), ()):
            said = dict(self.called((end.device, end.port or "")) for end in link.ends)
            if all(not port or said[name] in ("", port) for name, port in ends):
                fitting.append(link)
        return next((link for link in fitting if link.id in left), next(iter(fitting), None))

    def around(self, device: DeviceId) -> set[DeviceId]:
        """Return who has a link with a device."""
        return self._around.get(device, set())

    def through(self, one: DeviceId, other: DeviceId) -> bool:
        """Say whether a way leads from one to the other over devices that nobody can hear."""
        seen, waiting = {one}, [one]
        while waiting:
            here = waiting.pop()
            for there in self.around(here) - seen:
                if there == other:
                    if here != one:
                        return True
                    continue
                seen.add(there)
                if there not in self.found:
                    waiting.append(there)
        return False


def _ends(link: Drawn, names: Mapping[Address, DeviceId]) -> tuple[End, End]:
    (one, at), (other, there) = link.ends
    return (names[one], at), (names[other], there)


def _same_pair(link: Link, ends: tuple[End, End]) -> bool:
    return {end.device for end in link.ends} == {name for name, _ in ends}


def _worded(ends: Sequence[End]) -> str:
    return " to ".join(f"{name}:{port}" if port else name for name, port in ends)


def _moved(link: Link, wrong: str, what: str) -> Disagreement:
    said = _worded([(end.device, end.port or "") for end in link.ends])
    return Disagreement(
        kind="link-moved",
        element=link.element,
        wrong=f"{wrong}, the inventory has {said}",
        remedy=f"look whether it was replugged, or correct {what}",
    )


def _elsewhere(one: Drawn, ends: tuple[End, End]) -> Disagreement:
    table = "address table" if one.by == "arp" else "bridge table"
    return Disagreement(
        kind="link-moved",
        element=f"device:{ends[1][0]}",
        wrong=f"the {table} of {ends[0][0]} has it on {ends[0][1]}, the inventory has it elsewhere",
        remedy="look whether it was replugged, or correct its link",
    )


def _unheard(
    left: Collection[Link],
    found: Sequence[Found],
    names: Mapping[Address, DeviceId],
    heard: Mapping[End, End],
    links: _Links,
) -> Iterator[Disagreement]:
    """Yield links of the inventory that both ends should hear of and neither does."""
    speaks = {names[one.address]: {n.by for n in one.neighbours} for one in found}
    blurred = {frozenset((a[0], b[0])) for a, b in heard.items() if not a[1] or not b[1]}
    for link in left:
        one, other = (links.called((end.device, end.port or "")) for end in link.ends)
        if not speaks.get(one[0], set()) & speaks.get(other[0], set()):
            continue
        instead = next((end for end in (one, other) if end[1] and end in heard), None)
        if instead is not None and heard[instead][0] not in (one[0], other[0]):
            wrong = f"{_worded([instead])} leads to {_worded([heard[instead]])}"
            yield _moved(link, wrong, "`ends`")
        elif frozenset((one[0], other[0])) not in blurred:
            yield Disagreement(
                kind="link-missing",
                element=link.element,
                wrong="neither end hears the other",
                remedy="look whether it is cut, or correct `ends`",
            )
