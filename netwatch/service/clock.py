"""What time it is. The only module that asks the machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

STEP: Final = timedelta(seconds=30)
"""A difference this large is no drift: somebody or something set the clock."""
SLOWEST: Final = 0.5
"""While the machine's clock stands behind ours, ours goes at half speed until it is caught up."""


def machine_time() -> datetime:
    """Ask the machine for the time of day, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that asks


def boot_time_s() -> float:
    """Ask for seconds that never jump and that count a suspended machine's sleep too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SteadyClock:
    """A clock that never goes back, however the machine's clock is set.

    Forward, it follows the machine at once: time has passed, as over a suspend. Backward, it goes
    on at half speed until the machine has caught up, so that no duration is ever negative and no
    waiting stands still.
    """

    def __init__(
        self,
        *,
        not_before: datetime | None = None,
        wall: Callable[[], datetime] = machine_time,
        steady: Callable[[], float] = boot_time_s,
    ) -> None:
        """Start at the machine's time, or at ``not_before`` where that is later."""
        self._wall, self._steady = wall, steady
        self._at = max(wall(), not_before) if not_before else wall()
        self._mark = steady()
        self._lead_told = timedelta(0)
        self.ahead = timedelta(0)
        """How far our time was ahead of the machine's when it was last asked for."""
        self.stepped: timedelta | None = None
        """The last jump of the machine's clock, until somebody takes it (``take_step``)."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC; never earlier than what was returned before."""
        wall, mark = self._wall(), self._steady()
        passed = timedelta(seconds=mark - self._mark)
        self._mark = mark
        lead = self._at + passed - wall
        self._notice(lead)
        self._at = wall if lead <= timedelta(0) else max(wall, self._at + passed * SLOWEST)
        self.ahead = self._at - wall
        return self._at

    def monotonic(self) -> float:
        """Return seconds that never jump, for durations."""
        return self._steady()

    def take_step(self) -> timedelta | None:
        """Return the last jump of the machine's clock once: positive when it was set forward."""
        step, self.stepped = self.stepped, None
        return step

    def _notice(self, lead: timedelta) -> None:
        if abs(lead - self._lead_told) > STEP:
            self.stepped = self._lead_told - lead
        self._lead_told = max(lead, timedelta(0))
