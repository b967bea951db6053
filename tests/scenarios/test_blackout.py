"""A blackout takes the mains of whole districts: no home's dying gasp is told as a cut fibre."""

import pytest

from netwatch.model.facts import Cause
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind
from tests.scenarios.night import MINUTE, SECOND, Night


def homes_of(night: Night, olt: str = "") -> set[DeviceId]:
    """Return the homes behind one OLT, or all of the town."""
    devices = night.world.network.devices.values()
    homes = {one.id: one.via for one in devices if one.kind is DeviceKind.ONU}
    return {home for home, via in homes.items() if not olt or via == olt}


@pytest.mark.parametrize("olt", ["", "olt-polna", "olt-gorki", "olt-nadrzecze"])
def test_homes_that_gasp_lack_power_however_many_they_are(olt: str) -> None:
    night = Night()
    night.passes(30 * SECOND)
    night.world.dark.update(homes_of(night, olt))
    night.passes(5 * MINUTE)

    told = night.told()

    assert told.incidents
    assert {incident.cause for incident in told.incidents} == {Cause.POWER_HOMES}
