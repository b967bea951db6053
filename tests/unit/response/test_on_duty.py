"""At every minute each duty is exactly one's: a person's, or a machine's with a name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.names import OverrideId, PersonId, RoleName
from netwatch.response.on_duty import Because, on_duty, stretches, who_has
from netwatch.response.people import LAST_RESORT, Absence, People, Person, Role, Swap
from netwatch.response.rota import Holidays, Rota, Shift, Turn
from netwatch.rules import read_rules
from tests.unit.response.minutes import EPOCH, MINUTE, NOBODY, code, holders, minute, name_of

ROOT = Path(__file__).parents[3]
WARSAW = ZoneInfo("Europe/Warsaw")
FIVE_YEARS = 5 * 366 * 24 * 60
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ON_CALL, DESK, CHIEF = RoleName("on-call"), RoleName("desk"), RoleName("chief")
ANA, BEN, EVA = PersonId("ana"), PersonId("ben"), PersonId("eva")
MONDAY = datetime(2026, 1, 5, 7, tzinfo=UTC)
"""The first turn's beginning in Warsaw."""


def sample() -> People:
    book = read_rules(ROOT / "rules").rulebook
    assert book is not None
    return book.stages.response.people


def weeks(**more: object) -> Rota:
    plain = Rota(
        id="weeks", role=ON_CALL, zone=WARSAW, people=(ANA, BEN, EVA), starts=date(2026, 1, 5)
    )
    return replace(plain, **more)  # type: ignore[arg-type] # fields of a rota


def staff(*rotas: Rota, **more: object) -> People:
    plain = People(
        persons={one: Person(id=one) for one in (ANA, BEN, EVA)},
        roles={ON_CALL: Role(id=ON_CALL)},
        rotas=tuple(sorted(rotas, key=lambda rota: rota.layer)),
    )
    return replace(plain, **more)  # type: ignore[arg-type] # fields of people


def override(person: str, starts: datetime, ends: datetime, number: int = 1) -> DutyOverridden:
    return DutyOverridden(
        at=starts,
        override=OverrideId(f"O-{number}"),
        role=ON_CALL,
        person=PersonId(person),
        starts=starts,
        ends=ends,
        by="eva",
    )


def lived(people: People, role: RoleName, first: int, count: int) -> np.ndarray:
    """Return who has a role a minute, by the stretches between boundaries."""
    starts, ends = EPOCH + first * MINUTE, EPOCH + (first + count) * MINUTE
    found = list(stretches(people, (), role, starts, ends))
    edges = [minute(at) for at, _ in found] + [first + count]
    assert edges[0] == first
    long = [later - sooner for sooner, later in pairwise(edges)]
    assert min(long) > 0
    return np.repeat(np.array([code(one.who) for _, one in found], dtype=np.int16), long)


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Europe/Prague", "Australia/Lord_Howe"])
def test_five_years_of_the_sample_rotas_are_covered_minute_by_minute(zone: str) -> None:
    people = sample()
    people = replace(
        people, rotas=tuple(replace(rota, zone=ZoneInfo(zone)) for rota in people.rotas)
    )
    first = minute(datetime(2026, 11, 22, 21, tzinfo=UTC))
    for role in people.roles:
        expected = holders(people, role, first, FIVE_YEARS)
        assert (expected != NOBODY).all()
        differing = np.flatnonzero(lived(people, role, first, FIVE_YEARS) != expected)
        assert not len(differing), (role, EPOCH + (first + int(differing[0])) * MINUTE)


def test_around_each_change_of_clocks_every_minute_gives_the_same_answer_when_asked() -> None:
    people = sample()
    for change in (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)):
        first, count = minute(change) - 150, 300
        for role in people.roles:
            expected = holders(people, role, first, count)
            for past in range(count):
                found = who_has(people, (), role, EPOCH + (first + past) * MINUTE)
                assert found.who == name_of(expected[past])
                assert found.until is None or minute(found.until) > first + past


def test_turns_follow_each_other_and_come_again() -> None:
    people = staff(weeks())
    whom = [who_has(people, (), ON_CALL, MONDAY + n * 7 * DAY).who for n in range(4)]

    assert whom == [ANA, BEN, EVA, ANA]
    assert who_has(people, (), ON_CALL, MONDAY).until == MONDAY + 7 * DAY
    assert who_has(people, (), ON_CALL, MONDAY + 7 * DAY - MINUTE).who == ANA


def test_the_hour_of_hand_over_stays_on_the_clock_in_summer() -> None:
    spring = datetime(2026, 3, 30, 6, tzinfo=UTC)  # 08:00 in summer time

    assert who_has(staff(weeks()), (), ON_CALL, spring - MINUTE).until == spring


def test_a_shift_in_the_hour_that_comes_twice_lasts_through_both() -> None:
    night = Shift(opens=120, closes=180)
    people = staff(weeks(shifts=(night,)), roles={ON_CALL: Role(id=ON_CALL, announcement="tape")})
    begin = datetime(2026, 10, 25, 0, tzinfo=UTC)

    found = who_has(people, (), ON_CALL, begin)

    assert (found.because, found.until) == (Because.ROTA, begin + 2 * HOUR)
    assert who_has(people, (), ON_CALL, begin - MINUTE).who == "tape"


