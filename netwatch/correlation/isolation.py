"""A poller that says or hears nothing more is cut off itself: its region is not down.

Its silence is told once, to the staff. What it heard last is stale, and its tree names nobody until
it is back. Where all vantages hear nothing, that is our own way out, as with one vantage.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np

from netwatch.correlation.court import Court, Guess
from netwatch.correlation.evidence import ELSEWHERE, ICMP, NEVER, Evidence, Word
from netwatch.correlation.flapping import Unstable
from netwatch.correlation.incidents import Open
from netwatch.correlation.likeness import Named
from netwatch.correlation.topology import Index
from netwatch.correlation.vantages import Stands, each_once, heard_elsewhere, stand_at
from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Cause,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
)
from netwatch.model.names import SELF, DeviceId, ElementName, IncidentId

OF_POLLER: Final = f"{SELF}:"
MISSED_S: Final = 120
"""A poller that said nothing for so long while others spoke is isolated."""
HUSHED_S: Final = 20
"""And after so long its region is not declared down any more."""
RHYTHM: Final = 3
"""Who speaks seldom is waited for, for so many of its longest pauses."""
LASTS_S: Final = 15
"""Hearing nothing must last so long: a round is not heard at once."""
HEARD_S: Final = 180
"""What a vantage heard so long ago still speaks against another's silence."""
DEAF: Final = 10
"""Who hears one of so many, by a slip of an answer, hears nothing ..."""
STILL_DEAF: Final = 4
"""... and goes on hearing nothing until it is more than one of so many."""
TWO: Final = 2


@dataclass(slots=True)
class Voice:
    """When a poller spoke, and how long it pauses."""

    last: int = 0
    pause: int = 0
    deaf_since: int | None = None
    cut_since: int | None = None
    """Since when it is isolated."""


@dataclass(slots=True)
class Pollers:
    """What is known of the pollers of a network with several vantages."""

    stands: Stands = field(default_factory=Stands)
    several: bool = False
    """Whether there are several vantages: else nothing here is used."""
    voices: dict[str, Voice] = field(default_factory=dict)

    def speaks(self, poller: str | None, second: int) -> None:
        """Note that a line came from a poller."""
        voice = self.voices.setdefault(self.stands.of(poller).poller, Voice())
        if voice.last and voice.cut_since is None:
            voice.pause = max(voice.pause, second - voice.last)
        voice.last = max(voice.last, second)

    def hushed(self, poller: str, least: int, times: int) -> bool:
        """Say whether others spoke on for so long after a poller's last line."""
        voice = self.voices.get(poller)
        if voice is None:
            return False
        newest = max(one.last for one in self.voices.values())
        return newest - voice.last >= max(least, times * voice.pause)

    def isolated(self, poller: str) -> bool:
        """Say whether a poller is cut off itself."""
        voice = self.voices.get(poller)
        return voice is not None and voice.cut_since is not None

    def unfit(self, poller: str) -> bool:
        """Say whether nothing may be concluded from what a poller sees now."""
        voice = self.voices.get(poller)
        if voice is None:
            return False
        deaf = voice.deaf_since is not None
        return deaf or voice.cut_since is not None or self.hushed(poller, HUSHED_S, TWO)


def listen_to(pollers: Pollers, index: Index, evidence: Evidence, second: int) -> None:
    """Find out who is isolated; what such a poller heard last is forgotten."""
    if not pollers.several:
        return
    before = {p for p, voice in pollers.voices.items() if voice.deaf_since is not None}
    deaf = {p for stand, p in index.stands.items() if _deaf(index, evidence, stand, p in before)}
    if len(deaf) == sum(1 for p in index.stands.values() if p in pollers.voices):
        deaf = set()  # that is our own way out
    for stand, poller in index.stands.items():
        voice = pollers.voices.get(poller)
        if voice is None:
            continue
        was_deaf = voice.deaf_since is not None
        voice.deaf_since = (voice.deaf_since or second) if poller in deaf else None
        gone = pollers.hushed(poller, MISSED_S, RHYTHM)
        lasting = voice.deaf_since is not None and second - voice.deaf_since >= LASTS_S
        if gone or (was_deaf and voice.deaf_since is None):
            _forget(index, evidence, stand)
        if gone or lasting:
            voice.cut_since = voice.cut_since or (voice.last if gone else voice.deaf_since)
        elif voice.deaf_since is None:
            voice.cut_since = None


def agreed(pollers: Pollers, court: Court, named: list[Named]) -> list[Named]:
    """Return today's explanations as all vantages together allow them, each element once.

    What only an unfit poller sees is left out, and a lone home that another vantage hears.
    """
    if not pollers.several:
        return named
    index = court.index
    unfit = {stand for stand, poller in index.stands.items() if pollers.unfit(poller)}
    fit = [n for n in named if not _seen_by_none_but(unfit, index, n.guess)]
    return [n for n in each_once(index, fit) if not _lone_and_heard(court, n.guess)]


