"""What the pipeline asks of the edges. Asks are free to be lost; facts are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from netwatch.model.names import DeviceId


class Confirm(StrEnum):
    """Which poll says whether it is so."""

    NOTHING = "nothing"
    """None: it is news that no poll could confirm, and nobody needs to look."""
    REACH = "reach"
    """Does the device answer, and since when has it run?"""
    PORT = "port"
    """The states of its ports."""
    ONU = "onu"
    """The table of its ONUs."""
    MAINS = "mains"
    """Mains and battery."""
    SENSORS = "sensors"
    """All that it measures: temperatures, fans, supplies, optics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Ask these devices again now, ``rounds`` times, ``gap`` apart, all their status checks.

    What ``confirm`` needs beside the status checks is asked once.
    """

    at: datetime
    devices: tuple[DeviceId, ...]
    rounds: int = 2
    gap: timedelta = timedelta(seconds=4)
    confirm: Confirm = Confirm.REACH


Ask = SecondLook
