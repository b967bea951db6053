"""Requests, encoded once per agent's credential and set of objects; only the request id differs."""

import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.wire.ber import Pdu, Tag, encode_integer, tlv

V3: Final = 3
_ID_POOL: Final = 4096
_NULL: Final = bytes((Tag.NULL, 0))


@dataclass(frozen=True, slots=True)
class Request:
    """A datagram, or a PDU, with a gap of four octets for the request id."""

    head: bytes
    tail: bytes

    def numbered(self, request_id: int) -> bytes:
        """Return the datagram with its request id filled in."""
        return self.head + request_id.to_bytes(4, "big") + self.tail


def request(
    version: int, community: bytes, pdu: Pdu, names: Sequence[bytes], repetitions: int = 0
) -> Request:
    """Encode a request for objects given by the content octets of their names.

    ``repetitions`` is the max-repetitions of a GETBULK, else 0. Of version 3 only the PDU comes.
    """
    bare = pdu_request(pdu, names, repetitions)
    if version == V3:
        return bare
    body = bare.numbered(0)
    whole = tlv(Tag.SEQUENCE, encode_integer(version) + tlv(Tag.OCTETS, community) + body)
    return Request(whole[: len(whole) - len(bare.tail) - 4], bare.tail)


def pdu_request(pdu: Pdu, names: Sequence[bytes], repetitions: int = 0) -> Request:
    """Encode a PDU without a message around it: that is the matter of a v3 session."""
    binds = b"".join(tlv(Tag.SEQUENCE, tlv(Tag.OID, name) + _NULL) for name in names)
    gap = bytes((Tag.INTEGER, 4))
    after = encode_integer(0) + encode_integer(repetitions) + tlv(Tag.SEQUENCE, binds)
    body = tlv(pdu, gap + bytes(4) + after)
    return Request(body[: len(body) - len(after) - 4], after)


class RequestIds:
    """Request ids that a stranger cannot guess, four octets long in every strict agent's eyes."""

    def __init__(self) -> None:
        self._pool: list[int] = []

    def next(self) -> int:
        """Return a random id; the caller sees to it that no outstanding request bears it."""
        if not self._pool:
            words = struct.unpack(f"!{_ID_POOL}I", secrets.token_bytes(4 * _ID_POOL))
            self._pool = [(word & 0x7FFFFFFF) | 0x01000000 for word in words]
        return self._pool.pop()
