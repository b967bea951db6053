"""A night over the town of Dolina: what breaks, what devices answer meanwhile, what people hear.

The world is simple and known: a device answers when something alive leads to it from netwatch's
own; an OLT tells of its ONUs while it can be asked itself; a port says "up" while the other end is
alive. What netwatch makes of it is asserted by the tests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from netwatch.inventory.reader import read_inventory
from netwatch.model.arrivals import Arrival, Outcome, Sample
from netwatch.model.facts import Audience, Fact, IncidentOpened, NoticeDue, Phase, Purpose
from netwatch.model.names import CheckName, DeviceId, LinkId, SubscriberId
from netwatch.model.network import Device, DeviceKind, Link, Network
from netwatch.pipeline import StageRules
from netwatch.response.rules import Mode, ResponseRules
from netwatch.service.replay import Player, Replayed
from netwatch.views.board import Outage
from tests.town import echo, said

NIGHT = datetime(2026, 11, 14, 18, 2, tzinfo=UTC)
"""A Saturday; 19:02 in the town."""
ROUND = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
INVENTORY = Path(__file__).parents[2] / "inventory"
ICMP, ONU_STATE, PORT = CheckName("icmp"), CheckName("onu.state"), CheckName("if.oper")

AnyFact = TypeVar("AnyFact", bound=Fact)


@cache
def dolina() -> Network:
    """Return the sample network that ships with netwatch."""
    reading = read_inventory(INVENTORY)
    assert reading.network is not None, reading.findings
    return reading.network


@dataclass
class World:
    """What is broken at a moment."""

    network: Network
    dead: set[DeviceId] = field(default_factory=set)
    cut: set[LinkId] = field(default_factory=set)
    dark: set[DeviceId] = field(default_factory=set)
    """Without mains: dead, and an ONU says so with its last gasp."""
    blind: bool = False
    """We cannot even ask: no route from here."""
    alone: bool = False
    """We ask, and nothing at all comes back: our own uplink is dead."""

    def lit(self) -> set[DeviceId]:
        """Return the devices that something alive leads to."""
        if self.alone:
            return set()
        gone = self.dead | self.dark
        start = self.network.vantage
        assert start is not None
        return lit_from(self.network, start, gone, self.cut)

    def without_service(self) -> set[SubscriberId]:
        """Return whose line is dead in truth; that we are blind or alone takes nobody's."""
        lit = replace(self, alone=False).lit()
        people = self.network.subscribers.values()
        return {person.id for person in people if person.device and person.device not in lit}

    def look(self, at: datetime) -> Iterator[Sample]:
        """Yield one round of answers, spread over less than a round."""
        lit = self.lit()
        asked = [*self._answers(lit)]
        for place, sample in enumerate(asked):
            moment = at + ROUND * 0.8 * place / len(asked)
            outcome = Outcome.BLIND if self.blind else sample.outcome
            value = None if self.blind else sample.value
            yield replace(sample, at=moment, outcome=outcome, value=value)

    def _answers(self, lit: set[DeviceId]) -> Iterator[Sample]:
        for device in self.network.devices.values():
            if device.address is not None:
                yield echo(NIGHT, device.id, device.id in lit)
            elif device.via is not None and device.via in lit:
                yield self._onu(device, lit)
        for link in self.network.links.values():
            yield from self._ports(link, lit)

    def _onu(self, device: Device, lit: set[DeviceId]) -> Sample:
        gone = "dying-gasp" if device.id in self.dark else "los"
        return said(NIGHT, device.id, "onu.state", "online" if device.id in lit else gone)

    def _ports(self, link: Link, lit: set[DeviceId]) -> Iterator[Sample]:
        gone = self.dead | self.dark
        for end, other in (link.ends, link.ends[::-1]):
            passive = DeviceKind.SPLITTER in (self._kind(end.device), self._kind(other.device))
            if end.port is None or end.device not in lit or passive:
                continue
            up = link.id not in self.cut and other.device not in gone
            yield said(NIGHT, end.device, "if.oper", "up" if up else "down", end.port)

    def _kind(self, device: DeviceId) -> DeviceKind:
        return self.network.devices[device].kind


def lit_from(
    network: Network, start: DeviceId, gone: set[DeviceId], cut: set[LinkId]
) -> set[DeviceId]:
    """Return the devices to which something alive leads from a device, that one included."""
    near: dict[DeviceId, list[DeviceId]] = {}
    for link in network.links.values():
        if link.id not in cut:
            one, other = (end.device for end in link.ends)
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    seen, waiting = {start}, [start]
    while waiting:
        for other in near.get(waiting.pop(), ()):
            if other not in seen and other not in gone:
                seen.add(other)
                waiting.append(other)
    return seen


