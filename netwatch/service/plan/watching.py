"""Several vantages, on paper: each loses its place and its way to the others; who would hear of it.

Played through the real pipeline with a tree for each vantage. What a poller would say reaches us
over the network that it watches: cut off from the main vantage it says nothing more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any, Final

import numpy as np

from netwatch.correlation.evidence import ELSEWHERE, ICMP, ONU_STATE
from netwatch.correlation.topology import cut_roots
from netwatch.correlation.vantages import MARK, Stand, stands_of
from netwatch.model.arrivals import Answered, Sample, Tick
from netwatch.model.asks import SecondLook
from netwatch.model.names import DeviceId, ElementName, device_element, site_element
from netwatch.model.network import Network
from netwatch.pipeline import StageRules
from netwatch.response.rules import ResponseRules
from netwatch.service.plan.defects import Defect, Kind, counted
from netwatch.service.plan.outcomes import Records, threshold
from netwatch.service.plan.rehearsal import (
    BREAKS,
    GOOD,
    LOOKS,
    SECOND,
    Audible,
    Rehearsed,
    Stage,
    advance,
)
from netwatch.service.plan.world import World

LATER: Final = (130, 200)
"""Seconds after a fault by which an isolated poller is known to be one."""
BETWEEN: Final = 8
"""So many of the elements between two vantages fail, those nearest to the farther one."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that fails, and the poller that is lost with it."""

    element: ElementName
    members: tuple[ElementName, ...]
    poller: str
    what: str


class Watch(Stage):
    """One healthy state of a network that several pollers watch, each from its own place."""

    def __init__(self, network: Network, rules: StageRules, speaks: Audible) -> None:
        """Take what fails, the judgement, and who can be asked for more than an echo."""
        self.stands = stands_of(network)
        super().__init__(network, rules, speaks, vantages=network.vantages)

    def lose(self, members: Sequence[ElementName]) -> Rehearsed:
        """Let these fail at once, and return what follows within minutes."""
        nodes = self._everywhere(members)
        bad, hidden = self.changed(nodes)
        speaking = self._speaking(nodes)
        bad = [(s, word) for s, word in bad if self._stand(s) in speaking]
        unwell = hidden | {s for s, _ in self.changed(nodes)[0]}
        result, asked, fork = Rehearsed(), set[DeviceId](), self._fork()
        for after in sorted({*self._rounds, *LATER}):
            at = BREAKS + timedelta(seconds=after)
            looks: list[Any] = []
            for source, word in bad:
                looks += advance(fork, self._said(source, word, at), result)
            wanted = asked if after in LOOKS[1:] else set()
            for stand in speaking:
                well = self._well(stand, wanted, unwell)
                if well:
                    looks += advance(fork, self._answered(well, at), result)
            looks += advance(fork, Tick(at=at + SECOND), result)
            asked.update(d for ask in looks if isinstance(ask, SecondLook) for d in ask.devices)
        return result

    def _everywhere(self, members: Sequence[ElementName]) -> list[int]:
        """Return the nodes of elements in the trees of all vantages."""
        found = [n for m in members if (n := self.index.node(m)) is not None]
        return sorted({t for n in found for t in self.index.twins.get(n, (n,))})

    def _speaking(self, nodes: Sequence[int]) -> list[Stand]:
        """Return who can still be heard: the main vantage, and whom it can still reach."""
        gone = cut_roots(self.index, list(nodes))
        last, at = self.index.last, self.index.device
        main = self.stands.every[0]
        return [
            one
            for one in self.stands.every
            if one is main or not any(t <= at[one.device] < int(last[t]) for t in gone)
        ]

    def _stand(self, source: int) -> Stand:
        mark = self._names[source][0].partition(MARK)[2]
        return next((s for s in self.stands.every if s.mark == f"{MARK}{mark}"), self._main)

    @property
    def _main(self) -> Stand:
        return self.stands.every[0]

    def _well(self, stand: Stand, asked: set[DeviceId], unwell: set[int]) -> list[int]:
        """Return what a poller goes on hearing: a sign of life, and whoever was asked again."""
        mine = [s for d in sorted(asked) for s in self._of.get(DeviceId(d + stand.mark), ())]
        alive = (s for s, name in enumerate(self._names) if self._heard[s])
        life = islice((s for s in alive if self._stand(s) is stand and s not in unwell), 2)
        return [s for s in dict.fromkeys((*life, *mine)) if s not in unwell]

    def _said(self, source: int, word: str | None, at: Any) -> Sample:
        sample = super()._said(source, word, at)
        plain = DeviceId(sample.device.partition(MARK)[0])
        return replace(sample, device=plain, poller=self._stand(source).poller)

    def _answered(self, sources: Sequence[int], at: Any) -> Answered:
        stand = self._stand(sources[0])
        names = [self._names[s] for s in sources if self._stand(s) is stand]
        return Answered(
            at=at,
            devices=tuple(DeviceId(n[0].partition(MARK)[0]) for n in names),
            checks=tuple(n[1] for n in names),
            parts=tuple(n[2] for n in names),
            values=tuple(GOOD[n[1]] for n in names),
            poller=stand.poller,
        )

    def _audible(self, speaks: Audible) -> Any:
        heard = np.zeros(self._real, dtype=bool)
        devices = self._network.devices
        for (marked, check, _part), source in self._evidence.sources.items():
            asked = devices[DeviceId(marked.partition(MARK)[0])]
            if check == ONU_STATE and asked.via is not None and asked.via in devices:
                asked = devices[asked.via]
            heard[source] = check != ELSEWHERE and (check == ICMP or speaks(asked))
        return heard

    def _all_is_well(self, at: Any) -> None:
        every = np.flatnonzero(self._heard).tolist()
        for stand in self.stands.every:
            mine = [s for s in every if self._stand(s) is stand]
            if mine:
                self._healthy.advance(self._answered(mine, at))
        self._healthy.advance(Tick(at=at + SECOND))


