"""SNMP v1 and v2c datagrams <-> values, by a small strict BER codec.

Only what SNMP needs, and nothing that nests: a message has a fixed depth of four. Every datagram
that is not strictly right raises `BerError`, never anything else; the work is bounded by the
datagram's length. The polling engine reads answers by the lower layer, `netwatch.wire.scan`.
"""

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Final

from netwatch.wire.oid import BerError, Oid, decode_oid, encode_oid, oid_text, parse_oid
from netwatch.wire.scan import (
    MOST_BINDS,
    MOST_INT_OCTETS,
    MOST_OCTETS,
    RawBind,
    Value,
    integer,
    open_message,
    open_pdu,
    raw_binds,
    span,
)

__all__ = [
    "MOST_BINDS",
    "MOST_OCTETS",
    "BerError",
    "Message",
    "Oid",
    "Pdu",
    "RawBind",
    "Tag",
    "TrapV1",
    "Value",
    "VarBind",
    "decode",
    "decode_oid",
    "decode_pdu",
    "decode_trap",
    "encode",
    "encode_binds",
    "encode_integer",
    "encode_oid",
    "encode_trap_v1",
    "encode_value",
    "oid_text",
    "parse_oid",
    "tlv",
]

_LONG_FORM: Final = 0x80


class Tag(IntEnum):
    """What kind of value stands in a variable binding."""

    INTEGER = 0x02
    OCTETS = 0x04
    NULL = 0x05
    OID = 0x06
    SEQUENCE = 0x30
    IPADDRESS = 0x40
    COUNTER32 = 0x41
    GAUGE32 = 0x42
    TIMETICKS = 0x43
    OPAQUE = 0x44
    COUNTER64 = 0x46
    NO_SUCH_OBJECT = 0x80
    NO_SUCH_INSTANCE = 0x81
    END_OF_MIB = 0x82


class Pdu(IntEnum):
    """What a message wants."""

    GET = 0xA0
    GETNEXT = 0xA1
    RESPONSE = 0xA2
    SET = 0xA3
    TRAP_V1 = 0xA4
    GETBULK = 0xA5
    INFORM = 0xA6
    TRAP_V2 = 0xA7
    REPORT = 0xA8


