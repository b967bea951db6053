"""What was found out about the devices themselves. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import CheckName, DeviceId, ElementName


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMet:
    """A device told its serial number for the first time."""

    at: datetime
    device: DeviceId
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSwapped:
    """Another device stands in its place: the serial number is not the one it had."""

    at: datetime
    device: DeviceId
    serial: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitsSeen:
    """These homes went off by themselves in the hour that began then, and came back."""

    at: datetime
    hour: datetime
    homes: tuple[DeviceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSeen:
    """These homes of one port or splitter failed together, and are back: an unrecorded part."""

    at: datetime
    holder: ElementName
    homes: tuple[DeviceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AirSeen:
    """What radios usually measure: device, check, the middle of a day and its usual deviation."""

    at: datetime
    usual: tuple[tuple[DeviceId, CheckName, float, float], ...]
