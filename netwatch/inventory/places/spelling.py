"""One thing written in many ways -> one form: serials, MACs, ports, words, house numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from anyascii import anyascii

MOST_TEXT: Final = 256
"""Text from devices and records is cut here; nothing that places a line is longer."""
_NOT_ALNUM: Final = re.compile(r"[^0-9A-Z]+")
_HEX: Final = re.compile(r"[0-9A-F]+")
_VENDOR: Final = re.compile(r"[A-Z0-9]{4}")
_NUMBERS: Final = re.compile(r"[0-9]+")
_WORDS: Final = re.compile(r"[a-z0-9]+")
_STREET_KINDS: Final = frozenset(
    {"ul", "ulica", "al", "aleja", "aleje", "os", "osiedle", "pl", "plac", "ulice", "namesti"}
    | {"sidliste", "vul", "vulytsia", "street", "st"}
)
_MAC_DIGITS: Final = 12
_LONG_SERIAL: Final = 16
_VENDOR_DIGITS: Final = 8


@lru_cache(maxsize=1 << 17)
def serial_key(text: str) -> str:
    """Return one form of an ONU's serial; empty where there is none.

    ``485754431A2B3C4D``, ``HWTC-1a2b3c4d`` and ``HWTC1A2B3C4D`` are one: ITU-T G.984.3 has four
    letters of the vendor and four octets; some gear prints all eight as hexadecimal.
    """
    letters = _NOT_ALNUM.sub("", text[:MOST_TEXT].upper().removeprefix("0X"))
    if len(letters) == _LONG_SERIAL and _HEX.fullmatch(letters):
        vendor = bytes.fromhex(letters[:_VENDOR_DIGITS]).decode("latin-1").upper()
        if _VENDOR.fullmatch(vendor):
            return vendor + letters[_VENDOR_DIGITS:]
    return letters if letters.strip("0") else ""


@lru_cache(maxsize=1 << 17)
def mac_key(text: str) -> str:
    """Return a MAC as twelve hexadecimal digits; empty for what is none, or belongs to many."""
    digits = _NOT_ALNUM.sub("", text[:MOST_TEXT].upper())
    if len(digits) != _MAC_DIGITS or not _HEX.fullmatch(digits):
        return ""
    return "" if int(digits[:2], 16) & 1 or not digits.strip("0") else digits


@lru_cache(maxsize=1 << 16)
def port_key(text: str) -> tuple[int, ...]:
    """Return the numbers of a port's name: ``gpon-olt_1/2/3`` and ``1/2/3`` are one."""
    return tuple(int(number[:9]) for number in _NUMBERS.findall(text[:MOST_TEXT]))


def split_onu(port: str) -> tuple[str, str]:
    """Return (port, the ONU's number on it) of ``0/1/3:12``; the latter may be empty."""
    head, colon, tail = port.rpartition(":")
    number = tail.split(".")[0]
    return (head, number) if colon and head and number.isdigit() else (port, "")


def find_port(said: str, known: Mapping[tuple[int, ...], str]) -> str:
    """Return the port among ``known`` that a record's ``said`` means; empty if none, or several.

    Records leave out leading numbers (``1/3`` for ``0/1/3``), or count them in.
    """
    key = port_key(said)
    if not key:
        return ""
    if key in known:
        return known[key]
    near = {
        port
        for other, port in known.items()
        if other and (other[-len(key) :] == key or key[-len(other) :] == other)
    }
    return near.pop() if len(near) == 1 else ""


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Return text in small plain letters, words apart by one space."""
    return " ".join(_WORDS.findall(anyascii(text[:MOST_TEXT]).lower()))


@lru_cache(maxsize=1 << 15)
def street_key(street: str) -> str:
    """Return a street's name in one form: ``ul. Źródlana`` and ``Zrodlana`` are one."""
    words = fold(street).split()
    while len(words) > 1 and words[0] in _STREET_KINDS:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=1 << 16)
def house_key(house: str) -> str:
    """Return a house number without its flat, in small letters: ``12A/3`` is ``12a``."""
    head = re.split(r"/|\bm\b|\blok|\bapt|\bflat", anyascii(house[:MOST_TEXT]).lower())[0]
    return re.sub(r"[^0-9a-z]", "", head)


def digits_of(text: str) -> str:
    """Return the digits of a word: a letter may be mistyped, a number is another one."""
    return "".join(_NUMBERS.findall(text))


class Nearby:
    """Words within one slip (a letter lost, added, changed, or two exchanged) of known ones."""

    def __init__(self, words: Iterable[str], least: int) -> None:
        """Know ``words`` of at least ``least`` letters."""
        self._least = least
        self._by_cut: dict[str, set[str]] = defaultdict(set)
        for word in words:
            if len(word) >= least:
                for cut in _cuts(word):
                    self._by_cut[cut].add(word)

    def of(self, word: str) -> str:
        """Return the only known word one slip away with the same digits; empty otherwise."""
        near = self.around(word)
        return near.pop() if len(near) == 1 else ""

    def around(self, word: str) -> set[str]:
        """Return all known words one slip away with the same digits."""
        if not self._least <= len(word) <= MOST_TEXT // 2:
            return set()
        return {
            known
            for cut in _cuts(word)
            for known in self._by_cut.get(cut, ())
            if known != word and digits_of(known) == digits_of(word) and one_slip(known, word)
        }


def one_slip(one: str, other: str) -> bool:
    """Say whether at most one letter is lost, added or changed, or two neighbours exchanged."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    a, b = one[begin:], other[begin:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]


def _cuts(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]