@dataclass(frozen=True, slots=True)
class VarBind:
    """One object and its value; the value's type follows from the tag.

    Integers, counters, gauges and ticks are int; octet strings, addresses and opaque are bytes;
    OID is a tuple of arcs; NULL and the three exceptions are None.
    """

    oid: Oid
    tag: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A v1 (``version`` 0) or v2c (1) message, or what was in one of v3 (3).

    In a GETBULK, ``error_status`` holds non-repeaters and ``error_index`` max-repetitions.
    """

    version: int
    community: bytes
    pdu: Pdu
    request_id: int
    error_status: int = 0
    error_index: int = 0
    binds: tuple[VarBind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapV1:
    """A trap of SNMP v1, which has a shape of its own. ``uptime`` in hundredths of a second."""

    community: bytes
    enterprise: Oid
    agent: IPv4Address
    generic: int
    specific: int
    uptime: int
    binds: tuple[VarBind, ...]


# --- values to octets -----------------------------------------------------------------------------


def tlv(tag: int, body: bytes) -> bytes:
    """Put tag and length before some content octets."""
    size = len(body)
    if size < _LONG_FORM:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(length))) + length + body


def encode_integer(number: int, tag: int = Tag.INTEGER) -> bytes:
    """Encode a whole number, signed as BER wants it, with ``tag``."""
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    if size > MOST_INT_OCTETS and not (
        tag == Tag.COUNTER64 and size == MOST_INT_OCTETS + 1 and number > 0
    ):
        raise BerError(f"{number} does not fit into tag {tag:#x}")
    return tlv(tag, number.to_bytes(size, "big", signed=True))


def encode_value(tag: int, value: Value) -> bytes:
    """Encode one value of a variable binding, tag and length included.

    Raises:
        BerError: the value does not fit the tag.
    """
    match tag, value:
        case Tag.INTEGER, int():
            return encode_integer(value)
        case Tag.COUNTER32 | Tag.GAUGE32 | Tag.TIMETICKS | Tag.COUNTER64, int() if value >= 0:
            return encode_integer(value, tag)
        case Tag.OCTETS | Tag.OPAQUE, bytes():
            return tlv(tag, value)
        case Tag.IPADDRESS, bytes() if len(value) == 4:  # noqa: PLR2004
            return tlv(tag, value)
        case Tag.OID, tuple():
            return tlv(tag, encode_oid(value))
        case Tag.NULL | Tag.NO_SUCH_OBJECT | Tag.NO_SUCH_INSTANCE | Tag.END_OF_MIB, None:
            return bytes((tag, 0))
        case _:
            raise BerError(f"{value!r} does not fit tag {tag:#x}")


def encode_binds(binds: tuple[VarBind, ...]) -> bytes:
    """Encode a list of variable bindings, its own SEQUENCE included."""
    rows = (
        tlv(Tag.SEQUENCE, tlv(Tag.OID, encode_oid(bind.oid)) + encode_value(bind.tag, bind.value))
        for bind in binds
    )
    return tlv(Tag.SEQUENCE, b"".join(rows))


def encode(message: Message) -> bytes:
    """Encode a message of v1 or v2c.

    Raises:
        BerError: a value does not fit its tag.
    """
    pdu = tlv(
        message.pdu,
        encode_integer(message.request_id)
        + encode_integer(message.error_status)
        + encode_integer(message.error_index)
        + encode_binds(message.binds),
    )
    head = encode_integer(message.version) + tlv(Tag.OCTETS, message.community)
    return tlv(Tag.SEQUENCE, head + pdu)


def encode_trap_v1(trap: TrapV1) -> bytes:
    """Encode a trap of SNMP v1."""
    pdu = tlv(
        Pdu.TRAP_V1,
        tlv(Tag.OID, encode_oid(trap.enterprise))
        + tlv(Tag.IPADDRESS, trap.agent.packed)
        + encode_integer(trap.generic)
        + encode_integer(trap.specific)
        + encode_integer(trap.uptime, Tag.TIMETICKS)
        + encode_binds(trap.binds),
    )
    return tlv(Tag.SEQUENCE, encode_integer(0) + tlv(Tag.OCTETS, trap.community) + pdu)


# --- octets to values -----------------------------------------------------------------------------


def _binds(data: bytes, at: int, end: int, most: int) -> tuple[VarBind, ...]:
    rows = raw_binds(data, at, end, most)
    return tuple(VarBind(decode_oid(name), tag, value) for name, tag, value in rows)


def decode(
    datagram: bytes, *, most_octets: int = MOST_OCTETS, most_binds: int = MOST_BINDS
) -> Message:
    """Read a v1 or v2c message of any kind except a v1 trap.

    Raises:
        BerError: anything about it is not strictly right.
    """
    version, community, tag, at, end = open_message(datagram, most_octets)
    if tag == Pdu.TRAP_V1 or not Pdu.GET <= tag <= Pdu.REPORT:
        raise BerError(f"PDU tag {tag:#x} is not expected here")
    return _pdu_message(
        datagram, tag, at, end, version=version, community=community, most_binds=most_binds
    )


def decode_pdu(data: bytes, tag: int, at: int, end: int) -> Message:
    """Read the content of a PDU that came in a message of version 3, without its envelope.

    Raises:
        BerError: anything about it is not strictly right.
    """
    if tag == Pdu.TRAP_V1 or not Pdu.GET <= tag <= Pdu.REPORT:
        raise BerError(f"PDU tag {tag:#x} is not expected here")
    return _pdu_message(data, tag, at, end, version=3, community=b"", most_binds=MOST_BINDS)


def _pdu_message(
    data: bytes,
    tag: int,
    at: int,
    end: int,
    *,
    version: int,
    community: bytes,
    most_binds: int,
) -> Message:
    request_id, status, index, at = open_pdu(data, at, end)
    return Message(
        version=version,
        community=community,
        pdu=Pdu(tag),
        request_id=request_id,
        error_status=status,
        error_index=index,
        binds=_binds(data, at, end, most_binds),
    )


def decode_trap(datagram: bytes) -> Message | TrapV1:
    """Read a notification: a v1 trap, a v2c trap or an inform.

    Raises:
        BerError: anything about it is not strictly right, or it is no notification.
    """
    version, community, tag, at, end = open_message(datagram)
    if tag in (Pdu.TRAP_V2, Pdu.INFORM) and version == 1:
        return decode(datagram)
    if tag != Pdu.TRAP_V1 or version != 0:
        raise BerError(f"PDU tag {tag:#x} in version field {version} is no notification")
    try:
        start, stop = span(datagram, at, end, Tag.OID)
        enterprise = decode_oid(datagram[start:stop])
        start, stop = span(datagram, stop, end, Tag.IPADDRESS)
        agent = datagram[start:stop]
        generic, at = integer(datagram, stop, end)
        specific, at = integer(datagram, at, end)
        start, stop = span(datagram, at, end, Tag.TIMETICKS)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    if len(agent) != 4 or not 1 <= stop - start <= MOST_INT_OCTETS:  # noqa: PLR2004
        raise BerError("a v1 trap whose agent address or time is not right")
    return TrapV1(
        community=community,
        enterprise=enterprise,
        agent=IPv4Address(agent),
        generic=generic,
        specific=specific,
        uptime=int.from_bytes(datagram[start:stop], "big"),
        binds=_binds(datagram, stop, end, MOST_BINDS),
    )
