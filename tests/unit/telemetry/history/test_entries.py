"""Batches as octets: every number comes out as it went in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.entries import (
    BIGGEST_WHOLE,
    LONGEST_NAME,
    bucket_of,
    entries,
    packed,
    slot_of,
    sound,
    value_at,
)

WHOLES = st.integers(0, BIGGEST_WHOLE)
LEVELS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.lists(st.one_of(WHOLES, LEVELS, st.integers(-(2**53), -1)), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), VALUES), min_size=1, max_size=5))
def test_every_value_comes_out_as_it_went_in(batches: list[tuple[int, list[float]]]) -> None:
    blob = b"".join(packed(device, 7, 1000, values) for device, values in batches)

    found = list(entries(blob))

    assert [entry.device for entry in found] == [device for device, _ in batches]
    for entry, (_, values) in zip(found, batches, strict=True):
        out = [value_at(blob, entry, place) for place in range(entry.count)]
        assert out == values
        assert [isinstance(v, int) for v in out] == [isinstance(v, int) and v >= 0 for v in values]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        packed(1, 1, 0, [1, value])


@given(st.binary(max_size=200))
def test_octets_that_are_no_entries_are_refused_and_nothing_else_happens(blob: bytes) -> None:
    try:
        found = list(entries(blob))
    except ValueError:
        return
    assert all(entry.end <= len(blob) for entry in found)


@pytest.mark.parametrize("cut", range(1, 37))
def test_a_blob_that_ends_within_an_entry_is_refused(cut: int) -> None:
    blob = packed(1, 1, 0, [1, 2])
    assert len(blob) == 37

    with pytest.raises(ValueError, match="the head"):
        list(entries(blob[:-cut]))


@given(st.text(), st.text())
def test_a_device_lies_in_one_bucket_and_its_slots_begin_with_it(device: str, check: str) -> None:
    device, check = sound(device), sound(check)
    assert slot_of(device, check) >> 24 == bucket_of(device)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_name_becomes_one_that_can_be_written_and_stays_so(name: str) -> None:
    kept = sound(name)
    assert kept.encode().decode() == kept == sound(kept)
    assert len(kept) <= LONGEST_NAME
