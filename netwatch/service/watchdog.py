"""Fed by work, never by a thread that merely lives."""

from collections.abc import Callable, Mapping
from typing import Final

from netwatch.model.clock import Clock

STUCK_S: Final = 20.0
"""Each part turns at least every 5 s; one that has not for so long is stuck."""

Progress = Mapping[str, Callable[[], float]]
"""A part's name -> when (monotonic seconds) it last did what it is for."""


class Watchdog:
    """Says whether polling, correlation and outbox all go on."""

    def __init__(self, progress: Progress, clock: Clock) -> None:
        self._progress, self._clock = progress, clock

    def ages_s(self) -> dict[str, float]:
        """Return for each part how long ago it last moved."""
        now = self._clock.monotonic()
        return {name: max(0.0, now - last()) for name, last in self._progress.items()}

    def stuck(self) -> list[str]:
        """Return the parts that stand still."""
        return [name for name, age_s in self.ages_s().items() if age_s > STUCK_S]
