"""Who is asked when. Pure: time is an argument, and the same plan gives the same times.

Second looks come first. Each errand has a phase of its own, by the name of the device, so that a
thousand devices are asked one after the other and not all at the full minute.
"""

import heapq
import zlib
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from netwatch.model.names import DeviceId
from netwatch.pollers.lateness import Lateness

_DEAD_AFTER: Final = ((30, 4.0), (10, 2.0))
"""Silent rounds in a row, and how much longer the interval is from then on."""
_SLOT_S: Final = 0.05
_LOOKS_APART_S: Final = 1.0
_DOUBT_GAP_S: Final = 8.0
"""An agent that falls silent is asked twice more, so far apart: a busy one is given its time."""
_REST_AT_MOST_S: Final = 5.0
"""A device that answered rests as long as that took, this long at most, before another look."""
_WEAK_REST_AT_MOST_S: Final = 60.0
"""A weak agent that laboured over its states rests as long before it is asked for them again."""


class Kind(IntEnum):
    """What an errand is for; the lower, the more it matters."""

    ICMP = 0
    STATUS = 1
    PON = 2
    METRICS = 3
    INVENTORY = 4


_STATES: Final = frozenset({Kind.STATUS, Kind.PON})


class Errand(NamedTuple):
    """One device asked for one purpose."""

    kind: Kind
    device: DeviceId


class _Course:
    """How an errand stands."""

    __slots__ = ("begun_at", "errand", "gone", "look_waits", "next_at", "rested_at",
                 "silent_rounds", "under_way")  # fmt: skip

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.gone = False
        """The plan has it no more."""
        self.next_at = 0.0
        self.under_way = False
        self.silent_rounds = 0
        self.begun_at = float("-inf")
        self.rested_at = float("-inf")
        """Before this it is not looked at out of turn: whoever cries wolf is not asked to death."""
        self.look_waits = False
        """A look was wanted while the errand was under way, or too soon after it: it is made up
        for."""