def test_a_shift_in_the_hour_that_is_left_out_is_nobodys() -> None:
    night = Shift(opens=120, closes=180)
    people = staff(weeks(shifts=(night,)), roles={ON_CALL: Role(id=ON_CALL, announcement="tape")})
    saturday = datetime(2026, 3, 28, tzinfo=UTC)

    turns = list(stretches(people, (), ON_CALL, saturday, saturday + 3 * DAY))

    nights = [at.date().day for at, one in turns if one.because is Because.ROTA]
    assert nights == [28, 30]


def test_a_later_layer_holds_over_an_earlier_one_while_it_counts() -> None:
    saturday = weeks(id="sat", people=(EVA,), layer=1, shifts=(Shift(days=frozenset({5})),))
    people = staff(saturday, weeks())
    noon = datetime(2026, 1, 10, 12, tzinfo=UTC)

    assert who_has(people, (), ON_CALL, noon).who == EVA
    assert who_has(people, (), ON_CALL, noon - DAY).who == ANA
    assert who_has(people, (), ON_CALL, noon + DAY).who == ANA


@pytest.mark.parametrize(
    ("kind", "feast", "plain_day", "plain_saturday"),
    [
        (Holidays.AS_WEEKDAY, True, True, False),
        (Holidays.NEVER, False, True, False),
        (Holidays.TOO, True, True, False),
        (Holidays.ONLY, True, False, False),
    ],
)
def test_a_holiday_is_what_the_shift_says_it_is(
    kind: Holidays, feast: bool, plain_day: bool, plain_saturday: bool
) -> None:
    shift = Shift(days=frozenset(range(5)), holidays=kind)
    people = staff(weeks(shifts=(shift,), holidays=frozenset({date(2026, 1, 6)})))
    days = [datetime(2026, 1, day, 12, tzinfo=UTC) for day in (6, 7, 10)]

    counts = [who_has(people, (), ON_CALL, day).because is Because.ROTA for day in days]

    assert counts == [feast, plain_day, plain_saturday]


def test_whoever_is_away_is_passed_over_and_comes_back() -> None:
    away = Absence(starts=MONDAY + DAY, ends=MONDAY + 2 * DAY)
    people = staff(weeks(), weeks(id="base", people=(BEN,), layer=0))
    people = replace(people, persons={**people.persons, ANA: Person(id=ANA, away=(away,))})
    people = replace(people, rotas=(weeks(id="base", people=(BEN,)), weeks(layer=1)))

    turns = [(at, one.who) for at, one in stretches(people, (), ON_CALL, MONDAY, MONDAY + 3 * DAY)]

    assert turns == [(MONDAY, ANA), (away.starts, BEN), (away.ends, ANA)]


def test_without_a_rota_the_first_who_is_there_has_it_for_good() -> None:
    people = staff(roles={ON_CALL: Role(id=ON_CALL, people=(BEN, ANA))})

    found = who_has(people, (), ON_CALL, MONDAY)

    assert (found.who, found.until, found.because) == (BEN, None, Because.FIRST)


def test_another_role_helps_out_then_a_machine_then_the_last_resort() -> None:
    rota = weeks(shifts=(Shift(opens=480, closes=960),))
    roles = {
        ON_CALL: Role(id=ON_CALL, fallback=CHIEF, announcement="tape"),
        CHIEF: Role(id=CHIEF, people=(EVA,), fallback=ON_CALL),
        DESK: Role(id=DESK, announcement="tape"),
    }
    people = staff(rota, roles=roles)
    night = MONDAY + 12 * HOUR

    assert [(one.role, one.who, one.because) for one in on_duty(people, (), night)] == [
        (ON_CALL, EVA, Because.FALLBACK),
        (CHIEF, EVA, Because.FIRST),
        (DESK, "tape", Because.ANNOUNCEMENT),
    ]
    away = Person(id=EVA, away=(Absence(starts=MONDAY, ends=night + DAY),))
    alone = replace(people, persons={**people.persons, EVA: away})
    found = {one.role: one for one in on_duty(alone, (), night)}
    assert (found[ON_CALL].who, found[ON_CALL].is_machine) == ("tape", True)
    assert (found[CHIEF].who, found[CHIEF].because) == (LAST_RESORT, Because.NOBODY)


def test_one_person_may_hold_several_duties_at_night() -> None:
    people = sample()
    night = {one.role: one for one in on_duty(people, (), datetime(2026, 11, 25, 23, tzinfo=UTC))}

    assert night[DESK].who == night[ON_CALL].who == night[RoleName("dispatcher")].who


