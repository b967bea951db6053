"""A device that cannot be asked is a matter of its own: it silences nobody else."""

from collections.abc import Iterable
from datetime import timedelta

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.facts import IncidentKind
from netwatch.model.names import SELF, CheckName, DeviceId, LinkId
from tests.scenarios.night import MINUTE, Night

HALF_A_MINUTE = timedelta(seconds=30)
SNMP = CheckName("snmp")
OUTAGE = ["suspected", "confirmed", "restored"]


def asked(night: Night, devices: Iterable[DeviceId], outcome: Outcome, rounds: int = 4) -> None:
    """Let devices be asked by SNMP so many times."""
    for _ in range(rounds):
        for device in devices:
            night.comes(Sample(at=night.at, device=device, check=SNMP, outcome=outcome))
        night.passes(HALF_A_MINUTE)


def addressed(night: Night) -> list[DeviceId]:
    devices = night.world.network.devices.values()
    return [one.id for one in devices if one.address is not None]


def a_fibre_is_cut_and_mended(night: Night) -> None:
    night.world.cut.add(LinkId("agg-1--sw-rynek-1"))
    night.passes(2 * MINUTE)
    night.world.cut.clear()
    night.passes(2 * MINUTE)


def test_a_fibre_is_told_though_one_device_has_a_wrong_credential() -> None:
    night = Night()
    (olt,) = addressed(night)[:1]
    asked(night, [olt], Outcome.BLIND)
    a_fibre_is_cut_and_mended(night)

    told = night.told()

    blind, outage = told.incidents
    assert (blind.kind, blind.root_cause) == (IncidentKind.BLIND, (f"device:{olt}",))
    assert outage.root_cause == ("link:agg-1--sw-rynek-1",)
    assert told.public() == OUTAGE
    assert told.accounted()


def test_half_of_all_that_cannot_be_asked_is_our_own_matter() -> None:
    night = Night()
    asked(night, addressed(night), Outcome.BLIND)

    (incident,) = night.told().incidents

    assert (incident.kind, incident.root_cause) == (IncidentKind.BLIND, (SELF,))


def test_when_all_but_one_can_be_asked_again_fibres_are_told_again() -> None:
    night = Night()
    all_of_them = addressed(night)
    asked(night, all_of_them, Outcome.BLIND)
    for _ in range(4):
        asked(night, all_of_them[1:], Outcome.ANSWERED, rounds=1)
        asked(night, all_of_them[:1], Outcome.BLIND, rounds=1)
    a_fibre_is_cut_and_mended(night)

    told = night.told()

    assert told.incidents[0].root_cause == (f"device:{all_of_them[0]}",)
    assert told.public() == OUTAGE


def test_one_that_cannot_be_asked_and_then_all_is_our_own_matter() -> None:
    night = Night()
    everybody = addressed(night)
    asked(night, everybody[:1], Outcome.BLIND)
    asked(night, everybody, Outcome.BLIND)

    (incident,) = night.told().incidents

    assert incident.root_cause == (SELF,)
