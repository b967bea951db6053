"""Packets as octets."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from netwatch.lab.packets import (
    FIELD_MAC,
    ICMP,
    ICMP6,
    NOC_MAC,
    UDP,
    Datagram,
    Packet,
    checksum,
    datagram,
    echo_reply,
    ipv4_frame,
    ipv6_frame,
    opened,
    udp_frame,
)

NOC4, SW4 = bytes((198, 18, 0, 1)), bytes((127, 20, 0, 2))
NOC6, SW6 = bytes(15) + b"\1", bytes(15) + b"\7"


def slow_checksum(data: bytes) -> int:
    """Add up as RFC 1071 says, word by word."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def echo(kind: int, body: bytes = b"\x12\x34\0\1payload") -> bytes:
    bare = bytes((kind, 0, 0, 0)) + body
    return bare[:2] + checksum(bare).to_bytes(2, "big") + bare[4:]


@given(st.binary(max_size=80))
def test_the_quick_checksum_is_the_one_of_the_book(data: bytes) -> None:
    assert checksum(data) == slow_checksum(data)


def test_a_checksum_over_itself_is_nought() -> None:
    assert checksum(echo(8)) == 0


def test_an_echo_request_is_answered_from_where_it_was_sent_to() -> None:
    frame = echo_reply(Packet(NOC4, SW4, ICMP, echo(8)))

    assert frame is not None
    answer = opened(frame)
    assert frame[:12] == NOC_MAC + FIELD_MAC
    assert answer is not None
    assert (answer.source, answer.target, answer.protocol) == (SW4, NOC4, ICMP)
    assert answer.body == echo(0)
    assert checksum(frame[14:34]) == 0


def test_a_damaged_echo_request_and_other_messages_get_no_answer() -> None:
    assert echo_reply(Packet(NOC4, SW4, ICMP, echo(8)[:-1] + b"!")) is None
    assert echo_reply(Packet(NOC4, SW4, ICMP, echo(0))) is None
    assert echo_reply(Packet(NOC4, SW4, ICMP, b"\x08\0")) is None
    assert echo_reply(Packet(NOC6, SW6, ICMP6, echo(135))) is None


def test_an_echo_of_ipv6_has_the_checksum_over_both_addresses() -> None:
    frame = echo_reply(Packet(NOC6, SW6, ICMP6, echo(128)))

    assert frame is not None
    answer = opened(frame)
    assert answer is not None
    assert answer.body[0] == 129
    pseudo = SW6 + NOC6 + struct.pack("!II", len(answer.body), ICMP6)
    assert slow_checksum(pseudo + answer.body) == 0


@given(st.binary(max_size=60), st.sampled_from([(SW4, NOC4), (SW6, NOC6)]))
def test_a_datagram_survives_the_way_and_adds_up(data: bytes, ends: tuple[bytes, bytes]) -> None:
    source, target = ends
    frame = udp_frame(source, target, Datagram(161, 40000, data))

    packet = opened(frame)

    assert packet is not None
    assert datagram(packet) == Datagram(161, 40000, data)
    pseudo = source + target + struct.pack("!II", len(packet.body), UDP)
    assert slow_checksum(pseudo + packet.body) == 0


def test_fragments_and_other_protocols_are_passed_over() -> None:
    whole = ipv4_frame(NOC4, SW4, UDP, b"x" * 20)
    first = whole[:20] + b"\x20\0" + whole[22:]
    second = whole[:20] + b"\0\x10" + whole[22:]

    assert opened(first) is None
    assert opened(second) is None
    assert opened(whole[:12] + b"\x08\x06" + whole[14:]) is None
    assert datagram(Packet(NOC4, SW4, ICMP, b"x" * 20)) is None
    assert datagram(Packet(NOC4, SW4, UDP, struct.pack("!HHHH", 1, 2, 99, 0))) is None


@given(st.binary(max_size=120))
def test_no_octets_from_the_wire_break_it(frame: bytes) -> None:
    for raw in (frame, bytes(12) + b"\x08\0" + frame, bytes(12) + b"\x86\xdd" + frame):
        packet = opened(raw)
        if packet is not None:
            echo_reply(packet)
            datagram(packet)


def test_a_frame_that_was_filled_up_is_cut_to_its_length() -> None:
    frame = ipv4_frame(NOC4, SW4, UDP, b"abc") + bytes(20)
    packet = opened(frame)

    assert packet is not None
    assert packet.body == b"abc"
    longer = ipv6_frame(NOC6, SW6, UDP, b"abc") + bytes(20)
    packet = opened(longer)
    assert packet is not None
    assert packet.body == b"abc"
