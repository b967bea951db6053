"""Radios that sink together and fall silent are one sector; one alone is a line."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest

from netwatch.correlation import stage
from netwatch.model.arrivals import Arrival, Readings
from netwatch.model.facts import AirSeen, Cause, Diagnosis, IncidentKind
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import DeviceKind, Network
from netwatch.views.proof import speaks_for
from netwatch.views.why_words import because
from tests.mast import mast
from tests.town import EVENING, Weather, rounds, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
HALF_AN_HOUR = timedelta(minutes=30)
SECTOR = [f"st-1{n}" for n in range(1, 7)]
BOTH = pytest.mark.parametrize("kind", [DeviceKind.CPE, DeviceKind.RADIO])


def measured(at: timedelta, radios: Iterable[str], value: float, check: str) -> list[Arrival]:
    return [
        Readings(
            at=EVENING + at,
            device=DeviceId(radio),
            check=CheckName(check),
            parts=("chain 0", "chain 1"),
            columns={"value": (value, value - 1)},
        )
        for radio in radios
    ]


def evening(
    network: Network,
    silent: Sequence[str],
    sunk: Iterable[str] = (),
    *,
    usual: float = -62.0,
    low: float = -79.0,
    check: str = "signal",
) -> Life:
    """Measure all for two hours, let some sink, and a minute later some fall silent."""
    everybody = sorted({*network.devices, *sunk})
    arrivals: list[Arrival] = []
    for time in range(-4, 1):
        arrivals += measured(time * HALF_AN_HOUR, everybody, usual, check)
    arrivals += rounds(Weather(network), EVENING, 6)
    arrivals += measured(3 * APART, sunk, low, check)
    failed = {name if ":" in name else f"device:{name}" for name in silent}
    arrivals += rounds(Weather(network, failed), EVENING + 6 * APART, 6)
    arrivals.sort(key=lambda arrival: arrival.at)
    return Life(network).live(with_ticks(arrivals, until=arrivals[-1].at + timedelta(minutes=2)))


def only(life: Life) -> Diagnosis:
    (found,) = life.last().values()
    return found


@BOTH
def test_stations_that_sank_together_before_they_fell_silent_are_their_sector(
    kind: DeviceKind,
) -> None:
    found = only(evening(mast(kind), SECTOR[:4], SECTOR))

    assert (found.cause, found.root_cause) == (Cause.RADIO, ("device:ap-1",))
    assert len(found.subscribers) == 4
    said = speaks_for(found.proof, found.root_cause)
    assert "6 of the 6 radios measured there sank before, their signal by 17 dB" in said
    assert "6 z 6" in because(found.proof, found.root_cause, "pl")
    assert "17 dB" in because(found.proof, found.root_cause, "cs")


@BOTH
def test_two_of_a_sector_that_sank_are_one_incident_not_two(kind: DeviceKind) -> None:
    found = only(evening(mast(kind), SECTOR[:2], SECTOR))

    assert (found.kind, found.cause) == (IncidentKind.PARTIAL, Cause.RADIO)
    assert found.root_cause == ("device:ap-1",)


@BOTH
def test_a_whole_sector_silent_below_a_radio_that_answers_is_no_cut_cable(
    kind: DeviceKind,
) -> None:
    found = only(evening(mast(kind), SECTOR))

    assert (found.kind, found.cause) == (IncidentKind.OUTAGE, Cause.RADIO)
    assert found.root_cause == ("device:ap-1",)


@BOTH
def test_a_part_of_a_sector_that_never_sank_fell_for_an_unknown_reason(kind: DeviceKind) -> None:
    found = only(evening(mast(kind), SECTOR[:4]))

    assert (found.cause, found.root_cause) == (Cause.UNKNOWN, ("device:ap-1",))
    assert found.proof.faded is None


def test_one_station_alone_is_a_line_of_its_own() -> None:
    found = only(evening(mast(DeviceKind.RADIO), SECTOR[:1], SECTOR[:1]))

    assert (found.kind, found.cause) == (IncidentKind.LINE, Cause.RADIO)
    assert "device:ap-1" not in (*found.root_cause, *found.also_possible)


def test_a_radio_that_is_dead_itself_is_no_fading() -> None:
    found = only(evening(mast(), ["ap-1"]))

    assert found.cause is not Cause.RADIO
    assert "device:ap-1" in (*found.root_cause, *found.also_possible)


@pytest.mark.parametrize("sunk", [["hop-a", "hop-b"], ["hop-a"]])
def test_rain_on_a_hop_is_told_from_a_dead_far_end(sunk: list[str]) -> None:
    rain = only(evening(mast(), ["link:hop-a--hop-b"], sunk))
    dead = only(evening(mast(), ["hop-b"]))

    assert (rain.cause, rain.root_cause) == (Cause.RADIO, ("link:hop-a--hop-b",))
    assert dead.cause is not Cause.RADIO


@pytest.mark.parametrize(
    ("check", "usual", "low"),
    [("rate", 300.0, 30.0), ("noise", -96.0, -80.0), ("snr", 32.0, 9.0), ("quality", 98.0, 20.0)],
)
def test_modulation_and_noise_speak_of_a_sector_too(check: str, usual: float, low: float) -> None:
    found = only(evening(mast(), SECTOR[:4], SECTOR, usual=usual, low=low, check=check))

    assert found.cause is Cause.RADIO


def test_what_is_usual_survives_a_restart() -> None:
    network = mast()
    before = Life(network)
    for time in range(6):
        at = time * HALF_AN_HOUR
        said = measured(at, SECTOR, -62.0, "signal")
        before.live(with_ticks(said, until=EVENING + at))
    assert before.of(AirSeen)
    after = Life(network)
    stage.restore(after.state, stage.snapshot(before.state))
    assert stage.snapshot(after.state) == stage.snapshot(before.state)
    arrivals: list[Arrival] = [*rounds(Weather(network), EVENING, 3)]
    arrivals += measured(3 * APART, SECTOR, -80.0, "signal")
    failed = {f"device:{name}" for name in SECTOR[:4]}
    arrivals += rounds(Weather(network, failed), EVENING + 4 * APART, 6)
    after.live(with_ticks(arrivals, until=arrivals[-1].at + timedelta(minutes=2)))

    assert only(after).cause is Cause.RADIO
