"""Entries -> who works here, their duties and rotas, cross-checked against each other."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from netwatch.inventory.findings import Findings
from netwatch.inventory.marked import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place
from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.response.people import Absence, People, Person, Role, Swap
from netwatch.response.rota import Calendar, Rota, Shift, Turn
from netwatch.response.wall import DAY, instant, midnight
from netwatch.rules.files import Ruled, Rules
from netwatch.rules.schemas_people import DAYS, numbered

UNKNOWN_ZONE: Final = ZoneInfo("UTC")
PEOPLE: Final = "people"
ROLES: Final = "roles"
HOLIDAYS: Final = "holidays"
_REMEDIES: Final = {
    PEOPLE: "add the person, or remove the name",
    ROLES: "add the role, or name another",
    HOLIDAYS: "add them, or remove the name",
}


def people(rules: Rules, findings: Findings) -> People:
    """Return the staff: who they are, what their duties are, and who has them when."""
    persons = _persons(rules, findings)
    roles = _roles(rules, findings)
    rotas = [_rota(ruled, rules, findings) for ruled in rules.entries("rotas")]
    swaps = [_swap(ruled, rules, findings) for ruled in rules.entries("swaps")]
    for name in ("rotas", "swaps"):
        for ruled in rules.entries(name):
            role = ruled.mark.find(["role"])
            _known(role, ruled.entry.role, roles, ROLES, findings)
    return People(
        persons=persons,
        roles=roles,
        rotas=tuple(sorted(rotas, key=lambda rota: rota.layer)),
        swaps=tuple(swaps),
    )


def places(rules: Rules) -> dict[str, Place]:
    """Return where people, roles, rotas and swaps are written."""
    names = {"person": PEOPLE, "role": ROLES, "rota": "rotas", "swap": "swaps"}
    return {
        f"{kind}:{ruled.entry.id}": ruled.mark.place
        for kind, section in names.items()
        for ruled in rules.entries(section)
    }


def _persons(rules: Rules, findings: Findings) -> dict[PersonId, Person]:
    return {
        PersonId(ruled.entry.id): _person(ruled, rules, findings)
        for ruled in rules.entries("people")
    }


def _person(ruled: Ruled, rules: Rules, findings: Findings) -> Person:
    entry = ruled.entry
    away = tuple(
        Absence(**_span(one, ruled.mark.find(["away", place]), rules, findings), why=one.why)
        for place, one in enumerate(entry.away)
    )
    return Person(
        id=PersonId(entry.id),
        name=entry.name,
        language=entry.language,
        channels=tuple(map(ChannelName, entry.channels)),
        contact=entry.contact or "",
        skills=entry.skills,
        site=entry.site or "",
        away=away,
    )


def _roles(rules: Rules, findings: Findings) -> dict[RoleName, Role]:
    """Return the roles by name; a role cannot bear a person's id."""
    staff = {ruled.entry.id: ruled.mark for ruled in rules.entries("people")}
    known = {ruled.entry.id for ruled in rules.entries("roles")}
    found: dict[RoleName, Role] = {}
    for ruled in rules.entries("roles"):
        entry = ruled.entry
        role = Role(
            id=RoleName(entry.id),
            name=entry.name,
            people=tuple(map(PersonId, entry.people)),
            fallback=RoleName(entry.fallback) if entry.fallback else None,
            announcement=entry.announcement or "",
            may=entry.may,
        )
        found[role.id] = role
        if role.id in staff:
            wrong = f"role {role.id!r} is also a person, in {staff[role.id].place}"
            findings.error(ruled.mark.find(["id"]), wrong, "give one of the two another id")
        _all_known(ruled, "people", staff, findings)
        if role.fallback is not None:
            at = ruled.mark.find(["fallback"])
            _known(at, role.fallback, known, ROLES, findings)
            if role.fallback == role.id:
                findings.error(at, f"{role.id!r} falls back on itself", "name another role")
        if entry.announcement in staff:
            wrong = f"{entry.announcement!r} is a person, no machine"
            findings.error(ruled.mark.find(["announcement"]), wrong, "name a machine")
    return found


def _rota(ruled: Ruled, rules: Rules, findings: Findings) -> Rota:
    entry = ruled.entry
    staff = {one.entry.id for one in rules.entries("people")}
    _all_known(ruled, "people", staff, findings)
    zone = _zone(entry.zone, ruled.mark, rules, findings)
    if entry.calendar is not None:
        return Rota(
            id=entry.id,
            role=RoleName(entry.role),
            zone=zone,
            layer=entry.layer,
            calendar=_calendar(ruled, zone, rules, findings),
        )
    starts = entry.starts
    if entry.day is not None:
        starts += timedelta(days=(DAYS.index(entry.day) - starts.weekday()) % len(DAYS))
    return Rota(
        id=entry.id,
        role=RoleName(entry.role),
        zone=zone,
        people=tuple(map(PersonId, entry.people)),
        starts=starts,
        hand_over=entry.hand_over,
        days=entry.every.days,
        ends=entry.ends,
        shifts=tuple(Shift(**numbered(one)) for one in entry.shifts),
        holidays=_holidays(ruled, rules, findings),
        layer=entry.layer,
    )


