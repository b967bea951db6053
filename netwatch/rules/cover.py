"""People and rotas, five years ahead -> every time at which a duty is nobody's, or two people's."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final, NamedTuple

from netwatch.inventory.findings import Findings
from netwatch.model.faults import Finding, Place
from netwatch.model.names import RoleName
from netwatch.response.on_duty import Because, stretches
from netwatch.response.people import People, Role
from netwatch.response.rota import Rota, Span
from netwatch.rules.rulebook import Rulebook

AHEAD: Final = timedelta(days=5 * 366)
MOST_SHOWN: Final = 3


def check_cover(
    book: Rulebook, at: datetime, channels: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Say where somebody would look for whoever is on duty, and find nobody or two.

    Args:
        book: the rules, free of mistakes.
        at: from when on; the next five years are looked through.
        channels: that netwatch.toml has; None: there is none.

    Returns:
        A finding for each role with gaps, each two rotas or swaps that clash, each rota that is
        yet to begin and each person whom no channel reaches. None without people files.
    """
    people = book.stages.response.people
    findings = Findings()
    if people.persons:
        told = _Told(people, book.places, findings)
        for role in people.roles.values():
            told.gaps(role, at)
        told.clashes(at)
        told.not_begun(at)
        if channels is not None:
            told.unreachable(channels, book.stages.response.staff_channels)
    return findings.in_order()


class Gap(NamedTuple):
    """A time at which nobody has a duty, and who of those named for it is away."""

    span: Span
    away: str


class _Told:
    """What is wrong with the staff's plans, each with its place."""

    def __init__(self, people: People, places: Mapping[str, Place], findings: Findings) -> None:
        self._people, self._places, self._findings = people, places, findings

    def gaps(self, role: Role, at: datetime) -> None:
        """Note the times at which nobody has a role."""
        place = self._place(f"role:{role.id}")
        planned = self._people.is_planned(role.id)
        if not (planned or role.people or role.fallback or role.announcement):
            wrong = f"nobody has the role {role.id!r}: it has no rota and no people"
            remedy = "name its people: [...], a rota, a fallback or an announcement"
            self._findings.warn(place, wrong, remedy)
            return
        found = list(self._gaps(role.id, at))
        if not found:
            return
        zone = next((rota.zone for rota in self._people.rotas_of(role.id)), at.tzinfo)
        shown = ", ".join(
            f"{gap.span.starts.astimezone(zone):%Y-%m-%d %H:%M} to "
            f"{gap.span.ends.astimezone(zone):%Y-%m-%d %H:%M}{gap.away}"
            for gap in found[:MOST_SHOWN]
        )
        more = f", and {len(found) - MOST_SHOWN} times more" if len(found) > MOST_SHOWN else ""
        hours = sum((gap.span.ends - gap.span.starts for gap in found), timedelta())
        wrong = (
            f"nobody has the role {role.id!r} for {hours / timedelta(hours=1):.0f} hours of the "
            f"next five years: {shown}{more}"
        )
        remedy = "give the role a fallback or an announcement, or cover it with a rota or swap"
        self._findings.error(place, wrong, remedy)

    def clashes(self, at: datetime) -> None:
        """Note rotas of one layer, and swaps, that name two people for one role at a time."""
        for one, other in combinations(self._people.rotas, 2):
            if one.role == other.role and one.layer == other.layer:
                moment = _first_clash(one, other, at)
                if moment is not None:
                    shown = f"{moment.astimezone(other.zone):%Y-%m-%d %H:%M}"
                    wrong = (
                        f"rotas {one.id!r} and {other.id!r} both name somebody for {one.role!r} "
                        f"in layer {one.layer}, first at {shown}: "
                        f"{one.said(moment).person} and {other.said(moment).person}"
                    )
                    remedy = "give one of them a higher layer, or let their shifts not overlap"
                    self._findings.error(self._place(f"rota:{other.id}"), wrong, remedy)
        for swap, later in combinations(self._people.swaps, 2):
            together = max(swap.starts, later.starts) < min(swap.ends, later.ends)
            if swap.role == later.role and swap.person != later.person and together:
                wrong = f"swaps {swap.id!r} and {later.id!r} give {swap.role!r} to two at a time"
                remedy = "let one end where the other starts"
                self._findings.error(self._place(f"swap:{later.id}"), wrong, remedy)

    def not_begun(self, at: datetime) -> None:
        """Note rotas that say nothing yet."""
        for rota in self._people.rotas:
            begins = rota.begins
            if begins is not None and begins > at:
                wrong = f"rota {rota.id!r} names nobody before {rota.starts}"
                remedy = "set an earlier 'starts', if others are not on duty until then"
                self._findings.warn(self._place(f"rota:{rota.id}"), wrong, remedy)

    def unreachable(self, channels: Collection[str], staff: Collection[str]) -> None:
        """Note people whom no channel of netwatch.toml reaches."""
        for person in self._people.persons.values():
            ways: tuple[str, ...] = person.channels or tuple(staff)
            if not any(way in channels for way in ways):
                wrong = f"nothing reaches {person.id!r}: netwatch.toml has none of {_named(ways)}"
                remedy = f"add [channels.{ways[0] if ways else 'duty'}] with its url there"
                self._findings.warn(self._place(f"person:{person.id}"), wrong, remedy)

    def _gaps(self, role: RoleName, at: datetime) -> Iterator[Gap]:
        for begins, one in stretches(self._people, (), role, at, at + AHEAD):
            if one.because is Because.NOBODY and one.until is not None:
                yield Gap(Span(begins, one.until), self._away(role, begins))

    def _away(self, role: RoleName, at: datetime) -> str:
        named = {rota.said(at).person for rota in self._people.rotas_of(role)}
        swaps = (one for one in self._people.swaps if one.role == role)
        named |= {one.person for one in swaps if one.starts <= at < one.ends}
        staff = self._people.persons.values()
        away = [one.id for one in staff if one.id in named and one.is_away(at)]
        return f" ({_named(away)} away)" if away else ""

    def _place(self, name: str) -> Place:
        return self._places.get(name, Place("rules/people"))


def _first_clash(one: Rota, other: Rota, at: datetime) -> datetime | None:
    """Return the first moment at which two rotas name different people; None: they never do."""
    end = at + AHEAD
    while at < end:
        mine, theirs = one.said(at), other.said(at)
        if None not in (mine.person, theirs.person) and mine.person != theirs.person:
            return at
        edges = [edge for edge in (mine.until, theirs.until) if edge is not None]
        if not edges:
            return None
        at = min(edges)
    return None


def _named(names: Collection[str]) -> str:
    return " ".join(names) or "its channels"
