"""An SNMP request -> its answer, as a decent agent of v1 and v2c gives it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from netwatch.wire.ber import (
    BerError,
    Message,
    Oid,
    Pdu,
    Tag,
    VarBind,
    decode,
    encode,
    encode_oid,
)

LARGEST: Final = 1400
"""No answer is longer, so that none is ever cut into fragments."""
V1: Final = 0
TOO_BIG, NO_SUCH_NAME, READ_ONLY, NOT_WRITABLE = 1, 2, 4, 17
BIND_OCTETS: Final = 8
"""What a bind costs at most beside its name and an octet string's letters."""


class Objects(Protocol):
    """What an agent has to show."""

    def get(self, oid: Oid) -> VarBind | None:
        """Return exactly this object."""
        ...

    def after(self, oid: Oid) -> VarBind | None:
        """Return the next object in order."""
        ...

    def knows(self, oid: Oid) -> bool:
        """Say whether the object exists, in whatever instance."""
        ...


def answer(objects: Objects, request: bytes, community: bytes | None) -> bytes | None:
    """Return the response to a request, or None where an agent stays silent.

    Args:
        objects: what the agent shows.
        request: the datagram's payload; anything that is no SNMP request gets no answer.
        community: the one word it obeys; None obeys all.
    """
    try:
        asked = decode(request)
    except BerError:
        return None
    obeys = community is None or asked.community == community
    return _answer(objects, asked) if obeys else None


def _answer(objects: Objects, asked: Message) -> bytes | None:
    match asked.pdu:
        case Pdu.GET:
            return _fit(asked, _get(objects, asked))
        case Pdu.GETNEXT:
            return _fit(asked, _next(objects, asked))
        case Pdu.GETBULK if asked.version != V1:
            return _bulk(objects, asked)
        case Pdu.SET:
            error = READ_ONLY if asked.version == V1 else NOT_WRITABLE
            return encode(_response(asked, asked.binds, error, min(1, len(asked.binds))))
        case _:
            return None


def _response(
    asked: Message, binds: Sequence[VarBind], error: int = 0, error_index: int = 0
) -> Message:
    return replace(
        asked,
        pdu=Pdu.RESPONSE,
        error_status=error,
        error_index=error_index,
        binds=tuple(binds),
    )


def _fit(asked: Message, found: Message) -> bytes:
    data = encode(found)
    if len(data) <= LARGEST:
        return data
    return encode(_response(asked, asked.binds if asked.version == V1 else (), TOO_BIG))


def _get(objects: Objects, asked: Message) -> Message:
    found: list[VarBind] = []
    for place, bind in enumerate(asked.binds, 1):
        held = objects.get(bind.oid)
        if asked.version == V1 and (held is None or held.tag == Tag.COUNTER64):
            return _response(asked, asked.binds, NO_SUCH_NAME, place)
        if held is None:
            gap = Tag.NO_SUCH_INSTANCE if objects.knows(bind.oid) else Tag.NO_SUCH_OBJECT
            held = VarBind(bind.oid, gap, None)
        found.append(held)
    return _response(asked, found)


def _next(objects: Objects, asked: Message) -> Message:
    found: list[VarBind] = []
    for place, bind in enumerate(asked.binds, 1):
        held = objects.after(bind.oid)
        while asked.version == V1 and held is not None and held.tag == Tag.COUNTER64:
            held = objects.after(held.oid)
        if held is None and asked.version == V1:
            return _response(asked, asked.binds, NO_SUCH_NAME, place)
        found.append(held or VarBind(bind.oid, Tag.END_OF_MIB, None))
    return _response(asked, found)


def _bulk(objects: Objects, asked: Message) -> bytes:
    """Answer a GETBULK with as much as fits."""
    single = max(0, asked.error_status)
    found = [_after(objects, bind.oid) for bind in asked.binds[:single]]
    cursors = [bind.oid for bind in asked.binds[single:]]
    size = sum(map(_octets, found))
    for _ in range(max(0, asked.error_index)):
        if not cursors or size > LARGEST:
            break
        row = [_after(objects, oid) for oid in cursors]
        found.extend(row)
        size += sum(map(_octets, row))
        cursors = [bind.oid for bind in row]
        if all(bind.tag == Tag.END_OF_MIB for bind in row):
            break
    data = encode(_response(asked, found))
    while len(data) > LARGEST and found:
        over = len(data) - LARGEST
        while found and over > 0:
            over -= _octets(found.pop())
        data = encode(_response(asked, found))
    return data


def _after(objects: Objects, oid: Oid) -> VarBind:
    return objects.after(oid) or VarBind(oid, Tag.END_OF_MIB, None)


def _octets(bind: VarBind) -> int:
    """Return about how many octets a bind takes, never too many."""
    text = len(bind.value) if isinstance(bind.value, bytes) else 0
    return BIND_OCTETS + len(encode_oid(bind.oid)) + text
