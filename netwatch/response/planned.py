"""What response remembers of planned works: when they are, and who was told of them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from netwatch.model.facts import Audience, NoticeDue, Withheld
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceFact,
    MaintenanceOverran,
    MaintenancePlanned,
    MaintenanceProlonged,
)
from netwatch.model.names import AreaId, ChannelName, MaintenanceId
from netwatch.model.windows import Window, coming
from netwatch.model.works_words import Time, saying
from netwatch.response.policy import WEBSITE
from netwatch.response.works_rolls import WorksCrowd


class Stage(StrEnum):
    """Where works stand with those who were told of them."""

    PLANNED = "planned"
    BEGUN = "begun"
    OVER = "over"
    CANCELLED = "cancelled"


LAST: Final = (Stage.OVER, Stage.CANCELLED)
"""After these nothing is left to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Works as their notices need them."""

    maintenance: MaintenanceId
    window: Window
    areas: tuple[AreaId, ...]
    subscribers: int
    starts: datetime
    ends: datetime
    told: tuple[tuple[ChannelName, datetime, Withheld | None], ...] = ()
    """Of the time to come, per channel: when the words last fell due, and whether they left."""
    revision: int = 0
    stage: Stage = Stage.PLANNED
    since: datetime | None = None
    """When the stage began; None: it is the first."""
    heard: tuple[tuple[ChannelName, Stage], ...] = ()
    """Up to which stage each channel has told of them; only of those that told of them at all."""
    crowd: WorksCrowd = field(default_factory=WorksCrowd)
    """Whom they take, and who of them was told what; changes in its place."""

    @property
    def is_told(self) -> bool:
        """Say whether all who heard of them know how they ended."""
        return (
            self.stage in LAST
            and all(stage is self.stage for _, stage in self.heard)
            and self.crowd.settled
        )

    @property
    def time(self) -> Time:
        """Return when they go on, now or the next time."""
        return Time(self.maintenance, self.starts, self.ends)


Promised = dict[MaintenanceId, Promise]


def evolve(
    promised: Promised,
    fact: MaintenanceFact | NoticeDue,
    ending: Collection[ChannelName] = (),
) -> None:
    """Remember one fact about works.

    Args:
        promised: the works; grows and shrinks.
        fact: what was decided.
        ending: the channels by which single subscribers are told that works are over.
    """
    name = MaintenanceId(fact.subject) if isinstance(fact, NoticeDue) else None
    name = name or getattr(fact, "maintenance", None)
    if isinstance(fact, MaintenancePlanned):
        _promise(promised, fact)
    if name is None or name not in promised:
        return
    held = promised[name]
    match fact:
        case MaintenanceProlonged():
            promised[name] = replace(held, ends=fact.ends)
        case MaintenanceBegan():
            promised[name] = replace(held, stage=Stage.BEGUN, since=fact.at)
        case MaintenanceCancelled():
            _last(promised, held, Stage.CANCELLED, fact.at)
        case MaintenanceEnded():
            time = held.time._replace(ends=min(fact.at, held.ends))
            held.crowd.next_time(time, fact.at, ending)
            _again(promised, held, fact.at)
        case MaintenanceOverran() if held.stage is Stage.OVER:
            del promised[name]  # whoever is dark still hears of an outage, nobody of an end
        case MaintenanceOverran():
            held.crowd.over.clear()
        case NoticeDue(audience=Audience.PUBLIC):
            _heard(promised, held, fact)
        case NoticeDue(audience=Audience.SUBSCRIBERS):
            _letter(promised, fact)
        case _:
            return


def _promise(promised: Promised, fact: MaintenancePlanned) -> None:
    first = coming(fact.window, fact.at)
    if first is not None:
        promised[fact.maintenance] = Promise(
            maintenance=fact.maintenance,
            window=fact.window,
            areas=fact.areas,
            subscribers=len(fact.subscribers),
            starts=first.starts,
            ends=first.ends,
            crowd=WorksCrowd(people=set(fact.subscribers)),
        )
    if fact.instead_of is None:
        return
    for one in promised.values():
        if fact.instead_of in (one.maintenance, one.crowd.moved_to):
            one.crowd.moved_to = fact.maintenance


def _letter(promised: Promised, due: NoticeDue) -> None:
    """Remember what single people were told of one or several works."""
    said = saying(due.detail)
    for time in said.times if said else ():
        if said and (held := promised.get(time.works)) is not None:
            held.crowd.remember(due, said, time)
            _keep(promised, held)


def settle(promised: Promised, name: MaintenanceId) -> None:
    """Let go of works of which nothing is left to be told."""
    if name in promised:
        _keep(promised, promised[name])


def _again(promised: Promised, held: Promise, at: datetime) -> None:
    after = max(at, held.starts + held.window.lasts)
    again = coming(held.window, after) if held.window.again else None
    if again is None:
        _last(promised, held, Stage.OVER, at)
    else:
        promised[held.maintenance] = replace(
            held,
            starts=again.starts,
            ends=again.ends,
            told=(),
            stage=Stage.PLANNED,
            since=None,
            heard=(),
        )


def _last(promised: Promised, held: Promise, stage: Stage, at: datetime) -> None:
    _keep(promised, replace(held, stage=stage, since=at))


def _heard(promised: Promised, held: Promise, due: NoticeDue) -> None:
    """Remember what fell due on a channel; a stage that was kept back is not told later."""
    told = (*(told for told in held.told if told[0] != due.channel),)
    told = (*told, (due.channel, due.at, due.withheld))
    others = tuple(one for one in held.heard if one[0] != due.channel)
    knew = len(others) < len(held.heard)
    # The page says by itself where works stand: it is made anew at each change.
    says = due.channel != WEBSITE and (due.withheld is None or knew)
    heard = (*others, (due.channel, held.stage)) if says else others
    revision = max(held.revision, due.revision)
    _keep(promised, replace(held, told=told, heard=heard, revision=revision))


def _keep(promised: Promised, held: Promise) -> None:
    if held.is_told:
        promised.pop(held.maintenance, None)
    else:
        promised[held.maintenance] = held
