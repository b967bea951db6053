"""People, overrides, a moment -> who has each duty: exactly one person or machine, and until when.

What holds, the later over the earlier: the rotas by layer, swaps in files, overrides by command.
Whoever is away is passed over, except by an override: somebody has just said so. Where all that
leaves nobody, the role's fallback has it, then its announcement, then the last resort.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.names import PersonId, RoleName
from netwatch.response.people import LAST_RESORT, Cover, People, Person, Role
from netwatch.response.rota import Rota

LOOKED_AHEAD: Final = timedelta(days=400)
"""Whoever has a duty for longer has it for good, as far as anybody is told."""


class Because(StrEnum):
    """Why it is this one."""

    ROTA = "rota"
    SWAP = "swap"
    OVERRIDE = "override"
    FIRST = "first"
    """There is no rota: the first of the role's people who is not away."""
    FALLBACK = "fallback"
    ANNOUNCEMENT = "announcement"
    NOBODY = "nobody"
    """Nobody was named for this moment; the last resort has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Who has one duty."""

    role: RoleName
    who: str
    """A person's id, or a machine's name."""
    is_machine: bool = False
    until: datetime | None = None
    """When somebody else takes over, in UTC; None: not within ``LOOKED_AHEAD``."""
    because: Because
    by: str = ""
    """The rota, swap or override that says so; or the role that helps out."""


class Standing(NamedTuple):
    """Who has a duty at a moment, and until when that surely is so."""

    found: OnDuty
    until: datetime | None


def on_duty(
    people: People, overrides: Sequence[DutyOverridden], at: datetime
) -> tuple[OnDuty, ...]:
    """Return for each role exactly one who has it, in the order of the roles.

    Args:
        people: what the files say.
        overrides: what was commanded and not ended; the later ones hold.
        at: the moment, in any zone.
    """
    return tuple(who_has(people, overrides, role, at) for role in people.roles)


def who_has(
    people: People, overrides: Sequence[DutyOverridden], role: RoleName, at: datetime
) -> OnDuty:
    """Return who has a role at a moment, and until when; somebody has it always."""
    at = at.astimezone(UTC)
    horizon = at + LOOKED_AHEAD
    now = standing(people, overrides, role, at)
    until = now.until
    while until is not None and until < horizon:
        then = standing(people, overrides, role, until)
        if then.found.who != now.found.who:
            return replace(now.found, until=until)
        until = then.until
    return now.found


def stretches(
    people: People,
    overrides: Sequence[DutyOverridden],
    role: RoleName,
    starts: datetime,
    ends: datetime,
) -> Iterator[tuple[datetime, OnDuty]]:
    """Yield from when on who has a role, in order, without a gap; ``until`` is when they end.

    A new stretch begins where another has it, or has it for another reason.
    """
    at = starts.astimezone(UTC)
    found, until = standing(people, overrides, role, at)
    while until is not None and until < ends:
        then = standing(people, overrides, role, until)
        if then.found != found:
            yield at, replace(found, until=until)
            at, found = until, then.found
        until = then.until
    yield at, replace(found, until=ends.astimezone(UTC))


def standing(
    people: People, overrides: Sequence[DutyOverridden], role: RoleName, at: datetime
) -> Standing:
    """Return who has a role at a moment of UTC, and until when that surely is so."""
    return _standing(_Asked(people, overrides, at), role)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about a moment, and what was noted on the way to its answer."""

    people: People
    overrides: Sequence[DutyOverridden]
    at: datetime
    roles: frozenset[RoleName] = frozenset()
    """Those that were asked before."""
    edges: list[datetime] = field(default_factory=list)
    """Moments at which the answer may be another."""

    def may_change(self, moment: datetime | None) -> None:
        """Note a moment that lies ahead."""
        if moment is not None:
            self.edges.append(moment)


def _standing(asked: _Asked, role: RoleName) -> Standing:
    duty = asked.people.roles.get(role) or Role(id=role)
    found = _named(asked, duty) or _helped_out(asked, duty)
    return Standing(found, min(asked.edges, default=None))


def _named(asked: _Asked, duty: Role) -> OnDuty | None:
    """Return the person whom something names for this role."""
    people, role = asked.people, duty.id
    order = [
        *_covered(asked, asked.overrides, Because.OVERRIDE, role),
        *_covered(asked, people.swaps, Because.SWAP, role),
        *(found for rota in reversed(people.rotas_of(role)) for found in _by_rota(asked, rota)),
    ]
    if not people.is_planned(role):
        order += [OnDuty(role=role, who=one, because=Because.FIRST) for one in duty.people]
    for candidate in order:
        person = people.persons.get(PersonId(candidate.who))
        if person is not None and _is_there(asked, person, candidate.because):
            return candidate
    return None


def _covered(
    asked: _Asked, covers: Sequence[Cover], because: Because, role: RoleName
) -> Iterator[OnDuty]:
    for cover in reversed(covers):
        if cover.role != role or cover.ends <= asked.at:
            continue
        if cover.starts > asked.at:
            asked.may_change(cover.starts)
            continue
        asked.may_change(cover.ends)
        name = cover.override if isinstance(cover, DutyOverridden) else cover.id
        yield OnDuty(role=role, who=cover.person, because=because, by=name)


def _by_rota(asked: _Asked, rota: Rota) -> Iterator[OnDuty]:
    person, until = rota.said(asked.at)
    asked.may_change(until)
    if person is not None:
        yield OnDuty(role=rota.role, who=person, because=Because.ROTA, by=rota.id)


def _is_there(asked: _Asked, person: Person, because: Because) -> bool:
    """Say whether somebody can be counted on; who is said to take over is not asked again."""
    if because is Because.OVERRIDE:
        return True
    asked.may_change(person.next_change(asked.at))
    return not person.is_away(asked.at)


def _helped_out(asked: _Asked, duty: Role) -> OnDuty:
    """Return who has a duty that nobody was named for; roles that point at each other end it."""
    role, other = duty.id, duty.fallback
    if other is not None and other not in asked.roles and other in asked.people.roles:
        inner = _Asked(asked.people, asked.overrides, asked.at, asked.roles | {role})
        found, until = _standing(inner, other)
        asked.may_change(until)
        if not found.is_machine:
            return replace(found, role=role, because=Because.FALLBACK, by=other)
    if duty.announcement:
        machine = duty.announcement
        return OnDuty(role=role, who=machine, is_machine=True, because=Because.ANNOUNCEMENT)
    return OnDuty(role=role, who=LAST_RESORT, is_machine=True, because=Because.NOBODY)
