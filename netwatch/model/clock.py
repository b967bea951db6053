"""What time it is: the one question the edges may ask."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. The core never asks; it is told with every arrival."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump, for durations."""
        ...
