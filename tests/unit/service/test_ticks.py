"""Waiting is a Tick; no second is left out, none comes twice, and time never goes back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.arrivals import Sample, Started, Tick
from netwatch.service.ticks import SECOND, Ticks
from tests.unit.service.story import CORE, ICMP, NIGHT, Outcome


def at(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def sample(seconds: float) -> Sample:
    return Sample(at=at(seconds), device=CORE, check=ICMP, outcome=Outcome.SILENT)


def test_a_tick_comes_for_every_whole_second_before_the_first_arrival_at_or_after_it() -> None:
    ticks = Ticks()
    assert list(ticks.until(at(0.5))) == []
    assert list(ticks.until(at(0.9))) == []
    assert list(ticks.until(at(3.2))) == [Tick(at=at(1)), Tick(at=at(2)), Tick(at=at(3))]
    assert list(ticks.until(at(4))) == [Tick(at=at(4))]
    assert list(ticks.until(at(4))) == []


def test_an_arrival_older_than_the_last_tick_is_raised_to_it() -> None:
    ticks = Ticks()
    list(ticks.until(at(0)))
    list(ticks.until(at(5)))
    assert ticks.placed(sample(3)).at == at(5)
    assert ticks.placed(sample(5.5)) == sample(5.5)


def test_a_start_begins_time_anew_and_no_second_of_the_pause_is_ticked() -> None:
    ticks = Ticks()
    list(ticks.until(at(0)))
    ticks.begin_anew(Started(at=at(500.7), version="1"))
    assert list(ticks.until(at(501.1))) == [Tick(at=at(501))]


def test_a_start_before_the_last_tick_does_not_turn_time_back() -> None:
    ticks = Ticks()
    ticks.begin_anew(Started(at=at(10), version="1"))
    ticks.begin_anew(Started(at=at(5), version="1"))
    assert ticks.last == at(10)


@given(st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=2))))
def test_however_arrivals_come_ticks_are_whole_seconds_each_once(spans: list[timedelta]) -> None:
    ticks, seen = Ticks(), []
    for span in spans:
        seen.extend(tick.at for tick in ticks.until(datetime(2026, 1, 1, tzinfo=UTC) + span))
    assert all(later - earlier == SECOND for earlier, later in pairwise(seen))
    assert all(moment.microsecond == 0 for moment in seen)
