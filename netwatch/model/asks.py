"""What the pipeline asks of the edges. Asks are free to be lost; facts are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.model.names import DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Ask these devices again now, ``rounds`` times, ``gap`` apart, all their status checks."""

    at: datetime
    devices: tuple[DeviceId, ...]
    rounds: int = 2
    gap: timedelta = timedelta(seconds=4)


Ask = SecondLook
