"""A mute agent on a device that answers echoes: no outage, one word to the staff, an end."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from netwatch.correlation import agents, stage
from netwatch.model.arrivals import Arrival, Outcome, Sample
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Cause,
    IncidentKind,
    IncidentOpened,
    IncidentRestored,
    IncidentRevised,
    Part,
)
from netwatch.model.names import CheckName, DeviceId
from netwatch.views.proof import speaks_against, speaks_for
from netwatch.views.why_words import because, but
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

SNMP = CheckName("snmp")
ROUND = timedelta(seconds=30)
AGENTS = ("ag-1", "ag-2", "olt-1", "sw-1")


def asked(
    start: int, times: int, mute: Collection[str] = (), outcome: Outcome = Outcome.SILENT
) -> list[Arrival]:
    """Return echoes every ten seconds and SNMP every thirty, some agents silent."""
    network, arrivals = town(), list[Arrival]()
    for n in range(start, start + times):
        at = EVENING + n * ROUND
        arrivals += rounds(Weather(network), at, 3)
        for name in AGENTS:
            said = outcome if name in mute else Outcome.ANSWERED
            arrivals.append(Sample(at=at, device=DeviceId(name), check=SNMP, outcome=said))
    arrivals.sort(key=lambda arrival: arrival.at)
    if "olt-1" not in mute:
        return arrivals
    return [a for a in arrivals if not (isinstance(a, Sample) and a.device.startswith("onu"))]


def lived(*parts: list[Arrival]) -> Life:
    every = [arrival for part in parts for arrival in part]
    return Life(town()).live(with_ticks(every, until=every[-1].at + timedelta(seconds=20)))


def test_a_mute_agent_is_one_blind_incident_of_its_device_and_nobody_is_dark() -> None:
    life = lived(asked(0, 4), asked(4, 12, ["olt-1"]))

    (found,) = life.last().values()
    assert (found.kind, found.cause) == (IncidentKind.BLIND, Cause.DEVICE)
    assert (found.root_cause, found.subscribers) == (("device:olt-1",), ())
    assert (found.proof.mute, found.proof.blind) == (1, 16)
    assert [f.as_ for f in life.facts if isinstance(f, AlarmPlaced)] == [Part.ROOT]
    said = speaks_for(found.proof, found.root_cause)
    assert "its management agent does not" in said
    assert "16 ONUs behind" in said
    assert "community" in speaks_against(found.proof)
    for language in ("pl", "cs"):
        assert "16" in because(found.proof, found.root_cause, language)
        assert "community" in but(found.proof, language)


def test_it_ends_when_the_agent_answers_and_comes_back_as_the_same() -> None:
    silent = asked(8, 8, ["olt-1"])
    life = lived(asked(0, 8), silent, asked(16, 3), asked(19, 8, ["olt-1"]))

    assert len(life.of(IncidentOpened)) == 1
    assert len(life.of(IncidentRestored)) == 1
    assert life.state.decided.incidents["I-1"].restored_at is None  # type: ignore[index]


def test_an_agent_that_was_never_heard_is_no_incident() -> None:
    assert lived(asked(0, 12, ["olt-1"])).last() == {}


def test_agents_that_fall_silent_together_are_one_incident_and_end_one_by_one() -> None:
    life = lived(asked(0, 4), asked(4, 9, AGENTS), asked(13, 3, ["sw-1"]), asked(16, 3))

    assert len(life.of(IncidentOpened)) == 1
    roots = [f.diagnosis.root_cause for f in life.facts if isinstance(f, IncidentRevised)]
    assert roots == [("device:sw-1",)]
    assert len(life.of(IncidentRestored)) == 1


def test_who_had_no_room_in_a_long_list_is_named_when_there_is_and_keeps_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agents, "MOST", 2)
    life = lived(asked(0, 4), asked(4, 9, AGENTS), asked(13, 3, ["sw-1"]), asked(16, 3))

    assert life.of(IncidentOpened)[0].diagnosis.root_cause == (  # type: ignore[attr-defined]
        "device:ag-1",
        "device:ag-2",
    )
    roots = [f.diagnosis.root_cause for f in life.facts if isinstance(f, IncidentRevised)]
    assert roots[-1] == ("device:sw-1",)
    (over,) = life.of(IncidentRestored)
    assert over.at > EVENING + 16 * ROUND


def test_an_incident_that_comes_back_names_those_alone_that_are_mute_now() -> None:
    life = lived(asked(0, 8), asked(8, 8, AGENTS), asked(16, 3), asked(19, 8, ["olt-1"]))

    assert len(life.of(IncidentOpened)) == 1
    roots = [f.diagnosis.root_cause for f in life.facts if isinstance(f, IncidentRevised)]
    assert roots == [("device:olt-1",)]


def test_a_device_that_is_dead_has_no_mute_agent() -> None:
    network = town()
    arrivals = asked(0, 4)
    for n in range(4, 14):
        at = EVENING + n * ROUND
        arrivals += rounds(Weather(network, {"device:sw-1"}), at, 3)
        silent = Sample(at=at, device=DeviceId("sw-1"), check=SNMP, outcome=Outcome.SILENT)
        arrivals.append(silent)
    arrivals.sort(key=lambda arrival: arrival.at)
    life = lived(arrivals)

    (found,) = life.last().values()
    assert found.kind is IncidentKind.OUTAGE


def test_a_refused_credential_is_told_apart_from_a_mute_agent() -> None:
    life = lived(asked(0, 4), asked(4, 10, ["sw-1"], Outcome.BLIND))

    (found,) = life.last().values()
    assert (found.kind, found.cause, found.proof.mute) == (IncidentKind.BLIND, Cause.SELF, 0)


def test_another_device_that_cannot_be_asked_is_another_incident() -> None:
    refused = [
        a if not (isinstance(a, Sample) and a.device == "sw-1" and a.check == SNMP)
        else Sample(at=a.at, device=a.device, check=SNMP, outcome=Outcome.BLIND, detail="refused")
        for a in asked(4, 12, ["olt-1"])
    ]  # fmt: skip
    life = lived(asked(0, 4), refused)

    assert sorted((d.root_cause, d.cause) for d in life.last().values()) == [
        (("device:olt-1",), Cause.DEVICE),
        (("device:sw-1",), Cause.SELF),
    ]


def test_a_mute_agent_is_remembered_over_a_restart() -> None:
    before = lived(asked(0, 4), asked(4, 12, ["olt-1"]))
    after = Life(town())
    after.watch, after.facts = before.watch, []
    stage.restore(after.state, stage.snapshot(before.state))
    assert stage.snapshot(after.state) == stage.snapshot(before.state)
    answered = asked(16, 3)
    after.live(with_ticks(answered, until=answered[-1].at + timedelta(seconds=20)))

    assert len(after.of(IncidentRestored)) == 1


@pytest.mark.parametrize("name", ["olt-1", "ag-2"])
def test_a_cut_fibre_is_told_as_ever_while_an_agent_is_mute(name: str) -> None:
    network = town()
    arrivals = asked(0, 4) + asked(4, 12, [name])
    failed = Weather(network, {"device:sw-1"})
    for n in range(16, 20):
        arrivals += rounds(failed, EVENING + n * ROUND, 3)
    life = lived(arrivals)

    kinds = sorted(d.kind for d in life.last().values())
    assert kinds == [IncidentKind.BLIND, IncidentKind.OUTAGE]
    alarms = len(life.of(AlarmRaised))
    assert len(life.of(AlarmPlaced)) == alarms
