"""Serial numbers -> which device is met, and which was swapped for another one."""

from collections.abc import Mapping
from typing import Final

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.facts import DeviceMet, DeviceSwapped
from netwatch.model.names import CheckName, DeviceId

SERIAL: Final = CheckName("serial")


def met(serials: Mapping[DeviceId, str], sample: Sample) -> DeviceMet | DeviceSwapped | None:
    """Return what a serial number tells; None where it is the one known, or there is none."""
    serial = sample.value
    if sample.outcome is not Outcome.ANSWERED or not isinstance(serial, str) or not serial:
        return None
    before = serials.get(sample.device)
    if before is None:
        return DeviceMet(at=sample.at, device=sample.device, serial=serial)
    if before == serial:
        return None
    return DeviceSwapped(at=sample.at, device=sample.device, serial=serial, before=before)
