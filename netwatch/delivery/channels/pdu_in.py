"""A message of a mobile network -> who sent it and what it says: SMS-DELIVER, one part of a text.

Source: 3GPP TS 23.040, 9.2.2.1 (SMS-DELIVER) and 9.2.3.24 (headers); TS 23.038, 4 (alphabets).
"""

from dataclasses import dataclass, field
from typing import Final

import smsutil  # noqa: F401 - it teaches Python the alphabet "gsm0338"

KIND: Final = 0x03
HEADED: Final = 0x40
NAMED: Final = 0x50
"""A sender that is a name and no number."""
TYPE: Final = 0x70
INTERNATIONAL: Final = 0x10
STAMP: Final = 7
MOST_SEPTETS: Final = 160
CHAINS: Final = {0x00: 3, 0x08: 4}
"""Headers that number the parts of a text, and how long each is."""


class NoTextError(ValueError):
    """This is no text: a report, data for a program, or broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One part of a text."""

    sender: str = field(repr=False)
    text: str = field(repr=False)
    stamp: str
    """When the network took it, as it wrote that; with sender and text no other is the same."""
    chain: int | None = None
    """By which its parts are known; None: it is whole."""
    count: int = 1
    place: int = 1


def delivered(pdu: bytes) -> Delivered:
    """Read a message as a modem lists it, with the service centre's address before it.

    Raises:
        NoTextError: it is none that a person wrote.
    """
    try:
        return _read(pdu)
    except (IndexError, UnicodeError, LookupError) as fault:
        raise NoTextError("it is broken") from fault


def _read(pdu: bytes) -> Delivered:
    at = pdu[0] + 1
    first = pdu[at]
    if first & KIND:
        raise NoTextError("it is no message that came")
    digits, kind = pdu[at + 1], pdu[at + 2]
    begins = at + 3
    ends = begins + (digits + 1) // 2
    sender = _sender(pdu[begins:ends], digits, kind)
    scheme = pdu[ends + 1]
    body = ends + 2 + STAMP
    length, data = pdu[body], pdu[body + 1 :]
    header = data[: data[0] + 1] if first & HEADED else b""
    if len(pdu) < body + 1 or len(header) > len(data):
        raise NoTextError("it ends too early")
    chain, count, place = _chain(header)
    return Delivered(
        sender=sender,
        text=_text(scheme, length, data, len(header)),
        stamp=pdu[ends + 2 : body].hex(),
        chain=chain,
        count=count,
        place=place,
    )


def _sender(octets: bytes, digits: int, kind: int) -> str:
    if kind & TYPE == NAMED:
        return _septets(octets, 0, digits * 4 // 7)
    swapped = "".join(f"{octet & 15:x}{octet >> 4:x}" for octet in octets)[:digits]
    if not swapped.isdecimal():
        raise NoTextError("its sender is no number")
    return f"+{swapped}" if kind & TYPE == INTERNATIONAL else swapped


def _text(scheme: int, length: int, data: bytes, head: int) -> str:
    """Return the words, whatever alphabet they are in."""
    match _alphabet(scheme):
        case 0:
            if length > MOST_SEPTETS or len(data) * 8 < length * 7:
                raise NoTextError("it ends too early")
            skipped = -(-head * 8 // 7)
            return _septets(data, skipped, length)
        case 2:
            if len(data) < length:
                raise NoTextError("it ends too early")
            return data[head:length].decode("utf-16-be", "replace")
        case _:
            raise NoTextError("it is for a program")


def _alphabet(scheme: int) -> int:
    """Return 0 for letters of 7 bits, 2 for UCS-2, 1 for data."""
    group = scheme >> 4
    if group < 8:  # noqa: PLR2004 - TS 23.038: general, and marked for deletion
        return (scheme >> 2) & 3 if not scheme & 0x20 else 1
    if group == 0xF:  # noqa: PLR2004
        return (scheme >> 2) & 1
    return {0xC: 0, 0xD: 0, 0xE: 2}.get(group, 1)


def _septets(data: bytes, skipped: int, length: int) -> str:
    whole = int.from_bytes(data, "little")
    letters = bytes((whole >> (7 * place)) & 127 for place in range(skipped, length))
    return letters.decode("gsm0338", "replace")


def _chain(header: bytes) -> tuple[int | None, int, int]:
    """Return by which number parts are known, how many there are, and which this is."""
    at = 1
    while at + 1 < len(header):
        name, long = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + long]
        if CHAINS.get(name) == long == len(value):
            chain, count, place = int.from_bytes(value[:-2]), value[-2], value[-1]
            if 0 < place <= count:
                return chain, count, place
        at += 2 + long
    return None, 1, 1
