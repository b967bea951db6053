"""Whole numbers and object identifiers that devices send as text. Pure."""

import re
from typing import Final

from netwatch.wire.oid import BerError, oid_text, parse_oid

_WHOLE: Final = re.compile(r"-?[0-9]{1,20}")
"""As many digits as 64 bits hold."""


def whole_number(text: str) -> int | None:
    """Return the number that a text is; None: it is none, or more than any SNMP number.

    What Python calls a digit it may still refuse to read: superscripts are such.
    """
    said = text.strip(" \0\t\r\n")
    return int(said) if _WHOLE.fullmatch(said) else None


def identifier(text: str) -> str:
    """Return the object identifier that a text is, without a leading dot; "": it is none."""
    try:
        return oid_text(parse_oid(text.strip(" .\0")))
    except BerError:
        return ""
