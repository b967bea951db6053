"""Samples in bulk: decoded, put in order, merged, rolled up; each the same as told one by one."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.entries import packed, slot_of
from netwatch.telemetry.history.merging import merged
from netwatch.telemetry.history.rates import increment, is_rising
from netwatch.telemetry.history.rollups import increments, rolled_up
from netwatch.telemetry.history.slices import (
    Decoder,
    Slice,
    Words,
    in_order,
    joined,
    series_starts,
)

NAMES = ("", "a", "b", "ge-0/0/1", "ge-0/0/10", "ž", "日本", "\x1b[2J", "'; --")
VALUE = st.one_of(
    st.integers(0, 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
ROW = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(NAMES),
    st.integers(1_794_600_000, 1_794_600_900), VALUE,
)  # fmt: skip
Row = tuple[str, str, str, int, float]


def decoded(rows: list[Row], words: Words) -> Slice:
    """Return rows as the head would hold them, each an entry of its own."""
    devices = dict(enumerate(NAMES))
    shapes = {
        NAMES.index(check) * 100 + NAMES.index(part): ((check,), (part,))
        for _, check, part, _, _ in rows
    }
    blob = b"".join(
        packed(NAMES.index(device), NAMES.index(check) * 100 + NAMES.index(part), at_s, [value])
        for device, check, part, at_s, value in rows
    )
    found = Decoder(devices, shapes.__getitem__, words).decode([blob])
    assert found is not None
    return found


def told(samples: Slice, words: Words) -> list[Row]:
    return [
        (
            words.devices.names[samples.device[n]],
            words.checks.names[samples.check[n]],
            words.parts.names[samples.part[n]],
            int(samples.at_s[n]),
            float(samples.floating[n]) if samples.level[n] else int(samples.whole[n]),
        )
        for n in range(len(samples))
    ]


def place(row: Row) -> tuple[int, str, str, str, int]:
    return slot_of(row[0], row[1]), row[0], row[1], row[2], row[3]


def last_of_each(rows: list[Row]) -> list[Row]:
    kept = {row[:4]: row for row in rows}
    return sorted(kept.values(), key=place)


@given(st.lists(ROW, min_size=1, max_size=40))
def test_what_is_decoded_is_what_was_packed(rows: list[Row]) -> None:
    words = Words()
    assert told(decoded(rows, words), words) == rows


@given(st.lists(ROW, min_size=1, max_size=40))
def test_order_is_that_of_runs_and_the_last_of_a_second_wins(rows: list[Row]) -> None:
    words = Words()
    assert told(in_order(decoded(rows, words), words), words) == last_of_each(rows)


def test_a_series_from_the_first_second_to_the_last_one_is_put_in_order_too() -> None:
    words = Words()
    rows: list[Row] = [("a", "a", "a", 2**62, 1), ("b", "a", "a", 5, 2), ("a", "a", "a", 0, 3)]
    assert told(in_order(decoded(rows, words), words), words) == last_of_each(rows)


def test_a_batch_of_many_kinds_comes_out_value_by_value() -> None:
    words = Words()
    shape = (("x", "x", "y"), ("1", "2", ""))
    blob = packed(0, 9, 50, [7, 1.5, 2**64 - 1]) + packed(0, 9, 51, [1, 2, 3])

    found = Decoder({0: "sw"}, {9: shape}.__getitem__, words).decode([blob])

    assert found is not None
    assert told(found, words) == [
        ("sw", "x", "1", 50, 7),
        ("sw", "x", "2", 50, 1.5),
        ("sw", "y", "", 50, 2**64 - 1),
        ("sw", "x", "1", 51, 1),
        ("sw", "x", "2", 51, 2),
        ("sw", "y", "", 51, 3),
    ]


def test_samples_without_a_name_are_counted_not_kept() -> None:
    names = {1: (("x",), ("",))}
    decoder = Decoder({0: "sw"}, lambda shape: names.get(shape, ((), ())), Words())
    blob = packed(0, 1, 5, [1]) + packed(7, 1, 5, [1]) + packed(0, 2, 5, [1, 2])

    found = decoder.decode([blob])

    assert found is not None
    assert len(found) == 1
    assert decoder.lost == 3


@given(
    st.lists(st.lists(ROW, max_size=25), min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_streams_merge_into_what_sorting_all_of_it_gives(
    streams: list[list[Row]], steps: list[int]
) -> None:
    words = Words()

    def pieces(rows: list[Row], step: int) -> Iterator[Slice]:
        if rows:
            ordered = in_order(decoded(rows, words), words)
            for start in range(0, len(ordered), step):
                yield ordered.take(slice(start, start + step))

    found = merged([pieces(rows, steps[n % len(steps)]) for n, rows in enumerate(streams)])
    out = [in_order(piece, words) for piece in found]

    rows = [row for piece in out for row in told(piece, words)]
    assert rows == last_of_each([row for stream in streams for row in last_of_each(stream)])


# --- rollups ------------------------------------------------------------------------------------

SERIES = st.lists(
    st.tuples(st.integers(1, 400), st.one_of(st.integers(0, 2**40), st.floats(-50, 50, width=16))),
    min_size=1,
    max_size=30,
)
COUNTER = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 2**33)), min_size=1, max_size=30)


def rows_of(part: str, steps: list[tuple[int, float]], *, counts: bool) -> list[Row]:
    at_s, total = 1_794_600_000, 0
    rows: list[Row] = []
    for pause, value in steps:
        at_s += pause
        total += int(value) if counts else 0
        rows.append(("sw-1" if part else "a", "a", part, at_s, total if counts else value))
    return rows


def by_hand(rows: list[Row], step_s: int) -> dict[tuple[str, int], dict[str, float | None]]:
    """Roll rows of several parts up, one by one, as the documentation says."""
    series: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        series[row[2]].append(row)
    out: dict[tuple[str, int], dict[str, float | None]] = {}
    for part, points in series.items():
        rising = is_rising([row[4] for row in points])
        stretches: dict[int, list[int]] = defaultdict(list)
        for number, row in enumerate(points):
            stretches[row[3] - row[3] % step_s].append(number)
        for start, numbers in stretches.items():
            values = [points[number][4] for number in numbers]
            told = {"count": len(values), "last": values[-1], "rising": rising,
                    "last_s": points[numbers[-1]][3] - start,
                    "min": None, "avg": None, "max": None}  # fmt: skip
            if len(values) > 1 and rising:
                rates = [rate for number in numbers if (rate := _rate(points, number)) is not None]
                told |= {"min": min(rates, default=None), "max": max(rates, default=None)}
            elif len(values) > 1:
                told |= {
                    "min": min(values), "max": max(values), "avg": sum(values) / len(values)
                }  # fmt: skip
            out[part, start] = told
    return out


def _rate(points: list[Row], number: int) -> float | None:
    if number == 0:
        return None
    before, after = points[number - 1], points[number]
    rise = increment(before[4], after[4])
    return None if rise is None else rise / (after[3] - before[3])


@given(COUNTER, SERIES, st.sampled_from([300, 3600]))
def test_rollups_are_what_working_them_out_again_gives(
    counter: list[tuple[int, int]], levels: list[tuple[int, float]], step_s: int
) -> None:
    words = Words()
    rows = [*rows_of("up", counter, counts=True), *rows_of("down", levels, counts=False)]
    rows = [("sw-1", *row[1:]) for row in rows]
    samples = in_order(joined([_slice([row], words) for row in rows]), words)

    found = rolled_up(samples, step_s)

    expected = by_hand(rows, step_s)
    assert len(found) == len(expected)
    for n in range(len(found)):
        part, start = words.parts.names[found.part[n]], int(found.at_s[n])
        one = expected[part, start]
        assert found.count[n] == one["count"]
        assert found.last_s[n] == one["last_s"]
        assert bool(found.rising[n]) == one["rising"]
        value = found.word[n : n + 1]
        assert (value.view(float)[0] if found.level[n] else int(value[0])) == one["last"]
        for name, number in (("min", found.low[n]), ("avg", found.mean[n]), ("max", found.high[n])):
            if one[name] is None:
                assert np.isnan(number), name
            else:
                assert number == pytest.approx(one[name], rel=1e-6, abs=1e-6), name


def _slice(rows: list[Row], words: Words) -> Slice:
    numbers = {name: n for n, name in enumerate({row[0] for row in rows})}
    shapes = {n: ((row[1],), (row[2],)) for n, row in enumerate(rows)}
    blob = b"".join(packed(numbers[row[0]], n, row[3], [row[4]]) for n, row in enumerate(rows))
    found = Decoder({n: name for name, n in numbers.items()}, shapes.__getitem__, words).decode(
        [blob]
    )
    assert found is not None
    return found


@given(st.lists(st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 2**32 + 9)), min_size=2))
def test_rises_in_bulk_are_the_same_as_told_of_two_values(values: list[int]) -> None:
    words = Words()
    rows: list[Row] = [("sw-1", "a", "a", 1000 + n, value) for n, value in enumerate(values)]
    samples = _slice(rows, words)

    found, back = increments(samples, series_starts(samples))

    assert np.isnan(found[0])
    for n in range(1, len(values)):
        rise = increment(values[n - 1], values[n])
        assert bool(back[n]) is (rise is None)
        assert np.isnan(found[n]) if rise is None else found[n] == pytest.approx(rise)
