"""What became of who hangs where. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import DeviceId, SubscriberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """Where a line ends, as far as it is known."""

    device: DeviceId
    port: str = ""
    serial: str = ""
    """Of its ONU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChanged:
    """A line hangs elsewhere, is new, suspended, gone; whose, by which evidence and whose word."""

    at: datetime
    subscriber: SubscriberId
    change: str
    before: Hanging | None = None
    after: Hanging | None = None
    evidence: tuple[str, ...] = ()
    """The witnesses for ``after``."""
    by: str
    """``netwatch`` where it was small and sure; else who answered."""
    taken_at: datetime
    number: int
    """Counted from the first change that was ever taken: none is told twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesChanged:
    """So many lines changed in one go that they are told as a sum: a first run, a whole town."""

    at: datetime
    change: str
    lines: int
    by: str
    taken_at: datetime
    number: int
    """That of the last change in it, as in ``PlaceChanged``."""
