"""Loss and jitter are those of the window, no older and no newer."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.names import DeviceId
from netwatch.pollers.loss import Quality, Windows

BOX = DeviceId("box")


def told(windows: Windows, rounds: list[tuple[float | None, int]]) -> list[Quality]:
    """Note a round every ten seconds; return what was told, once a minute."""
    said = (windows.note(BOX, 10.0 * n, rtt, lost) for n, (rtt, lost) in enumerate(rounds))
    return [quality for quality in said if quality is not None]


def test_a_good_line_loses_nothing_and_hardly_jitters() -> None:
    (first, *_, last) = told(Windows(300, 10), [(5.0, 0)] * 60)
    assert first == last == Quality(0.0, 0.0)


def test_it_is_told_once_a_minute() -> None:
    assert len(told(Windows(300, 10), [(5.0, 0)] * 61)) == 10


def test_a_request_asked_again_is_a_lost_one() -> None:
    quality = told(Windows(60, 10), [(5.0, 1)] * 7)[-1]
    assert quality.loss_percent == 50.0


def test_a_silent_device_loses_all_and_has_no_jitter() -> None:
    assert told(Windows(60, 10), [(None, 2)] * 7)[-1] == Quality(100.0, None)


def test_what_fell_out_of_the_window_is_forgotten() -> None:
    windows = Windows(60, 10)
    assert told(windows, [(None, 2)] * 7 + [(5.0, 0)] * 6)[-1] == Quality(0.0, 0.0)


def test_a_device_that_left_leaves_its_place_to_another() -> None:
    windows = Windows(60, 10)
    told(windows, [(None, 2)] * 6)
    windows.keep_only({DeviceId("other")})
    assert told(windows, [(5.0, 0)] * 7)[-1] == Quality(0.0, 0.0)
    assert len(windows._next) == 1


@given(
    st.lists(
        st.tuples(st.none() | st.floats(0, 1e4, width=32), st.integers(0, 3)),
        min_size=7,
        max_size=60,
    )
)
def test_it_is_what_one_would_count_by_hand(rounds: list[tuple[float | None, int]]) -> None:
    rounds = [(rtt, lost if rtt is not None else lost + 1) for rtt, lost in rounds]
    count = (len(rounds) - 1) // 6 * 6 + 1
    seen = rounds[max(0, count - 30) : count]
    lost = sum(lost for _, lost in seen)
    sent = lost + sum(rtt is not None for rtt, _ in seen)
    times = [rtt for rtt, _ in seen if rtt is not None]
    apart = [abs(later - earlier) for earlier, later in pairwise(times)]

    quality = told(Windows(300, 10), rounds)[-1]

    assert quality.loss_percent == pytest.approx(100 * lost / sent, abs=0.01)
    if apart:
        assert quality.jitter_ms is not None
        assert math.isclose(quality.jitter_ms, sum(apart) / len(apart), rel_tol=1e-4, abs_tol=1e-3)
    else:
        assert quality.jitter_ms is None
