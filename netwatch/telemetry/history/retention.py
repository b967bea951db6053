"""What must go: what is older than its tier is kept, and the oldest when the budget is spent. Pure.

The budget wins over every number of days. What costs most for what it shows goes first: raw days
before rollups, and the last two days of raw samples last of all.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from netwatch.telemetry.history.shelf import ASIDE, DAY_S, Run, Shelf, Tier, head_names

FRESH_DAYS: Final = 2
"""So many days of raw samples are worth more than any rollup."""
MEGA: Final = 1_000_000
SMALLEST_BUDGET: Final = 50 * MEGA


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each tier is kept, and what the whole may take."""

    raw_days: int = 14
    five_minute_days: int = 90
    hourly_days: int = 731
    disk_budget: int = 20_000 * MEGA
    """Octets. It wins: when it is spent, the oldest goes, however young."""

    def days(self, tier: Tier) -> int:
        """Return how many days a tier is kept."""
        return {
            Tier.RAW: self.raw_days,
            Tier.FIVE_MINUTE: self.five_minute_days,
            Tier.HOURLY: self.hourly_days,
        }[tier]


@dataclass(frozen=True, slots=True)
class Removal:
    """Files to remove, and what they were for a person; ``early``: before their days were over."""

    names: tuple[str, ...]
    what: str
    octets: int
    early: bool = False


def overdue(shelf: Shelf, limits: Limits, now_s: int) -> Iterator[Removal]:
    """Yield what is older than it is kept, or superseded, or was never finished."""
    for run in shelf.superseded:
        yield _of(shelf, (run.name,), f"{run.name}, merged into another")
    for run in shelf.runs:
        if run.end_s + limits.days(run.tier) * DAY_S <= now_s:
            yield _of(shelf, (run.name,), f"{run.tier} of {run.period}")


def to_fit(
    shelf: Shelf, budget: int, now_s: int, need: int = 0, *, keep: Container[str] = ()
) -> Iterator[Removal]:
    """Yield what must go, in this order, so that ``need`` more octets fit into the budget.

    Files that are being written or read are named in ``keep``: they never go.
    """
    over = shelf.octets + need - budget
    for names, what in _by_worth(shelf, now_s):
        if over <= 0:
            return
        if any(name in keep for name in names):
            continue
        gone = _of(shelf, names, what, early=True)
        over -= gone.octets
        yield gone


def _by_worth(shelf: Shelf, now_s: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield everything that may go, the least worth first."""
    for name in sorted(shelf.sizes):
        if name.startswith(f"{ASIDE}/"):
            yield (name,), f"{name}, which cannot be read"
    for run in shelf.superseded:
        yield (run.name,), f"{run.name}, merged into another"
    fresh_s = now_s - FRESH_DAYS * DAY_S
    raw = sorted(shelf.of(Tier.RAW), key=_age)
    yield from (_told(run) for run in raw if run.end_s <= fresh_s)
    for tier in (Tier.FIVE_MINUTE, Tier.HOURLY):
        yield from (_told(run) for run in sorted(shelf.of(tier), key=_age))
    yield from (_told(run) for run in raw if run.end_s > fresh_s)
    for head in shelf.heads:
        yield head_names(head), f"samples that were not sorted yet (head {head})"


def _age(run: Run) -> tuple[str, int]:
    return run.period, run.last


def _told(run: Run) -> tuple[tuple[str, ...], str]:
    return (run.name,), f"{run.tier} of {run.period}"


def _of(shelf: Shelf, names: tuple[str, ...], what: str, *, early: bool = False) -> Removal:
    octets = sum(shelf.sizes.get(name, 0) for name in names)
    return Removal(names=names, what=what, octets=octets, early=early)