class Night:
    """Breaks and mends the town, and lets netwatch watch."""

    def __init__(self, mode: Mode = Mode.FULL, *, at_once: bool = False) -> None:
        """Begin a night; ``at_once``: each round takes a second, as a quick poller's does."""
        self.world = World(dolina())
        self.at = NIGHT
        self.dark_at: list[tuple[datetime, set[SubscriberId]]] = []
        self._arrivals: list[Arrival] = []
        self._mode = mode
        self._at_once = at_once

    def passes(self, span: timedelta) -> None:
        """Let rounds be asked for this long."""
        end = self.at + span
        while self.at < end:
            self.dark_at.append((self.at, self.world.without_service()))
            self._arrivals.extend(map(self._timed, self.world.look(self.at)))
            self.at += ROUND

    def _timed(self, sample: Sample) -> Sample:
        return replace(sample, at=self.at + (sample.at - self.at) / 10) if self._at_once else sample

    @property
    def arrivals(self) -> list[Arrival]:
        """Return all that came in so far, round by round."""
        return self._arrivals

    def comes(self, arrival: Arrival) -> None:
        """Let something else come in now."""
        self._arrivals.append(arrival)

    def told(self, response: ResponseRules | None = None) -> "Told":
        """Return what netwatch makes of it all, telling people by these rules."""
        rules = response or ResponseRules(mode=self._mode)
        return told(self.world.network, self._arrivals, self.at, rules=rules)

    def dark_people(self, at: datetime) -> set[SubscriberId]:
        """Return whose line was dead in truth at that moment."""
        return next(people for since, people in reversed(self.dark_at) if since <= at)


@dataclass
class Told:
    """What was decided, and what people heard of it."""

    replayed: Replayed

    def facts(self, kind: type[AnyFact]) -> list[AnyFact]:
        """Return the facts of one kind."""
        return [fact for fact in self.replayed.facts if isinstance(fact, kind)]

    def opened(self) -> int:
        """Return how many incidents were opened, those merged later too."""
        return len(self.facts(IncidentOpened))

    def alerts(self) -> int:
        """Return how often somebody was woken."""
        return self.staff().count(Purpose.ALERT)

    @property
    def incidents(self) -> list[Outage]:
        """Return what the board shows when the night is over, oldest first."""
        return [one for one in self.replayed.board.outages.values() if one.merged_into is None]

    def public(self) -> list[str]:
        """Return the phases that the public heard, in order."""
        return [due.phase for due in self.dues(Audience.PUBLIC)]

    def staff(self) -> list[str]:
        """Return why the staff was told something, in order."""
        return [due.purpose for due in self.dues(Audience.STAFF)]

    def dues(self, audience: Audience) -> list[NoticeDue]:
        """Return what fell due for an audience."""
        return [due for due in self.facts(NoticeDue) if due.audience is audience]

    def seconds_until(self, phase: Phase, since: datetime) -> float:
        """Return how long it took from ``since`` to the first public words of this phase."""
        first = next(due for due in self.dues(Audience.PUBLIC) if due.phase is phase)
        return (first.at - since) / SECOND

    def told_restored_while_dark(self, night: Night) -> set[SubscriberId]:
        """Return who heard "it works again" without it being true; should be nobody."""
        wrongly: set[SubscriberId] = set()
        for due in self.dues(Audience.PUBLIC):
            if due.phase is Phase.RESTORED and due.incident is not None:
                people = self.replayed.board.outages[due.incident].subscribers
                wrongly |= people & night.dark_people(due.at)
        return wrongly

    def accounted(self) -> bool:
        """Say whether every alarm ended in exactly one part."""
        counted = self.replayed.board.alarms.accounting()
        return counted.pop("signals") == sum(counted.values())


def told(
    network: Network,
    arrivals: Iterable[Arrival],
    until: datetime,
    mode: Mode = Mode.FULL,
    *,
    rules: ResponseRules | None = None,
) -> Told:
    """Let netwatch live through what comes, in order of time, and return what it told."""
    replayed = Replayed(Path("night"))
    stages = StageRules(response=rules or ResponseRules(mode=mode))
    player = Player(network, stages, lambda due, _: due.purpose)
    player.live(sorted(arrivals, key=lambda arrival: arrival.at), replayed, until)
    return Told(replayed)