def test_who_is_said_to_take_over_has_it_whatever_stands_in_files() -> None:
    away = Person(id=EVA, away=(Absence(starts=MONDAY, ends=MONDAY + 30 * DAY),))
    swap = Swap(id="s", role=ON_CALL, person=BEN, starts=MONDAY, ends=MONDAY + 4 * HOUR)
    people = staff(weeks(), swaps=(swap,))
    people = replace(people, persons={**people.persons, EVA: away})
    said = [override(EVA, MONDAY + HOUR, MONDAY + 2 * HOUR)]

    turns = [
        (at, one.who, one.because)
        for at, one in stretches(people, said, ON_CALL, MONDAY, MONDAY + DAY)
    ]

    assert turns == [
        (MONDAY, BEN, Because.SWAP),
        (MONDAY + HOUR, EVA, Because.OVERRIDE),
        (MONDAY + 2 * HOUR, BEN, Because.SWAP),
        (MONDAY + 4 * HOUR, ANA, Because.ROTA),
    ]


def test_an_override_for_somebody_who_left_is_nobodys() -> None:
    said = [override("gone", MONDAY, MONDAY + DAY)]

    assert who_has(staff(weeks()), said, ON_CALL, MONDAY).who == ANA


def test_turns_that_others_keep_count_like_a_rota() -> None:
    turn = Turn(MONDAY, MONDAY + DAY, BEN)
    kept = weeks(
        id="theirs",
        people=(),
        layer=1,
        calendar=lambda year: (turn,) if year == MONDAY.year else (),
    )
    people = staff(weeks(), kept)

    found = who_has(people, (), ON_CALL, MONDAY + HOUR)

    assert (found.who, found.by, found.until) == (BEN, "theirs", MONDAY + DAY)
    assert who_has(people, (), ON_CALL, MONDAY + DAY).who == ANA


zones = st.sampled_from(["Europe/Warsaw", "America/Santiago", "Australia/Lord_Howe", "UTC"])
minutes_of_day = st.integers(0, 24 * 60 - 1)
shifts = st.builds(
    Shift,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=minutes_of_day,
    closes=st.integers(0, 24 * 60),
    holidays=st.sampled_from(Holidays),
)
rotas = st.builds(
    Rota,
    id=st.just("r"),
    role=st.just(ON_CALL),
    zone=zones.map(ZoneInfo),
    people=st.lists(st.sampled_from([ANA, BEN, EVA]), min_size=1, max_size=4).map(tuple),
    starts=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    hand_over=minutes_of_day.map(lambda m: time(m // 60, m % 60)),
    days=st.integers(1, 15),
    ends=st.none() | st.dates(date(2027, 1, 1), date(2027, 6, 1)),
    shifts=st.lists(shifts, max_size=2).map(tuple),
    holidays=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=5),
    layer=st.integers(0, 3),
)
moments = st.integers(0, 400 * 24 * 60).map(
    lambda past: datetime(2026, 1, 1, tzinfo=UTC) + past * MINUTE
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    starts = draw(moments)
    return starts, starts + draw(st.integers(1, 20 * 24 * 60)) * MINUTE


@settings(max_examples=25, deadline=None)
@given(
    st.lists(rotas, min_size=1, max_size=3),
    st.lists(spans(), max_size=2),
    st.lists(spans(), max_size=2),
)
def test_boundaries_agree_with_living_it_minute_by_minute(
    some: list[Rota],
    swapped: Sequence[tuple[datetime, datetime]],
    away: Sequence[tuple[datetime, datetime]],
) -> None:
    persons = {one: Person(id=one) for one in (ANA, BEN)}
    gone = tuple(Absence(starts=starts, ends=ends) for starts, ends in away)
    people = People(
        persons={**persons, EVA: Person(id=EVA, away=gone)},
        roles={ON_CALL: Role(id=ON_CALL, announcement="tape")},
        rotas=tuple(sorted(some, key=lambda rota: rota.layer)),
        swaps=tuple(
            Swap(id=str(n), role=ON_CALL, person=BEN, starts=starts, ends=ends)
            for n, (starts, ends) in enumerate(swapped)
        ),
    )
    first, count = minute(datetime(2026, 1, 1, tzinfo=UTC)), 300 * 24 * 60

    differing = np.flatnonzero(
        lived(people, ON_CALL, first, count) != holders(people, ON_CALL, first, count)
    )

    assert not len(differing), EPOCH + (first + int(differing[0])) * MINUTE


@settings(max_examples=100, deadline=None)
@given(rotas, moments, st.integers(1, 5000), moments)
def test_an_override_holds_from_its_first_to_its_last_minute_and_then_all_is_as_before(
    rota: Rota, starts: datetime, long: int, asked: datetime
) -> None:
    people, ends = staff(rota), starts + long * MINUTE
    said = [override(EVA, starts, ends)]
    for at in (starts, ends - MINUTE):
        assert who_has(people, said, ON_CALL, at).who == EVA
    for at in (starts - MINUTE, ends, *([asked] if not starts <= asked < ends else [])):
        without = who_has(people, (), ON_CALL, at)
        found = who_has(people, said, ON_CALL, at)
        assert (found.who, found.because) == (without.who, without.because)
