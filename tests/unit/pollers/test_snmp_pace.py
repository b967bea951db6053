"""How quickly agents are asked: nobody is held up, nobody is pressed."""

import socket

import pytest

from netwatch.pollers.snmp import pace


def test_a_request_is_young_for_four_times_the_usual_wait_within_bounds() -> None:
    usual = pace.Pace()
    assert usual.youth_s() == pace.YOUNG_S

    for _ in range(200):
        usual.note(0.01)
    assert usual.youth_s() == pytest.approx(0.04, rel=0.01)

    for _ in range(200):
        usual.note(0.0001)
    assert usual.youth_s() == pace.YOUNGEST_S

    for _ in range(200):
        usual.note(3.0)
    assert usual.youth_s() == pace.YOUNG_S


@pytest.mark.parametrize(
    ("laboured_s", "rest_s"), [(0.0, 0.0), (0.1, 0.0), (0.25, 0.2), (0.99, 0.9), (7.0, 1.0)]
)
def test_an_agent_rests_as_long_as_it_laboured_but_not_for_ever(
    laboured_s: float, rest_s: float
) -> None:
    assert pace.rest_s(laboured_s) == pytest.approx(rest_s)


def test_the_window_is_as_large_as_the_receive_buffer_bears() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as small:
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        narrow = pace.window([small, None])
    assert 1 <= narrow <= 32
    assert pace.window([None, None]) == pace.WINDOW
