"""When to try again: pure arithmetic on seconds, chance passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

Chance = Callable[[], float]
"""Gives a number from 0 up to 1; a test passes in a known one."""

MOST_DOUBLINGS: Final = 16
LONGEST_PAUSE_S: Final = 3600.0
"""No far end keeps us waiting for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How the pauses between tries grow."""

    first_s: float = 5.0
    most_s: float = 300.0

    def pause_s(self, failures: int, chance: Chance, asked_s: float | None = None) -> float:
        """Return the pause after so many failures in a row.

        The upper half of the pause is left to chance, so that what failed together does not come
        back together. A far end that asked for a pause gets at least that.
        """
        full = min(self.most_s, self.first_s * 2.0 ** min(failures - 1, MOST_DOUBLINGS))
        pause = full / 2 + full / 2 * chance()
        return pause if asked_s is None else max(pause, asked_s)


def pause_asked(header: str | None, date: str | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for; None when it is none.

    Args:
        header: seconds, or the moment to try again at.
        date: the far end's own ``Date`` header, against which that moment is measured.
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return min(LONGEST_PAUSE_S, float(header))
    then, now = moment_of(header), moment_of(date)
    if then is None or now is None:
        return None
    return min(LONGEST_PAUSE_S, max(0.0, (then - now).total_seconds()))


def moment_of(header: str | None) -> datetime | None:
    """Return the moment that a ``Date`` header names; None when it is none."""
    try:
        moment = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
