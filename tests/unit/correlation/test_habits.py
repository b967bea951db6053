"""That a home is off which is often off tells of no fault; learnt, bounded, kept over a restart."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netwatch.correlation import stage
from netwatch.correlation.habits import ALWAYS, MOST, OFTEN, Habits, habits_from
from netwatch.model.arrivals import Arrival, Sample
from netwatch.model.facts import HabitsSeen, IncidentKind
from netwatch.model.names import DeviceId
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ONE = DeviceId("onu-11")


def stroll(at: datetime, *homes: str) -> list[Sample]:
    """Return three rounds of all well, three with these homes off, and three of all well."""
    network = town()
    away = Weather(network, {f"device:{home}" for home in homes}, "dying-gasp")
    samples: list[Sample] = rounds(Weather(network), at, 3)
    samples += rounds(away, at + 3 * APART, 3)
    return samples + rounds(Weather(network), at + 6 * APART, 3)


def evenings(life: Life, homes: Sequence[str], days: int) -> Life:
    """Live so many evenings on which these homes go off for a moment, each past its hour."""
    for day in range(days):
        samples = stroll(EVENING + day * DAY, *homes)
        arrivals: list[Arrival] = list(with_ticks(samples, until=samples[-1].at + 5 * APART))
        late = rounds(Weather(town()), EVENING + day * DAY + HOUR, 1)
        life.live([*arrivals, *with_ticks(late, until=late[-1].at + APART)])
    return life


def test_what_goes_off_by_itself_is_a_fact_when_its_hour_is_over() -> None:
    life = evenings(Life(town()), [ONE], 1)

    (fact,) = life.of(HabitsSeen)
    assert isinstance(fact, HabitsSeen)
    assert (fact.hour, fact.homes) == (EVENING, (ONE,))


def test_what_falls_with_its_splitter_is_no_habit() -> None:
    life = evenings(Life(town()), [f"onu-1{n}" for n in range(1, 9)], 1)

    assert life.of(HabitsSeen) == []


def test_a_home_that_is_off_every_evening_says_nothing_by_being_off() -> None:
    strange, known = Life(town()), evenings(Life(town()), [ONE], OFTEN)
    for life, after in ((strange, 0), (known, OFTEN)):
        at = EVENING + after * DAY
        away = rounds(Weather(town(), {f"device:{ONE}"}, "los"), at + 3 * APART, 12)
        samples = [*rounds(Weather(town()), at, 3), *away]
        life.live(with_ticks(samples, until=samples[-1].at + timedelta(minutes=1)))

    assert {d.kind for d in strange.last().values()} == {IncidentKind.LINE}
    assert known.last() == {}


def test_a_habit_of_the_evening_is_none_at_noon() -> None:
    habits = Habits()
    for day in range(OFTEN):
        habits.take(HabitsSeen(at=EVENING + day * DAY, hour=EVENING, homes=(ONE,)))

    assert list(habits.usual(EVENING.hour)) == [ONE]
    assert list(habits.usual((EVENING.hour + 1) % 24)) == [ONE]
    assert list(habits.usual((EVENING.hour + 12) % 24)) == []


def test_who_is_off_at_any_hour_is_known_at_every_hour() -> None:
    habits = Habits()
    for n in range(ALWAYS):
        at = EVENING + n * 2 * HOUR
        habits.take(HabitsSeen(at=at, hour=at, homes=(ONE,)))

    assert all(list(habits.usual(hour)) == [ONE] for hour in range(24))


def test_a_habit_survives_a_restart_from_the_journal_and_from_a_snapshot() -> None:
    life = evenings(Life(town()), [ONE], OFTEN)
    folded, restored = Life(town()).state, Life(town()).state
    for fact in life.facts:
        stage.evolve(folded, fact)
    stage.restore(restored, stage.snapshot(life.state))

    for state in (folded, restored):
        assert list(state.decided.habits.usual(EVENING.hour)) == [ONE]


def test_a_habit_given_up_is_forgotten() -> None:
    habits = Habits()
    for day in range(MOST):
        habits.take(HabitsSeen(at=EVENING + day * DAY, hour=EVENING, homes=(ONE,)))
    habits.take(HabitsSeen(at=EVENING + 60 * DAY, hour=EVENING, homes=()))

    assert habits.falls == {}


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["a", "b", "c"])), max_size=80))
def test_memory_is_bounded_by_the_homes_and_outlives_its_plain_form(
    falls: list[tuple[int, str]],
) -> None:
    habits = Habits()
    for hours, home in sorted(falls):
        at = EVENING + hours * HOUR
        habits.take(HabitsSeen(at=at, hour=at, homes=(DeviceId(home),)))

    assert len(habits.falls) <= 3
    assert all(len(row) == 24 and max(row) <= MOST for row in habits.falls.values())
    again = habits_from(habits.to_plain())
    assert (again.falls, again.faded) == (habits.falls, habits.faded)
