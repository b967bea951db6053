"""The screen in Python and the compiled one are twins: they let the same datagrams pass."""

from collections.abc import Callable
from ctypes import CDLL

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.snmp import library
from netwatch.pollers.unasked.glance import compiled_screen, quick_screen
from netwatch.wire.ber import BerError, tlv
from netwatch.wire.screen import screen
from tests.hostile import hostile

Screen = Callable[[bytes], int]

CONTENTS = [b"\0", b"\1", b"\3", bytes(8) + b"\1", b"\1" * 130]
ELEMENTS = st.recursive(
    st.builds(
        tlv,
        st.sampled_from([0x02, 0x04, 0x05, 0x06, 0x40, 0x41, 0x43, 0x46, 0x1F, 0x80]),
        st.binary(max_size=12)
        | st.sampled_from([b"\0", b"\1", b"\3", bytes(8) + b"\1", b"\1" * 130]),
    ),
    lambda inner: st.lists(inner, max_size=4).map(lambda some: tlv(0x30, b"".join(some))),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def compiled(compiled_core: CDLL) -> Screen:
    return compiled_screen(compiled_core)


def verdict(read: Screen, datagram: bytes) -> int | None:
    try:
        return read(datagram)
    except BerError:
        return None


def test_hostile_datagrams_and_real_ones_get_the_same_verdict(compiled: Screen) -> None:
    passed = 0
    for datagram in hostile(20_000, seed=11):
        found = verdict(screen, datagram)
        assert verdict(compiled, datagram) == found, datagram.hex()
        passed += found is not None
    assert 2000 < passed < 18_000


@given(st.lists(ELEMENTS, max_size=5), st.integers(0, 3))
def test_whatever_is_put_together_gets_the_same_verdict(
    compiled: Screen, inside: list[bytes], cut: int
) -> None:
    datagram = tlv(0x30, b"".join(inside))
    datagram = datagram[: len(datagram) - cut]
    assert verdict(compiled, datagram) == verdict(screen, datagram)


@pytest.mark.parametrize("elements", [600, 637, 638, 639, 640, 700])
def test_as_many_elements_are_too_many_for_both(compiled: Screen, elements: int) -> None:
    datagram = tlv(0x30, tlv(0x02, b"\1") + tlv(0x05, b"") * elements)
    assert verdict(compiled, datagram) == verdict(screen, datagram)


@pytest.mark.parametrize("octets", [8191, 8192, 8193])
def test_as_long_a_datagram_is_too_long_for_both(compiled: Screen, octets: int) -> None:
    text = octets - 4 - 3 - 4
    datagram = tlv(0x30, tlv(0x02, b"\1") + tlv(0x04, bytes(text)))
    assert len(datagram) == octets
    assert verdict(compiled, datagram) == verdict(screen, datagram)


def test_without_a_core_the_screen_is_the_one_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.PURE, "1")
    assert quick_screen() is screen
