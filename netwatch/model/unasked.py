"""What a trap may mean to those who look for causes."""

from collections.abc import Callable
from enum import StrEnum

from netwatch.model.arrivals import Trap


class Sign(StrEnum):
    """What a device says has just happened."""

    PORT_DOWN = "port down"
    POWER = "power"
    """Its own mains went, or it lives from a battery."""
    GASP = "gasp"
    """A home's unit that it speaks for went without power."""


Means = Callable[[Trap], tuple[Sign, str] | None]
"""Returns what a trap says has begun, and of which part; None: nothing of this kind."""
