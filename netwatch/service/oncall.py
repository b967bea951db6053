"""Files and the running service -> who has which duty when, as answers and as a calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.faults import Level, NetwatchError
from netwatch.model.names import PersonId, RoleName
from netwatch.response.on_duty import OnDuty, on_duty, stretches, who_has
from netwatch.response.people import People
from netwatch.rules import read_rules
from netwatch.service.files import listed
from netwatch.views.proof import stamp

Row = dict[str, Any]


class BadRulesError(NetwatchError):
    """The rules cannot be used; every mistake is listed."""

    exit_code = 2


def read_people(rules: Path | None) -> People:
    """Return the staff as the files say it.

    Raises:
        BadRulesError: there is a mistake in them.
    """
    reading = read_rules(rules)
    if reading.rulebook is None:
        errors = [one for one in reading.findings if one.level is Level.ERROR]
        raise BadRulesError(listed(errors))
    return reading.rulebook.stages.response.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who has which duty: the files, and what was said at the door."""

    people: People
    overrides: Sequence[DutyOverridden] = ()

    def now(self, at: datetime, role: RoleName | None = None) -> Row:
        """Return the answer of ``oncall now``.

        ``person`` is a person's id, or a machine's name where ``machine`` is true; ``then`` has it
        from ``until`` on.
        """
        return {
            "at": stamp(at),
            "on_duty": [
                {**self._row(one), "until": _stamp(one.until), "then": self._next(one)}
                for one in on_duty(self.people, self.overrides, at)
                if role is None or one.role == role
            ],
        }

    def calendar(self, starts: datetime, ends: datetime, role: RoleName | None = None) -> Row:
        """Return the answer of ``oncall list``: every shift of a time, by role."""
        return {
            "from": stamp(starts),
            "to": stamp(ends),
            "shifts": [
                {**self._row(one), "from": stamp(begins), "until": _stamp(one.until)}
                for begins, one in self._shifts(starts, ends, role)
            ],
        }

    def as_ics(self, starts: datetime, ends: datetime, role: RoleName | None = None) -> str:
        """Return every shift of a time as a calendar (RFC 5545) that other programs read."""
        from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load

        book = Calendar()
        book.add("prodid", "-//netwatch//oncall//")
        book.add("version", "2.0")
        for begins, one in self._shifts(starts, ends, role):
            event = Event()
            event.add("uid", f"{one.role}-{begins:%Y%m%dT%H%MZ}@netwatch")
            event.add("dtstamp", starts)
            event.add("dtstart", begins)
            event.add("dtend", one.until or ends)
            event.add("summary", f"{self.name(one.who)} ({self._role(one.role)})")
            event.add("categories", [one.role])
            book.add_component(event)
        return str(book.to_ical().decode())

    def name(self, who: str) -> str:
        """Return how people call somebody, or a machine's name."""
        person = self.people.persons.get(PersonId(who))
        return person.name or who if person else who

    def _role(self, role: RoleName) -> str:
        return self.people.roles[role].name or role

    def _shifts(
        self, starts: datetime, ends: datetime, role: RoleName | None
    ) -> Iterator[tuple[datetime, OnDuty]]:
        roles = (one for one in self.people.roles if role is None or one == role)
        return chain.from_iterable(
            stretches(self.people, self.overrides, one, starts, ends) for one in roles
        )

    def _row(self, one: OnDuty) -> Row:
        return {
            "role": one.role,
            "person": one.who,
            "name": self.name(one.who),
            "machine": one.is_machine,
            "because": str(one.because),
            "by": one.by,
        }

    def _next(self, one: OnDuty) -> str | None:
        if one.until is None:
            return None
        return who_has(self.people, self.overrides, one.role, one.until).who


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
