"""One thing written in many ways -> one form: serials, MACs, ports, words, house numbers."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from netwatch.model.spelling import (
    MOST_TEXT,
    Nearby,
    digits_of,
    fold,
    house_key,
    one_slip,
    street_key,
)

__all__ = [
    "MOST_TEXT",
    "Nearby",
    "digits_of",
    "find_port",
    "fold",
    "house_key",
    "mac_key",
    "one_slip",
    "port_key",
    "serial_key",
    "split_onu",
    "street_key",
]

_NOT_ALNUM: Final = re.compile(r"[^0-9A-Z]+")
_HEX: Final = re.compile(r"[0-9A-F]+")
_VENDOR: Final = re.compile(r"[A-Z0-9]{4}")
_NUMBERS: Final = re.compile(r"[0-9]+")
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
