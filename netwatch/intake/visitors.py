"""A customer number and a proof -> the mark by which page and service speak of a line.

The page never learns who is a customer. It is handed marks of lines that are out, and makes the
mark of what a visitor types: a number that does not exist and a line that works look alike to it.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from netwatch.model.network import Subscriber
from netwatch.model.spelling import house_key

OCTETS: Final = 8
LETTERS: Final = OCTETS * 2
"""So many letters a mark has."""
KEY_OCTETS: Final = 32
LAST_DIGITS: Final = 4
"""So many digits of a phone number prove as much as a house number does."""
LONGEST: Final = 64
_DIGITS: Final = re.compile(r"[^0-9]")
_SIGNS: Final = re.compile(r"[^0-9a-z._-]")


def mark(key: bytes, number: str, proof: str) -> str:
    """Return the mark of a customer number and what only its owner can add.

    Args:
        key: of this run of the service, ``KEY_OCTETS`` long.
        number: as the visitor wrote it: case and spaces do not count.
        proof: the house number, or the last digits of the phone number that the operator has.
    """
    plain = _SIGNS.sub("", number[:LONGEST].lower())
    return blake2b(
        f"{plain}\0{house_key(proof[:LONGEST])}".encode(), key=key, digest_size=OCTETS
    ).hexdigest()


def marks_of(key: bytes, one: Subscriber, phone: str = "") -> Iterator[str]:
    """Yield every mark of a line: each of its numbers with each of its proofs."""
    proofs = {one.lives.house, last_digits(phone), last_digits(one.phone)} - {""}
    for number in dict.fromkeys((one.id, one.person)):
        for proof in sorted(proofs):
            yield mark(key, number, proof)


def last_digits(phone: str) -> str:
    """Return the digits of a phone number that serve as a proof; empty: it has too few."""
    digits = _DIGITS.sub("", phone)
    return digits[-LAST_DIGITS:] if len(digits) > LAST_DIGITS else ""
