"""Who is asked when. Pure: time is an argument, and the same plan gives the same times.

Second looks come first. Each errand has a phase of its own, by the name of the device, so that a
thousand devices are asked one after the other and not all at the full minute.
"""

import heapq
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from netwatch.model.names import DeviceId

_DEAD_AFTER: Final = ((30, 4.0), (10, 2.0))
"""Silent rounds in a row, and how much longer the interval is from then on."""
_LOOKS_APART_S: Final = 1.0
_DOUBT_GAP_S: Final = 8.0
"""An agent that falls silent is asked twice more, so far apart: a busy one is given its time."""
_REST_AT_MOST_S: Final = 5.0
"""A device that answered rests as long as that took, this long at most, before another look."""


class Kind(IntEnum):
    """What an errand is for; the lower, the more it matters."""

    ICMP = 0
    STATUS = 1
    METRICS = 2


@dataclass(frozen=True, slots=True, order=True)
class Errand:
    """One device asked for one purpose."""

    kind: Kind
    device: DeviceId


@dataclass(slots=True)
class _Course:
    """How an errand stands."""

    next_at: float
    under_way: bool = False
    silent_rounds: int = 0
    begun_at: float = float("-inf")
    rested_at: float = float("-inf")
    """Before this it is not looked at out of turn: whoever cries wolf is not asked to death."""
    look_waits: bool = False
    """A look was wanted while the errand was under way, or too soon after it: it is made up for."""


class Schedule:
    """Errands in time. Seconds are those of one monotonic clock."""

    def __init__(self, intervals: Mapping[Kind, float], plan: Iterable[Errand], now: float) -> None:
        self._intervals = dict(intervals)
        self._courses: dict[Errand, _Course] = {}
        self._heap: list[tuple[float, Errand]] = []
        self._looks: list[tuple[float, Errand]] = []
        self.skipped = 0
        """Errands that were due while the same one was still under way."""
        self.lag_s = 0.0
        """How late the most overdue errand of the last call to `due` was."""
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
            del self._courses[errand]
        for errand in sorted(wanted - self._courses.keys()):
            interval = self._intervals[errand.kind]
            self._appoint(errand, _Course(0.0), now + interval * _phase(errand))

    def due(self, now: float) -> list[Errand]:
        """Return what is to be asked now, second looks first, and set the next appointments."""
        self.lag_s = 0.0
        errands: dict[Errand, None] = {}
        while self._looks and self._looks[0][0] <= now:
            _, errand = heapq.heappop(self._looks)
            course = self._courses.get(errand)
            if course is None or errand in errands:
                continue
            if course.under_way:
                course.look_waits = True
            elif now >= course.rested_at:
                errands[errand] = None
            elif not course.look_waits:
                course.look_waits = True
                heapq.heappush(self._looks, (course.rested_at, errand))
        regular: list[Errand] = []
        while self._heap and self._heap[0][0] <= now:
            at, errand = heapq.heappop(self._heap)
            course = self._courses.get(errand)
            if course is None or course.next_at != at:
                continue
            self.lag_s = max(self.lag_s, now - at)
            self._appoint(errand, course, self._after(errand, course, at, now))
            if course.under_way:
                self.skipped += 1
            elif errand not in errands:
                regular.append(errand)
        for errand in sorted(regular, key=lambda errand: errand.kind):
            errands[errand] = None
        for errand in errands:
            course = self._courses[errand]
            course.under_way, course.look_waits = True, False
            course.begun_at, course.rested_at = now, now + _LOOKS_APART_S
        return list(errands)

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
        course.silent_rounds = course.silent_rounds + 1 if silent else 0
        if not silent:
            rest_s = min(now - course.begun_at, _REST_AT_MOST_S)
            course.rested_at = max(course.rested_at, now + rest_s)
        if course.look_waits:
            heapq.heappush(self._looks, (course.rested_at, errand))
        if errand.kind is Kind.STATUS and course.silent_rounds == 1:
            self.second_look([errand], now + _DOUBT_GAP_S, gap_s=_DOUBT_GAP_S)

    def next_at(self) -> float | None:
        """Return when something will be due."""
        return min((heap[0][0] for heap in (self._looks, self._heap) if heap), default=None)

    def _after(self, errand: Errand, course: _Course, at: float, now: float) -> float:
        """Return the next time: in phase, after ``now``, later for what is known to be dead."""
        interval = self._intervals[errand.kind] * _patience(course.silent_rounds)
        missed = max(0, int((now - at) // interval))
        return at + interval * (missed + 1)

    def _appoint(self, errand: Errand, course: _Course, at: float) -> None:
        course.next_at = at
        self._courses[errand] = course
        heapq.heappush(self._heap, (at, errand))


def _phase(errand: Errand) -> float:
    """Return a number between 0 and 1 that belongs to this errand for ever."""
    return zlib.crc32(f"{errand.kind}/{errand.device}".encode()) / 2**32


def _patience(silent_rounds: int) -> float:
    return next((factor for least, factor in _DEAD_AFTER if silent_rounds >= least), 1.0)
