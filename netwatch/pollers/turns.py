"""How quickly an engine turns: at once for a conversation or two, unhurried under load.

A thousand answers a second come one by one, and waking for each costs more than taking it in. A
few quick turns are free, so that a single device asked step by step is not slowed down.
"""

import time
from collections.abc import Callable
from typing import Final

_FREE: Final = 100
"""So many turns may follow each other at once; they are regained one a turn's length."""


class Turns:
    """Rests between turns, as short as it may."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._monotonic, self._sleep = monotonic, sleep
        self._free = float(_FREE)
        self._began = monotonic()

    def rest(self, at_least_s: float) -> None:
        """Sleep until ``at_least_s`` after the last turn began, unless turns are to spare."""
        passed = self._monotonic() - self._began
        self._free = min(_FREE, self._free + passed / at_least_s) - 1
        if self._free < 0:
            self._free = 0.0
            if passed < at_least_s:
                self._sleep(at_least_s - passed)
        self._began = self._monotonic()
