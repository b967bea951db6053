"""An address as a person wrote it -> street, house and town."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_TEXT: Final = 256
_FLAT: Final = re.compile(r"[ ](?:m|lok|apt|flat|byt|kv|кв)\.? ?[0-9]\w{0,5}$", re.IGNORECASE)
_JOINT: Final = re.compile(r" ?([-/–]) ?")
_ONE: Final = r"[0-9]+(?: ?[^\W\d_])?"
_NUMBER: Final = rf"{_ONE}(?:[-/–]{_ONE})*"
"""No letter of a text fits it in two ways: what a prankster writes is read as quickly."""
_STREET_FIRST: Final = re.compile(rf"(.*?)(?:^| )(?:nr\.? ?)?({_NUMBER})")
_HOUSE_FIRST: Final = re.compile(
    rf"({_NUMBER}) (.+\b(?:street|road|lane|avenue|close|drive|way))", re.IGNORECASE
)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_POSTCODE: Final = re.compile(r"^[0-9]{2,5}(?:[- ][0-9]{2,3})? ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a line ends, as people say it."""

    street: str = ""
    house: str = ""
    town: str = ""


UNKNOWN_HOME: Final = Home()


@lru_cache(maxsize=1 << 10)
def home_of(address: str) -> Home:
    """Read an address: ``ul. Polna 7/3, 30-001 Dolina`` or ``1 Maja 12A``, the town if it is there.

    What cannot be read is a street without numbers: nothing is made up.
    """
    plain = _JOINT.sub(r"\1", " ".join(address[:MOST_TEXT].split()))
    parts = [part.strip() for part in plain.split(",") if part.strip()]
    for at, part in enumerate(parts):
        bare = _FLAT.sub("", part)
        if found := _STREET_FIRST.fullmatch(bare):
            alone = at > 0 and not found[1]
            town = _town([*parts[: at - alone], *parts[at + 1 :]])
            street = parts[at - 1] if alone else found[1].rstrip()
            return Home(street=street, house=found[2], town=town)
        if found := _HOUSE_FIRST.fullmatch(bare):
            return Home(street=found[2], house=found[1], town=_town(parts[at + 1 :]))
    return Home(street=parts[0] if parts else "", town=_town(parts[1:]))


def _town(parts: Sequence[str]) -> str:
    named = [_POSTCODE.sub("", part) for part in parts if _LETTERS.search(part)]
    return next((part for part in reversed(named) if not _FLAT.fullmatch(f" {part}")), "")