class Schedule:
    """Errands in time. Seconds are those of one monotonic clock."""

    def __init__(self, intervals: Mapping[Kind, float], plan: Iterable[Errand], now: float) -> None:
        self._intervals = dict(intervals)
        self._courses: dict[Errand, _Course] = {}
        self._slots: dict[int, list[_Course]] = {}
        """Who has an appointment within which `_SLOT_S`: 80,000 in a heap would cost more."""
        self._order: list[int] = []
        """The numbers of these slots, as a heap."""
        self._looks: list[tuple[float, Errand]] = []
        self.skipped = 0
        """Errands that were due while the same one was still under way."""
        self.left_out: dict[Kind, int] = dict.fromkeys(Kind, 0)
        """Errands that were due and not begun, because there was too much to do."""
        self.lag_s = 0.0
        """How late the most overdue errand of the last call to `due` was."""
        self.lateness = Lateness()
        self.refit(plan, now)

    def refit(
        self,
        plan: Iterable[Errand],
        now: float,
        intervals: Mapping[Kind, float] | None = None,
    ) -> None:
        """Go on with another plan; errands that stay keep their times and what is under way."""
        if intervals is not None:
            self._intervals = dict(intervals)
        wanted = set(plan)
        for errand in self._courses.keys() - wanted:
            self._courses.pop(errand).gone = True
        for errand in sorted(wanted - self._courses.keys()):
            course = self._courses[errand] = _Course(errand)
            self._appoint(course, now + self._intervals[errand.kind] * _phase(errand))

    def postpone(self, seconds: float) -> None:
        """Let everything begin later by so much: nobody was there to ask until now."""
        self._slots, self._order = {}, []
        for course in self._courses.values():
            self._appoint(course, course.next_at + seconds)
        self._looks = [(at + seconds, errand) for at, errand in self._looks]

    def due(self, now: float, leave_out: Callable[[Errand], bool] | None = None) -> list[Errand]:
        """Return what is to be asked now, second looks first, and set the next appointments.

        What is to be left out keeps its appointments, and is counted.
        """
        self.lag_s = 0.0
        courses = self._looked_at(now)
        looked = set(courses)
        regular: list[_Course] = []
        for course in self._appointed(now):
            late_s = now - course.next_at
            self._appoint(course, self._after(course, course.next_at, now))
            if leave_out is not None and leave_out(course.errand):
                self.left_out[course.errand.kind] += 1
                continue
            self.lag_s = max(self.lag_s, late_s)
            self.lateness.note(now, late_s)
            if course.under_way:
                self.skipped += 1
            elif course not in looked and not _is_resting(course, now):
                regular.append(course)
        regular.sort(key=_importance)
        courses += regular
        for course in courses:
            course.under_way, course.look_waits = True, False
            course.begun_at, course.rested_at = now, now + _LOOKS_APART_S
        return [course.errand for course in courses]

    def second_look(
        self, errands: Iterable[Errand], now: float, rounds: int = 2, gap_s: float = 4.0
    ) -> None:
        """Ask these now, and ``rounds`` times in all, ``gap_s`` apart."""
        known = [errand for errand in errands if errand in self._courses]
        for number in range(rounds):
            for errand in known:
                heapq.heappush(self._looks, (now + number * gap_s, errand))

    def done(self, errand: Errand, now: float, *, silent: bool) -> None:
        """Note that an errand is over; one that is silent for long is asked less often."""
        course = self._courses.get(errand)
        if course is None or not course.under_way:
            return
        course.under_way = False
        if silent:
            course.silent_rounds += 1
            if errand.kind is Kind.STATUS and course.silent_rounds == 1:
                self.second_look([errand], now + _DOUBT_GAP_S, gap_s=_DOUBT_GAP_S)
        else:
            course.silent_rounds = 0
            rested_at = now + min(now - course.begun_at, _rest_at_most_s(errand.kind))
            course.rested_at = max(course.rested_at, rested_at)
        if course.look_waits:
            heapq.heappush(self._looks, (course.rested_at, errand))

    def next_at(self) -> float | None:
        """Return when something will be due."""
        looks_at = self._looks[0][0] if self._looks else None
        if not self._order:
            return looks_at
        at = min(course.next_at for course in self._slots[self._order[0]])
        return at if looks_at is None else min(at, looks_at)

    def _appointed(self, now: float) -> list[_Course]:
        """Take out whose time has come."""
        due: list[_Course] = []
        last = int(now // _SLOT_S)
        while self._order and self._order[0] <= last:
            number = heapq.heappop(self._order)
            courses = self._slots.pop(number)
            due += [course for course in courses if course.next_at <= now and not course.gone]
            for course in courses:
                if course.next_at > now and not course.gone:
                    self._appoint(course, course.next_at)
            if number == last:
                break
        return due

    def _looked_at(self, now: float) -> list[_Course]:
        """Return what is to be looked at out of turn."""
        found: dict[_Course, None] = {}
        while self._looks and self._looks[0][0] <= now:
            _, errand = heapq.heappop(self._looks)
            course = self._courses.get(errand)
            if course is None or course in found:
                continue
            if course.under_way:
                course.look_waits = True
            elif now >= course.rested_at:
                found[course] = None
            elif not course.look_waits:
                course.look_waits = True
                heapq.heappush(self._looks, (course.rested_at, errand))
        return list(found)

    def _after(self, course: _Course, at: float, now: float) -> float:
        """Return the next time: in phase, after ``now``, later for what is known to be dead."""
        interval = self._intervals[course.errand.kind]
        if course.silent_rounds:
            interval *= _patience(course.silent_rounds)
        if now - at < interval:
            return at + interval
        return at + interval * (int((now - at) // interval) + 1)

    def _appoint(self, course: _Course, at: float) -> None:
        course.next_at = at
        number = int(at // _SLOT_S)
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = []
            heapq.heappush(self._order, number)
        slot.append(course)


def _importance(course: _Course) -> int:
    return course.errand.kind


def _rest_at_most_s(kind: Kind) -> float:
    return _WEAK_REST_AT_MOST_S if kind in _STATES else _REST_AT_MOST_S


def _is_resting(course: _Course, now: float) -> bool:
    return course.errand.kind in _STATES and now < course.rested_at


def _phase(errand: Errand) -> float:
    """Return a number between 0 and 1 that belongs to this errand for ever."""
    return zlib.crc32(f"{errand.kind}/{errand.device}".encode()) / 2**32


def _patience(silent_rounds: int) -> float:
    return next((factor for least, factor in _DEAD_AFTER if silent_rounds >= least), 1.0)
