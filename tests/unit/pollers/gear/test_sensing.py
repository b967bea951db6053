"""A rule reads what a device answers as its profile says, and nothing that cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.gear.plausible import MEASURES
from netwatch.pollers.gear.rules import By, Convert, Name, SensorRule, State, Where
from netwatch.pollers.gear.sensing import Answers, sense
from netwatch.pollers.questions import Value

COLUMN = "1.3.6.1.4.1.99999.1.1"
OTHER = "1.3.6.1.4.1.99999.1.2"
OBJECT = "1.3.6.1.4.1.99999.2.0"


def read(
    rule: SensorRule, raw: Value, other: dict[str, Value] | None = None
) -> list[tuple[object, str]]:
    answers = Answers(
        objects={rule.object: raw} if rule.object else {},
        columns={rule.column: {"3.7": raw}, OTHER: other or {}},
    )
    return [(one.state or one.value, one.part) for one in sense([rule], answers)]


def test_a_scaled_number_is_read_with_its_name() -> None:
    rule = SensorRule(
        check="temperature",
        column=COLUMN,
        scale=0.1,
        part="board {0}, {name}",
        names={"name": Name(columns=(OTHER,))},
    )

    assert read(rule, 415, {"3.7": " main \x07 "}) == [(41.5, "board 3, main")]


@pytest.mark.parametrize(
    "raw", [2147483647, 2147483646, -32768, 65535, 4294967293, None, "n/a", (1, 3), 9999]
)
def test_what_means_nothing_to_read_is_no_reading(raw: Value) -> None:
    assert read(SensorRule(check="temperature", object=OBJECT), raw) == []


@pytest.mark.parametrize("check", ["voltage", "current", "power"])
def test_minus_one_means_that_nothing_measures_unless_a_rule_keeps_it(check: str) -> None:
    assert read(SensorRule(check=check, object=OBJECT, scale=0.1), -1) == []
    assert read(SensorRule(check=check, object=OBJECT, scale=0.1, keep=(-1,)), -1) == [(-0.1, "")]
    assert read(SensorRule(check=check, object=OBJECT, text=r"(-?\d+) "), "-1 here") == [(-1.0, "")]


def test_a_scale_makes_no_reading_of_the_end_of_a_range() -> None:
    for raw in (2147483646, -2147483647, 4294967294):
        assert read(SensorRule(check="current", object=OBJECT, scale=1e-6), raw) == []


def test_a_degree_below_zero_is_a_reading() -> None:
    assert read(SensorRule(check="temperature", object=OBJECT), -1) == [(-1.0, "")]


@given(
    raw=st.integers(-(1 << 63), 1 << 63) | st.text() | st.none(),
    check=st.sampled_from(sorted(MEASURES)),
)
def test_no_reading_is_ever_outside_of_what_physics_allows(raw: Value, check: str) -> None:
    for value, _ in read(SensorRule(check=check, object=OBJECT), raw):
        assert MEASURES[check].least <= value <= MEASURES[check].most  # type: ignore[operator]


def test_a_number_in_a_text_is_found_by_its_pattern() -> None:
    rule = SensorRule(check="dbm", object=OBJECT, text=r"\(([-\d.]+) ?dBm\)")

    assert read(rule, "0.03 mW (-14.61 dBm)") == [(-14.61, "")]


def test_light_in_milliwatts_becomes_dbm_and_darkness_none() -> None:
    rule = SensorRule(check="dbm", object=OBJECT, scale=0.001, convert=Convert.MW_DBM)

    assert read(rule, 1000) == [(0.0, "")]
    assert read(rule, 0) == []


def test_another_column_tells_which_check_it_is_and_how_large() -> None:
    kinds = By(column=OTHER, values={8: "temperature"})
    rule = SensorRule(column=COLUMN, check_by=kinds, scale_by=(By(column=OTHER, values={8: 0.5}),))

    assert read(rule, 80, {"3.7": 8}) == [(40.0, "")]
    assert read(rule, 80, {"3.7": 9}) == []


def test_a_state_is_told_by_number_word_or_bit() -> None:
    numbers = SensorRule(check="state", object=OBJECT, states={1: State.OK, 2: State.CRITICAL})
    words = SensorRule(check="state", object=OBJECT, states={"Normal": State.OK})
    bits = SensorRule(check="state", object=OBJECT, bits={0: State.WARNING, 9: State.CRITICAL})

    assert read(numbers, 2) == read(numbers, "2") == [(State.CRITICAL, "")]
    assert read(numbers, 7) == []
    assert read(words, "normal") == [(State.OK, "")]
    assert read(bits, "\x00\x40") == [(State.CRITICAL, "")]
    assert read(bits, "\x00\x00") == [(State.OK, "")]


def test_a_row_counts_only_if_its_other_columns_say_so() -> None:
    rule = SensorRule(check="fanspeed", column=COLUMN, where=(Where(column=OTHER, is_=(1,)),))

    assert read(rule, 4000, {"3.7": 1}) == [(4000.0, "")]
    assert read(rule, 4000, {"3.7": 0}) == []


def test_a_row_may_stand_in_where_another_column_says_nothing() -> None:
    rule = SensorRule(check="fanspeed", column=COLUMN, where=(Where(column=OTHER, like="^$"),))

    assert read(rule, 4000, {}) == [(4000.0, "")]
    assert read(rule, 4000, {"3.7": 4012}) == []


def test_a_row_may_be_chosen_by_an_arc_of_its_index() -> None:
    for arc, seen in ((1, [(4000.0, "")]), (0, []), (5, [])):
        rule = SensorRule(check="fanspeed", column=COLUMN, where=(Where(arc=arc, is_=(7,)),))
        assert read(rule, 4000) == seen


def test_one_object_is_one_sensor_by_the_first_rule_that_reads_it() -> None:
    rules = [SensorRule(check="power", object=OBJECT), SensorRule(check="load", object=OBJECT)]

    assert [one.check for one in sense(rules, Answers(objects={OBJECT: 12}))] == ["power"]


def test_two_rows_of_one_name_are_told_apart_by_their_index() -> None:
    rule = SensorRule(
        check="temperature",
        column=COLUMN,
        part="{name}",
        names={"name": Name(columns=(OTHER,))},
    )
    names: dict[str, Value] = {"1": "SFP", "2": "SFP", "3": "board"}
    answers = Answers(columns={COLUMN: {"1": 31, "2": 32, "3": 40}, OTHER: names})

    told = [(one.part, one.value) for one in sense([rule], answers)]

    assert told == [("SFP 1", 31.0), ("SFP 2", 32.0), ("board", 40.0)]


def test_two_objects_of_one_name_are_numbered() -> None:
    rules = [SensorRule(check="voltage", object=o, part="battery") for o in (OBJECT, f"{OTHER}.0")]

    told = sense(rules, Answers(objects={OBJECT: 52, f"{OTHER}.0": 51}))

    assert [(one.part, one.value) for one in told] == [("battery", 52.0), ("battery 2", 51.0)]
