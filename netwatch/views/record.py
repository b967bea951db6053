"""Facts -> the track record: which outages took how many people in which area, for how long."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from netwatch.model.facts import (
    Cause,
    Diagnosis,
    Fact,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    SubscribersBack,
)
from netwatch.model.names import AreaId, IncidentId, SubscriberId

COUNTED: Final = (IncidentKind.OUTAGE, IncidentKind.PARTIAL)
NOT_OURS: Final = (Cause.POWER_HOMES,)
"""The network ran; no line would have been of use."""
FACTS: Final = (
    IncidentOpened,
    IncidentRevised,
    SubscribersBack,
    IncidentRestored,
    IncidentRelapsed,
    IncidentMerged,
    IncidentClosed,
)
"""All that a track record is made of."""

AreaOf = Callable[[SubscriberId], AreaId | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What an outage was to one area: how many people, and how long for all of them together."""

    people: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOutage:
    """An outage that is over, as it was once all was known of it."""

    incident: IncidentId
    cause: Cause
    since: datetime
    until: datetime
    """When the last of its people was back."""
    losses: Mapping[AreaId, Loss]
    """By the area in which each person lives; the area around it is not counted again."""

    @property
    def people(self) -> int:
        """Return how many people it took."""
        return sum(loss.people for loss in self.losses.values())


@dataclass(slots=True, kw_only=True)
class _Tally:
    since: datetime
    again: datetime
    """Since when those are out who are found later: the start, or the last relapse."""
    diagnosis: Diagnosis
    dark: dict[SubscriberId, datetime]
    back: set[SubscriberId] = field(default_factory=set)
    """Those seen working again since then: whoever of them goes dark anew is out from that on."""
    seconds: defaultdict[AreaId, float] = field(default_factory=lambda: defaultdict(float))
    people: dict[AreaId, set[SubscriberId]] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(slots=True)
class Record:
    """Outages that are over. A pure fold of ``FACTS``; the oldest are let go of by ``forget``."""

    area_of: AreaOf
    past: list[PastOutage] = field(default_factory=list)
    _open: dict[IncidentId, _Tally] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        """Let one more fact count."""
        if isinstance(fact, IncidentOpened):
            dark = dict.fromkeys(fact.diagnosis.subscribers, fact.since)
            self._open[fact.incident] = _Tally(
                since=fact.since, again=fact.since, diagnosis=fact.diagnosis, dark=dark
            )
            return
        tally = self._open.get(getattr(fact, "incident", IncidentId("")))
        if tally is None:
            return
        match fact:
            case IncidentRevised():
                _revise(tally, fact)
            case SubscribersBack():
                self._back(tally, fact.subscribers, fact.at)
            case IncidentRestored():
                self._back(tally, [one for one in tally.dark if one not in fact.apart], fact.at)
                tally.dark.clear()  # who is left is a line of its own from here on
            case IncidentMerged():
                self._merge(fact.incident, fact.into)
            case IncidentClosed():
                self._close(fact, tally)
            case IncidentRelapsed():
                tally.again = fact.at
                tally.back.clear()
            case _:
                return

    def forget(self, before: datetime) -> None:
        """Let go of outages that were over by then."""
        self.past = [one for one in self.past if one.until >= before]

    def _back(self, tally: _Tally, people: Iterable[SubscriberId], at: datetime) -> None:
        for one in people:
            since = tally.dark.pop(one, None)
            if since is not None:
                tally.back.add(one)
            area = self.area_of(one)
            if since is None or area is None:
                continue
            tally.seconds[area] += max(0.0, (at - since).total_seconds())
            tally.people.setdefault(area, set()).add(one)
            tally.until = at if tally.until is None else max(at, tally.until)

    def _merge(self, incident: IncidentId, into: IncidentId) -> None:
        gone, kept = self._open.pop(incident), self._open.get(into)
        if kept is None:
            return
        for one, since in gone.dark.items():
            kept.dark[one] = min(since, kept.dark.get(one, since))
        for area, seconds in gone.seconds.items():
            kept.seconds[area] += seconds
        for area, people in gone.people.items():
            kept.people.setdefault(area, set()).update(people)
        kept.since = min(kept.since, gone.since)
        kept.until = max(filter(None, (kept.until, gone.until)), default=None)
        kept.back |= gone.back

    def _close(self, fact: IncidentClosed, tally: _Tally) -> None:
        del self._open[fact.incident]
        self._back(tally, list(tally.dark), fact.at)
        diagnosis = tally.diagnosis
        if fact.mistaken or not tally.people or tally.until is None:
            return
        if diagnosis.kind in COUNTED and diagnosis.cause not in NOT_OURS:
            self.past.append(
                PastOutage(
                    incident=fact.incident,
                    cause=diagnosis.cause,
                    since=tally.since,
                    until=tally.until,
                    losses={
                        area: Loss(people=len(people), seconds=tally.seconds[area])
                        for area, people in tally.people.items()
                    },
                )
            )


def _revise(tally: _Tally, fact: IncidentRevised) -> None:
    """Count those it takes now; those it no longer takes, and who never came back, never were out.

    Who is found later was out from the start, as far as anybody knows: the worse for us. Who was
    back meanwhile is out anew, and that time is not counted twice.
    """
    now = fact.diagnosis.subscribers
    tally.dark = {
        one: tally.dark.get(one) or (fact.at if one in tally.back else tally.again) for one in now
    }
    was = tally.diagnosis.kind
    tally.diagnosis = fact.diagnosis
    if was in COUNTED:  # one that took people's service stays one, whatever is left of it
        tally.diagnosis = replace(fact.diagnosis, kind=was)
