"""Somebody waits to be called back: their outage does not close before, and then it does."""

from netwatch.model.facts import IncidentClosed, IncidentRestored
from netwatch.model.names import DeviceId, IncidentId
from netwatch.model.voices import CallbacksWait
from tests.scenarios.night import MINUTE, NIGHT, Night, dolina

OLT = next(d.id for d in dolina().devices.values() if d.kind == "olt")


def over(night: Night) -> None:
    """Let an OLT be dark for ten minutes, and come back."""
    night.passes(MINUTE)
    night.world.dead = {DeviceId(OLT)}
    night.passes(10 * MINUTE)
    night.world.dead = set()
    night.passes(5 * MINUTE)


def test_an_incident_waits_for_its_callbacks_and_closes_when_they_are_paid() -> None:
    night = Night()
    over(night)
    night.comes(CallbacksWait(at=night.at, incidents=(IncidentId("I-1"),)))
    night.passes(40 * MINUTE)
    paid = night.at
    night.comes(CallbacksWait(at=night.at))
    night.passes(2 * MINUTE)

    told = night.told()
    assert len(told.facts(IncidentRestored)) == 1
    (closed,) = told.facts(IncidentClosed)
    assert paid <= closed.at <= paid + MINUTE


def test_without_callbacks_it_closes_as_ever() -> None:
    night = Night()
    over(night)
    night.passes(12 * MINUTE)

    (closed,) = night.told().facts(IncidentClosed)
    assert closed.at < NIGHT + 30 * MINUTE
