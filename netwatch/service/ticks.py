"""The order of time: a Tick for every whole UTC second before the first arrival at or after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from netwatch.model.arrivals import Arrival, Started, Tick

SECOND = timedelta(seconds=1)

AnyArrival = TypeVar("AnyArrival", bound=Arrival)


def whole(at: datetime) -> datetime:
    """Return the whole second at or before ``at``."""
    return at.replace(microsecond=0)


class Ticks:
    """Makes Ticks and keeps arrivals from being older than the last one; the same in a replay.

    A ``Started`` begins time anew: while the service was down, no second was ticked.
    """

    def __init__(self) -> None:
        self.last: datetime | None = None
        """The last whole second that was ticked."""

    def until(self, at: datetime) -> Iterator[Tick]:
        """Yield the Ticks due before an arrival at ``at``; the first call only sets the hands.

        ``last`` moves with each Tick yielded, so that a consumer may stop in between.
        """
        if self.last is None:
            self.last = whole(at)
            return
        end = whole(at)
        while self.last < end:
            self.last += SECOND
            yield Tick(at=self.last)

    def begin_anew(self, started: Started) -> None:
        """Let time go on from this start; it never goes back."""
        start = whole(started.at)
        self.last = start if self.last is None else max(self.last, start)

    def placed(self, arrival: AnyArrival) -> AnyArrival:
        """Return the arrival, raised to the last Tick when it is older."""
        if self.last is None or arrival.at >= self.last:
            return arrival
        return replace(arrival, at=self.last)
