"""Octets -> the parts of a message, unjudged: the hot path of polling.

Object names stay the octets they came in, because comparing octets is several times cheaper than
building tuples. Nothing here nests, so no input can make it recurse.
"""

from typing import Final

from netwatch.wire.oid import BerError, Oid, decode_oid

Value = int | bytes | Oid | None
RawBind = tuple[bytes, int, Value]
"""Object name as BER content octets (not yet judged), tag, value."""

MOST_OCTETS: Final = 8192
MOST_BINDS: Final = 200
MOST_INT_OCTETS: Final = 8
_LONG_FORM: Final = 0x80
_MOST_LENGTH_OCTETS: Final = 4


def span(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the content of the element at ``at`` begins and ends; it must bear ``tag``."""
    if data[at] != tag:
        raise BerError(f"tag {tag:#x} expected at octet {at}, found {data[at]:#x}")
    size = data[at + 1]
    at += 2
    if size & _LONG_FORM:
        size, at = length(data, at - 1)
    stop = at + size
    if stop > end:
        raise BerError(f"an element at octet {at} is longer than what holds it")
    return at, stop


def length(data: bytes, at: int) -> tuple[int, int]:
    """Read the length at ``at``; return it and where the content begins."""
    size = data[at]
    if size < _LONG_FORM:
        return size, at + 1
    octets = size - _LONG_FORM
    if not 1 <= octets <= _MOST_LENGTH_OCTETS:
        raise BerError(f"a length of {octets} octets at octet {at}")
    stop = at + 1 + octets
    return int.from_bytes(data[at + 1 : stop], "big"), stop


def integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    at, stop = span(data, at, end, 0x02)
    if not 1 <= stop - at <= MOST_INT_OCTETS:
        raise BerError(f"an integer of {stop - at} octets")
    return int.from_bytes(data[at:stop], "big", signed=True), stop


def open_message(data: bytes, most_octets: int = MOST_OCTETS) -> tuple[int, bytes, int, int, int]:
    """Open the envelope: version, community, the PDU's tag, and where its content begins and ends.

    Raises:
        BerError: not an SNMP v1 or v2c message, or longer than ``most_octets``.
    """
    if len(data) > most_octets:
        raise BerError(f"a datagram of {len(data)} octets; at most {most_octets} are read")
    try:
        at, end = span(data, 0, len(data), 0x30)
        if end != len(data):
            raise BerError("octets follow after the message")
        version, at = integer(data, at, end)
        if version not in {0, 1}:
            raise BerError(f"SNMP version field {version}: neither v1 (0) nor v2c (1)")
        at, stop = span(data, at, end, 0x04)
        community = data[at:stop]
        tag = data[stop]
        at, stop = span(data, stop, end, tag)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    if stop != end:
        raise BerError("octets follow after the PDU")
    return version, community, tag, at, end


def open_pdu(data: bytes, at: int, end: int) -> tuple[int, int, int, int]:
    """Read request id, error status and error index; say where the list of bindings begins."""
    try:
        request_id, at = integer(data, at, end)
        status, at = integer(data, at, end)
        index, at = integer(data, at, end)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    return request_id, status, index, at


def raw_binds(data: bytes, at: int, end: int, most: int = MOST_BINDS) -> list[RawBind]:  # noqa: PLR0912, PLR0915 (one loop, unrolled: this is the hot path of polling)
    """Read the list of bindings at ``at``; object names stay octets and are not judged here.

    Raises:
        BerError: a length does not fit, a tag is unknown, a value is not right, or there are more
            than ``most`` bindings.
    """
    try:
        at, stop = span(data, at, end, 0x30)
        if stop != end:
            raise BerError("octets follow after the list of bindings")
        binds: list[RawBind] = []
        add = binds.append
        number = int.from_bytes
        while at < end:
            if data[at] != 0x30:  # noqa: PLR2004
                raise BerError(f"no binding at octet {at}")
            size = data[at + 1]
            at += 2
            if size & 0x80:
                size, at = length(data, at - 1)
            stop = at + size
            if stop > end or data[at] != 0x06:  # noqa: PLR2004
                raise BerError(f"a binding at octet {at} is too long or bears no name")
            size = data[at + 1]
            at += 2
            if size & 0x80:
                size, at = length(data, at - 1)
            mid = at + size
            if mid + 2 > stop:
                raise BerError(f"a binding at octet {at} has no room for its value")
            name = data[at:mid]
            tag = data[mid]
            size = data[mid + 1]
            at = mid + 2
            if size & 0x80:
                size, at = length(data, mid + 1)
            if at + size != stop:
                raise BerError(f"a value at octet {at} does not fill its binding")
            value: Value
            if 0x41 <= tag <= 0x43:  # noqa: PLR2004 (Counter32, Gauge32, TimeTicks)
                if not 1 <= size <= MOST_INT_OCTETS:
                    raise BerError(f"a counter of {size} octets")
                value = number(data[at:stop], "big")
            elif tag == 0x02:  # noqa: PLR2004
                if not 1 <= size <= MOST_INT_OCTETS:
                    raise BerError(f"an integer of {size} octets")
                value = number(data[at:stop], "big", signed=True)
            elif tag == 0x46:  # noqa: PLR2004 (Counter64)
                if not 1 <= size <= 9 or (size == 9 and data[at]):  # noqa: PLR2004
                    raise BerError(f"a counter of {size} octets")
                value = number(data[at:stop], "big")
            elif tag in (0x04, 0x44):
                value = data[at:stop]
            elif tag == 0x06:  # noqa: PLR2004
                value = decode_oid(data[at:stop])
            elif tag in (0x05, 0x80, 0x81, 0x82):
                if size:
                    raise BerError(f"tag {tag:#x} must be empty")
                value = None
            elif tag == 0x40:  # noqa: PLR2004
                if size != 4:  # noqa: PLR2004
                    raise BerError(f"an address of {size} octets")
                value = data[at:stop]
            else:
                raise BerError(f"tag {tag:#x} has no place in SNMP")
            add((name, tag, value))
            at = stop
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    if len(binds) > most:
        raise BerError(f"{len(binds)} bindings; at most {most} are read")
    return binds
