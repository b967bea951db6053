"""Planned works as they were decided: folded from facts, and from nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from netwatch.model.facts import Fact
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenancePlanned,
    MaintenanceProlonged,
)
from netwatch.model.names import ElementName, MaintenanceId
from netwatch.model.plain import from_plain, to_plain
from netwatch.model.windows import Span, Window, coming


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Works that were planned and are not over for good."""

    id: MaintenanceId
    elements: tuple[ElementName, ...]
    window: Window
    uid: str = ""
    starts: datetime
    ends: datetime
    """Of the time that goes on, else of the next one."""
    active: bool = False
    ended_at: datetime | None = None
    """When they went on last until."""
    over: bool = False
    """They do not come again; remembered for a while, for what they leave dark."""

    @property
    def next(self) -> Span:
        """Return from when until when they go on, now or the next time."""
        return Span(self.starts, self.ends)


Works = dict[MaintenanceId, Planned]


def evolve(works: Works, fact: Fact) -> None:
    """Remember one fact about works."""
    match fact:
        case MaintenancePlanned():
            first = coming(fact.window, fact.at)
            if first is not None:
                works[fact.maintenance] = Planned(
                    id=fact.maintenance,
                    elements=fact.elements,
                    window=fact.window,
                    uid=fact.uid,
                    starts=first.starts,
                    ends=first.ends,
                )
        case MaintenanceBegan(maintenance=name) if name in works:
            works[name] = replace(works[name], active=True, starts=fact.starts, ends=fact.ends)
        case MaintenanceProlonged(maintenance=name) if name in works:
            works[name] = replace(works[name], ends=fact.ends)
        case MaintenanceEnded(maintenance=name) if name in works:
            works[name] = _ended(works[name], fact.at)
        case MaintenanceCancelled(maintenance=name) if name in works:
            works[name] = replace(works[name], active=False, over=True)
        case _:
            pass


def forget(works: Works, before: datetime) -> None:
    """Let go of works that were over for good by then."""
    for name in [n for n, one in works.items() if one.over and _gone(one) < before]:
        del works[name]


def upcoming(works: Works) -> Iterator[Planned]:
    """Yield the works that go on or will."""
    return (one for one in works.values() if not one.over)


def _gone(one: Planned) -> datetime:
    return one.ended_at or one.starts


def _ended(one: Planned, at: datetime) -> Planned:
    after = coming(one.window, max(at, one.starts + one.window.lasts))
    if not one.window.again or after is None:
        return replace(one, active=False, over=True, ended_at=at)
    return replace(one, active=False, ended_at=at, starts=after.starts, ends=after.ends)


def works_to_plain(works: Works) -> list[Any]:
    """Return plain JSON values, in an order that depends on content alone."""
    return [to_plain(one) for _, one in sorted(works.items())]


def works_from_plain(rows: list[Mapping[str, Any]]) -> Works:
    """Take ``works_to_plain``'s values back."""
    found = [from_plain(row, Planned) for row in rows]
    return {one.id: one for one in found}
