"""Octets and words as DHCP and RADIUS write them -> a MAC, a circuit id, a line of a file."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked

LARGEST: Final = 1_000_000_000
_MAC: Final = re.compile(r"[0-9a-fA-F]{2}([:\-.]?[0-9a-fA-F]{2}){5}")
_CIRCUIT: Final = 1
_FIRST_PRINTED: Final = 0x20
_LAST_PRINTED: Final = 0x7E


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class FileKeys:
    """Keys of a source that is a file."""

    path: str


def text_of(asked: Asked) -> str:
    """Return the file of a source; what its server has not finished writing is left out.

    Raises:
        SourceError: it cannot be read, or is empty.
    """
    path = asked.base / asked.fit(FileKeys).path
    try:
        if path.stat().st_size > LARGEST:
            raise asked.fault(f"{path} is larger than 1 GB", "rotate it, or name a part of it")
        text = Path(path).read_bytes().decode(errors="replace")
    except OSError as fault:
        raise asked.fault(
            f"{path} cannot be read: {fault.strerror}", "let the user netwatch read it"
        ) from None
    whole = text[: text.rfind("\n") + 1]
    if not whole.strip():
        raise asked.fault(f"{path} is empty", "look whether its server writes it")
    return whole


def mac_of(word: str) -> str:
    """Return a MAC as ``02:00:5e:00:53:01``, whatever way it is written; else nothing."""
    found = _MAC.fullmatch(word.strip())
    if found is None:
        return ""
    digits = re.sub("[^0-9a-f]", "", found[0].lower())
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def circuit_of(raw: bytes) -> str:
    """Return a circuit id as text, or as 0x... where it is none."""
    if raw and all(_FIRST_PRINTED <= octet <= _LAST_PRINTED for octet in raw):
        return raw.decode("ascii").strip()
    return f"0x{raw.hex()}" if raw else ""


def circuit_in(option: bytes) -> str:
    """Return the circuit id in DHCP option 82 (RFC 3046: sub-option 1)."""
    at = 0
    while at + 2 <= len(option):
        code, length = option[at], option[at + 1]
        if code == _CIRCUIT:
            return circuit_of(option[at + 2 : at + 2 + length])
        at += 2 + length
    return ""
