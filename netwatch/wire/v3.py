"""The envelope of an SNMPv3 message, opened and closed. Pure; what it protects is not judged here.

As strict as `netwatch.wire.scan`, and as bounded: nothing nests, no length is believed unseen.
Source: RFC 3412 section 6 (message), RFC 3414 section 2.4 (security parameters).
"""

from typing import Final, NamedTuple

from netwatch.wire.ber import BerError, Tag, encode_integer, tlv
from netwatch.wire.scan import MOST_OCTETS, integer, span

AUTH: Final = 1
PRIV: Final = 2
REPORTABLE: Final = 4
MOST_ENGINE_OCTETS: Final = 32
LEAST_ENGINE_OCTETS: Final = 5
LARGEST: Final = 0x7FFFFFFF
_USER_MODEL: Final = 3
_MOST_USER_OCTETS: Final = 32
_VERSION: Final = encode_integer(3)
_AFTER_ID: Final = encode_integer(MOST_OCTETS)
_MODEL: Final = encode_integer(_USER_MODEL)
_FLAGS: Final = tuple(tlv(Tag.OCTETS, bytes((flags,))) for flags in range(8))


class Opened(NamedTuple):
    """An envelope, opened: who speaks, when, how it is protected, and where the content lies."""

    msg_id: int
    flags: int
    engine_id: bytes
    boots: int
    time_s: int
    """Seconds since the engine's last boot."""
    user: bytes
    digest_at: int
    """Where the digest begins in the datagram."""
    digest: bytes
    salt: bytes
    at: int
    """Where the content begins: a scoped PDU, or its cipher's octets when `PRIV` is set."""
    end: int


class Parameters(NamedTuple):
    """What the security model puts into a message, without the digest itself."""

    engine_id: bytes = b""
    boots: int = 0
    time_s: int = 0
    user: bytes = b""
    digest_octets: int = 0
    salt: bytes = b""


class Scoped(NamedTuple):
    """A scoped PDU: for which context, and where the PDU's content lies."""

    context: bytes
    tag: int
    at: int
    end: int


def is_v3(data: bytes) -> bool:
    """Say whether this begins like a message of version 3; cheap, and believes nothing."""
    at = 2 + (data[1] & 0x7F) if len(data) > 1 and data[1] & 0x80 else 2
    return data[at : at + 3] == _VERSION


def close(msg_id: int, flags: int, parameters: Parameters, content: bytes) -> tuple[bytes, int]:
    """Put the envelope around ``content``; return the datagram and where its digest goes.

    The digest's place holds zeros, as RFC 3414 section 6.3.1 wants them while it is computed.
    """
    engine_id, boots, time_s, user, digest_octets, salt = parameters
    last = tlv(Tag.OCTETS, salt)
    secured = (
        tlv(Tag.OCTETS, engine_id)
        + encode_integer(boots)
        + encode_integer(time_s)
        + tlv(Tag.OCTETS, user)
        + tlv(Tag.OCTETS, bytes(digest_octets))
    )
    body = tlv(Tag.OCTETS, tlv(Tag.SEQUENCE, secured + last)) + content
    header = tlv(Tag.SEQUENCE, encode_integer(msg_id) + _AFTER_ID + _FLAGS[flags] + _MODEL)
    whole = tlv(Tag.SEQUENCE, _VERSION + header + body)
    return whole, len(whole) - len(content) - len(last) - digest_octets


def scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Return a PDU with its context around it."""
    return tlv(Tag.SEQUENCE, tlv(Tag.OCTETS, engine_id) + tlv(Tag.OCTETS, context) + pdu)


def open_v3(data: bytes) -> Opened:
    """Open the envelope of a message of version 3.

    Raises:
        BerError: anything about it is not strictly right.
    """
    if len(data) > MOST_OCTETS:
        raise BerError(f"a datagram of {len(data)} octets; at most {MOST_OCTETS} are read")
    try:
        return _opened(data)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None


def _opened(data: bytes) -> Opened:
    at, end = span(data, 0, len(data), 0x30)
    if end != len(data):
        raise BerError("octets follow after the message")
    if data[at : at + 3] != _VERSION:
        raise BerError("no message of version 3")
    at, stop = span(data, at + 3, end, 0x30)
    msg_id, at = integer(data, at, stop)
    _, at = integer(data, at, stop)
    at, mid = span(data, at, stop, 0x04)
    if mid != at + 1:
        raise BerError("flags that are not one octet")
    flags = data[at]
    model, at = integer(data, mid, stop)
    if at != stop or model != _USER_MODEL:
        raise BerError("a header that is not the user-based security model's")
    if flags & (AUTH | PRIV) == PRIV:
        raise BerError("a message that hides its content and proves nothing")
    at, stop = span(data, stop, end, 0x04)
    content_at = stop
    at, last = span(data, at, stop, 0x30)
    if last != stop:
        raise BerError("octets follow after the security parameters")
    at, mid = span(data, at, stop, 0x04)
    engine_id = data[at:mid]
    boots, at = integer(data, mid, stop)
    time_s, at = integer(data, at, stop)
    at, mid = span(data, at, stop, 0x04)
    user = data[at:mid]
    digest_at, mid = span(data, mid, stop, 0x04)
    digest = data[digest_at:mid]
    at, mid = span(data, mid, stop, 0x04)
    salt = data[at:mid]
    if mid != stop:
        raise BerError("octets follow after the security parameters")
    if not (0 <= boots <= LARGEST and 0 <= time_s <= LARGEST and 0 <= msg_id <= LARGEST):
        raise BerError("a time or id out of range")
    if len(engine_id) > MOST_ENGINE_OCTETS or len(user) > _MOST_USER_OCTETS:
        raise BerError("an engine id or user name that is too long")
    if flags & PRIV:
        content_at, content_end = span(data, content_at, end, 0x04)
        if content_end != end:
            raise BerError("octets follow after the content")
    return Opened(
        msg_id, flags, engine_id, boots, time_s, user, digest_at, digest, salt, content_at, end
    )


def open_scoped(data: bytes, at: int, end: int, most_padding: int = 0) -> Scoped:
    """Open a scoped PDU; a block cipher may have left up to ``most_padding`` octets behind it.

    Raises:
        BerError: it is none, which after decryption means: with another key.
    """
    try:
        at, stop = span(data, at, end, 0x30)
        if end - stop > most_padding:
            raise BerError("octets follow after the scoped PDU")
        at, mid = span(data, at, stop, 0x04)
        at, mid = span(data, mid, stop, 0x04)
        context = data[at:mid]
        tag = data[mid]
        at, mid = span(data, mid, stop, tag)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    if mid != stop:
        raise BerError("octets follow after the PDU")
    return Scoped(context, tag, at, stop)
