"""A cloudburst over the mast: signals sink, stations fall silent one by one, and come back."""

from dataclasses import replace
from datetime import timedelta

from netwatch.model.arrivals import Arrival, Outcome, Readings, Sample
from netwatch.model.facts import Cause, IncidentClosed, IncidentKind
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import Network
from tests.mast import mast
from tests.scenarios.night import Told, told
from tests.town import EVENING, Weather

MINUTE = timedelta(minutes=1)
ROUND = timedelta(seconds=10)
SIGNAL = CheckName("signal")
SECTOR = [f"st-1{n}" for n in range(1, 7)]


def signals(network: Network, minute: int, rain: range) -> list[Arrival]:
    """Return what each radio measures in this minute: 3 dB less a minute while it rains on ap-1."""
    wet = minute - rain.start if minute in rain else 0
    arrivals: list[Arrival] = []
    for device in network.devices:
        low = wet * 3.0 if device in SECTOR else 0.0
        arrivals.append(
            Readings(
                at=EVENING + minute * MINUTE,
                device=device,
                check=SIGNAL,
                parts=("radio",),
                columns={"value": (-62.0 - low,)},
            )
        )
    return arrivals


def cloudburst(*, falls: int, last: int = 40) -> list[Arrival]:
    """Return two dry hours, a quarter of an hour of rain, in which stations fall, and the sun."""
    network, rain = mast(), range(15)
    arrivals: list[Arrival] = []
    for minute in range(-120, last):
        if minute % 5 == 0 or minute in rain:
            arrivals += signals(network, minute, rain)
        gone = SECTOR[: min(falls, max(0, minute - 4))] if minute in rain else []
        weather = Weather(network, {f"device:{name}" for name in gone})
        for turn in range(6 if minute >= -5 else 1):
            at = EVENING + minute * MINUTE + turn * ROUND + timedelta(seconds=1)
            arrivals += weather.round(at)
    silent = {(a.at, a.device) for a in arrivals if _unheard(a)}
    kept = [a for a in arrivals if not (isinstance(a, Readings) and _deaf(a, silent))]
    return sorted(kept, key=lambda arrival: arrival.at)


def _unheard(arrival: Arrival) -> bool:
    return isinstance(arrival, Sample) and arrival.outcome is Outcome.SILENT


def _deaf(readings: Readings, silent: set[tuple[object, DeviceId]]) -> bool:
    return (readings.at + timedelta(seconds=1), readings.device) in silent


def lived(arrivals: list[Arrival]) -> Told:
    return told(mast(), arrivals, arrivals[-1].at + 20 * MINUTE)


def test_a_sector_that_drowns_station_by_station_is_one_incident_of_the_radio() -> None:
    night = lived(cloudburst(falls=5))

    (one,) = night.incidents
    assert (one.cause, one.root_cause) == (Cause.RADIO, ("device:ap-1",))
    assert night.alerts() == 1
    assert one.state in ("restored", "closed")
    assert night.accounted()


def test_the_first_station_that_drowns_alone_is_nobody_s_night() -> None:
    night = lived(cloudburst(falls=1))

    assert [one.kind for one in night.incidents] in ([], [IncidentKind.LINE])
    assert night.public() == []


def test_rain_that_silences_nobody_is_no_incident() -> None:
    assert lived(cloudburst(falls=0)).opened() == 0


def test_the_same_night_twice_says_the_same() -> None:
    arrivals = cloudburst(falls=5)

    first, again = lived(arrivals), lived([replace(one) for one in arrivals])

    assert first.replayed.facts == again.replayed.facts
    assert first.facts(IncidentClosed)
