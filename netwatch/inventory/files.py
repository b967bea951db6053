"""Path -> bytes that are text, or the finding that says why not."""

import os
import re
import stat
from codecs import BOM_UTF8
from pathlib import Path
from typing import Final

from netwatch.model.faults import Finding, Place

MEBIBYTE: Final = 1024 * 1024
MOST_YAML_BYTES: Final = 16 * MEBIBYTE
"""200 times what 5,000 devices in one file take up a tenth of."""
MOST_CSV_BYTES: Final = 128 * MEBIBYTE
"""A million subscribers."""
_UNPRINTABLE: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_text(path: Path, shown: str, most_bytes: int) -> tuple[bytes | None, list[Finding]]:
    """Return the bytes of a person's file, known to be printable UTF-8, without a byte order mark.

    Returns:
        The bytes, or None and the findings that say why the file cannot be used: not there, not a
        plain file, too large (told by its size, before a byte is read), not UTF-8, or binary.
    """
    try:
        data = _read_capped(path, most_bytes)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        return None, [
            Finding(Place(shown), f"cannot be read: {reason}", "check its name and its permissions")
        ]
    except _UnfitError as fault:
        return None, [Finding(Place(shown), fault.wrong, fault.remedy)]
    data = data.removeprefix(BOM_UTF8)
    finding = _not_text(data, shown)
    return (None, [finding]) if finding else (data, [])


class _UnfitError(Exception):
    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.remedy = remedy


def _read_capped(path: Path, most_bytes: int) -> bytes:
    # O_NONBLOCK: opening a pipe that nobody writes to must not hang us before we see what it is.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 - a handle, not a path
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _UnfitError("is not a plain file", "put a text file here, or remove it")
        if status.st_size > most_bytes:
            raise _too_large(status.st_size, most_bytes)
        data = file.read(most_bytes + 1)
        if len(data) > most_bytes:  # it grew while we read
            raise _too_large(len(data), most_bytes)
        return data


def _too_large(size: int, most: int) -> _UnfitError:
    return _UnfitError(
        f"is {size / MEBIBYTE:.0f} MiB large; at most {most // MEBIBYTE} MiB are read",
        "split it over several files, or move it out of the inventory if it landed here by mistake",
    )


def _not_text(data: bytes, shown: str) -> Finding | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return Finding(
            place_of_byte(data, fault.start, shown),
            f"is not UTF-8: byte 0x{data[fault.start]:02X} stands here",
            "save the file as UTF-8 (in most editors: Save with encoding)",
        )
    unprintable = _UNPRINTABLE.search(data)
    if unprintable is None:
        return None
    return Finding(
        place_of_byte(data, unprintable.start(), shown),
        f"an unprintable character (0x{unprintable[0][0]:02X}) stands here",
        "remove it; the file may be binary or damaged",
    )


def place_of_byte(data: bytes, offset: int, shown: str) -> Place:
    """Return line and column, counted in characters from 1, of the byte at ``offset``."""
    line_start = data.rfind(b"\n", 0, offset) + 1
    before = data[line_start:offset].decode("utf-8", "replace")
    return Place(shown, data.count(b"\n", 0, offset) + 1, len(before) + 1)
