"""Rotas lived minute by minute: a second opinion on who has a duty, made in another way.

The wall clock of a zone is written down for each minute and kept from going back; everything else
is arithmetic on what it shows.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from netwatch.model.names import RoleName
from netwatch.response.people import People
from netwatch.response.rota import Rota, Shift

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF_HOUR = 30
DAY = 24 * 60
NOBODY = 0
_NAMES = [""]


def code(name: str) -> int:
    """Return the number under which a name stands in arrays; 0 is nobody."""
    if name not in _NAMES:
        _NAMES.append(name)
    return _NAMES.index(name)


def name_of(number: int) -> str:
    """Return the name of a number."""
    return _NAMES[number]


def minute(at: datetime) -> int:
    """Return how many minutes after 1970 it is."""
    return (at - EPOCH) // MINUTE


def wall(first: int, count: int, zone: ZoneInfo) -> np.ndarray:
    """Return what the clock shows, in minutes since 1970; clocks change at half and full hours."""
    begin = first - first % HALF_HOUR - 2 * DAY
    halves = range(begin, first + count, HALF_HOUR)
    offsets = []
    for one in halves:
        ahead = (EPOCH + one * MINUTE).astimezone(zone).utcoffset()
        assert ahead is not None
        offsets.append(ahead // MINUTE)
    shown = np.arange(begin, begin + len(halves) * HALF_HOUR) + np.repeat(offsets, HALF_HOUR)
    return np.maximum.accumulate(shown)[first - begin : first - begin + count]


def holders(people: People, role: RoleName, first: int, count: int) -> np.ndarray:
    """Return who has a role by its rotas, swaps and fallback, the code of a name a minute."""
    found = np.full(count, NOBODY, dtype=np.int16)
    for rota in people.rotas_of(role):
        taken = _by_rota(rota, first, count)
        there = (taken != NOBODY) & ~_away(people, taken, first)
        found = np.where(there, taken, found)
    for swap in people.swaps:
        if swap.role == role:
            starts, ends = minute(swap.starts) - first, minute(swap.ends) - first
            found[max(starts, 0) : max(ends, 0)] = code(swap.person)
    if not people.is_planned(role):
        for one in reversed(people.roles[role].people):
            alone = np.full(count, code(one), dtype=np.int16)
            found = np.where(_away(people, alone, first), found, alone)
    duty = people.roles[role]
    if duty.fallback is not None and (found == NOBODY).any():
        found = np.where(found == NOBODY, holders(people, duty.fallback, first, count), found)
    return np.where(found == NOBODY, np.int16(code(duty.announcement)), found)


def _away(people: People, names: np.ndarray, first: int) -> np.ndarray:
    away = np.zeros(len(names), dtype=bool)
    for person in people.persons.values():
        for one in person.away:
            starts, ends = minute(one.starts) - first, minute(one.ends) - first
            hours = slice(max(starts, 0), max(ends, 0))
            away[hours] |= names[hours] == code(person.id)
    return away


def _by_rota(rota: Rota, first: int, count: int) -> np.ndarray:
    shown = wall(first, count, rota.zone)
    anchor = _midnight(rota.starts) + rota.hand_over.hour * 60 + rota.hand_over.minute
    turns = (shown - anchor) // (rota.days * DAY)
    names = np.array([code(one) for one in rota.people], dtype=np.int16)[turns % len(rota.people)]
    counts = turns >= 0
    if rota.ends is not None:
        counts &= shown < anchor + _midnight(rota.ends) - _midnight(rota.starts)
    if rota.shifts:
        counts &= np.any([_in_shift(shift, rota, shown) for shift in rota.shifts], axis=0)
    return np.where(counts, names, np.int16(NOBODY))


def _in_shift(shift: Shift, rota: Rota, shown: np.ndarray) -> np.ndarray:
    days, minutes = np.divmod(shown, DAY)
    low, high = days.min() - 1, days.max() + 1
    on = np.array([shift.is_on(_date(day), rota.holidays) for day in range(low, high)])
    closes = shift.closes if shift.closes > shift.opens else shift.closes + DAY
    today = on[days - low] & (shift.opens <= minutes) & (minutes < closes)
    yesterday = on[days - low - 1] & (minutes + DAY < closes)
    return today | yesterday


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))
