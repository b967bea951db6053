"""Who is in no log of this hour is still where the last one showed him."""

from datetime import datetime, timedelta

from netwatch.inventory.places.records import CircuitSeen, SessionSeen, Sightings
from netwatch.service.sighting import REMEMBERED, remembered
from tests.operator.records import EVENING

MORNING = EVENING + timedelta(hours=8)


def _session(login: str, mac: str, at: datetime = EVENING) -> SessionSeen:
    return SessionSeen(login=login, mac=mac, seen_at=at)


def _shown(
    at: datetime, *sessions: SessionSeen, circuits: tuple[CircuitSeen, ...] = ()
) -> Sightings:
    return Sightings(sessions=sessions, circuits=circuits, taken_at=at)


def test_a_log_that_was_rotated_an_hour_ago_takes_nobody_away() -> None:
    evening = _shown(EVENING, _session("u1", "02:00:5e:00:53:01"), _session("u2", ""))
    morning = _shown(MORNING, _session("u2", "02:00:5e:00:53:02", MORNING))

    kept = remembered(morning, evening)

    assert {(one.login, one.mac) for one in kept.sessions} == {
        ("u1", "02:00:5e:00:53:01"),
        ("u2", "02:00:5e:00:53:02"),  # shown anew: where he was before says nothing more
    }
    assert kept.taken_at == MORNING


def test_who_was_not_seen_for_long_is_nowhere() -> None:
    old = _shown(EVENING, _session("u1", "", MORNING - REMEMBERED - timedelta(seconds=1)))

    assert remembered(_shown(MORNING, _session("u2", "")), old).sessions == (_session("u2", ""),)


def test_a_circuit_is_told_anew_by_any_word_of_it() -> None:
    def circuit(mac: str, address: str, at: str) -> CircuitSeen:
        return CircuitSeen(mac=mac, address=address, circuit=at, seen_at=EVENING)

    evening = _shown(
        EVENING,
        circuits=(circuit("m1", "a1", "0/1"), circuit("m2", "a2", "0/2"), circuit("m3", "", "0/3")),
    )
    morning = _shown(MORNING, circuits=(circuit("m1", "a9", "0/9"), circuit("m8", "a2", "0/8")))

    told = {one.circuit for one in remembered(morning, evening).circuits}
    assert told == {"0/9", "0/8", "0/3"}


def test_the_first_look_is_what_it_shows() -> None:
    shown = _shown(EVENING, _session("u1", ""))

    assert remembered(shown, None) is shown
