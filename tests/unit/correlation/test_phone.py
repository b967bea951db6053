"""Calls beyond the usual of this hour of the week are a hint; what comes every Saturday is none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from netwatch.correlation import stage
from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.cluster_facts import CallsSeen, CallsUnusual, CallsUsual, ClusterFormed
from netwatch.model.facts import Fact, IncidentOpened
from netwatch.model.voices import PhoneCounts
from tests.town import town
from tests.unit.correlation.lived import Life

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)
SATURDAY = datetime(2026, 10, 3, 19, tzinfo=UTC)
SUNDAY = SATURDAY + timedelta(days=1)


def evening(begins: datetime, a_minute: int, minutes: int = 121, waiting: int = 0) -> list[Arrival]:
    """Return what a telephone system hands in every minute, and the seconds that matter."""
    made: list[Arrival] = []
    for n in range(minutes):
        at = begins + n * MINUTE
        made += [PhoneCounts(at=at, offered=a_minute, waiting=waiting), Tick(at=at)]
    return made


def weeks(a_minute: int, many: int = 4, begins: datetime = SATURDAY) -> Iterator[Arrival]:
    for n in range(many):
        yield from evening(begins + n * WEEK, a_minute)


def lived(*parts: list[Arrival]) -> Life:
    return Life(town()).live(one for part in parts for one in part)


def hints(life: Life) -> list[str]:
    return [type(fact).__name__ for fact in life.of(CallsUnusual, CallsUsual)]


def test_a_storm_of_calls_is_told_once_and_its_end_once() -> None:
    quiet = list(weeks(1))
    begins = SATURDAY + 4 * WEEK
    storm = evening(begins, 6, 30)
    after = evening(begins + 30 * MINUTE, 1, 60)
    life = lived(quiet, storm, after)

    assert hints(life) == ["CallsUnusual", "CallsUsual"]
    first, last = life.of(CallsUnusual, CallsUsual)
    assert isinstance(first, CallsUnusual)
    assert (first.usual, first.at - begins) == (60, 4 * MINUTE)
    assert 30 * MINUTE < last.at - begins <= 60 * MINUTE
    assert life.of(IncidentOpened, ClusterFormed) == []


def test_a_night_of_football_is_quiet_by_habit_and_a_sunday_like_it_is_not() -> None:
    saturdays, sundays = list(weeks(6)), list(weeks(1, begins=SUNDAY))
    learnt = sorted([*saturdays, *sundays], key=lambda one: one.at)
    football = evening(SATURDAY + 4 * WEEK, 6)
    assert hints(lived(learnt, football)) == []

    sunday = evening(SUNDAY + 4 * WEEK, 6, 30)
    assert hints(lived(learnt, sunday)) == ["CallsUnusual"]


def test_a_long_queue_is_told_though_no_more_call_than_ever() -> None:
    life = lived(list(weeks(2)), evening(SATURDAY + 4 * WEEK, 2, 20, waiting=15))

    (fact,) = life.of(CallsUnusual)
    assert isinstance(fact, CallsUnusual)
    assert (fact.waiting, fact.waiting_usual) == (15, 0)


def test_nothing_is_said_as_long_as_nobody_knows_what_is_usual() -> None:
    assert hints(lived(evening(SATURDAY, 50, 300))) == []


def test_what_was_learnt_outlives_a_restart_and_a_storm_is_not_told_again() -> None:
    begins = SATURDAY + 4 * WEEK
    life = lived(list(weeks(1)), evening(begins, 6, 20))
    assert len(life.of(CallsSeen)) >= 8
    folded = Life(town())
    for fact in life.facts:
        stage.evolve(folded.state, fact)
    restored = Life(town())
    stage.restore(restored.state, stage.snapshot(life.state))

    for back in (folded, restored):
        facts: list[Fact] = back.live(evening(begins + 21 * MINUTE, 6, 20)).facts
        assert facts == []
        back.live(evening(begins + 41 * MINUTE, 1, 18))
        assert hints(back) == []
        back.live(evening(begins + 59 * MINUTE, 1, 30))
        assert hints(back) == ["CallsUsual"]


def test_hours_of_which_little_was_counted_teach_nothing() -> None:
    life = lived(evening(SATURDAY, 5, 20), [Tick(at=SATURDAY + HOUR)])
    assert life.of(CallsSeen) == []
