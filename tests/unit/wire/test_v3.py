"""Envelopes of SNMPv3: what is closed opens again, and nothing else does."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.wire.ber import BerError, Message, Pdu, encode
from netwatch.wire.v3 import (
    AUTH,
    LARGEST,
    PRIV,
    REPORTABLE,
    Opened,
    Parameters,
    close,
    is_v3,
    open_scoped,
    open_v3,
    scoped,
)

NUMBERS = st.integers(0, LARGEST)
PARAMETERS = st.builds(
    Parameters,
    engine_id=st.binary(max_size=32),
    boots=NUMBERS,
    time_s=NUMBERS,
    user=st.binary(max_size=32),
    digest_octets=st.sampled_from([0, 12, 48]),
    salt=st.binary(max_size=8),
)
ENGINE = bytes.fromhex("80001f8804a1b2c3d4")
PDU = bytes((Pdu.GET, 11)) + bytes.fromhex("0201070201000201003000")
CONTENT = scoped(ENGINE, b"vlan-7", PDU)
ANSWER, PLACE = close(
    7, AUTH | PRIV, Parameters(ENGINE, 3, 4711, b"ewa", 24, b"12345678"), b"\x04\x02hi"
)


@given(NUMBERS, st.sampled_from([0, AUTH, AUTH | PRIV]), PARAMETERS, st.binary(max_size=300))
def test_what_is_closed_opens_again(
    msg_id: int, flags: int, parameters: Parameters, hidden: bytes
) -> None:
    size = len(hidden)
    content = b"\x04\x82" + size.to_bytes(2, "big") + hidden if flags & PRIV else CONTENT
    datagram, place = close(msg_id, flags | REPORTABLE, parameters, content)
    opened = open_v3(datagram)

    assert is_v3(datagram)
    assert opened[:6] == (msg_id, flags | REPORTABLE, *parameters[:4])
    assert (opened.digest_at, opened.digest) == (place, bytes(parameters.digest_octets))
    assert opened.salt == parameters.salt
    assert datagram[opened.at : opened.end] == (hidden if flags & PRIV else content)


def test_a_scoped_pdu_opens_again_whatever_a_block_cipher_left_behind_it() -> None:
    opened = open_scoped(CONTENT + bytes(7), 0, len(CONTENT) + 7, 7)

    assert (opened.context, opened.tag) == (b"vlan-7", Pdu.GET)
    assert CONTENT[opened.at : opened.end] == PDU[2:]
    with pytest.raises(BerError):
        open_scoped(CONTENT + bytes(8), 0, len(CONTENT) + 8, 7)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    _open(noise)
    _open_scoped(noise)


@given(st.lists(st.tuples(st.integers(0, len(ANSWER) - 1), st.integers(0, 255)), max_size=6))
def test_changed_octets_are_refused_or_read(changes: list[tuple[int, int]]) -> None:
    datagram = bytearray(ANSWER)
    for at, octet in changes:
        datagram[at] = octet
    _open(bytes(datagram))


@given(st.integers(0, len(ANSWER) - 1))
def test_a_datagram_cut_off_anywhere_is_refused(size: int) -> None:
    with pytest.raises(BerError):
        open_v3(ANSWER[:size])


@pytest.mark.parametrize(
    "datagram",
    [
        encode(Message(version=1, community=b"x", pdu=Pdu.RESPONSE, request_id=7, binds=())),
        close(7, PRIV, Parameters(ENGINE), b"\x04\x00")[0],
        close(7, AUTH, Parameters(bytes(33)), CONTENT)[0],
        close(7, AUTH, Parameters(ENGINE, user=bytes(33)), CONTENT)[0],
        close(7, AUTH | PRIV, Parameters(ENGINE), b"\x04\x00\x05\x00")[0],
        ANSWER + b"\x05\x00",
        bytes(9000),
    ],
)
def test_what_is_not_strictly_right_is_refused(datagram: bytes) -> None:
    with pytest.raises(BerError):
        open_v3(datagram)


def _open(datagram: bytes) -> Opened | None:
    is_v3(datagram)
    try:
        return open_v3(datagram)
    except BerError:
        return None


def _open_scoped(data: bytes) -> None:
    with suppress(BerError):
        open_scoped(data, 0, len(data), 16)