def agreed_unstable(pollers: Pollers, court: Court, unstable: list[Unstable]) -> list[Unstable]:
    """Return what flaps, each element once: not what another vantage hears well, or unfit ones."""
    if not pollers.several:
        return unstable
    index, found = court.index, dict[ElementName, Unstable]()
    for one in unstable:
        guess = Guess((court.atom(one.node),), one.since, one.gain, (one.node,))
        poller = index.stands.get(stand_at(index, one.node))
        if poller is None or not (pollers.unfit(poller) or heard_elsewhere(court, guess)):
            found.setdefault(index.names[one.node], one)
    return list(found.values())


def _seen_by_none_but(unfit: set[int], index: Index, guess: Guess) -> bool:
    """Say whether a guess is of these trees alone; that a vantage is gone others may know."""
    if not unfit or not index.stands.keys().isdisjoint(guess.nodes):
        return False
    return all(stand_at(index, top) in unfit for top in guess.tops)


def _lone_and_heard(court: Court, guess: Guess) -> bool:
    return not court.darkens(guess.tops, but_homes=True) and heard_elsewhere(court, guess)


def vouch(pollers: Pollers, evidence: Evidence, sample: Sample) -> None:
    """Let all other vantages know that a device was heard: it is alive, whatever their paths."""
    if sample.check != ICMP or sample.outcome is not Outcome.ANSWERED:
        return
    mine = pollers.stands.of(sample.poller)
    for other in pollers.stands.every:
        source = evidence.sources.get((DeviceId(sample.device + other.mark), ELSEWHERE, None))
        if other is not mine and source is not None:
            evidence.take(source, Word.UP)


def overruled(pollers: Pollers, evidence: Evidence, sample: Sample) -> bool:
    """Say whether this vantage hears nothing at all, or another one well what this one does not."""
    mine, now = pollers.stands.of(sample.poller), int(sample.at.timestamp())
    if pollers.unfit(mine.poller):
        return True
    for other in pollers.stands.every:
        if other is mine or pollers.unfit(other.poller):
            continue
        name = (DeviceId(sample.device + other.mark), sample.check, sample.part)
        source = evidence.sources.get(name)
        if source is None or evidence.run[source] <= 0:
            continue
        if now - int(evidence.at[source].max()) <= HEARD_S:
            return True
    return False


def told(
    pollers: Pollers,
    incidents: dict[IncidentId, Open],
    explained: Collection[str],
    number: int,
    at: datetime,
) -> Iterator[Fact]:
    """Yield that a poller is isolated, and that it is back; ``number`` incidents there were.

    Of those whose place is known to be cut off, which are ``explained``, nobody is told apart. One
    that the inventory has no more is waited for no longer.
    """
    known = {i.root_cause: i for i in incidents.values() if of_poller(i)}
    here = {(ElementName(f"{OF_POLLER}{one.poller}"),) for one in pollers.stands.every}
    for root, gone in known.items():
        if root not in here and gone.restored_at is None:
            yield IncidentRestored(at=at, incident=gone.id)
    for poller, voice in sorted(pollers.voices.items()):
        root = (ElementName(f"{OF_POLLER}{poller}"),)
        held = known.get(root)
        if voice.cut_since is None:
            if held is not None and held.restored_at is None:
                yield IncidentRestored(at=at, incident=held.id)
        elif poller in explained:
            continue
        elif held is None:
            number += 1
            since = datetime.fromtimestamp(voice.cut_since, UTC)
            yield IncidentOpened(
                at=at,
                incident=IncidentId(f"I-{number}"),
                since=min(since, at),
                diagnosis=Diagnosis(
                    kind=IncidentKind.BLIND,
                    cause=Cause.SELF,
                    root_cause=root,
                    confidence=1.0,
                    proof=Proof(silent=0, asked=0, answering=0),
                ),
            )
        elif held.restored_at is not None:
            yield IncidentRelapsed(at=at, incident=held.id)


def of_poller(incident: Open) -> bool:
    """Say whether an incident is that one of several pollers is isolated."""
    return any(name.startswith(OF_POLLER) for name in incident.root_cause)


def _deaf(index: Index, e: Evidence, stand: int, before: bool) -> bool:
    """Say whether next to nothing answers beyond a vantage.

    It must be so on several ways out, or where others hear what it does not.
    """
    first, end = stand, int(index.last[stand])
    base = e.layout.base
    asked = np.flatnonzero(
        (e.pos[:base] > first) & (e.pos[:base] < end) & (e.through[:base] < 0) & (e.run[:base] != 0)
    )
    heard = int((e.run[asked] > 0).sum())
    if len(asked) < TWO or heard * (STILL_DEAF if before else DEAF) > len(asked):
        return False
    if sum(n > stand for n in index.near[stand]) >= TWO:
        return True
    vouched = (e.link[:base] > first) & (e.link[:base] < end) & (e.far[:base] < 0)
    return bool(e.at[:base][vouched].max(initial=NEVER) >= e.fell[asked].min())


def _forget(index: Index, e: Evidence, stand: int) -> None:
    """Forget what was heard in the tree of a vantage."""
    first, end = stand, int(index.last[stand])
    rows = np.zeros(len(e.pos), dtype=bool)
    for where in (e.pos, e.link, e.far):
        rows |= (where >= first) & (where < end)
    e.drop(rows)
    e.score[first:end] = 0
    e.hot[first:end] = index.prior[first:end] > 0
