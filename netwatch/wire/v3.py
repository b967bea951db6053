"""The envelope of an SNMPv3 message, opened and closed. Pure; what it protects is not judged here.

As strict as `netwatch.wire.scan`, and as bounded: nothing nests, no length is believed unseen.
Source: RFC 3412 section 6 (message), RFC 3414 section 2.4 (security parameters).
"""

from typing import Final, NamedTuple

from netwatch.wire.ber import BerError, Tag, encode_integer, tlv
from netwatch.wire.scan import MOST_OCTETS, integer, length, span

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
_ONE_OCTET: Final = b"\x04\x01"


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
    """A scoped PDU: for which engine and context, and where the PDU's content lies."""

    engine_id: bytes
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
    engine_id, boots, time_s, user, octets, salt = parameters
    secured = b"\x04%c%b%b%b\x04%c%b\x04%c%b\x04%c%b" % (
        len(engine_id), engine_id, _integer(boots), _integer(time_s), len(user), user,
        octets, bytes(octets), len(salt), salt,
    )  # fmt: skip
    number = _integer(msg_id)
    header = b"\x30%c%b%b\x04\x01%c%b" % (
        len(number) + len(_AFTER_ID) + 3 + len(_MODEL), number, _AFTER_ID, flags, _MODEL
    )  # fmt: skip
    body = tlv(Tag.OCTETS, tlv(Tag.SEQUENCE, secured))
    whole = tlv(Tag.SEQUENCE, b"%b%b%b%b" % (_VERSION, header, body, content))
    return whole, len(whole) - len(content) - len(salt) - 2 - octets


def scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Return a PDU with its context around it."""
    inside = b"\x04%c%b\x04%c%b%b" % (len(engine_id), engine_id, len(context), context, pdu)
    return tlv(Tag.SEQUENCE, inside)


def _integer(number: int) -> bytes:
    """Encode a number that is not negative: `encode_integer`, without its doubts."""
    size = number.bit_length() // 8 + 1
    return b"\x02%c%b" % (size, number.to_bytes(size, "big"))


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


def _opened(data: bytes) -> Opened:  # noqa: PLR0912, PLR0915 (unrolled: a hot path)
    """Open it; each element's tag is looked at, its length, and that nothing follows after it."""
    end = len(data)
    size, at = data[1], 2
    if size & 0x80:
        size, at = length(data, 1)
    if data[0] != 0x30 or at + size != end:  # noqa: PLR2004
        raise BerError("no message, or octets follow after it")
    if data[at : at + 3] != _VERSION or data[at + 3] != 0x30:  # noqa: PLR2004
        raise BerError("no message of version 3")
    size, at = data[at + 4], at + 5
    if size & 0x80:
        size, at = length(data, at - 1)
    stop = at + size
    msg_id, at = integer(data, at, stop)
    _, at = integer(data, at, stop)
    if data[at : at + 2] != _ONE_OCTET:
        raise BerError("flags that are not one octet")
    flags = data[at + 2]
    if at + 6 != stop or data[at + 3 : stop] != _MODEL:
        raise BerError("a header that is not the user-based security model's")
    if flags & (AUTH | PRIV) == PRIV:
        raise BerError("a message that hides its content and proves nothing")
    at, content_at = span(data, stop, end, 0x04)
    size = data[at + 1]
    if data[at] != 0x30:  # noqa: PLR2004
        raise BerError("no security parameters")
    at += 2
    if size & 0x80:
        size, at = length(data, at - 1)
    if at + size != content_at:
        raise BerError("octets follow after the security parameters")
    if data[at] != 0x04 or data[at + 1] > MOST_ENGINE_OCTETS:  # noqa: PLR2004
        raise BerError("an engine id that is too long, or none")
    stop = at + 2 + data[at + 1]
    engine_id = data[at + 2 : stop]
    boots, at = integer(data, stop, content_at)
    time_s, at = integer(data, at, content_at)
    if data[at] != 0x04 or data[at + 1] > _MOST_USER_OCTETS:  # noqa: PLR2004
        raise BerError("a user name that is too long, or none")
    stop = at + 2 + data[at + 1]
    user = data[at + 2 : stop]
    digest_at = stop + 2
    size = data[stop + 1]
    at = digest_at + size
    salt_size = data[at + 1]
    if data[stop] != 0x04 or data[at] != 0x04 or (size | salt_size) & 0x80:  # noqa: PLR2004
        raise BerError("no digest, or no salt")
    if at + 2 + salt_size != content_at:
        raise BerError("octets follow after the security parameters")
    if not (0 <= boots <= LARGEST and 0 <= time_s <= LARGEST and 0 <= msg_id <= LARGEST):
        raise BerError("a time or id out of range")
    digest, salt = data[digest_at:at], data[at + 2 : content_at]
    if flags & PRIV:
        content_at, stop = span(data, content_at, end, 0x04)
        if stop != end:
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
        engine_id = data[at:mid]
        at, mid = span(data, mid, stop, 0x04)
        context = data[at:mid]
        tag = data[mid]
        at, mid = span(data, mid, stop, tag)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None
    if mid != stop:
        raise BerError("octets follow after the PDU")
    return Scoped(engine_id, context, tag, at, stop)
