"""Facts -> the board: every incident as people speak of it, and who stopped the public words."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from netwatch.model.facts import (
    Audience,
    CauseNamed,
    DeviceSwapped,
    Diagnosis,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentNoted,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    PublishHeld,
    PublishResumed,
    Purpose,
    SubscribersBack,
    TroubleBegan,
    TroubleEnded,
)
from netwatch.model.names import (
    DeviceId,
    IncidentId,
    SubscriberId,
)
from netwatch.model.reply_facts import CrewMoved
from netwatch.model.report_facts import CustomerReported
from netwatch.views import approvals as asking
from netwatch.views import overrides as duty
from netwatch.views import situations as told_as_one
from netwatch.views import tasks as plan
from netwatch.views import works as planned
from netwatch.views.alarms import Alarms
from netwatch.views.causing import inherited, said, suspecting, thought
from netwatch.views.course import Stage, after, begun
from netwatch.views.outage import ALERTED, NOT_ALERTED, ON_SITE, ON_THE_WAY, OVER, Outage
from netwatch.views.told import Note, Shown

__all__ = ["NOBODY", "OVER", "Board", "Outage"]

NOBODY: Final = IncidentId("")


@dataclass(slots=True, eq=False)
class Board:
    """All incidents, the publishing hold and our own troubles. A pure fold: take facts, read."""

    _outages: dict[IncidentId, Outage] = field(default_factory=dict)
    _back: dict[IncidentId, set[SubscriberId]] = field(default_factory=dict)
    """Seen working again, not yet taken off their outage: ten thousand ONUs come back one by one,
    and each time to copy the set of those who still wait would take longer than they do."""
    troubles: dict[str, TroubleBegan] = field(default_factory=dict)
    swapped: dict[DeviceId, DeviceSwapped] = field(default_factory=dict)
    """The last time each device was swapped for another one."""
    held: bool = False
    held_until: datetime | None = None
    """None while held: until a person resumes."""
    held_by: str = ""
    _still: dict[IncidentId, Outage] | None = None
    """Incidents as they stood when public words were stopped; None: they are not."""
    _works_still: planned.Works | None = None
    """Planned works, in the same way."""
    alarms: Alarms = field(default_factory=Alarms)
    works: planned.Works = field(default_factory=dict)
    approvals: asking.Requests = field(default_factory=dict)
    """What waits for people to agree, and what became of it."""
    situations: told_as_one.Situations = field(default_factory=dict)
    overrides: duty.Overrides = field(default_factory=dict)
    """Who took which duty for a while."""

    tasks: plan.Tasks = field(default_factory=dict)
    """What the plan asks of whom, by incident."""

    @property
    def outages(self) -> dict[IncidentId, Outage]:
        """Return every incident as it stands."""
        for incident in tuple(self._back):
            self._take_off(incident)
        return self._outages

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Board) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def empty(cls) -> "Board":
        """Return the board of a network of which nothing was ever said."""
        return cls()

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Board":
        """Return the board after ``facts``."""
        board = cls()
        for fact in facts:
            board.take(fact)
        return board

    def take(self, fact: Fact) -> None:
        """Let one more fact change the board."""
        recounted = self.alarms.take(fact)
        self._decide(fact)
        planned.take(self.works, fact)
        asking.take(self.approvals, fact)
        told_as_one.take(self.situations, fact)
        duty.take(self.overrides, fact)
        plan.take(self.tasks, fact)
        for incident in recounted:
            if (outage := self._outages.get(incident)) is not None:
                self._outages[incident] = replace(outage, alarms=self.alarms.count(incident))

    def _decide(self, fact: Fact) -> None:
        match fact:
            case IncidentOpened():
                self._back.pop(fact.incident, None)
                self._outages[fact.incident] = _opened(fact, self.alarms.count(fact.incident))
            case SubscribersBack():
                if fact.incident in self._outages:
                    self._back.setdefault(fact.incident, set()).update(fact.subscribers)
                    self._verify(fact)
            case PublishHeld():
                self.held, self.held_until, self.held_by = True, fact.until, fact.by
                if self._still is None:
                    self._still, self._works_still = dict(self.outages), dict(self.works)
            case PublishResumed():
                self.held, self.held_until, self.held_by = False, None, ""
                self._still = self._works_still = None
            case TroubleBegan():
                self.troubles[fact.where] = fact
            case TroubleEnded():
                self.troubles.pop(fact.where, None)
            case DeviceSwapped():
                self.swapped[fact.device] = fact
            case IncidentMerged():
                self._merge(fact)
            case _:
                self._move(fact)

    def forget(self, before: datetime) -> None:
        """Let go of incidents that were closed earlier than that; the journal keeps them."""
        for incident, outage in list(self.outages.items()):
            if outage.closed_at is not None and outage.closed_at < before:
                del self._outages[incident]
                self.alarms.forget(incident)
                if self._still is not None:
                    self._still.pop(incident, None)
        plan.forget(self.tasks, self._outages)
        planned.forget(self.works, before)
        asking.forget(self.approvals, before)
        told_as_one.forget(self.situations, before)

    def open(self) -> list[Outage]:
        """Return the incidents that people still wait for, newest first."""
        return [outage for outage in self.newest_first() if outage.is_open]

    def newest_first(self) -> list[Outage]:
        """Return all incidents that stand for themselves (merged ones do not), newest first."""
        own = (outage for outage in self.outages.values() if outage.merged_into is None)
        return sorted(own, key=lambda outage: (outage.opened_at, outage.incident), reverse=True)

    def public(self) -> list[Outage]:
        """Return the incidents as the public may hear of them, newest first, merged ones too.

        While public words are stopped they stay as they were when that began.
        """
        outages = self.outages if self._still is None else self._still
        return sorted(
            outages.values(), key=lambda outage: (outage.opened_at, outage.incident), reverse=True
        )

    def public_works(self) -> list[planned.Work]:
        """Return planned works as the public may hear of them, as ``public`` does incidents."""
        works = self.works if self._works_still is None else self._works_still
        return list(works.values())

    def is_held(self, at: datetime) -> bool:
        """Say whether public words are stopped at this moment."""
        return self.held and (self.held_until is None or at < self.held_until)

    def survivor(self, incident: IncidentId) -> IncidentId:
        """Return the incident in which ``incident`` goes on: itself unless it was merged."""
        seen = {incident}
        while (outage := self._outages.get(incident)) and outage.merged_into is not None:
            incident = outage.merged_into
            if incident in seen:
                break
            seen.add(incident)
        return incident

    def _move(self, fact: Fact) -> None:
        incident = getattr(fact, "incident", None) or NOBODY
        if incident in self._outages:
            self._take_off(incident)
            moved = _moved(self._outages[incident], fact)
            course = after(moved.course, fact)
            same = course is moved.course
            self._outages[incident] = moved if same else replace(moved, course=course)

    def _verify(self, fact: SubscribersBack) -> None:
        """Note that the last of those homes that were dark when it was restored works again."""
        if not self._outages[fact.incident].apart:
            return
        self._take_off(fact.incident)
        outage = self._outages[fact.incident]
        if not outage.apart:
            course = outage.course.to(Stage.VERIFIED, fact.at)
            self._outages[fact.incident] = replace(outage, course=course)

    def _merge(self, fact: IncidentMerged) -> None:
        if fact.incident not in self._outages:
            return
        self._take_off(fact.incident)
        merged, into = self._outages[fact.incident], self._outages.get(fact.into)
        if into is not None:
            self._outages[fact.into] = inherited(into, merged)
        self._outages[fact.incident] = replace(
            merged,
            merged_into=fact.into,
            state="closed",
            closed_at=fact.at,
            without=frozenset(),
            course=after(merged.course, fact),
        )

    def _take_off(self, incident: IncidentId) -> None:
        back = self._back.pop(incident, None)
        if back:
            outage = self._outages[incident]
            self._outages[incident] = replace(
                outage, without=outage.without - back, apart=outage.apart - back
            )

    def _told(self) -> tuple[object, ...]:
        hold = (self.held, self.held_until, self.held_by)
        asked = (self.approvals, self.situations)
        return (self.outages, self.troubles, hold, self.alarms, self.works, asked, self.tasks)


def _opened(fact: IncidentOpened, alarms: int) -> Outage:
    people = frozenset(fact.diagnosis.subscribers)
    blank = Outage(
        incident=fact.incident,
        kind=fact.diagnosis.kind,
        cause=fact.diagnosis.cause,
        cause_certainty="unknown",
        root_cause=(),
        confidence=0.0,
        since=fact.since,
        opened_at=fact.at,
        course=begun(fact.at),
        crew_state=NOT_ALERTED,
        proof=fact.diagnosis.proof,
        subscribers=people,
        without=people,
        at_worst=people,
        alarms=alarms,
    )
    return _diagnosed(blank, fact.diagnosis, fact.at)


def _since(outage: Outage, without: frozenset[SubscriberId], at: datetime) -> datetime:
    """Return since when people are without service; until anybody is, since the first sign.

    A lost second path takes nobody's service: what comes on top of it hours later does.
    """
    was_nobodys = outage.kind is IncidentKind.DEGRADED and not outage.subscribers
    return at if without and was_nobodys and outage.root_cause else outage.since


def _diagnosed(outage: Outage, diagnosis: Diagnosis, at: datetime) -> Outage:
    without = frozenset(diagnosis.subscribers)
    ever, at_worst = outage.subscribers, outage.at_worst
    if outage.root_cause:
        # Those it no longer takes, and who were not seen coming back, never were out.
        never = outage.without - without
        ever, at_worst = ever - never, at_worst - never
    worst = len(without) >= len(at_worst)
    return replace(
        thought(outage, diagnosis.cause),
        since=_since(outage, without, at),
        kind=diagnosis.kind,
        causes=diagnosis.causes,
        root_cause=diagnosis.root_cause,
        also_possible=diagnosis.also_possible,
        confidence=diagnosis.confidence,
        areas=diagnosis.areas,
        services=diagnosis.services,
        proof=suspecting(outage, diagnosis),
        subscribers=ever | without,
        without=without,
        at_worst=without if worst else at_worst,
        where=diagnosis.where,
        where_at_worst=diagnosis.where if worst else outage.where_at_worst,
    )


def _moved(outage: Outage, fact: Fact) -> Outage:  # noqa: PLR0911, PLR0912 - a line a kind
    match fact:
        case IncidentRevised():
            return _diagnosed(outage, fact.diagnosis, fact.at)
        case IncidentConfirmed():
            return replace(outage, confirmed_at=outage.confirmed_at or fact.at)
        case IncidentRestored():
            return replace(
                outage,
                state="restored",
                restored_at=fact.at,
                without=frozenset(),
                apart=frozenset(fact.apart),
            )
        case IncidentRelapsed():
            state = "acknowledged" if outage.owner else "open"
            gone = replace(
                outage,
                restored_at=None,
                expected_end=None,
                apart=frozenset(),
                crew_state=NOT_ALERTED if outage.crew_state == NOT_ALERTED else ALERTED,
            )
            return replace(gone, state=state)
        case IncidentClosed():
            return replace(
                outage,
                state="closed",
                closed_at=fact.at,
                closed_by=fact.by,
                mistaken=fact.mistaken,
            )
        case IncidentAcknowledged():
            return _owned(outage, fact.by)
        case IncidentAssigned():
            return _owned(outage, fact.to)
        case EndExpected():
            return replace(outage, expected_end=fact.until)
        case CauseNamed():
            return said(outage, fact)
        case IncidentNoted():
            return replace(outage, notes=(*outage.notes, Note(fact.at, fact.by, fact.text)))
        case CrewMoved():
            state = ON_SITE if fact.there_at <= fact.at else ON_THE_WAY
            return replace(outage, crew_state=state)
        case CustomerReported():
            proof = replace(outage.proof, reports=outage.proof.reports + 1)
            return replace(outage, proof=proof)
        case NoticeDue(audience=Audience.PUBLIC):
            return _told(outage, fact)
        case NoticeDue(audience=Audience.STAFF, purpose=Purpose.ALERT, withheld=None):
            first = outage.crew_state == NOT_ALERTED
            return replace(outage, crew_state=ALERTED) if first else outage
        case _:
            return outage


def _owned(outage: Outage, owner: str) -> Outage:
    state = "acknowledged" if outage.state == "open" else outage.state
    return replace(outage, owner=owner, state=state)


def _told(outage: Outage, due: NoticeDue) -> Outage:
    shown = outage.shown
    if due.withheld is None:
        others = tuple(pair for pair in shown if pair[0] != due.channel)
        shown = (*others, (due.channel, Shown(due.phase, due.at, due.revision, due.areas)))
    return replace(outage, phase=due.phase, revision=due.revision, shown=shown)
