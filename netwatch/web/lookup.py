"""What the service said + what a visitor typed -> how it is there.

Nothing here knows who is a customer: an address is held against what is announced, a customer
number against marks of lines that are out. Whoever is not found is "unknown", customer or not.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from netwatch.intake.visitors import LETTERS, mark
from netwatch.model.homes import Home, home_of
from netwatch.model.plain import PlainError, from_plain
from netwatch.model.spelling import house_key, street_key
from netwatch.model.whereabouts import Span, Stretch

_HOUSE: Final = re.compile(r"([0-9]{1,9})([a-z]*)")
PARITY: Final[Mapping[str, int]] = {"even": 0, "odd": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One outage, or works that go on. ``state``: down, checking, works, restored."""

    id: str
    state: str
    since: datetime
    expected_end: datetime | None
    public: bool
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How it is at a line. ``state``: one of ``Told``, or near, unknown, blind, shut."""

    state: str
    told: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the service last said, made ready to be asked."""

    as_of: datetime
    speaks: bool
    """In shadow nobody is told anything."""
    sees: bool
    phone: str
    callbacks: bool
    """Whether who asks to be called back is noted."""
    ways: tuple[str, ...]
    """How somebody may be told who asks for it: mail, sms."""
    areas: Mapping[str, Sequence[tuple[str, str]]] = field(repr=False)
    """By language: id and name of what may be followed."""
    push_key: str
    """Whose notices a browser takes; empty: none are sent."""
    key: bytes = field(repr=False)
    told: tuple[Told, ...]
    lines: Mapping[str, int] = field(repr=False)
    """Mark of a line -> which of ``told`` takes it."""
    streets: Mapping[str, Sequence[tuple[int, Stretch]]] = field(repr=False)
    """Street, or town where all of it is meant -> which of ``told``, and what of it."""
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The answer that it was made of."""

    def of_number(self, number: str, proof: str) -> Found:
        """Say how a customer's line is, for who knows its number and a proof."""
        at = self.lines.get(mark(self.key, number, proof))
        if at is not None:
            return Found(state=self.told[at].state, told=self.told[at])
        return self._not_found()

    def of_address(self, address: str) -> Found:
        """Say what is announced for an address, whoever lives there."""
        home = home_of(address)
        street, town = street_key(home.street), street_key(home.town)
        here = [*self.streets.get(street, ()), *self.streets.get(f" {town or street}", ())]
        near: int | None = None
        for at, stretch in sorted(here, key=lambda one: one[0]):
            if town and stretch.town and street_key(stretch.town) not in (town, street):
                continue
            if _holds(stretch, home):
                return Found(state=self.told[at].state, told=self.told[at])
            near = at if near is None else near
        if near is not None:
            return Found(state="near", told=self.told[near])
        return self._not_found()

    def _not_found(self) -> Found:
        if not self.speaks:
            return Found(state="shut")
        return Found(state="unknown" if self.sees else "blind")


def known_from(plain: Mapping[str, Any], before: Known | None = None) -> Known:
    """Return what the service said, from the plain values that came through the door.

    Args:
        plain: the answer.
        before: what was known until now: what the service says again is not made ready again.

    Raises:
        PlainError: this is no such answer: the service is of another release.
    """
    try:
        told, lines, streets = (
            (before.told, before.lines, before.streets)
            if before is not None and before.said.get("told") == plain["told"]
            else _made_ready(plain["told"])
        )
        areas = plain.get("areas", {})
        return Known(
            as_of=datetime.fromisoformat(plain["as_of"]),
            speaks=bool(plain["speaks"]),
            sees=bool(plain["sees"]),
            phone=str(plain["phone"]),
            callbacks=bool(plain.get("callbacks")),
            ways=tuple(plain.get("ways", ())),
            areas=before.areas
            if before is not None and before.said.get("areas") == areas
            else {
                language: [(str(name), str(shown)) for name, shown in here]
                for language, here in areas.items()
            },
            push_key=str(plain.get("push_key", "")),
            key=bytes.fromhex(plain["key"]),
            told=told,
            lines=lines,
            streets=streets,
            said=plain,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise PlainError(f"what is known cannot be read: {fault}") from fault


def _made_ready(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[tuple[Told, ...], dict[str, int], dict[str, list[tuple[int, Stretch]]]]:
    """Return what is told, and by which mark and which street it is found."""
    told = tuple(_told(row) for row in rows)
    lines: dict[str, int] = {}
    streets: dict[str, list[tuple[int, Stretch]]] = defaultdict(list)
    for at, (row, one) in enumerate(zip(rows, told, strict=True)):
        marks = row["lines"]
        for begin in range(0, len(marks), LETTERS):
            lines.setdefault(marks[begin : begin + LETTERS], at)
        for stretch in one.stretches:
            streets[_place(stretch)].append((at, stretch))
    return told, lines, streets


def _told(row: Mapping[str, Any]) -> Told:
    end = row["expected_end"]
    return Told(
        id=str(row["id"]),
        state=str(row["state"]),
        since=datetime.fromisoformat(row["since"]),
        expected_end=None if end is None else datetime.fromisoformat(end),
        public=bool(row["public"]),
        stretches=tuple(from_plain(one, Stretch) for one in row["stretches"]),
    )


def _place(stretch: Stretch) -> str:
    """Return under what a stretch is looked up; a town stands apart from streets of its name."""
    return street_key(stretch.street) if stretch.street else f" {street_key(stretch.town)}"


def _holds(stretch: Stretch, home: Home) -> bool:
    """Say whether a stretch takes a house in; the rest of a town is named by no street of it."""
    if stretch.rest:
        return False
    return not stretch.spans or any(_between(span, home.house) for span in stretch.spans)


def _between(span: Span, house: str) -> bool:
    number, first, last = _number(house), _number(span.first), _number(span.last)
    if number is None or first is None or last is None:
        return bool(house) and house_key(house) in (house_key(span.first), house_key(span.last))
    fits = span.side not in PARITY or number[0] % 2 == PARITY[span.side]
    return fits and first <= number <= last


def _number(house: str) -> tuple[int, str] | None:
    found = _HOUSE.fullmatch(house_key(house))
    return (int(found[1]), found[2]) if found else None
