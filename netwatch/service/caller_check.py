"""Whether a caller is who they say, before anything of their contract is told to them."""

import re
from typing import Final

from netwatch.model.contacts import Contact
from netwatch.model.network import Subscriber

DIGITS: Final = 4
"""So many of the last digits of their phone a caller says who calls from elsewhere."""
LEAST: Final = 7
"""Of a shorter number so many digits would be the most of it."""
QUESTION: Final = f"the last {DIGITS} digits of the phone number that they gave us"
NUMBER: Final = "number"
ANSWER: Final = "answer"
_OTHER: Final = re.compile(r"[^0-9]")


def question(one: Subscriber, contact: Contact | None, *, forgotten: bool) -> str | None:
    """Return what to let a caller say; None: nothing is known that they could prove it by."""
    return QUESTION if _digits(one, contact, forgotten=forgotten) else None


def is_right(
    said: str, one: Subscriber, contact: Contact | None, *, forgotten: bool = False
) -> bool:
    """Say whether a caller gave the answer. Without one known, nothing is right."""
    right = _digits(one, contact, forgotten=forgotten)
    return bool(right) and _OTHER.sub("", said) == right


def _digits(one: Subscriber, contact: Contact | None, *, forgotten: bool) -> str:
    phone = "" if forgotten else (contact.phone if contact else "") or one.phone
    digits = _OTHER.sub("", phone)
    return digits[-DIGITS:] if len(digits) >= LEAST else ""