def _swap(ruled: Ruled, rules: Rules, findings: Findings) -> Swap:
    entry = ruled.entry
    staff = {one.entry.id for one in rules.entries("people")}
    at = ruled.mark.find(["person"])
    _known(at, entry.person, staff, PEOPLE, findings)
    return Swap(
        id=entry.id,
        role=RoleName(entry.role),
        person=PersonId(entry.person),
        why=entry.why,
        **_span(entry, ruled.mark, rules, findings),
    )


def _holidays(ruled: Ruled, rules: Rules, findings: Findings) -> frozenset[date]:
    known = {one.entry.id: one.entry for one in rules.entries("holidays")}
    for place, name in enumerate(ruled.entry.holidays):
        at = ruled.mark.find(["holidays", place])
        _known(at, name, known, HOLIDAYS, findings)
    names = ruled.entry.holidays or known
    return frozenset(
        one for name in names if name in known for one in _days(known[name], rules, findings)
    )


def _days(entry: Any, rules: Rules, findings: Findings) -> frozenset[date]:
    """Return the days of one list of holidays; a country nobody knows is noted."""
    if entry.country is None:
        return frozenset(entry.days)
    from netwatch.rules.calendars import public_holidays  # noqa: PLC0415 - slow to load

    found = public_holidays(entry.country)
    if found is None:
        (ruled,) = (one for one in rules.entries(HOLIDAYS) if one.entry.id == entry.id)
        wrong = f"nobody knows the public holidays of {entry.country!r}"
        findings.error(ruled.mark.find(["country"]), wrong, "write their days: [2026-12-25, ...]")
    return frozenset(entry.days) | (found or frozenset())


def _calendar(ruled: Ruled, zone: ZoneInfo, rules: Rules, findings: Findings) -> Calendar:
    from netwatch.rules.calendars import read_calendar  # noqa: PLC0415 - slow to load

    name, place = ruled.entry.calendar, ruled.mark.find(["calendar"])
    page = rules.calendars.get(name)
    if page is None:
        known = " ".join(rules.calendars) or "none"
        remedy = did_you_mean(name, list(rules.calendars), f"there are in people/: {known}")
        findings.error(place, f"there is no calendar {name!r} in people/", remedy)
        return nobodys
    feed, flaws = read_calendar(page.data, zone, _persons(rules, Findings()))
    for flaw in flaws:
        findings.error(Place(page.source.shown, flaw.line, 1), flaw.wrong, flaw.remedy)
    return feed or nobodys


def nobodys(_year: int) -> tuple[Turn, ...]:
    """Stand in for a calendar that cannot be read."""
    return ()


def _span(entry: Any, mark: Marked, rules: Rules, findings: Findings) -> dict[str, datetime]:
    """Return from when until when, in UTC; a day alone is taken in whole."""
    moments = (entry.starts, entry.ends)
    if all(isinstance(one, datetime) and one.tzinfo is not None for one in moments):
        return {"starts": entry.starts, "ends": entry.ends}
    zone = _zone(None, mark, rules, findings)
    starts, ends = (_moment(one, zone, last=one is entry.ends) for one in moments)
    return {"starts": starts, "ends": ends}


def _moment(at: datetime | date, zone: ZoneInfo, *, last: bool) -> datetime:
    if not isinstance(at, datetime):
        return midnight(at + DAY if last else at, zone)
    return at.astimezone(UTC) if at.tzinfo is not None else instant(at, zone)


def _zone(named: str | None, mark: Marked, rules: Rules, findings: Findings) -> ZoneInfo:
    name = named or rules.fields("clock").get("zone")
    if name is None:
        wrong = "nothing says of which time zone these times are"
        findings.error(mark, wrong, "write into a file of people/: clock: {zone: Europe/Warsaw}")
        return UNKNOWN_ZONE
    return ZoneInfo(name)


def _all_known(
    ruled: Ruled, field: str, staff: Mapping[str, object] | set[str], findings: Findings
) -> None:
    for place, name in enumerate(getattr(ruled.entry, field)):
        at = ruled.mark.find([field, place])
        _known(at, name, staff, PEOPLE, findings)


def _known(
    at: Marked, name: str, known: Mapping[Any, object] | set[str], among: str, findings: Findings
) -> None:
    """Note a name that stands for nobody and nothing; ``among``: where it was looked for."""
    if name not in known:
        names: Sequence[str] = [str(one) for one in known]
        what = "nobody is called" if among == PEOPLE else "there is no"
        remedy = did_you_mean(name, names, _REMEDIES[among])
        findings.error(at, f"{what} {name!r} among {among}", remedy)
