"""A port's traffic around a device's own fall -> whether it stopped and came back with the device.

Where a device hangs, nothing comes in while it is silent. One such moment is chance: ports of homes
are quiet at night; the same port in several of them is not.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Final

from netwatch.inventory.places.falls import Spell

AROUND_S: Final = 1800
"""So long before and after, a port is looked at."""
SHORTEST_S: Final = 600
"""Shorter falls lie between two readings of a counter."""
FEWEST: Final = 2
"""So many readings in a row before, within and after a fall say how the port was."""
LEAST_PER_S: Final = 1000.0
"""Octets; a port with less before or after is quiet anyway."""
QUIET: Final = 0.02
"""Of what came in before, so much may come in from what stands between."""
BACK: Final = 0.1

Stretch = tuple[int, int, float | None]
"""From one second to another, and octets a second; None: nobody knows."""


def worth_looking(spells: Iterable[Spell], since_s: int, most: int) -> list[Spell]:
    """Return the falls in which traffic can tell something, the newest first, at most so many."""
    long = [one for one in spells if one[0] >= since_s and one[1] - one[0] >= SHORTEST_S]
    return sorted(long, reverse=True)[:most]


def stopped(stretches: Sequence[Stretch], spell: Spell) -> bool:
    """Say whether traffic stopped when a device fell, and came back when it rose.

    Args:
        stretches: what came in at a port, in the order of time.
        spell: when the device fell and rose.
    """
    fell, rose = spell
    known = [(since, at, rate) for since, at, rate in stretches if rate is not None]
    before = [rate for since, at, rate in known if fell - AROUND_S <= since and at <= fell]
    within = [rate for since, at, rate in known if fell <= since and at <= rose]
    after = [rate for since, at, rate in known if rose <= since and at <= rose + AROUND_S]
    if min(map(len, (before, within, after))) < FEWEST:
        return False
    usual = fmean(before)
    if usual < LEAST_PER_S or fmean(after) < LEAST_PER_S:
        return False
    ran_until = max(before[-FEWEST:]) >= BACK * usual
    runs_again = max(after[: 2 * FEWEST]) >= BACK * usual
    return ran_until and runs_again and max(within) <= QUIET * usual
