"""How long a device has run: what it said last, and that it started anew. Pure."""

from typing import Final

from netwatch.model.arrivals import Readings
from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.asking import Arrivals, Heard
from netwatch.pollers.questions import Value

SYSTEM: Final = CheckName("system")
SYS_UP_TIME: Final = "1.3.6.1.2.1.1.3.0"
_WRAP: Final = 1 << 32
_NEAR_THE_END: Final = 60 * 60 * 100
"""Hundredths of a second: so close to 2^32, the number that began again is that of 497 days."""


def note_uptime(known: Acquaintance, uptime: Value, heard: Heard, arrivals: Arrivals) -> bool:
    """Keep how long a device has run (hundredths of a second); say whether it started anew.

    When it is met and when it started anew that is told: counters began at 0 then. Between the two
    nobody needs it.
    """
    if not isinstance(uptime, int):
        return False
    before = known.uptime
    known.uptime = uptime
    if before is not None and uptime >= before:
        return False
    if before is not None and _went_round(before, uptime):
        return False
    if before is not None:
        known.forget_rows()
    arrivals.append(
        Readings(
            at=heard.at,
            device=known.device.id,
            check=SYSTEM,
            parts=("",),
            columns={"uptime_s": (uptime / 100,)},
        )
    )
    return before is not None


def _went_round(before: int, uptime: int) -> bool:
    """Say whether 497 days were over: the number began again, the device did not."""
    return before > _WRAP - _NEAR_THE_END and uptime < _NEAR_THE_END
