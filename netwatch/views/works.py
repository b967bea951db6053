"""Facts -> planned works as people speak of them: what is planned, goes on, and was."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.model.facts import Audience, Fact, NoticeDue, Phase
from netwatch.model.maintenance_facts import (
    Clash,
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceOverran,
    MaintenancePlanned,
    MaintenanceProlonged,
)
from netwatch.model.names import (
    AreaId,
    ChannelName,
    ElementName,
    IncidentId,
    MaintenanceId,
    SubscriberId,
)
from netwatch.model.whereabouts import Where
from netwatch.model.windows import Window, coming
from netwatch.views.proof import stamp

KEPT: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Planned works as they stand."""

    id: MaintenanceId
    by: str
    elements: tuple[ElementName, ...]
    window: Window
    title: str
    areas: tuple[AreaId, ...]
    where: Where
    subscribers: int
    starts: datetime
    ends: datetime
    """Of the time that goes on, else of the next one, else of the last."""
    state: str = "planned"
    """``planned``, ``going on``, ``ended``, ``overran`` or ``cancelled``."""
    incident: IncidentId | None = None
    """What they left dark the last time."""
    closed_at: datetime | None = None
    """When they were called off or came to their end; None: they go on or will."""
    clashes: tuple[Clash, ...] = ()
    shown: tuple[ChannelName, ...] = ()
    """The public channels that have told of them."""
    people: frozenset[SubscriberId] = field(default=frozenset(), repr=False)
    """Those whose service they take."""

    @property
    def is_open(self) -> bool:
        """Say whether they go on or will."""
        return self.state in ("planned", "going on")


Works = dict[MaintenanceId, Work]


def take(works: Works, fact: Fact) -> None:
    """Let one more fact change the works."""
    if isinstance(fact, MaintenancePlanned):
        first = coming(fact.window, fact.at)
        if first is not None:
            works[fact.maintenance] = _planned(fact, first.starts, first.ends)
        return
    name = getattr(fact, "maintenance", None)
    if isinstance(fact, NoticeDue):
        name = MaintenanceId(fact.subject) if _tells_of_works(fact) else None
    if name in works:
        works[name] = _moved(works[name], fact)


def forget(works: Works, before: datetime) -> None:
    """Let go of works that were over by then; the journal keeps them."""
    for name in [n for n, one in works.items() if not one.is_open and one.ends < before]:
        del works[name]


def _tells_of_works(due: NoticeDue) -> bool:
    told = due.incident is None and due.phase is Phase.PLANNED
    return told and due.audience is Audience.PUBLIC and due.withheld is None


def _planned(fact: MaintenancePlanned, starts: datetime, ends: datetime) -> Work:
    return Work(
        id=fact.maintenance,
        by=fact.by,
        elements=fact.elements,
        window=fact.window,
        title=fact.title,
        areas=fact.areas,
        where=fact.where,
        subscribers=len(fact.subscribers),
        people=frozenset(fact.subscribers),
        starts=starts,
        ends=ends,
        clashes=fact.clashes,
    )


def _moved(one: Work, fact: Fact) -> Work:  # noqa: PLR0911 - one line a kind of fact
    match fact:
        case MaintenanceBegan():
            clashes = (*one.clashes, *fact.clashes)
            return replace(
                one, state="going on", starts=fact.starts, ends=fact.ends, clashes=clashes
            )
        case MaintenanceProlonged():
            return replace(one, ends=fact.ends)
        case MaintenanceEnded():
            return _ended(one, fact.at)
        case MaintenanceOverran():
            state = one.state if one.is_open else "overran"
            return replace(one, state=state, incident=fact.incident)
        case MaintenanceCancelled():
            return replace(one, state="cancelled", closed_at=fact.at)
        case NoticeDue():
            return replace(one, shown=tuple(dict.fromkeys((*one.shown, fact.channel))))
        case _:
            return one


def _ended(one: Work, at: datetime) -> Work:
    after = max(at, one.starts + one.window.lasts)
    again = coming(one.window, after) if one.window.again else None
    if again is None:
        ends = min(at, one.ends)
        return replace(one, state="ended", ends=ends, closed_at=at, incident=None)
    return replace(one, state="planned", starts=again.starts, ends=again.ends, incident=None)


def works_answer(works: Iterable[Work]) -> list[dict[str, Any]]:
    """Return works as scripts get them, the soonest first."""
    return [_row(one) for one in sorted(works, key=lambda one: (one.starts, one.id))]


def _row(one: Work) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "starts_at": stamp(one.starts),
        "ends_at": stamp(one.ends),
        "again": one.window.again or None,
        "zone": one.window.zone,
        "elements": list(one.elements),
        "areas": list(one.areas),
        "subscribers": one.subscribers,
        "title": one.title,
        "by": one.by,
        "incident": one.incident,
        "clashes": clashes_answer(one.clashes),
    }


def clashes_answer(clashes: Iterable[Clash]) -> list[dict[str, Any]]:
    """Return clashes as scripts get them."""
    return [
        {
            "maintenance": clash.maintenance,
            "incident": clash.incident,
            "subscribers": clash.subscribers,
            "at": stamp(clash.at),
        }
        for clash in clashes
    ]
