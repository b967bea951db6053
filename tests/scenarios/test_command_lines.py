"""What command lines tell, and that their own troubles trouble nobody."""

from datetime import timedelta

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.facts import IncidentKind
from netwatch.model.names import CheckName, LinkId
from tests.scenarios.night import MINUTE, Night

ROUND = timedelta(minutes=5)


def unread(night: Night, outcome: Outcome, rounds: int) -> None:
    """Let netwatch fail to read an OLT's command line so many times."""
    olt = next(one for one in night.world.network.devices.values() if one.kind == "olt")
    for _ in range(rounds):
        sample = Sample(
            at=night.at,
            device=olt.id,
            check=CheckName("ssh"),
            outcome=outcome,
            detail="its host key has CHANGED",
        )
        night.comes(sample)
        night.passes(ROUND)


def test_a_device_that_keeps_silent_on_its_command_line_takes_nobodys_service() -> None:
    night = Night()
    unread(night, Outcome.SILENT, 6)

    told = night.told()

    assert told.incidents == []
    assert told.public() == []
    assert told.accounted()


def test_a_changed_host_key_is_told_to_the_staff_alone() -> None:
    night = Night()
    unread(night, Outcome.BLIND, 6)

    told = night.told()

    assert [one.kind for one in told.incidents] == [IncidentKind.BLIND]
    assert told.public() == []
    assert told.staff() == ["alert"]
    assert told.accounted()


def test_a_fibre_is_told_as_ever_while_a_command_line_cannot_be_read() -> None:
    night = Night()
    unread(night, Outcome.BLIND, 4)
    night.world.cut.add(LinkId("agg-1--sw-rynek-1"))
    night.passes(2 * MINUTE)
    night.world.cut.clear()
    night.passes(2 * MINUTE)

    told = night.told()

    assert told.public() == ["suspected", "confirmed", "restored"]
    assert told.told_restored_while_dark(night) == set()
