"""Planned works: a person plans, prolongs and ends them, and time lets them begin and end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from netwatch.correlation.clashes import clashes_now, clashes_of
from netwatch.correlation.covering import KINDS, nodes_of
from netwatch.correlation.maintenance import Planned, upcoming
from netwatch.correlation.topology import cut_roots
from netwatch.correlation.view import State
from netwatch.model.arrivals import Finish, Maintain, Planning, Prolong
from netwatch.model.facts import Fact
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenancePlanned,
    MaintenanceProlonged,
    MaintenanceRefused,
)
from netwatch.model.names import ElementName, MaintenanceId
from netwatch.model.whereabouts import whereabouts
from netwatch.model.windows import LONGEST, WindowError, check, coming

MOST: Final = 500
"""So many elements one plan names, and so many plans there are at a time."""
KNOWN: Final = "they are planned already"
CHANGED: Final = "at another time or on other elements; end those, then plan these"


def planned(state: State, command: Planning) -> Iterator[Fact]:
    """Yield what a person's command does to works; nothing where there are no such works."""
    match command:
        case Maintain():
            yield from _plan(state, command)
        case Prolong(maintenance=name, at=at, until=until):
            one = state.decided.works.get(name)
            if one is not None and one.active and at < until <= one.starts + LONGEST:
                yield MaintenanceProlonged(at=at, maintenance=name, by=command.by, ends=until)
        case Finish(maintenance=name, at=at, by=by):
            one = state.decided.works.get(name)
            if one is None or one.over:
                return
            if one.active:
                yield MaintenanceEnded(at=at, maintenance=name, by=by)
            if command.for_good or not (one.active or one.window.again):
                yield MaintenanceCancelled(at=at, maintenance=name, by=by)


def _plan(state: State, command: Maintain) -> Iterator[Fact]:
    wrong = _wrong(state, command) or _not_moved(state, command)
    clashes = () if wrong else clashes_of(state, command)
    refused = bool(clashes) and not command.despite
    if wrong or refused:
        yield MaintenanceRefused(
            at=command.at,
            by=command.by,
            elements=command.elements,
            window=command.window,
            clashes=clashes,
            wrong=wrong or "clash",
        )
        return
    index = state.index
    tops = cut_roots(index, sorted(nodes_of(index, state.network, command.elements)))
    people = index.subscribers_below(tops)
    areas = tuple(sorted({index.area[s] for s in people if s in index.area}))
    yield MaintenancePlanned(
        at=command.at,
        maintenance=MaintenanceId(f"M-{state.decided.plans + 1}"),
        by=command.by,
        elements=command.elements,
        window=command.window,
        title=command.title,
        uid=command.uid or _uid_of(state, command.instead_of),
        areas=areas,
        subscribers=tuple(people),
        clashes=clashes,
        where=whereabouts(state.streets.map(), people, areas),
        instead_of=command.instead_of,
    )
    if command.instead_of is not None:
        yield MaintenanceCancelled(at=command.at, maintenance=command.instead_of, by=command.by)


def _uid_of(state: State, moved: MaintenanceId | None) -> str:
    """Return of which entry of a calendar works are, that are moved: it is known further on."""
    return state.decided.works[moved].uid if moved is not None else ""


def _not_moved(state: State, command: Maintain) -> str:
    """Return why works cannot be moved; empty: they can, or are not to be."""
    if command.instead_of is None:
        return ""
    old = state.decided.works.get(command.instead_of)
    if old is None or old.over:
        return f"there are no works {command.instead_of} to be moved"
    if old.active:
        return f"{old.id} go on already: netwatch maintenance prolong {old.id} TIME, or end them"
    return ""


def _wrong(state: State, command: Maintain) -> str:
    """Return why these works cannot be planned, as a person reads it; empty: they can."""
    if not 0 < len(command.elements) <= MOST:
        return f"works are on at least one element and at most {MOST}"
    unknown = [name for name in command.elements if not _known(state, name)]
    if unknown:
        return f"the inventory knows no {', '.join(unknown[:6])}"
    standing = list(upcoming(state.decided.works))
    if len(standing) >= MOST:
        return f"{MOST} works are planned already; end some: netwatch maintenance list"
    same = next((one for one in standing if command.uid and one.uid == command.uid), None)
    if same is not None and same.id == command.instead_of:
        same = None
    if same is not None:
        return KNOWN if _is_alike(same, command) else f"they are planned as {same.id}, {CHANGED}"
    return _bad_time(command)


def _is_alike(one: Planned, command: Maintain) -> bool:
    """Say whether works are planned as somebody wants them; a zone matters to those of a rule."""
    window = command.window
    if not window.again:
        window = replace(window, zone=one.window.zone)
    return (one.window, one.elements) == (window, command.elements)


def _bad_time(command: Maintain) -> str:
    try:
        check(command.window)
    except WindowError as fault:
        return str(fault)
    return "" if coming(command.window, command.at) else "their time is over"


def _known(state: State, element: ElementName) -> bool:
    kind, _, name = element.partition(":")
    if kind not in KINDS:
        return False
    if kind == "area":
        return name in state.network.areas
    if kind == "site":
        return name in state.network.sites
    return bool(nodes_of(state.index, state.network, (element,)))


def time_passes(state: State, at: datetime) -> Iterator[Fact]:
    """Yield the works that begin and end by this second."""
    for one in sorted(state.decided.works.values(), key=lambda one: one.id):
        if one.over:
            continue
        if one.active and at >= one.ends:
            yield MaintenanceEnded(at=at, maintenance=one.id)
        elif not one.active and at >= one.starts:
            yield from _begun(state, one, at)


def _begun(state: State, one: Planned, at: datetime) -> Iterator[Fact]:
    if at >= one.ends:  # netwatch slept through it
        yield MaintenanceEnded(at=at, maintenance=one.id)
        return
    yield MaintenanceBegan(
        at=at,
        maintenance=one.id,
        starts=one.starts,
        ends=one.ends,
        clashes=clashes_now(state, one, at),
    )
