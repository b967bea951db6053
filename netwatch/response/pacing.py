"""How long words wait, how far apart they are, and how many hear them by one fact."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

MOST_RECIPIENTS: Final = 500
"""How many recipients one fact bears at most."""

BRIEF: Final = timedelta(minutes=6)
"""What somebody has just changed, and homes that restart together, are mostly back by then.

What is not confirmed by then may be coming back just now: it is given as long again.
"""
NO_CHATTER: Final = timedelta(minutes=1)
"""Updates of one incident on one channel are at least this far apart."""


def batches(recipients: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Cut recipients into as many as one fact bears."""
    for first in range(0, len(recipients), MOST_RECIPIENTS):
        yield recipients[first : first + MOST_RECIPIENTS]
