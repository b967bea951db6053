"""What response remembers of planned works: when they are, and who was told of them."""

from dataclasses import dataclass, replace
from datetime import datetime

from netwatch.model.facts import Audience, NoticeDue, Withheld
from netwatch.model.maintenance_facts import (
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceFact,
    MaintenancePlanned,
    MaintenanceProlonged,
)
from netwatch.model.names import AreaId, ChannelName, MaintenanceId
from netwatch.model.windows import Window, coming


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


Promised = dict[MaintenanceId, Promise]


def evolve(promised: Promised, fact: MaintenanceFact | NoticeDue) -> None:
    """Remember one fact about works."""
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
        case MaintenanceCancelled():
            del promised[name]
        case MaintenanceEnded():
            _again(promised, held, fact.at)
        case NoticeDue(audience=Audience.PUBLIC):
            others = tuple(told for told in held.told if told[0] != fact.channel)
            told = (*others, (fact.channel, fact.at, fact.withheld))
            revision = max(held.revision, fact.revision)
            promised[name] = replace(held, told=told, revision=revision)
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
        )


def _again(promised: Promised, held: Promise, at: datetime) -> None:
    after = max(at, held.starts + held.window.lasts)
    again = coming(held.window, after) if held.window.again else None
    if again is None:
        del promised[held.maintenance]
    else:
        promised[held.maintenance] = replace(held, starts=again.starts, ends=again.ends, told=())
