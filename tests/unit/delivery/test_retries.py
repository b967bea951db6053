"""Pauses grow, stay within bounds, and obey a far end that asks for more."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.channels.overheard import denies
from netwatch.delivery.retries import Circuit
from netwatch.model.backoff import Backoff, moment_of, pause_asked

CHANCE = st.floats(min_value=0.0, max_value=1.0, exclude_max=True)


@given(st.integers(min_value=1, max_value=10**6), CHANCE)
def test_a_pause_is_never_shorter_than_half_the_first_nor_longer_than_the_most(
    failures: int, chance: float
) -> None:
    pause = Backoff().pause_s(failures, lambda: chance)

    assert 2.5 <= pause <= 300.0


@given(st.integers(min_value=1, max_value=50), st.floats(min_value=0, max_value=3600))
def test_a_pause_that_was_asked_for_is_kept(failures: int, asked: float) -> None:
    assert Backoff().pause_s(failures, lambda: 0.0, asked) >= asked


def test_a_circuit_shuts_after_three_failures_and_opens_with_the_first_success() -> None:
    circuit = Circuit(backoff=Backoff())
    for _ in range(2):
        circuit.failed(0.0, "HTTP 500", lambda: 1.0, None)
    assert circuit.lets_through(0.0)

    circuit.failed(0.0, "HTTP 500", lambda: 1.0, None)

    assert circuit.is_sick
    assert not circuit.lets_through(4.9)
    assert circuit.lets_through(5.0)
    circuit.trying()
    assert not circuit.lets_through(5.0)

    circuit.took()

    assert circuit.lets_through(5.0)
    assert not circuit.is_sick


def test_tries_that_were_under_way_when_it_fell_sick_make_no_pause_longer() -> None:
    circuit = Circuit(backoff=Backoff())
    for _ in range(8):
        circuit.trying()
    for _ in range(8):
        circuit.failed(0.0, "nobody answers there", lambda: 1.0, None)
    assert circuit.opens_in_s(0.0) == 5.0

    circuit.trying()
    circuit.failed(5.0, "nobody answers there", lambda: 1.0, None)

    assert circuit.opens_in_s(5.0) == 10.0


def test_a_pause_is_asked_for_in_seconds_or_by_the_clock_of_who_asks() -> None:
    date = "Sat, 14 Nov 2026 19:02:11 GMT"

    assert pause_asked("17") == 17.0
    assert pause_asked("Sat, 14 Nov 2026 19:03:11 GMT", date) == 60.0
    assert pause_asked("Sat, 14 Nov 2026 19:00:00 GMT", date) == 0.0
    assert pause_asked("999999999") == 3600.0
    assert pause_asked(None) is None
    for nonsense in ("", "soon", "-5", "1e9", "Sat, 99 Nov", "\x00", "9" * 5000):
        assert pause_asked(nonsense, date) in (None, 3600.0)
    for nonsense in ("+99999999999999999999", "-9999"):
        assert moment_of(f"Sat, 14 Nov 2026 19:02:11 {nonsense}") is None


def test_a_body_that_says_no_is_heard_as_no() -> None:
    for body in (b'{"ok": false}', b'{"success":false}', b'{"error":"x"}', b'{"status":"error"}'):
        assert denies(body)
    for body in (b"", b"ok", b"{}", b'{"ok":true,"error":null}', b"[1]", b"{" * 9000, b"{nope"):
        assert not denies(body)
