"""A weak OLT, slow, lossy, forgetful or mute: no home is called dark that is not, none is missed.

A quarter of an hour and more passes first; then the fibre to one of its two splitters is cut.
"""

from random import Random

import pytest

from netwatch.model.facts import Cause, IncidentKind, IncidentOpened, NoticeDue
from tests.scenarios.weak_olt import OLT, Town, Wire, raised

QUIET_S = 1500.0
FIBRE = "link:olt-1--s-1"
BEHIND = {f"onu-1{number}" for number in range(1, 9)}


def weather(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (weather, no secret)


def cut_is_told_within(town: Town, seconds: float, *, quiet_s: float = QUIET_S) -> None:
    """Let the town be well, cut the fibre, and hear of it in time, and of nothing else."""
    town.passes(quiet_s)
    assert town.called_down() == set()
    assert len(town.known_onus()) == 16
    cut_at = town.now
    town.breaks(FIBRE, "cut")
    town.passes(seconds)
    assert town.called_down() == BEHIND
    told = town.told()
    (opened,) = told.facts(IncidentOpened)
    assert opened.diagnosis.root_cause == (FIBRE,)
    assert opened.diagnosis.cause is Cause.FIBRE
    assert cut_at < (opened.at - town.at()).total_seconds() + town.now <= cut_at + seconds
    town.mends()
    town.passes(600.0)
    assert {town.last_said(onu) for onu in BEHIND} == {"online"}


def test_a_sound_olt_tells_of_a_cut_within_forty_seconds() -> None:
    cut_is_told_within(Town(), 40.0)


@pytest.mark.parametrize("seed", range(4))
def test_an_olt_that_loses_one_request_in_ten_does_so_within_three_minutes(seed: int) -> None:
    """As a rule in ten seconds; longer where its first silence comes with the cut."""
    cut_is_told_within(Town(Wire(lost=0.1, chance=weather(seed))), 180.0)


@pytest.mark.parametrize("after", range(0, 60, 15))
def test_an_olt_that_shows_tables_a_minute_old_does_so_within_two_minutes(after: int) -> None:
    cut_is_told_within(Town(stale_s=60.0), 120.0, quiet_s=QUIET_S + after)


@pytest.mark.parametrize("after", range(0, 240, 60))
def test_an_olt_that_takes_45_s_over_an_answer_does_so_within_five_minutes(after: int) -> None:
    cut_is_told_within(Town(Wire(slow_s=20.0)), 300.0, quiet_s=QUIET_S + after)


def test_an_olt_that_is_all_of_that_does_so_within_eight_minutes() -> None:
    town = Town(Wire(slow_s=20.0, lost=0.1), stale_s=60.0)
    cut_is_told_within(town, 480.0)


def test_of_an_olt_without_its_agent_nothing_is_told_but_that_it_is_mute() -> None:
    town = Town()
    town.passes(QUIET_S)
    town.breaks("device:olt-1", "hang")
    town.passes(900.0)
    town.breaks(FIBRE, "cut")
    town.passes(300.0)

    told = town.told()
    assert town.called_down() == set()
    (mute,) = told.incidents
    assert (mute.kind, mute.root_cause) == (IncidentKind.BLIND, (f"device:{OLT}",))
    assert (mute.proof.blind, mute.subscribers, mute.phase) == (16, frozenset(), None)
    assert raised(told.replayed.facts, "snmp") == {OLT}
    assert [due.purpose for due in told.facts(NoticeDue)] == ["alert"]


def test_a_cut_behind_a_mute_olt_is_told_within_three_minutes_of_its_agent_s_return() -> None:
    town = Town()
    town.passes(QUIET_S)
    town.breaks("device:olt-1", "hang")
    town.passes(300.0)
    town.breaks(FIBRE, "cut")
    town.passes(300.0)
    back_at = town.now
    town.mends("device:olt-1")
    town.passes(180.0)

    assert town.called_down() == BEHIND
    assert town.first_seen_down("onu-11") - back_at <= 150.0
    mute, outage = town.told().incidents
    assert (mute.kind, mute.restored_at is None) == (IncidentKind.BLIND, False)
    assert outage.root_cause == (FIBRE,)


def test_an_olt_that_is_cut_off_is_told_by_its_echoes_whatever_its_agent_does() -> None:
    town = Town(Wire(slow_s=20.0))
    town.passes(QUIET_S)
    cut_at = town.now
    town.breaks("link:ag-2--olt-1", "cut")
    town.passes(180.0)

    assert town.called_down() == set()
    opened = town.told().facts(IncidentOpened)
    assert len(opened) == 1
    assert (opened[0].at - town.at()).total_seconds() + town.now <= cut_at + 60.0


def test_a_weak_olt_is_asked_less_not_more() -> None:
    sound, slow = Town(), Town(Wire(slow_s=20.0))
    for town in (sound, slow):
        town.passes(QUIET_S)
    assert slow.wire.requests * 20.0 <= QUIET_S
    assert slow.wire.requests < sound.wire.requests / 4
