"""A stream gives the same messages however it is cut, and can never make us hold more than one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.unasked.framing import Frames, FramingError
from netwatch.pollers.unasked.lines import MOST_OCTETS

WORDS = st.text('abc <>189:%-[]"', min_size=1, max_size=40).map(
    lambda text: b"<189>" + text.encode()
)


def counted(message: bytes) -> bytes:
    return b"%d " % len(message) + message


def ended(message: bytes) -> bytes:
    return message + b"\n"


@given(st.lists(st.tuples(WORDS, st.sampled_from([counted, ended])), max_size=20), st.data())
def test_both_framings_are_read_however_the_stream_is_cut(
    said: list[tuple[bytes, object]], data: st.DataObject
) -> None:
    stream = b"".join(frame(message) for message, frame in said)  # type: ignore[operator]
    frames, got, at = Frames(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        got += frames.feed(stream[at : at + size])
        at += size
    assert got == [message for message, _ in said]
    assert not frames.waits


@given(st.lists(st.binary(max_size=3000), max_size=30))
def test_noise_is_cut_into_messages_or_refused_and_never_piles_up(pieces: list[bytes]) -> None:
    frames = Frames()
    try:
        for piece in pieces:
            assert all(len(message) <= MOST_OCTETS + 8 for message in frames.feed(piece))
            assert len(frames._rest) <= MOST_OCTETS + 8
    except FramingError:
        return


@pytest.mark.parametrize("stream", [b"x" * 9000, b"8193 <189>"])
def test_a_message_that_is_too_long_ends_the_stream(stream: bytes) -> None:
    with pytest.raises(FramingError):
        Frames().feed(stream)


def test_a_nul_ends_a_message_too_and_empty_ones_are_none() -> None:
    assert Frames().feed(b"<1>a\0\n\n<1>b\n") == [b"<1>a", b"<1>b"]


def test_a_line_that_begins_with_a_number_is_a_line() -> None:
    assert Frames().feed(b"12 monkeys\n7 <1>12345\n") == [b"12 monkeys", b"<1>1234", b"5"]
