"""A raw answer becomes a value in its unit; a counter stays what it is, to the last octet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.columns import Column


@given(st.integers(0, 2**64 - 1))
def test_a_counter_is_kept_to_its_last_octet(raw: int) -> None:
    value = Column(oid="1.3").value(raw)

    assert value == raw
    assert isinstance(value, int)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (Column(oid="1.3", scale=0.01), -2150, -21.5),
        (Column(oid="1.3", scale=0.1, shift=-273.2), 3002, 27.0),
        (Column(oid="1.3", scale=0.0001, milliwatts=True), 10_000, 0.0),
        (Column(oid="1.3", milliwatts=True), 0, None),
        (Column(oid="1.3", signed=16), 65_535, -1),
        (Column(oid="1.3", none=frozenset({2_147_483_647})), 2_147_483_647, None),
        (Column(oid="1.3", least=0, most=100), 101, None),
        (Column(oid="1.3", text=r"(-?\d+,\d+) dBm"), "RX -21,5 dBm", -21.5),
        (Column(oid="1.3"), "no number", None),
    ],
)
def test_a_raw_answer_becomes_a_value_in_its_unit(
    column: Column, raw: object, value: float | None
) -> None:
    assert column.value(raw) == value


@given(
    st.sampled_from(
        [Column(oid="1.3"), Column(oid="1.3", scale=0.1), Column(oid="1.3", none=frozenset({7}))]
    ),
    st.lists(st.integers(-9, 2**64 - 1) | st.none() | st.text(max_size=3)),
)
def test_many_values_are_what_each_would_be(column: Column, raws: list[int | str | None]) -> None:
    assert column.values(raws) == tuple(map(column.value, raws))
