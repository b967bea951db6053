"""A look at a datagram from strangers before any decoder sees it.

Decoders have been hung and crashed by one datagram: by nesting, by object identifiers of thousands
of arcs, by huge integers, by lengths that lie. What passes here has none of these, whoever decodes
it afterwards. Costs three microseconds for a usual trap, a tenth of one for each further element,
and recurses never.
"""

from typing import Final

from netwatch.wire.oid import MOST_ARCS, BerError
from netwatch.wire.scan import MOST_BINDS, MOST_OCTETS

MOST_DEPTH: Final = 8
_MOST_ELEMENTS: Final = 3 * MOST_BINDS + 40
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F
_INTEGERS: Final = frozenset({0x02, 0x41, 0x42, 0x43, 0x46})
_INT_OCTETS: Final = 9
_VERSIONS: Final = frozenset({0, 1, 3})


def screen(datagram: bytes, most_octets: int = MOST_OCTETS) -> int:
    """Return the version field of a harmless SNMP datagram: 0 is v1, 1 is v2c, 3 is v3.

    Raises:
        BerError: too long, too deep, too many elements, a name or number too large, or a length
            that does not fit.
    """
    if len(datagram) > most_octets:
        raise BerError(f"a datagram of {len(datagram)} octets")
    try:
        return _screened(datagram)
    except IndexError:
        raise BerError("the datagram ends inside an element") from None


def _screened(data: bytes) -> int:  # noqa: PLR0912 (one loop, unrolled: strangers pay by the call)
    """Walk over all elements once."""
    if data[0] != 0x30:  # noqa: PLR2004
        raise BerError("no SNMP message")
    ends: list[int] = []
    end = len(data)
    at = 0
    version = -1
    for number in range(_MOST_ELEMENTS):
        while at == end:
            if not ends:
                return _known(version)
            end = ends.pop()
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            size, at = _long(data, size, at)
        stop = at + size
        if stop > end:
            raise BerError("an element is longer than what holds it")
        if tag & _LONG_TAG == _LONG_TAG:
            raise BerError("a tag of several octets")
        if tag & _CONSTRUCTED:
            if len(ends) >= MOST_DEPTH:
                raise BerError(f"nested deeper than {MOST_DEPTH}")
            ends.append(end)
            end = stop
            continue
        if tag in _INTEGERS:
            if not 1 <= size <= _INT_OCTETS:
                raise BerError(f"an integer of {size} octets")
            if number == 1:
                version = int.from_bytes(data[at:stop], "big", signed=True)
        elif tag == 0x06 and size >= MOST_ARCS and _arcs(data[at:stop]) >= MOST_ARCS:  # noqa: PLR2004
            raise BerError(f"an object identifier of more than {MOST_ARCS} arcs")
        at = stop
    raise BerError("too many elements")


def _long(data: bytes, size: int, at: int) -> tuple[int, int]:
    """Return a length of several octets, and where the content begins."""
    octets = size & 0x7F
    if not 1 <= octets <= 4:  # noqa: PLR2004
        raise BerError(f"a length of {octets} octets")
    return int.from_bytes(data[at : at + octets], "big"), at + octets


def _arcs(body: bytes) -> int:
    return sum(octet < 0x80 for octet in body)  # noqa: PLR2004


def _known(version: int) -> int:
    if version not in _VERSIONS:
        raise BerError(f"SNMP version field {version}")
    return version
