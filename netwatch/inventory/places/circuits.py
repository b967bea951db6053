"""A circuit id as access nodes write it -> the port and ONU it speaks of.

Formats: Broadband Forum TR-101, 3.9.3 (``node eth 0/1/3:12``, ``node atm ...``) and what makers of
PON gear made of it: Huawei ``node xpon 0/1/3:12.1.2``, ZTE ``gpon_onu-1/2/3:12``, BDCOM
``epon0/3:12``, V-SOL ``GPON0/1:5``; a relay's octets may come as hexadecimal.
"""

import re
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.places.spelling import MOST_TEXT

_PON: Final = re.compile(
    r"(?P<kind>x?g?s?-?g?e?pon|eth|atm|trunk|gei?|xe|fe|lan)"
    r"(?:[-_ ]?(?:olt|onu))?[-_ ]*"
    r"(?P<port>\d+(?:[/.]\d+){0,3})"
    r"(?:\s*[:.]\s*(?P<onu>\d+))?",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?P<port>\d+(?:/\d+){1,3})(?::(?P<onu>\d+))?")
_HEXADECIMAL: Final = re.compile(r"(?:0x)?((?:[0-9a-f]{2}[:\s-]?){6,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """Where a circuit id says that a line ends."""

    node: str = ""
    """The access node's own name, where it is said."""
    port: str
    onu: str = ""


def read_circuit(text: str) -> Circuit | None:
    """Return what a circuit id says, or None when it says nothing that is known here."""
    text = _plain(text[: 2 * MOST_TEXT]).strip()
    found = _PON.search(text) or _BARE.search(text)
    if found is None:
        return None
    node = text[: found.start()].strip(" \t/:|,;#-_")
    return Circuit(node=node.split()[0] if node else "", port=found["port"], onu=found["onu"] or "")


def _plain(text: str) -> str:
    """Read hexadecimal as the letters it stands for, if they are letters."""
    found = _HEXADECIMAL.fullmatch(text.strip())
    if found is None:
        return text
    octets = bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", found[1]))
    letters = octets.decode("latin-1")
    return letters if letters.isascii() and letters.isprintable() else text
