"""Facts -> situations: what is told of as one, with its incidents in the order of repair."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    Phase,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
)
from netwatch.model.names import AreaId, ChannelName, IncidentId, SituationId
from netwatch.views.proof import stamp
from netwatch.views.told import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Many incidents that are told of as one."""

    situation: SituationId
    by: str
    """Who said so; empty: netwatch."""
    since: datetime
    """When the first sign of the eldest incident in it was seen."""
    began_at: datetime
    incidents: tuple[IncidentId, ...]
    """Those open in it, in the order of repair: by people."""
    areas: tuple[AreaId, ...]
    all_incidents: tuple[IncidentId, ...]
    """Those that were ever in it."""
    all_areas: tuple[AreaId, ...]
    subscribers: int
    ended_at: datetime | None = None
    """Each incident is told of by itself since."""
    over_at: datetime | None = None
    mistaken: bool = False
    phase: Phase | None = None
    """The last words decided, withheld or not."""
    shown: tuple[tuple[ChannelName, Shown], ...] = ()
    """What each public channel was last given to say of it."""

    @property
    def stands(self) -> bool:
        """Say whether all that is broken is told of as one now."""
        return self.ended_at is None


Situations = dict[SituationId, Situation]


def take(situations: Situations, fact: Fact) -> None:
    """Let one more fact change what is told of as one."""
    if isinstance(fact, SituationBegan):
        situations[fact.situation] = _begun(fact)
    elif isinstance(fact, SituationChanged | SituationEnded | SituationOver):
        if (held := situations.get(fact.situation)) is not None:
            situations[fact.situation] = _moved(held, fact)
    elif isinstance(fact, NoticeDue) and fact.audience is Audience.PUBLIC:
        held = situations.get(SituationId(fact.subject))
        if held is not None:
            situations[held.situation] = _told(held, fact)


def standing(situations: Situations) -> Situation | None:
    """Return the situation that stands now; None when there is none."""
    return next((one for one in situations.values() if one.stands), None)


def situation_answer(situations: Situations) -> dict[str, Any] | None:
    """Return the situation that stands, as commands print it; None when there is none."""
    one = standing(situations)
    if one is None:
        return None
    return {
        "situation": one.situation,
        "by": one.by or None,
        "began_at": stamp(one.began_at),
        "since": stamp(one.since),
        "incidents": list(one.incidents),
        "areas": list(one.areas),
        "subscribers": one.subscribers,
    }


def forget(situations: Situations, before: datetime) -> None:
    """Let go of those that were over earlier than that."""
    for name, one in list(situations.items()):
        if one.over_at is not None and one.over_at < before:
            del situations[name]


def _begun(fact: SituationBegan) -> Situation:
    return Situation(
        situation=fact.situation,
        by=fact.by,
        since=fact.since or fact.at,
        began_at=fact.at,
        incidents=fact.incidents,
        areas=fact.areas,
        all_incidents=fact.incidents,
        all_areas=fact.areas,
        subscribers=fact.subscribers,
    )


def _moved(held: Situation, fact: SituationChanged | SituationEnded | SituationOver) -> Situation:
    match fact:
        case SituationChanged():
            return replace(
                held,
                incidents=fact.incidents,
                areas=fact.areas,
                all_incidents=tuple(dict.fromkeys((*held.all_incidents, *fact.incidents))),
                all_areas=tuple(dict.fromkeys((*held.all_areas, *fact.areas))),
                subscribers=max(held.subscribers, fact.subscribers),
            )
        case SituationEnded():
            return replace(held, ended_at=fact.at)
        case SituationOver():
            return replace(held, over_at=fact.at, mistaken=fact.mistaken)


def _told(held: Situation, due: NoticeDue) -> Situation:
    shown = held.shown
    if due.withheld is None:
        others = tuple(pair for pair in shown if pair[0] != due.channel)
        shown = (*others, (due.channel, Shown(due.phase, due.at, due.revision, due.areas)))
    return replace(held, phase=due.phase, shown=shown)