def losses(world: World) -> list[Loss]:
    """Return what fails: the place of each further vantage, its way to the main one, its links."""
    network, seen = world.network, world.seen
    stands = stands_of(network).every
    found: dict[ElementName, Loss] = {}
    for stand in stands:
        place = device_element(stand.device)
        found[place] = Loss(place, (place,), stand.poller, "its place fails")
    for stand in stands[1:]:
        node = seen.device.get(stand.device)
        between = [a for a in seen.above(node) if a > 0][:BETWEEN] if node else []
        for above in between:
            name = seen.names[above]
            found.setdefault(name, Loss(name, (name,), stand.poller, "its way to us fails"))
        ends = [x.element for x in network.links.values() if stand.device in _ends(x)]
        if ends and not set(ends) & found.keys():
            name = device_element(stand.device)
            key = ElementName(f"{name} and all its links")
            found[key] = Loss(name, tuple(ends), stand.poller, "its place is cut off")
    return list(found.values())


def _ends(link: Any) -> set[DeviceId]:
    return {end.device for end in link.ends}


def watched(
    world: World, rules: StageRules, records: Records, cases: Sequence[Loss]
) -> Iterator[Defect]:
    """Yield what is wrong with how netwatch would learn that a poller is gone."""
    if not cases:
        return
    stage = Watch(world.network, rules, world.speaks)
    for loss in cases:
        came = stage.lose(loss.members)
        lost = world.lost(loss.members)
        flaw = _flaw(came, len(lost), rules.response)
        if flaw is not None:
            said = f"{loss.element} fails and {loss.poller} with it ({loss.what})"
            kind, follows, remedy, reason = flaw
            yield Defect(
                kind=kind,
                element=loss.element,
                wrong=f"{said}{follows}",
                remedy=remedy,
                subscribers=len(lost),
                place=records.of(loss.element),
                reason=reason,
            )


def _flaw(came: Rehearsed, lost: int, response: ResponseRules) -> tuple[Kind, str, str, str] | None:
    """Return what kind of defect a loss brings to light, what follows, the remedy, the reason."""
    least = threshold(response)
    if not came.diagnoses:
        return (
            Kind.NOT_ASKED,
            ", and nothing that the other vantages ask would show it",
            "let another vantage ask it: give it an address",
            "vantage-unnoticed",
        )
    if not came.alerted and response.staff and response.staff_channels:
        return (
            Kind.PAGES_NOBODY,
            ", and nobody of the staff is alerted",
            "see with netwatch replay why no alert falls due, and mend rules/response",
            "vantage-no-alert",
        )
    if least is not None and lost >= least and not (came.notices or came.blind):
        return (
            Kind.NOBODY_TOLD,
            f", which leaves {counted(lost)} without service, and no notice falls due",
            "ask more of what hangs on it from another vantage",
            "vantage-no-notice",
        )
    return None


def standing(world: World, records: Records) -> Iterator[Defect]:
    """Yield what takes all places at once that netwatch watches from, and what none of them sees.

    Where only one place is named there is nothing to compare.
    """
    network = world.network
    places = sorted(set(network.vantages.values()) & network.devices.keys())
    if len(network.vantages) > 1 and len(places) == 1:
        yield _all_at_once(network, records, device_element(places[0]), places)
    if len(places) < 2:  # noqa: PLR2004 - two places
        return
    sites = {network.devices[place].site for place in places}
    site = next(iter(sites))
    if len(sites) == 1 and site is not None:
        yield _all_at_once(network, records, site_element(site), places)
    nodes = {world.seen.device[place] for place in places}
    for group in world.seen.risks.values():
        if nodes <= set(group.nodes):
            yield _all_at_once(network, records, group.element, places)
    yield from _unseen(world, records, places)


def _all_at_once(
    network: Network, records: Records, element: ElementName, places: Sequence[DeviceId]
) -> Defect:
    named = " and ".join(device_element(place) for place in places)
    return Defect(
        kind=Kind.SHARED_RISK,
        element=element,
        wrong=f"{element} takes all places that netwatch watches from at once ({named}): "
        "what happens then is seen by nobody",
        remedy="let one poller stand elsewhere: vantages: {POLLER: DEVICE}",
        subscribers=len(network.subscribers),
        place=records.of(element),
        near=tuple(device_element(place) for place in places),
        reason="vantages-together",
    )


def _unseen(world: World, records: Records, places: Sequence[DeviceId]) -> Iterator[Defect]:
    """Yield the gear to which no links lead from any vantage."""
    network = world.network
    near: dict[DeviceId, list[DeviceId]] = {}
    for link in network.links.values():
        one, other = (end.device for end in link.ends)
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    reached, stack = set(places), list(places)
    while stack:
        for other in near.get(stack.pop(), ()):
            if other not in reached:
                reached.add(other)
                stack.append(other)
    for device in network.devices.values():
        if device.id in reached or device.via in reached:
            continue
        name = device_element(device.id)
        people = sum(s.device == device.id for s in network.subscribers.values())
        yield Defect(
            kind=Kind.NOT_ASKED,
            element=name,
            wrong=f"no link leads to {name} from any vantage: none of them sees what fails there",
            remedy="write uplink: [DEVICE], or a vantage on its side: vantages: {POLLER: DEVICE}",
            subscribers=people,
            place=records.of(name),
            reason="seen-by-no-vantage",
        )
