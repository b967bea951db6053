"""A text -> the messages of a mobile network: SMS-SUBMIT, one or a chain of parts.

Source: 3GPP TS 23.040, 9.2.2.2 (SMS-SUBMIT) and 9.2.3.24.1 (concatenation); TS 23.038 (alphabet).
"""

from typing import Final

import smsutil

TEXT_PLAIN: Final = 0x11
"""SMS-SUBMIT with a period of validity, counted from now."""
CHAINED: Final = 0x40
"""A header stands before the text."""
INTERNATIONAL, UNKNOWN_KIND = 0x91, 0x81
UCS_2: Final = 0x08
FOUR_HOURS: Final = 47
"""A validity of (47 + 1) x 5 minutes: an outage is old news after that."""
SERVICE_CENTRE_OF_THE_SIM: Final = b"\x00"
MOST_PARTS: Final = 10


class TooLongError(ValueError):
    """A text takes more parts than anybody should be sent."""


def submits(number: str, text: str, reference: int) -> list[bytes]:
    """Return the messages that bring a text to a phone.

    Args:
        number: digits, with a ``+`` before an international one.
        text: any letters; those outside GSM-7 make all of it UCS-2.
        reference: 0..255, the same for all parts of one text, by which a phone joins them.

    Returns:
        One PDU a part, without the service centre's address: that of the SIM card is used.

    Raises:
        TooLongError: it would take more than ten parts.
    """
    split = smsutil.split(text)
    parts, is_gsm = split.parts, split.encoding == "gsm0338"
    if len(parts) > MOST_PARTS:
        raise TooLongError(f"it takes {len(parts)} parts, and {MOST_PARTS} are the most")
    chained = len(parts) > 1
    made = []
    for place, part in enumerate(parts, start=1):
        header = bytes([5, 0, 3, reference, len(parts), place]) if chained else b""
        first = TEXT_PLAIN | (CHAINED if chained else 0)
        head = bytes([first, 0]) + _address(number) + bytes([0, 0 if is_gsm else UCS_2, FOUR_HOURS])
        made.append(head + (_septets if is_gsm else _units)(header, part.content))
    return made


def _address(number: str) -> bytes:
    digits = number.lstrip("+")
    kind = INTERNATIONAL if number.startswith("+") else UNKNOWN_KIND
    even = digits + "F" * (len(digits) % 2)
    swapped = "".join(even[at + 1] + even[at] for at in range(0, len(even), 2))
    return bytes([len(digits), kind]) + bytes.fromhex(swapped)


def _units(header: bytes, text: str) -> bytes:
    body = header + text.encode("utf-16-be")
    return bytes([len(body)]) + body


def _septets(header: bytes, text: str) -> bytes:
    """Pack letters of 7 bits, the first of them on a septet's edge after the header."""
    letters = text.encode("gsm0338")
    taken = -(-len(header) * 8 // 7)
    packed = int.from_bytes(header, "little")
    for place, letter in enumerate(letters, start=taken):
        packed |= letter << (7 * place)
    count = taken + len(letters)
    return bytes([count]) + packed.to_bytes(-(-count * 7 // 8), "little")
