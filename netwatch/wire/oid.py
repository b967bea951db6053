"""Object identifiers: as tuples, as text, as octets."""

from functools import lru_cache
from typing import Final

Oid = tuple[int, ...]

MOST_ARCS: Final = 128
_ARC_LIMIT: Final = 1 << 32


class BerError(ValueError):
    """These octets are not an SNMP message, or a value does not fit into one."""


def parse_oid(text: str) -> Oid:
    """Read ``1.3.6.1.2.1`` (a leading dot is allowed).

    Raises:
        BerError: it is not a dotted row of at least two numbers, or no agent could be asked for it.
    """
    try:
        oid = tuple(int(arc) for arc in text.strip().removeprefix(".").split("."))
    except ValueError:
        raise BerError(f"{text!r} is not an object identifier such as 1.3.6.1.2.1.1.3.0") from None
    encode_oid(oid)
    return oid


def oid_text(oid: Oid) -> str:
    """Write an object identifier as people do, without a leading dot."""
    return ".".join(map(str, oid))


@lru_cache(maxsize=8192)
def encode_oid(oid: Oid) -> bytes:
    """Return the content octets of an object identifier (without tag and length)."""
    if not 2 <= len(oid) <= MOST_ARCS or not 0 <= oid[0] <= 2:  # noqa: PLR2004 (X.660: roots 0-2)
        raise BerError(f"{oid_text(oid[:20])} cannot be an object identifier")
    if oid[0] < 2 and oid[1] >= 40:  # noqa: PLR2004 (X.690 8.19.4)
        raise BerError(f"{oid_text(oid[:20])} cannot be an object identifier")
    body = bytearray()
    for arc in (oid[0] * 40 + oid[1], *oid[2:]):
        if not 0 <= arc < _ARC_LIMIT:
            raise BerError(f"arc {arc} does not fit into 32 bits")
        if arc < 0x80:  # noqa: PLR2004
            body.append(arc)
            continue
        groups = (arc.bit_length() + 6) // 7
        body.extend(0x80 | (arc >> 7 * place) & 0x7F for place in range(groups - 1, 0, -1))
        body.append(arc & 0x7F)
    return bytes(body)


@lru_cache(maxsize=8192)
def decode_oid(body: bytes) -> Oid:
    """Return the arcs that these content octets spell.

    Raises:
        BerError: too long, cut off in an arc, padded, or an arc beyond 32 bits.
    """
    if not body or body[-1] & 0x80:
        raise BerError("an object identifier is empty or ends inside an arc")
    if len(body) > MOST_ARCS * 5:
        raise BerError("an object identifier is too long")
    arcs: list[int] = []
    arc = 0
    for octet in body:
        if octet == 0x80 and not arc:  # noqa: PLR2004
            raise BerError("an arc is padded with zeros")
        arc = arc << 7 | octet & 0x7F
        if octet & 0x80:
            continue
        if arc >= _ARC_LIMIT:
            raise BerError("an arc does not fit into 32 bits")
        arcs.append(arc)
        arc = 0
    root = min(arcs[0] // 40, 2)
    if len(arcs) >= MOST_ARCS:
        raise BerError(f"an object identifier has more than {MOST_ARCS} arcs")
    return (root, arcs[0] - 40 * root, *arcs[1:])
