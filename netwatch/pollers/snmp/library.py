"""The compiled core as a shared library: found, checked against its source, and typed.

Plain C behind ctypes rather than an extension module: it needs a C compiler but no headers of
Python, and one build fits every Python. See ``tools/core.py`` for how it is made.
"""

import ctypes
import hashlib
import os
from ctypes import c_char_p, c_double, c_int, c_size_t, c_uint8, c_uint32, c_void_p
from functools import cache
from pathlib import Path
from typing import Final

PURE: Final = "NETWATCH_PURE"
"""Set to anything but 0 in the environment, it keeps the compiled core out."""
FOLDER: Final = Path(__file__).with_name("core")
FILE: Final = FOLDER / "core.so"
_HASHED_OCTETS: Final = 16


class Limits(ctypes.Structure):
    """What `core_open` is told, as ``struct limits``; seconds, and counts."""

    _fields_ = (
        ("young_s", c_double),
        ("youngest_s", c_double),
        ("longest_s", c_double),
        ("longest_timeouts", c_double),
        ("rest_from_s", c_double),
        ("rest_at_most_s", c_double),
        ("youths", ctypes.c_int32),
        ("window", ctypes.c_int32),
        ("walk_weighs", ctypes.c_int32),
        ("outstanding", ctypes.c_int32),
        ("send", ctypes.c_int32),
        ("drain", ctypes.c_int32),
        ("again", ctypes.c_int32),
    )


class Counts(ctypes.Structure):
    """What stands first in ``struct core``."""

    _fields_ = (
        ("requests", ctypes.c_uint64),
        ("varbinds", ctypes.c_uint64),
        ("strays", ctypes.c_uint64),
    )


_OCTETS: Final = ctypes.POINTER(c_uint8)
_FUNCTIONS: Final = {
    "core_open": (c_void_p, [c_int, c_int, ctypes.POINTER(Limits), c_int]),
    "core_close": (None, [c_void_p]),
    "core_word": (None, [c_void_p, c_int, c_char_p]),
    "core_meet": (c_void_p, [c_char_p, c_int, c_int, c_char_p, c_int]),
    "core_part": (None, [c_void_p]),
    "core_learn": (c_void_p, [c_char_p, ctypes.POINTER(c_uint32), c_int]),
    "core_unlearn": (None, [c_void_p]),
    "core_ask": (None, [c_void_p, c_char_p, c_int]),
    "core_waiting": (c_int, [c_void_p]),
    "core_next": (c_double, [c_void_p]),
    "core_drain": (c_int, [c_void_p, c_double]),
    "core_judge": (None, [c_void_p, c_double, c_double]),
    "core_pump": (None, [c_void_p, c_double]),
    "core_stalled": (None, [c_void_p, c_double]),
    "core_telling": (c_int, [c_void_p]),
    "echo_open": (c_void_p, [c_int, c_int, c_int, c_int, c_int]),
    "echo_close": (None, [c_void_p]),
    "echo_forget": (None, [c_void_p, c_int]),
    "echo_send": (
        c_int,
        [c_void_p, c_char_p, c_char_p, c_char_p, c_int, ctypes.POINTER(ctypes.c_uint16)],
    ),
    "echo_receive": (
        c_int,
        [
            c_void_p,
            ctypes.POINTER(ctypes.c_int64),
            ctypes.POINTER(ctypes.c_uint16),
            ctypes.POINTER(c_double),
            ctypes.POINTER(c_int),
        ],
    ),
    "screened": (c_int, [c_char_p, c_int]),
    "core_told": (
        c_int,
        [c_void_p, c_size_t, ctypes.POINTER(c_void_p), ctypes.POINTER(c_size_t)],
    ),
}


def sources(folder: Path = FOLDER) -> list[Path]:
    """Return the C files of the core, in order."""
    return sorted((*folder.glob("*.c"), *folder.glob("*.h")))


def digest(folder: Path = FOLDER) -> str:
    """Return what tells one state of the C files from another."""
    summed = hashlib.sha256()
    for source in sources(folder):
        summed.update(source.name.encode() + b"\0" + source.read_bytes())
    return summed.hexdigest()[:_HASHED_OCTETS]


def load() -> ctypes.CDLL | None:
    """Return the compiled core; None where it shall not or cannot be used."""
    return None if _forbidden() else _library()[0]


def standing() -> str:
    """Say in a sentence why `load` returns None; empty when it returns the core."""
    return f"{PURE} is set" if _forbidden() else _library()[1]


def _forbidden() -> bool:
    return os.environ.get(PURE, "0") not in {"", "0"}


def forget() -> None:
    """Look for the library anew the next time: it was built meanwhile."""
    _library.cache_clear()


@cache
def _library() -> tuple[ctypes.CDLL | None, str]:
    return opened(FILE)


def opened(file: Path) -> tuple[ctypes.CDLL | None, str]:
    """Open a build of the core; None, and why, where it cannot be used."""
    if not file.exists():
        return None, "no compiled core was built when netwatch was installed"
    try:
        core = ctypes.CDLL(str(file))
        built_of = c_char_p.in_dll(core, "core_digest_at").value or b""
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(core, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, ValueError, AttributeError) as fault:
        return None, f"the compiled core cannot be loaded: {fault}"
    if built_of.decode() != digest():
        return None, "the compiled core was built of other sources than these"
    return core, ""
