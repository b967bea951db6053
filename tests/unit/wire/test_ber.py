"""SNMP datagrams: what goes in comes out, and what is not right is refused."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.wire.ber import (
    BerError,
    Message,
    Oid,
    Pdu,
    Tag,
    TrapV1,
    VarBind,
    decode,
    decode_oid,
    decode_trap,
    encode,
    encode_oid,
    encode_trap_v1,
    encode_value,
    oid_text,
    parse_oid,
    tlv,
)

ARC = st.integers(0, 2**32 - 1)


@st.composite
def oids(draw: st.DrawFn) -> Oid:
    root = draw(st.integers(0, 2))
    second = draw(st.integers(0, 39 if root < 2 else 1000))
    return (root, second, *draw(st.lists(ARC, max_size=20)))


VALUES = st.one_of(
    st.tuples(st.just(Tag.INTEGER), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(
        st.sampled_from([Tag.COUNTER32, Tag.GAUGE32, Tag.TIMETICKS]), st.integers(0, 2**32 - 1)
    ),
    st.tuples(st.just(Tag.COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.sampled_from([Tag.OCTETS, Tag.OPAQUE]), st.binary(max_size=300)),
    st.tuples(st.just(Tag.IPADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(Tag.OID), oids()),
    st.tuples(
        st.sampled_from([Tag.NULL, Tag.NO_SUCH_OBJECT, Tag.NO_SUCH_INSTANCE, Tag.END_OF_MIB]),
        st.none(),
    ),
)
BINDS = st.lists(st.builds(lambda oid, v: VarBind(oid, *v), oids(), VALUES), max_size=8).map(tuple)
MESSAGES = st.builds(
    Message,
    version=st.integers(0, 1),
    community=st.binary(max_size=40),
    pdu=st.sampled_from([pdu for pdu in Pdu if pdu is not Pdu.TRAP_V1]),
    request_id=st.integers(-(2**31), 2**31 - 1),
    error_status=st.integers(0, 200),
    error_index=st.integers(0, 200),
    binds=BINDS,
)


@given(MESSAGES)
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    assert decode(encode(message)) == message


@given(
    st.builds(
        TrapV1,
        community=st.binary(max_size=20),
        enterprise=oids(),
        agent=st.ip_addresses(v=4),
        generic=st.integers(0, 6),
        specific=st.integers(0, 2**31 - 1),
        uptime=st.integers(0, 2**32 - 1),
        binds=BINDS,
    )
)
def test_every_v1_trap_comes_back_as_it_went(trap: TrapV1) -> None:
    assert decode_trap(encode_trap_v1(trap)) == trap


@given(oids())
def test_an_object_identifier_is_the_same_as_text_and_as_octets(oid: Oid) -> None:
    assert parse_oid(oid_text(oid)) == oid
    assert decode_oid(encode_oid(oid)) == oid


def test_a_get_request_is_what_the_standard_says() -> None:
    sys_up_time = VarBind(parse_oid(".1.3.6.1.2.1.1.3.0"), Tag.NULL, None)
    get = Message(version=1, community=b"public", pdu=Pdu.GET, request_id=1, binds=(sys_up_time,))

    assert encode(get).hex(" ") == (
        "30 26 02 01 01 04 06 70 75 62 6c 69 63 a0 19 02 01 01 02 01 00 02 01 00 "
        "30 0e 30 0c 06 08 2b 06 01 02 01 01 03 00 05 00"
    )


def test_a_counter_without_its_leading_zero_is_read_as_the_large_number_it_is() -> None:
    sent_by_many_devices = _answer(bytes.fromhex("4104ffffffff"))

    assert decode(sent_by_many_devices).binds[0].value == 2**32 - 1


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("0209 000102030405060708", "an integer of 9 octets"),
        ("0200", "an integer of 0 octets"),
        ("4109 000102030405060708", "a counter of 9 octets"),
        ("4609 010000000000000000", "a counter of 9 octets"),
        ("4003 0a0b0c", "an address of 3 octets"),
        ("0501 00", "must be empty"),
        ("8001 00", "must be empty"),
        ("3002 0500", "has no place in SNMP"),
        ("0600", "empty"),
        ("0602 2b86", "ends inside an arc"),
        ("0603 2b8001", "padded"),
        ("0606 2b9f8080 8000", "does not fit into 32 bits"),
        ("0481 05 0000", "does not fill its binding"),
        ("0485 0000000000", "a length of 5 octets"),
        ("0480", "a length of 0 octets"),
    ],
)
def test_a_value_that_is_not_right_is_refused(value: str, wrong: str) -> None:
    with pytest.raises(BerError, match=wrong):
        decode(_answer(bytes.fromhex(value)))


def test_more_than_128_arcs_are_refused_both_ways() -> None:
    with pytest.raises(BerError):
        encode_oid((1, 3, *[1] * 127))
    with pytest.raises(BerError, match="more than 128"):
        decode_oid(b"\x2b" + b"\x01" * 127)
    assert len(decode_oid(b"\x2b" + b"\x01" * 126)) == 128


def test_more_than_200_bindings_are_refused() -> None:
    bind = VarBind((1, 3), Tag.NULL, None)

    def of(count: int) -> bytes:
        return encode(
            Message(version=1, community=b"", pdu=Pdu.GET, request_id=1, binds=(bind,) * count)
        )

    assert len(decode(of(200)).binds) == 200
    with pytest.raises(BerError, match="201 bindings"):
        decode(of(201))


@pytest.mark.parametrize("extra", [b"\0", b"0\0"])
def test_octets_after_the_message_are_refused(extra: bytes) -> None:
    with pytest.raises(BerError, match="follow after"):
        decode(_answer(b"\x05\x00") + extra)


def test_v3_and_unknown_kinds_are_refused_by_name() -> None:
    with pytest.raises(BerError, match="SNMP version field 3"):
        decode(bytes.fromhex("3003020103"))
    with pytest.raises(BerError, match="PDU tag 0xa4"):
        decode(
            encode_trap_v1(
                TrapV1(
                    community=b"",
                    enterprise=(1, 3),
                    agent=IPv4Address("192.0.2.1"),
                    generic=6,
                    specific=1,
                    uptime=0,
                    binds=(),
                )
            )
        )


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (Tag.COUNTER32, -1),
        (Tag.INTEGER, b"1"),
        (Tag.OCTETS, 1),
        (Tag.IPADDRESS, b"123"),
        (Tag.OID, (9, 9)),
        (Tag.NULL, 0),
        (Tag.INTEGER, 2**63),
        (0x99, 1),
    ],
)
def test_a_value_that_does_not_fit_its_tag_is_not_sent(tag: int, value: object) -> None:
    with pytest.raises(BerError):
        encode_value(tag, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "1", "1.x", "3.1", "1.40", "1.3.-1", "1.3.4294967296"])
def test_what_is_no_object_identifier_is_refused(text: str) -> None:
    with pytest.raises(BerError):
        parse_oid(text)


def _answer(value: bytes) -> bytes:
    bind = tlv(0x30, tlv(0x06, encode_oid((1, 3, 6))) + value)
    ids = bytes.fromhex("020101 020100 020100")
    body = tlv(0xA2, ids + tlv(0x30, bind))
    return tlv(0x30, bytes.fromhex("020101") + tlv(0x04, b"public") + body)
